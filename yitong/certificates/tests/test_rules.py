"""Wording, terms and definitions."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from yitong.certificates.rules import terms, wording
from yitong.certificates.rules.definitions import refusals
from yitong.certificates.rules.states import Way
from yitong.certificates.types_data import INSTANT, REVIEWED, TYPES
from yitong.kernel.calendar import load_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = load_calendar()


def test_the_built_in_types_are_complete() -> None:
    assert len({each.code for each in TYPES}) == len(TYPES)
    assert (len(REVIEWED), len(INSTANT)) == (16, 8)
    for each in TYPES:
        assert refusals(each.columns) == [], each.code


def test_a_sentence_names_only_what_the_type_knows() -> None:
    found = wording.problems("{{ holder_name }} {{ spouse }} {{ x", ["place"], field="statement")
    assert [(reason.code, reason.params.get("name")) for reason in found] == [
        ("unknown_placeholder", "spouse"),
        ("broken_placeholder", None),
    ]


def test_a_value_that_looks_like_a_placeholder_stays_text() -> None:
    assert wording.filled("{{ a }}，{{ b }}", {"a": "{{ b }}", "b": "乙"}) == "{{ b }}，乙"


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.one_of(st.none(), st.text(max_size=5), st.integers())))
def test_entries_show_exactly_the_values_there_are(data: dict[str, object]) -> None:
    fields = [{"name": name, "label": name.upper()} for name in "abc"]
    shown = {line["label"].lower(): line["value"] for line in wording.entries(fields, data)}
    assert set(shown) == {name for name in "abc" if wording.shown(data.get(name))}
    assert wording.lacking("".join("{{ " + name + " }}" for name in "abc"), data) == [
        n for n in "abc" if n not in shown
    ]


def test_values_are_printed_as_people_here_read_them() -> None:
    at = datetime(2026, 11, 21, 1, 5, tzinfo=ZoneInfo("UTC"))
    assert wording.shown(at) == "2026年11月21日09:05"
    assert wording.shown("2026-11-21") == "2026年11月21日" and wording.shown("2026-99-99") == "2026-99-99"
    assert wording.shown([{"坐落": "春风路8号"}, True, None]) == "坐落：春风路8号、是"


def test_a_review_limit_skips_the_holiday_and_the_days_of_asking_back() -> None:
    start = datetime(2026, 9, 24, 10, 0, tzinfo=SHANGHAI)  # Thursday before Mid-autumn (25 to 27 September)
    assert terms.due_of(start, 3, (), CALENDAR).due_on == date(2026, 9, 30)
    paused = [(date(2026, 9, 28), date(2026, 9, 30))]
    assert terms.due_of(start, 3, paused, CALENDAR).due_on == date(2026, 10, 9)
    assert terms.due_of(start, 3, [(date(2026, 9, 28), None)], CALENDAR).due_on is None
    # Asked and answered on the same day stops nothing.
    assert terms.due_of(start, 3, [(date(2026, 9, 28), date(2026, 9, 28))], CALENDAR).due_on == date(2026, 9, 30)


def test_the_light_turns_yellow_on_the_eve_and_red_after_the_end() -> None:
    start = datetime(2026, 9, 24, 10, 0, tzinfo=SHANGHAI)
    due = terms.due_of(start, 3, (), CALENDAR).due_at

    def light(day: int, month: int = 9, hour: int = 10) -> str:
        now = datetime(2026, month, day, hour, tzinfo=SHANGHAI)
        return terms.light(now, due, paused=False, ended=False, calendar=CALENDAR)

    assert [light(24), light(28), light(29), light(30), light(1, 10)] == ["green", "green", "yellow", "yellow", "red"]
    assert terms.light(start, due, paused=True, ended=False, calendar=CALENDAR) == "paused"
    assert terms.light(start, due, paused=True, ended=True, calendar=CALENDAR) == "none"


def test_validity_counts_its_first_day() -> None:
    assert terms.last_day(date(2026, 11, 1), 30) == date(2026, 11, 30)
    assert terms.last_day(date(2026, 11, 1), None) is None


def test_a_type_that_claims_too_much_is_refused() -> None:
    housing = next(each for each in INSTANT if each.code == "housing").columns

    def codes(**changes: object) -> set[str]:
        return {reason.code for reason in refusals({**housing, **changes})}

    assert codes(connector="", licence_type="1" * 21) == {"library_proves_no_absence"}
    assert codes(connector="", absence="refuse", absence_advice="去窗口") == {"no_source"}
    assert codes(statement="{{ owner }}") == {"unknown_placeholder"}
    assert codes(fields=[{"name": "1x", "label": "坏"}, {"name": "today", "label": "今"}]) >= {
        "bad_field",
        "same_field",
    }
    assert codes(law=" ", purposes=[], limit_days=0) == {"empty", "bad_days"}
    assert codes(way="by_magic") >= {"unknown_way"}
    assert {way.value for way in Way} == {"reviewed", "instant", "verified", "sheet"}
