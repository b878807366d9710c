"""The pure rules, against brute force and the table of the law."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yitong.cases.rules.clock_replay import ClockEvent, clock_data, dues, replay
from yitong.cases.rules.deadlines import tell_by, workdays_before
from yitong.cases.rules.lights import Light, light
from yitong.cases.rules.number_parts import piece, splits, within_tail
from yitong.cases.rules.searching import number_tokens, query, tokens
from yitong.cases.rules.states import OPEN_STATES, OUTCOMES, REVIEW_STATES, STATES
from yitong.cases.rules.transitions import ALLOWED_STATES, Action, CaseFacts, refusals
from yitong.kernel.calendar import load_calendar
from yitong.kernel.clock import SHANGHAI, Limit, Unit

CALENDAR = load_calendar()
START = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)


def accepted(statutory: int, committed: int, unit: Unit = Unit.WORKDAY, start: datetime = START) -> ClockEvent:
    data = clock_data(
        start_at=start,
        statutory=Limit(statutory, unit),
        committed=Limit(committed, unit),
        closing=None,
        calendar=CALENDAR,
    )
    return ClockEvent("accepted", data)


def stop(number: int, since: date) -> ClockEvent:
    return ClockEvent(
        "special_started",
        {"procedure": number, "kind": "hearing", "reason": "听证", "from_on": since.isoformat(), "planned_days": 5},
    )


def go(number: int, until: date) -> ClockEvent:
    return ClockEvent("special_ended", {"procedure": number, "until_on": until.isoformat(), "result": ""})


@st.composite
def histories(draw) -> tuple[list[ClockEvent], list[tuple[date, date]], int, int]:
    """An acceptance, special procedures one after another, and possibly an extension."""
    statutory = draw(st.integers(1, 60))
    committed = draw(st.integers(1, statutory))
    day = START.date()
    events, stops = [accepted(statutory, committed)], []
    for number in range(draw(st.integers(0, 3))):
        day += timedelta(days=draw(st.integers(0, 10)))
        until = day + timedelta(days=draw(st.integers(0, 25)))
        events += [stop(number, day), go(number, until)]
        stops.append((day, until))
        day = until
    extra = draw(st.integers(0, 10))
    if extra:
        events.append(ClockEvent("extension_approved", {"days": extra, "reason": "复杂"}))
    return events, stops, statutory + extra, committed + extra


def brute(total: int, stops: list[tuple[date, date]]) -> date:
    day, counted = START.date(), 0
    while counted < total:
        day += timedelta(days=1)
        inside = any(since <= day < until for since, until in stops)
        counted += CALENDAR.is_workday(day) and not inside
    return day


@settings(max_examples=300, deadline=None)
@given(histories())
def test_replay_counts_like_a_calendar_on_the_wall(history):
    events, stops, statutory, committed = history
    found = dues(replay(events))
    assert (found.statutory_due_on, found.committed_due_on) == (brute(statutory, stops), brute(committed, stops))
    assert not found.suspended
    green = committed - max(1, committed // 5)
    last_green = brute(green, stops) if green else START.date()
    assert found.yellow_at == datetime.combine(last_green + timedelta(days=1), time(0), SHANGHAI)


def test_an_open_procedure_leaves_no_date():
    found = dues(replay([accepted(20, 10), stop(1, START.date())]))
    assert found.suspended and found.statutory_due_at is None and found.committed_due_at is None


def test_nothing_accepted_has_no_clock():
    assert replay([ClockEvent("submitted", {})]) is None


def test_an_instant_item_is_due_the_same_day_and_never_yellow():
    found = dues(replay([accepted(1, 0)]))
    assert found.committed_due_on == START.date() and found.yellow_at is None


def test_past_the_loaded_years_is_provisional():
    late = datetime(CALENDAR.last_year, 12, 25, 9, 0, tzinfo=SHANGHAI)
    assert dues(replay([accepted(20, 10, start=late)])).provisional_clock


@given(st.integers(0, 6 * 365 * 24 * 60))
def test_five_working_days_to_tell(minutes):
    received = datetime(2020, 1, 2, tzinfo=UTC) + timedelta(minutes=minutes)
    on = received.astimezone(SHANGHAI).date()
    assert CALENDAR.workdays_between(on, tell_by(received, None, CALENDAR).due_on) == 5


@given(st.dates(date(2020, 2, 1), date(2026, 12, 1)), st.integers(0, 5))
def test_reminders_lie_whole_working_days_before(day, n):
    earlier = workdays_before(day, n, CALENDAR)
    assert sum(CALENDAR.is_workday(earlier + timedelta(days=i)) for i in range((day - earlier).days)) == n


@given(st.integers(-40, 40), st.booleans())
def test_the_light_has_one_colour(hours, suspended):
    yellow, committed, statutory = START, START + timedelta(hours=10), START + timedelta(hours=20)
    now = START + timedelta(hours=hours)
    shown = light(now, yellow, committed, statutory, suspended, None)
    if suspended:
        assert shown is Light.PAUSED
    elif now > committed:
        assert shown is Light.RED
    else:
        assert shown is (Light.YELLOW if now >= yellow else Light.GREEN)
    assert light(now, yellow, committed, statutory, suspended, now) is Light.NONE


FACTS = st.builds(
    CaseFacts,
    state=st.sampled_from(STATES),
    now=st.just(START),
    suspended=st.booleans(),
    correction_given=st.booleans(),
    tell_by_at=st.sampled_from([None, START - timedelta(days=1), START + timedelta(days=1)]),
    statutory_due_at=st.sampled_from([None, START - timedelta(days=1), START + timedelta(days=1)]),
    claimed_by=st.sampled_from(["", "孙丽"]),
    provisional_open=st.booleans(),
    provisional_overdue=st.booleans(),
    item_may_be_provisional=st.booleans(),
    item_has_commitment=st.booleans(),
    commitment=st.sampled_from(["", "signed", "rectifying", "passed", "revoked"]),
    special_kinds=st.sampled_from([(), ("hearing",)]),
    extension=st.sampled_from(["", "requested", "approved", "refused"]),
    extension_limit=st.sampled_from([0, 10]),
    deemed_approval_listed=st.booleans(),
    outcome=st.sampled_from(["", *OUTCOMES]),
    result_owed=st.booleans(),
    delivery=st.sampled_from(["", "sent", "delivered"]),
    steps_open=st.integers(0, 2),
    steps_any=st.integers(0, 2),
    site_checks_open=st.integers(0, 1),
)


@settings(max_examples=500)
@given(FACTS, st.sampled_from(list(Action)))
def test_the_law_holds_whatever_the_case(facts, action):
    reasons = refusals(action, facts)
    assert all(reason.code and str(reason) for reason in reasons)
    if reasons:
        return
    assert facts.state in ALLOWED_STATES[action]
    silent = facts.tell_by_at is not None and facts.now > facts.tell_by_at
    overdue = facts.statutory_due_at is not None and facts.now > facts.statutory_due_at
    match action:
        case Action.REQUEST_CORRECTION:
            assert not facts.correction_given and not silent
        case Action.REFUSE_ACCEPTANCE | Action.DECLARE_NOT_REQUIRED:
            assert not silent
        case Action.DEEM_ACCEPTED:
            assert silent
        case Action.DEEM_APPROVED:
            assert facts.deemed_approval_listed and overdue and not facts.suspended and not facts.provisional_open
        case Action.DECIDE | Action.COMPLETE_STEP | Action.RETURN_TO_STEP:
            assert not facts.suspended
        case Action.APPROVE_EXTENSION | Action.REQUEST_EXTENSION:
            assert facts.extension != "approved" and not overdue and facts.extension_limit
        case Action.START_SPECIAL_PROCEDURE:
            assert facts.special_kinds and not overdue and not facts.suspended
        case Action.WITHDRAW:
            assert facts.state not in ("delivering", "closed")
        case Action.CHECK_COMMITMENT:
            assert facts.outcome == "granted"


@pytest.mark.parametrize("action", list(Action))
def test_every_action_has_states_and_no_closed_case_moves(action):
    assert set(ALLOWED_STATES[action]) <= set(STATES)
    if action is not Action.CHECK_COMMITMENT:
        assert refusals(action, CaseFacts(state="closed"))


def test_states_are_grouped_consistently():
    assert set(REVIEW_STATES) < set(OPEN_STATES) < set(STATES)


@given(
    st.text(alphabet="李梅食品经营许可证AB12 -'\\&|!()", max_size=12),
    st.text(alphabet="李梅食品经营许可证", max_size=6),
)
def test_every_part_of_a_name_finds_it(noise, name):
    indexed = set(tokens(name))
    for start in range(len(name)):
        for end in range(start + 1, len(name) + 1):
            assert set(query(name[start:end])) <= indexed
    assert not any(character in token for token in query(noise) for character in "'\\&|!() ")


def test_a_number_is_found_by_its_end():
    number = "11439900MB0000027X3000131001000202609240001"
    found = number_tokens(number)
    assert {number.lower(), "0001", "202609240001", "40001"} <= set(found)


@given(st.dates(date(2020, 1, 1), date(2099, 12, 31)), st.integers(1, 99999), st.data())
def test_every_piece_of_six_within_day_and_serial_begins_an_ending(day, serial, data):
    number = f"11439900MB0000027X3000131001000{day:%Y%m%d}{serial:04d}"
    found = number_tokens(number)
    tail = number[31:]
    start = data.draw(st.integers(0, len(tail) - 6))
    text = tail[start : data.draw(st.integers(start + 6, len(tail)))]
    assert piece(f"李梅 {text}") == text
    # An ending is held whole; anything else must look like a day, and begin one of the endings.
    assert text in found or (within_tail(text) and any(token.startswith(text) for token in found))


@given(st.dates(date(2020, 1, 1), date(2099, 12, 31)), st.integers(1, 30), st.integers(1, 11))
def test_a_piece_across_code_and_day_is_cut_where_the_day_begins(day, before, after):
    code, tail = "11439900MB0000027X3000131001000", f"{day:%Y%m%d}0001"
    text = (code[-before:] + tail[:after]).lower()
    assert before in splits(text)


def test_what_cannot_be_a_piece_of_a_number():
    assert [piece(text) for text in ("", "李梅", "12345", "abcdef", "1" * 43, "a:*")] == [""] * 6
    assert not within_tail("991399") and not within_tail("mb0000") and within_tail("202609")
