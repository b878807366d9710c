"""The pure rules of sharing."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import SHANGHAI
from yitong.exchange.connectors_data import CONNECTORS
from yitong.exchange.rules import mapping, patience, quota, scopes, shapes, tokens
from yitong.exchange.upstream.records import REGISTERS, record_of

NOW = datetime(2026, 9, 24, 10, 0, tzinfo=SHANGHAI)
KEY = b"k" * 32
JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize("text", ["2012-06-30", "20120630", "2012年6月30日", "2012/6/30", "2012-06-30T08:00:00"])
def test_days_as_registers_write_them(text):
    assert mapping.read_date(text) == date(2012, 6, 30)


@pytest.mark.parametrize("text", ["", "2012", "20121301", "30.6.2012", "2012-02-30", "٢٠١٢٠٦٣٠"])
def test_what_is_no_day(text):
    assert mapping.read_date(text) is None


FIELDS = [
    {"name": "school", "label": "学校", "path": "a.b", "kind": "text", "required": True},
    {"name": "money", "label": "金额", "path": "m", "kind": "number"},
    {"name": "level", "label": "层次", "path": "l", "kind": "choice", "choices": {"1": "本科"}},
]


def test_a_record_is_mapped_and_what_is_not_named_stays_behind():
    found = mapping.mapped({"a": {"b": " 示范大学 "}, "m": "1,234.50", "l": 1, "secret": "x"}, FIELDS)
    assert found.data == {"school": "示范大学", "money": "1234.50", "level": "本科"}
    assert not found.problems


def test_every_wrong_field_is_named():
    found = mapping.mapped({"m": True, "l": "9"}, FIELDS)
    assert {(p.path, p.why) for p in found.problems} == {("a.b", "missing"), ("m", "not_number"), ("l", "not_choice")}


@given(JSON)
def test_no_answer_whatever_it_holds_breaks_the_mapping(record: Any) -> None:
    if isinstance(record, dict):
        for connector in CONNECTORS:
            json.dumps(mapping.mapped(record, connector["fields"]).data)
    assert mapping.at(record, "a.b.c") is None or isinstance(record, dict)


@given(st.dictionaries(st.sampled_from(["a", "m", "l"]), JSON))
def test_mapped_values_are_of_their_kind(record: dict[str, Any]) -> None:
    data = mapping.mapped(record, FIELDS).data
    assert set(data) <= {"school", "money", "level"}
    assert isinstance(data.get("money", 0), int | str)


@pytest.mark.parametrize("connector", CONNECTORS, ids=lambda each: each["code"])
def test_the_built_in_connectors_fit_what_the_stand_in_sends(connector):
    assert mapping.schema_problems(connector["fields"]) == []
    register = connector["url"].rsplit("/", 1)[-1]
    assert register in REGISTERS
    numbers = [f"43990119{50 + n}0101{n:04d}" for n in range(10, 40)]
    found = [record for number in numbers if (record := record_of(register, number, "某某", NOW.date()))]
    if register == "lawyer":
        found.append(record_of("lawyer", "439902199302141234", "林芳", NOW.date()))
    assert found
    for record in found:
        assert mapping.mapped(record, connector["fields"]).problems == ()


def test_a_schema_that_cannot_work_says_why():
    assert mapping.schema_problems([])
    twice = [FIELDS[0], FIELDS[0], {**FIELDS[1], "kind": "blob"}, {**FIELDS[2], "choices": None}, "x"]
    assert len(mapping.schema_problems(twice)) == 4


@given(st.integers(1, 40), st.floats(0, 1))
def test_a_pause_grows_and_has_an_end(attempt: int, share: float) -> None:
    seconds = patience.pause(attempt, share)
    assert seconds is not None and 0 < seconds <= patience.LONGEST_PAUSE
    assert patience.pause(attempt, share, asked_for=60) is None
    assert patience.pause(attempt, share, asked_for=1.5) >= 1.5


@given(st.text(alphabet="0123456789李梅abcXYZ中文-: ", max_size=200))
def test_a_masked_text_tells_nobody_anything(text: str) -> None:
    shown = shapes.masked(text)
    assert not set(shown) & set("123456789李梅中文")


def test_an_outline_has_no_values():
    raw = json.dumps({"data": {"XM": "李梅", "SFZH": "439901199005200242", "n": 3.5, "ok": True, "l": list(range(9))}})
    shown = json.dumps(shapes.shape(raw.encode()), ensure_ascii=False)
    assert "李梅" not in shown and "4399" not in shown
    assert "text(2)" in shown and "text(18)" in shown and "number" in shown
    assert shapes.shape(b"<html>\xe6\x9d\x8e 439901199005200242 Bad Gateway 502") == "<html>某 *** Bad Gateway 000"


def test_a_deep_answer_is_cut_off():
    raw = b"[" * 100_000
    assert isinstance(shapes.shape(raw), str)


def test_scopes_refuse_type_way_and_fields_by_name():
    held = [scopes.Scope("T1", frozenset({"a", "b"}), frozenset({"identifier"}))]
    assert scopes.refusal(held, "T1", "identifier", ["a"]) is None
    assert scopes.refusal(held, "T2", "identifier", []).code == "type_not_in_scope"
    assert scopes.refusal(held, "T1", "holder", []).code == "way_not_in_scope"
    refused = scopes.refusal(held, "T1", "identifier", ["a", "c"])
    assert (refused.code, refused.params["fields"]) == ("field_not_in_scope", "c")


def test_windows_end_when_the_next_begins():
    late = datetime(2026, 9, 24, 23, 59, 30, tzinfo=SHANGHAI)
    assert quota.day_of(late).ends_at == datetime(2026, 9, 25, 0, 0, tzinfo=SHANGHAI)
    assert quota.minute_of(late).ends_at == datetime(2026, 9, 25, 0, 0, tzinfo=SHANGHAI)
    assert quota.day_of(late).number + 1 == quota.day_of(late + timedelta(minutes=1)).number
    assert quota.Usage(1, 10, 11, 10).over() == "day"
    assert quota.Usage(11, 10, 11, 10).over() == "day"
    assert quota.Usage(11, 10, 9, 10).over() == "minute"
    assert quota.Usage(10, 10, 10, 10).over() == ""


def token(**more: Any) -> str:
    given = {"client_id": "c-1", "generation": 2, "token_id": "t", "now": NOW, "seconds": 600}
    return tokens.make(KEY, **(given | more))


def test_a_token_says_whose_it_is_until_it_is_over():
    assert tokens.read(KEY, token(), NOW + timedelta(seconds=599)) == tokens.Claims("c-1", 2, "t")
    with pytest.raises(tokens.BadToken, match="expired"):
        tokens.read(KEY, token(), NOW + timedelta(seconds=600))
    with pytest.raises(tokens.BadToken, match="forged"):
        tokens.read(b"x" * 32, token(), NOW)


@given(st.integers(0, 10_000), st.characters(min_codepoint=33, max_codepoint=126))
def test_an_altered_token_is_never_believed(place: int, sign: str) -> None:
    whole = token()
    place %= len(whole)
    altered = whole[:place] + sign + whole[place + 1 :]
    try:
        claims = tokens.read(KEY, altered, NOW)
    except tokens.BadToken:
        return
    # The last character of a part may hold bits that mean nothing.
    assert claims == tokens.read(KEY, whole, NOW)


@given(st.text(max_size=60) | st.from_regex(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_=-]*\.[A-Za-z0-9_-]*", fullmatch=True))
def test_rubbish_is_no_token(text: str) -> None:
    with pytest.raises(tokens.BadToken):
        tokens.read(KEY, text, NOW)
