"""Files of items: what is written is read back identical; what is wrong is named by its place."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yitong.catalog.exchange import workbook, yaml_files
from yitong.catalog.records import ItemRecord
from yitong.catalog.rules import shape
from yitong.catalog.tests.records import data, record

CODE = "430117001000"
tricky = st.sampled_from(
    ["=1+1", "01", "true", "否", "null", "a: b", "#1", "两行\n文字", '["x"]', "'引号'", "- 项", "1.0", "x y"]
)
texts = tricky | st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs", "Co", "Cn"]), max_size=12
)
words = texts.filter(lambda text: text.strip() != "")
codes = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
limits = st.fixed_dictionaries(
    {"amount": st.integers(0, 300)}, optional={"unit": st.sampled_from(["workday", "day"]), "note": texts}
)
materials = st.fixed_dictionaries(
    {"code": codes, "name": words},
    optional={
        "kind": st.sampled_from(["original", "copy", "form"]),
        "necessity": st.sampled_from(["required", "optional"]),
        "copies": st.integers(0, 20),
        "guidance": texts,
        "key": st.booleans(),
        "when": texts,
        "accept": st.lists(words, max_size=3),
    },
)
questions = st.fixed_dictionaries(
    {"code": codes, "text": words},
    optional={
        "kind": st.sampled_from(["choice", "boolean"]),
        "choices": st.lists(st.fixed_dictionaries({"value": codes, "label": words, "help": texts}), max_size=3),
    },
)
changes = st.fixed_dictionaries(
    {},
    optional={
        "summary": texts,
        "statutory_limit": limits,
        "materials": st.lists(materials, max_size=4),
        # Choices find their question by its code, so that a workbook can't hold two of the same.
        "questions": st.lists(questions, max_size=3, unique_by=lambda q: q["code"]),
        "steps": st.lists(
            st.fixed_dictionaries({"code": codes, "name": words, "limit": st.none() | limits}), max_size=3
        ),
        "conditions": st.lists(words, max_size=3),
        "themes": st.lists(texts, max_size=3),
        "channels": st.lists(st.sampled_from(["window", "web", "kiosk"]), max_size=2),
        "questions_answers": st.lists(st.tuples(words, texts), max_size=2),
        "commitment": st.none()
        | st.fixed_dictionaries(
            {"content": words, "liability": words, "check_method": words}, optional={"check_within": limits}
        ),
        "result": st.fixed_dictionaries(
            {"kind": st.just("licence")},
            optional={
                "valid_years": st.none() | st.integers(0, 30),
                "fields": st.dictionaries(codes, texts, max_size=2),
            },
        ),
        "demo": st.booleans(),
    },
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes)
def test_yaml_round_trip_is_identical(change: dict[str, Any]) -> None:
    written = shape.parse(data(**change))
    read = yaml_files.read(yaml_files.write([(CODE, "sjj", "439900", written)]).encode(), "x.yaml")
    assert read.errors == ()
    assert read.envelopes[0].record == written


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(changes, min_size=1, max_size=2))
def test_excel_round_trip_is_identical(several: list[dict[str, Any]]) -> None:
    rows = [(f"43011700{n}000", "sjj", "439900", shape.parse(data(**change))) for n, change in enumerate(several)]
    read = workbook.read(workbook.write(rows), "x.xlsx")
    assert [(each.place, each.message) for each in read.errors] == []
    assert [(e.basic_code, e.department, e.region, e.record) for e in read.envelopes] == rows


def broken(**cells: Any) -> bytes:
    """A workbook of the base record with cells (``材料!B3``) changed."""
    book = openpyxl.load_workbook(io.BytesIO(workbook.write([(CODE, "sjj", "439900", record())])))
    for place, value in cells.items():
        sheet, cell = place.split("!")
        book[sheet][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def column(sheet: str, heading: str) -> str:
    book = openpyxl.load_workbook(io.BytesIO(workbook.write([(CODE, "sjj", "439900", record())])))
    return next(cell.column_letter for cell in book[sheet][1] if cell.value == heading)


def places(content: bytes) -> list[tuple[str, int, str, str]]:
    errors = workbook.read(content, "x.xlsx").errors
    return [(e.place.sheet, e.place.row, e.place.column, e.code) for e in errors]


def test_a_wrong_cell_is_named_by_sheet_row_and_column() -> None:
    kind, amount, name = column("材料", "材料类型"), column("事项", "法定时限"), column("材料", "材料名称")
    content = broken(**{f"材料!{kind}3": "原版", f"事项!{amount}2": "很久", f"材料!{name}4": None})
    assert sorted(places(content)) == [
        ("事项", 2, "法定时限", "int_parsing"),
        ("材料", 3, "材料类型", "literal_error"),
        ("材料", 4, "材料名称", "missing"),
    ]
    error = next(e for e in workbook.read(content, "x").errors if e.code == "literal_error")
    assert "原件和复印件" in error.params["expected"]
    assert error.content["材料代码"] == "layout"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"材料!A2": "999"}, ("材料", 2, "基本编码", "item_unknown")),
        ({"材料!A2": None}, ("材料", 2, "基本编码", "no_key")),
        ({"材料!C1": "代号"}, ("材料", 1, "代号", "unknown_column")),
        ({"情形选项!C2": "nowhere"}, ("情形选项", 2, "问题代码", "question_unknown")),
        ({"材料!D2": "=1+1"}, ("材料", 2, "材料名称", "formula")),
    ],
)
def test_rows_that_belong_nowhere_are_refused(change: dict[str, Any], expected: tuple[str, int, str, str]) -> None:
    assert expected in places(broken(**change))


def test_numbers_typed_into_text_cells_are_read_as_text() -> None:
    phone = column("事项", "咨询电话")
    read = workbook.read(broken(**{"事项!A2": int(CODE), "材料!A2": float(CODE), f"事项!{phone}2": 12345}), "x.xlsx")
    assert read.errors == ()
    assert read.envelopes[0].record.contact.phone == "12345"


@pytest.mark.parametrize("content", [b"", b"abc", b"PK\x03\x04rubbish", b"\xff\xfe\x00"])
def test_what_is_no_workbook_is_refused_kindly(content: bytes) -> None:
    assert [code for *_, code in places(content)] == ["not_a_workbook"]


def test_a_zip_bomb_is_refused_before_it_unfolds() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * (workbook.MOST_UNPACKED + 1))
    assert [code for *_, code in places(out.getvalue())] == ["too_large"]


def yaml_errors(text: str) -> list[tuple[int, str, str]]:
    return [(e.place.row, e.place.column, e.code) for e in yaml_files.read(text.encode(), "x.yaml").errors]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (1, "", "empty")),
        ("a: [1", (1, "", "syntax")),
        ("a: 1\na: 2", (2, "a", "repeated_key")),
        ("a: &x 1\nb: *x", (2, "", "alias")),
        ("a: !!python/object:os.system 1", (1, "a", "bad_tag")),
        ("just text", (1, "", "no_envelope")),
        ("a: " + "[" * 5000 + "]" * 5000, (1, "", "too_deep")),
        ("basic_code: 1\nrecord: {}\n", (1, "department", "missing")),
        ("record:\n  name: 证\n  kind: '1'\n", (3, "record.kind", "string_pattern_mismatch")),
    ],
)
def test_wrong_yaml_is_named_by_line_and_path(text: str, expected: tuple[int, str, str]) -> None:
    assert expected in yaml_errors(text)


def test_yaml_keeps_codes_with_zeros_and_words_like_no_as_text() -> None:
    text = f"basic_code: {CODE}\ndepartment: sjj\nregion: 439900\nrecord:\n  name: 某证\n  kind: 01\n  level: 3\n"
    text += "  summary: no\n  statutory_limit: {amount: 1}\n  committed_limit: {amount: 1}\n"
    read = yaml_files.read(text.encode())
    assert read.errors == ()
    envelope = read.envelopes[0]
    assert (envelope.basic_code, envelope.record.kind, envelope.record.summary) == (CODE, "01", "no")


def test_a_file_that_is_not_utf8_names_the_line() -> None:
    assert [e.place.row for e in yaml_files.read("a: 1\nb: 居住证申领".encode("gbk")).errors] == [2]


def test_control_characters_are_refused_since_no_export_could_hold_them() -> None:
    with pytest.raises(shape.WrongShape) as wrong:
        shape.parse(data(name="食品\x07经营"))
    assert [(r.field, r.code) for r in wrong.value.reasons] == [("name", "control_character")]
    assert isinstance(shape.parse(data(summary="一\r\n二")), ItemRecord)
    assert shape.parse(data(summary="一\r\n二")).summary == "一\n二"
