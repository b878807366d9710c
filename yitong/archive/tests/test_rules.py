"""Values, extraction, comparison and retention, without any picture."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yitong.archive.rules import retention, values
from yitong.archive.rules.comparison import compare
from yitong.archive.rules.entries import entry_refusals, value_refusals
from yitong.archive.rules.extraction import read_fields
from yitong.archive.rules.lines import Line, rows
from yitong.archive.rules.papers import PAPERS, Kind, paper_of
from yitong.kernel.identifiers import idcard, uscc

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1990年5月20日", "1990-05-20"),
        ("1990-05-20", "1990-05-20"),
        ("1990.5.20", "1990-05-20"),
        ("19900520", "1990-05-20"),
        ("一九九〇年五月二十日", "1990-05-20"),
        ("二〇〇八年十二月三十一日生", "2008-12-31"),
        ("二OO八年十月十日", "2008-10-10"),
        ("没有日期", ""),
    ],
)
def test_dates_in_every_printed_form(text: str, expected: str) -> None:
    assert values.day(text).text == expected


def test_a_day_that_is_none_is_marked() -> None:
    assert values.day("2023年2月29日").checked is False


def test_periods() -> None:
    assert values.period("2016-05-20至2026-05-20").text == "2016-05-20/2026-05-20"
    assert values.period("2016.05.20-长期").text == "2016-05-20/长期"
    assert values.period("长期").text == "长期"
    assert values.period("2026-05-20至2016-05-20").checked is False
    assert values.month("二〇一二年六月").text == "2012-06"


@unhurried
@given(st.dates(date(1930, 1, 1), date(2025, 12, 31)), st.integers(0, 999))
def test_citizen_numbers_survive_what_readers_confuse(born: date, serial: int) -> None:
    number = idcard.compose("439901", born, serial)
    for seen in (number, number.replace("0", "O"), number.replace("1", "l"), number.lower(), f"证号{number}第"):
        assert values.citizen_number(seen) == values.Value(number, True)


@unhurried
@given(st.dates(date(1930, 1, 1), date(2025, 12, 31)), st.integers(0, 999), st.integers(0, 16))
def test_a_digit_read_wrongly_is_noticed(born: date, serial: int, place: int) -> None:
    number = idcard.compose("439901", born, serial)
    wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
    assert values.citizen_number(wrong).checked is False


def test_credit_codes_and_vehicle_numbers() -> None:
    code = uscc.compose("9", "1", "439901", "MA000001")
    assert values.credit_code(code) == values.Value(code, True)
    assert values.credit_code(code.replace("0", "O")) == values.Value(code, True)
    assert values.credit_code(code[:-1] + ("A" if code[-1] != "A" else "B")).checked is False
    # The example of ISO 3779 that everybody uses: the check digit is X.
    assert values.vehicle_number("1M8GDM9AXKP042788") == values.Value("1M8GDM9AXKP042788", True)
    assert values.vehicle_number("1M8GDM9A1KP042788").checked is False


def test_names_sex_and_plates() -> None:
    assert values.person_name("：阿依古丽•买买提").text == "阿依古丽·买买提"
    assert values.sex("性女").text == "女" and values.sex("Female").text == "女" and values.sex("M").text == ""
    assert values.plate("湘A·D12345").text == "湘AD12345"


def line(text: str, x: float, y: float, score: float = 0.99, size: float = 30) -> Line:
    return Line(text, x, y, len(text) * size, size, score)


def test_rows_are_put_together_from_left_to_right() -> None:
    found = rows([line("女", 200, 103), line("性别", 60, 100), line("姓名李梅", 60, 40)])
    assert [row.text for row in found] == ["姓名李梅", "性别女"]


def test_a_label_ends_the_value_before_it_and_an_address_runs_on() -> None:
    number = idcard.compose("439901", date(1990, 5, 20), 24)
    read = {
        field.name: field
        for field in read_fields(
            "id_card",
            [
                line("姓名李梅", 60, 40),
                line("性别女民族汉", 60, 100),
                line("出生1990年5月20日", 60, 160),
                line("住址示范市朝晖区", 60, 220),
                line("春风路8号", 120, 262),
                line("公民身份号码", 60, 500),
                line(number, 330, 500),
            ],
        )
    }
    assert read["ethnicity"].value == "汉" and read["sex"].value == "女"
    assert read["address"].value == "示范市朝晖区春风路8号"
    assert read["idcard"].checked and read["birth_on"].checked


def test_a_bilingual_label_is_one_label_and_a_missing_field_is_empty() -> None:
    read = {
        f.name: f
        for f in read_fields("driving_licence", [line("姓名Name李梅", 60, 40), line("准驾车型Class C1", 60, 100)])
    }
    assert read["name"].value == "李梅" and read["class"].value == "C1"
    assert read["idcard"].value == "" and read["idcard"].confidence == 0


@unhurried
@given(
    st.lists(st.tuples(st.text(max_size=30), st.floats(0, 2000), st.floats(0, 2000)), max_size=30),
    st.sampled_from(sorted(PAPERS)),
)
def test_any_lines_whatever_give_every_field_and_no_error(found: list[tuple[str, float, float]], paper: str) -> None:
    read = read_fields(paper, [Line(text, x, y, 100, 20, 0.5) for text, x, y in found])
    assert [field.name for field in read] == [field.name for field in PAPERS[paper].fields]
    assert all(0 <= field.confidence <= 1 for field in read)


def test_papers_are_known_by_type_and_by_name() -> None:
    assert paper_of("身份证复印件", "居民身份证").code == "id_card"
    assert paper_of("近期免冠照片").code == "photo"
    assert paper_of("不动产权证书").code == "property"
    assert paper_of("体检合格证明").kind == Kind.MEDICAL
    assert paper_of("某某").code == "other"


def test_comparison_shows_each_field() -> None:
    rows_ = compare(
        [
            ("name", "姓名", "李梅"),
            ("birth_on", "出生", "1990-05-20"),
            ("address", "住址", "甲路1号"),
            ("x", "其他", ""),
        ],
        {"birth_on": "1990年5月20日", "address": "乙路2号", "number": "7"},
        "李梅",
        {"birth_on": "出生日期", "number": "编号"},
    )
    assert [(row.name, row.state) for row in rows_] == [
        ("name", "same"),
        ("birth_on", "same"),
        ("address", "different"),
        ("number", "only_library"),
    ]


def test_terms_of_storage() -> None:
    permit = retention.term_of("01", True)
    assert retention.keep_until(permit, date(2024, 2, 29)) == date(2034, 3, 1)
    assert retention.keep_until(retention.term_of("01", False), date(2024, 2, 29)) is None
    assert retention.term_of("05", True).years == 30 and retention.term_of("99", True).code == "service"
    locked = retention.on_request("permit", date(2034, 3, 1), date(2034, 3, 1))
    assert locked.outcome == "locked" and locked.law == retention.TERM_LAW
    assert retention.on_request("permit", date(2034, 3, 1), date(2034, 3, 2)).outcome == "deleted"
    assert retention.on_request("", None, date(2026, 1, 1)).outcome == "deleted"


def test_what_is_typed_is_refused_by_field() -> None:
    assert {r.field for r in entry_refusals(kind="x", paper="y", name="长" * 101, enterprise=False)} == {
        "kind",
        "paper",
        "name",
    }
    assert entry_refusals(kind="family", paper="id_card", name="", enterprise=True)[0].code == "not_business"
    kept, wrong = value_refusals(
        "id_card", {"idcard": "439901199005200241", "name": "李梅", "sex": "x", "nonsense": "1"}, needed=True
    )
    assert kept == {"name": "李梅"} and {r.field for r in wrong} == {"idcard", "sex"}
    assert value_refusals("id_card", {}, needed=True)[1][0].code == "nothing_said"
