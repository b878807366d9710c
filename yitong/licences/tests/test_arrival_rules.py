"""Rows of sources: the short way finds what the long way finds, and both what the type's JSON Schema says."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from yitong.kernel.identifiers import InvalidIdentifier, idcard, uscc
from yitong.licences.rules import arrival_values, arrivals
from yitong.licences.rules.arrivals import Arrival, Shape, cells_reader, reader
from yitong.licences.rules.schema import schema_of

POLICE = "1110000099000101XD"
COMPANY = uscc.compose("9", "1", "439901", "MA000001")
CITIZEN = "110101199003070994"
FIELDS = (
    {"name": "idcard", "label": "公民身份号码", "kind": "idcard", "required": True, "confidentiality": "sensitive"},
    {"name": "code", "label": "信用代码", "kind": "uscc"},
    {"name": "sex", "label": "性别", "kind": "choice", "choices": ["男", "女"]},
    {"name": "born", "label": "出生日期", "kind": "date"},
    {"name": "phone", "label": "电话", "kind": "phone", "confidentiality": "sensitive"},
    {"name": "area", "label": "面积", "kind": "number"},
    {"name": "address", "label": "地址", "required": True},
)
SHAPE = Shape(f"{POLICE}991", "any", FIELDS)
GOOD = {
    "source_id": "S1", "number": "N1", "holder_id": CITIZEN, "holder_name": "张三", "issued_on": "2026-01-05",
    "issuer_uscc": POLICE, "issuer_name": "示范市公安局", "idcard": CITIZEN, "address": "幸福路1号",
}  # fmt: skip
STEPS = [arrivals._step(one) for one in FIELDS]
KNOWN = frozenset((*arrivals.COMMON, *(step.name for step in STEPS), *(step.label for step in STEPS)))
THOROUGH = arrivals._thorough(SHAPE, STEPS, KNOWN)
BY_NAME = arrivals._quick(SHAPE, arrivals._texts, lambda row: arrivals._own(row.get, STEPS))


def QUICK(row):
    """The short way, which ``reader`` takes only for rows without unknown columns."""
    return BY_NAME(row) if row.keys() <= KNOWN else None


FORMATS = FormatChecker(formats=["date"])


@FORMATS.checks("idcard", raises=InvalidIdentifier)
def _idcard(value):
    return bool(idcard.parse(value)) if isinstance(value, str) else True


@FORMATS.checks("uscc", raises=InvalidIdentifier)
def _uscc(value):
    return bool(uscc.parse(value)) if isinstance(value, str) else True


VALIDATOR = Draft202012Validator(schema_of(SHAPE.code, "试验证", FIELDS), format_checker=FORMATS)

digits = st.text("0123456789X", min_size=0, max_size=20)
numbers = st.builds(
    lambda region, year, month, day, serial, last: f"{region}{year:04d}{month:02d}{day:02d}{serial:03d}{last}",
    st.sampled_from(["110101", "439901", "000000", "990000"]), st.integers(1890, 2030), st.integers(0, 13),
    st.integers(0, 32), st.integers(0, 999), st.sampled_from("0123456789X"),
)  # fmt: skip


@st.composite
def citizen(draw):
    """Numbers with the right check character, some of them of no day or no province."""
    first = draw(numbers)[:17]
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first + "10X98765432"[sum(w * int(c) for w, c in zip(weights, first, strict=True)) % 11]


odd: st.SearchStrategy[object] = st.sampled_from(
    [None, "", "  ", "\0", "\ud800", "长期", "nan", "1e999", True, 0, 7, 3.5, [], {"a": 1}, "x" * 2001]
)
texts = st.text(max_size=30)
VALUES = {
    "source_id": texts, "number": texts, "holder_name": texts, "issuer_name": texts, "address": texts,
    "holder_kind": st.sampled_from(["person", "enterprise", "dog"]), "holder_id": st.one_of(citizen(), numbers, st.just(COMPANY)),
    "issued_on": st.one_of(st.dates().map(str), digits), "valid_from": st.dates().map(str), "valid_until": st.dates().map(str),
    "issuer_uscc": st.sampled_from([POLICE, COMPANY, COMPANY.lower(), "9" * 18]),
    "status": st.sampled_from(["valid", "revoked", "gone"]), "identifier": st.sampled_from(["1.2.3", "", POLICE]),
    "idcard": st.one_of(citizen(), numbers), "code": st.sampled_from([COMPANY, POLICE, COMPANY[:17] + "0"]),
    "sex": st.sampled_from(["男", "女", "不明"]), "born": st.one_of(st.dates().map(str), digits),
    "phone": st.text("0123456789+() -a", max_size=22), "area": st.one_of(st.integers(), st.floats(), digits), "other": texts,
}  # fmt: skip


@st.composite
def rows(draw):
    changed = draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=6, unique=True))
    return {**GOOD, **{name: draw(st.one_of(VALUES[name], VALUES[name], odd)) for name in changed}}


@settings(max_examples=600, deadline=None)
@given(rows())
def test_the_short_way_is_the_long_way(row):
    short, long = QUICK(row), THOROUGH(row)
    assert short is None or short == long
    if isinstance(long, Arrival) and all(isinstance(value, str) for value in row.values()):
        assert short is not None
    if isinstance(long, Arrival):
        # What was let through, the database takes.
        json.dumps([long.plain, long.secret], allow_nan=False)
        "".join(value for value in long[:12] if value).encode()
        assert "\0" not in json.dumps(long, ensure_ascii=False)


@settings(max_examples=600, deadline=None)
@given(rows(), st.randoms(use_true_random=False), st.booleans())
def test_cells_are_read_like_rows(row, random, labelled):
    """Columns in any order, some under their labels, some not there."""
    row = {name: value for name, value in row.items() if isinstance(value, str)}
    if labelled:
        labels = {field["name"]: field["label"] for field in FIELDS if random.random() < 0.5}
        row = {labels.get(name, name): value for name, value in row.items()}
    header = sorted(row)
    random.shuffle(header)
    cells = [row[name] for name in header]
    outcome = cells_reader(SHAPE, header)(cells)
    assert outcome == THOROUGH({name: row[name] for name in header})
    if isinstance(outcome, Arrival):
        short = arrivals._quick(SHAPE, *arrivals._at(STEPS, header))([*cells, ""])
        assert short == outcome


@settings(max_examples=600, deadline=None)
@given(rows())
def test_the_fields_are_let_through_as_their_schema_does(row):
    outcome = reader(SHAPE)(row)
    names = {field["name"] for field in FIELDS}
    if isinstance(outcome, Arrival):
        VALIDATOR.validate({**outcome.plain, **outcome.secret})
        return
    data = {}
    for field in FIELDS:
        value = row.get(field["name"])
        value = value.strip() if isinstance(value, str) else value
        if value not in (None, ""):
            data[field["name"]] = value
    wrong = {reason.field for reason in outcome} & names
    complained = {
        error.path[0] if error.path else error.message.split("'")[1] for error in VALIDATOR.iter_errors(data)
    } & names
    # The schema knows JSON's types, and a file has texts: a number in digits, a text of a number, and capitals are put right.
    lenient = {name for name in names if not isinstance(data.get(name, ""), str) or name in ("area", "idcard", "code")}
    assert complained - lenient <= wrong
    unstorable = {name for name in names if not arrival_values.storable(str(data.get(name, "")))}
    assert wrong - lenient <= complained | unstorable


@settings(max_examples=400, deadline=None)
@given(st.one_of(citizen(), numbers, digits))
def test_a_citizen_number_is_good_when_its_parser_says_so(value):
    def outcome(check):
        try:
            return check(value)
        except InvalidIdentifier as wrong:
            return wrong.code

    assert outcome(arrival_values.citizen_number) == outcome(lambda given: idcard.parse(given.strip().upper()).value)


@pytest.mark.parametrize("value", ["nan", "inf", "1e999", "--5", "", True, [], float("inf")])
def test_what_json_has_no_number_for_is_none(value):
    with pytest.raises(arrival_values.Wrong):
        arrival_values.number(value)
