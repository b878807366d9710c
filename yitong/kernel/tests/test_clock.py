"""The legal clock in named contexts, and against a day-by-day oracle that shares neither code nor data with it."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yitong.kernel.calendar import CalendarRangeError, load_calendar
from yitong.kernel.clock import (
    NEVER,
    SHANGHAI,
    ClockInput,
    ClockInputError,
    Extension,
    Limit,
    Suspension,
    Unit,
    due,
    due_on_ordinal,
    explain,
    remaining,
)

CALENDAR = load_calendar()
HEARING = Suspension(date(2026, 10, 9), date(2026, 10, 15), "hearing", "applicant asked for a hearing")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def clock(start, amount, *suspensions, unit=Unit.WORKDAY, extend=(), closing=None, roll=False):
    extensions = tuple(Extension(days) for days in extend)
    return ClockInput(at(start), Limit(amount, unit, roll), suspensions, extensions, closing)


def due_on(*args, **kwargs):
    return due(clock(*args, **kwargs), CALENDAR).due_on


def rows(inp, now=None):
    return {day.on: day for day in explain(inp, CALENDAR, now).days}


# --- working days ---------------------------------------------------------------------------------------------------


def test_twenty_working_days_run_around_mid_autumn_and_national_day_2026():
    assert due_on("2026-09-24T15:00", 20) == date(2026, 10, 29)


def test_a_hearing_from_9_to_15_october_2026_costs_five_working_days_with_the_makeup_saturday():
    outcome = due(clock("2026-09-24T15:00", 20, HEARING), CALENDAR)
    assert outcome.due_on == date(2026, 11, 5)
    assert outcome.due_at == at("2026-11-05T23:59:59")
    assert (outcome.counted, outcome.provisional, outcome.start_on) == (20, False, date(2026, 9, 24))
    assert outcome.calendar_version == "2026.1"


def test_the_due_instant_is_the_last_second_of_the_day_in_shanghai():
    outcome = due(clock("2026-03-02T09:00", 1), CALENDAR)
    assert outcome.due_at.astimezone(UTC) == datetime(2026, 3, 3, 15, 59, 59, tzinfo=UTC)


def test_the_start_day_is_not_counted_and_the_next_working_day_is_the_first():
    assert due_on("2026-03-02T08:00", 1) == date(2026, 3, 3)
    assert due_on("2026-03-06T08:00", 1) == date(2026, 3, 9)  # Friday to Monday


@pytest.mark.parametrize(
    ("start", "amount", "expected"),
    [
        ("2025-01-24T10:00", 1, date(2025, 1, 26)),  # Sunday worked before the Spring Festival
        ("2025-01-24T10:00", 3, date(2025, 2, 5)),
        ("2025-02-06T10:00", 2, date(2025, 2, 8)),  # Saturday worked after it
        ("2025-04-25T10:00", 1, date(2025, 4, 27)),
        ("2025-09-26T10:00", 4, date(2025, 10, 9)),
        ("2025-10-09T10:00", 2, date(2025, 10, 11)),
    ],
)
def test_a_makeup_day_of_2025_counts(start, amount, expected):
    assert due_on(start, amount) == expected


def test_twenty_days_extended_by_ten_are_thirty():
    assert due_on("2026-03-02T09:00", 20, extend=[10]) == due_on("2026-03-02T09:00", 30)
    assert due_on("2026-03-02T09:00", 20, extend=[4, 6]) == due_on("2026-03-02T09:00", 30)


def test_an_instant_item_is_due_on_its_start_day():
    assert due_on("2026-03-02T09:00", 0) == date(2026, 3, 2)
    assert due(clock("2026-03-07T09:00", 0), CALENDAR).due_on == date(2026, 3, 7)


def test_the_start_is_read_in_shanghai_whatever_its_offset():
    late_in_utc = ClockInput(datetime(2026, 3, 2, 17, 0, tzinfo=UTC), Limit(1))
    assert due(late_in_utc, CALENDAR).start_on == date(2026, 3, 3)
    honolulu = ClockInput(datetime(2026, 3, 2, 7, 0, tzinfo=timezone(timedelta(hours=-10))), Limit(1))
    assert due(honolulu, CALENDAR) == due(late_in_utc, CALENDAR)


# --- closing hour ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "start_on", "detail"),
    [
        ("2026-03-06T17:29:59", date(2026, 3, 6), ""),
        ("2026-03-06T17:30", date(2026, 3, 9), "after_hours"),  # Friday evening
        ("2026-03-07T09:00", date(2026, 3, 9), "day_off"),
        ("2026-10-01T09:00", date(2026, 10, 8), "day_off"),
        ("2026-09-30T18:00", date(2026, 10, 8), "after_hours"),
        ("2026-10-10T09:00", date(2026, 10, 10), ""),  # a Saturday that is worked
    ],
)
def test_acceptance_after_hours_or_on_a_day_off_counts_as_the_next_working_day(start, start_on, detail):
    inp = clock(start, 1, closing=time(17, 30))
    assert due(inp, CALENDAR).start_on == start_on
    ledger = explain(inp, CALENDAR)
    assert (ledger.days[0].on, ledger.days[0].reason, ledger.days[0].detail) == (start_on, "start", detail)
    assert ledger.received_on == at(start).date()
    assert due(inp, CALENDAR).due_on == CALENDAR.nth_workday_after(start_on, 1)


def test_without_a_closing_hour_the_start_day_is_the_local_date():
    assert due(clock("2026-10-01T23:00", 1), CALENDAR).start_on == date(2026, 10, 1)


# --- suspensions ----------------------------------------------------------------------------------------------------


def test_overlapping_suspensions_count_once():
    overlap = Suspension(date(2026, 10, 13), date(2026, 10, 20), "expert_review")
    whole = Suspension(date(2026, 10, 9), date(2026, 10, 20), "hearing")
    expected = due_on("2026-09-24T15:00", 20, whole)
    assert due_on("2026-09-24T15:00", 20, HEARING, overlap) == expected
    assert due_on("2026-09-24T15:00", 20, overlap, HEARING) == expected
    assert due_on("2026-09-24T15:00", 20, whole, overlap, HEARING) == expected


def test_a_suspension_before_the_start_or_after_the_due_day_is_harmless():
    plain = due_on("2026-09-24T15:00", 20)
    assert due_on("2026-09-24T15:00", 20, Suspension(date(2026, 9, 1), date(2026, 9, 24), "test")) == plain
    assert due_on("2026-09-24T15:00", 20, Suspension(date(2026, 9, 1), date(2026, 9, 25), "test")) == plain
    assert due_on("2026-09-24T15:00", 20, Suspension(date(2026, 10, 30), None, "test")) == plain


def test_the_day_a_suspension_ends_counts_again():
    one_day = Suspension(date(2026, 3, 3), date(2026, 3, 4), "inspection")
    assert due_on("2026-03-02T09:00", 1, one_day) == date(2026, 3, 4)


def test_an_open_suspension_leaves_the_due_day_unknown():
    inp = clock("2026-03-02T09:00", 5, Suspension(date(2026, 3, 5), None, "appraisal", "vehicle damage"))
    outcome = due(inp, CALENDAR)
    assert (outcome.due_on, outcome.due_at, outcome.counted, outcome.provisional) == (None, None, 2, False)
    ledger = explain(inp, CALENDAR, at("2026-03-09T10:00"))
    assert [(day.on.day, day.reason) for day in ledger.days] == [
        (2, "start"),
        (3, "counted"),
        (4, "counted"),
        (5, "suspended"),
        (6, "suspended"),
        (7, "weekend"),
        (8, "weekend"),
        (9, "suspended"),
    ]
    assert ledger.days[3].detail == "appraisal: vehicle damage"
    assert ledger.remaining == 3
    assert remaining(inp, CALENDAR, at("2027-01-04T10:00")) == 3
    assert explain(inp, CALENDAR).days[-1].on == date(2026, 3, 5)


def test_an_open_suspension_that_begins_before_the_start_counts_nothing():
    inp = clock("2026-03-02T09:00", 5, Suspension(date(2026, 2, 2), None, "appraisal"))
    assert due(inp, CALENDAR).counted == 0
    assert [day.reason for day in explain(inp, CALENDAR).days] == ["start"]
    assert [day.reason for day in explain(inp, CALENDAR, at("2026-03-01T09:00")).days] == ["start"]


# --- calendar days --------------------------------------------------------------------------------------------------


def test_calendar_days_count_weekends_and_holidays():
    assert due_on("2026-09-24T15:00", 10, unit=Unit.DAY) == date(2026, 10, 4)
    assert due_on("2026-09-24T15:00", 20, HEARING, unit=Unit.DAY) == date(2026, 10, 20)


def test_a_last_calendar_day_that_is_off_moves_only_when_the_limit_says_so():
    inp = clock("2026-09-24T15:00", 10, unit=Unit.DAY, roll=True)
    assert due(inp, CALENDAR).due_on == date(2026, 10, 8)
    ledger = rows(inp)
    assert (ledger[date(2026, 10, 4)].reason, ledger[date(2026, 10, 4)].number) == ("counted", 10)
    assert [ledger[date(2026, 10, d)].reason for d in (5, 6, 7, 8)] == ["holiday", "holiday", "holiday", "rolled"]
    assert remaining(inp, CALENDAR, at("2026-10-08T12:00")) == 0
    assert remaining(inp, CALENDAR, at("2026-10-09T12:00")) == -1
    assert due_on("2026-03-02T09:00", 3, unit=Unit.DAY, roll=True) == date(2026, 3, 5)


def test_a_rolled_last_day_does_not_land_in_a_suspension():
    stop = Suspension(date(2026, 3, 9), date(2026, 3, 11), "inspection")
    assert due_on("2026-03-02T09:00", 5, stop, unit=Unit.DAY, roll=True) == date(2026, 3, 11)


# --- provisional ----------------------------------------------------------------------------------------------------


def test_a_count_past_the_loaded_years_is_provisional_and_each_day_says_so():
    inside, across = clock("2026-12-24T09:00", 5), clock("2026-12-24T09:00", 6)
    assert due(inside, CALENDAR).due_on == date(2026, 12, 31)
    assert not due(inside, CALENDAR).provisional
    assert due(across, CALENDAR).due_on == date(2027, 1, 1)
    assert due(across, CALENDAR).provisional
    ledger = explain(across, CALENDAR)
    assert ledger.provisional
    assert [day.on for day in ledger.days if day.provisional] == [date(2027, 1, 1)]


def test_an_open_suspension_is_provisional_only_when_days_past_the_loaded_years_were_counted():
    assert not due(clock("2026-12-24T09:00", 30, Suspension(date(2027, 1, 1), None, "test")), CALENDAR).provisional
    assert due(clock("2026-12-24T09:00", 30, Suspension(date(2027, 1, 5), None, "test")), CALENDAR).provisional
    assert due(clock("2027-02-01T09:00", 30, Suspension(date(2026, 12, 1), None, "test")), CALENDAR).provisional


# --- ledger and remaining -------------------------------------------------------------------------------------------


def test_every_day_of_the_ledger_says_whether_it_counts_and_why():
    ledger = rows(clock("2026-09-24T15:00", 20, HEARING))
    assert list(ledger) == [date(2026, 9, 24) + timedelta(n) for n in range(43)]
    assert ledger[date(2026, 9, 24)].reason == "start"
    assert ledger[date(2026, 9, 25)][1:5] == (False, None, "holiday", "中秋节")
    assert ledger[date(2026, 9, 28)][1:5] == (True, 1, "counted", "")
    assert ledger[date(2026, 10, 10)].reason == "suspended"
    assert ledger[date(2026, 10, 10)].detail == "hearing: applicant asked for a hearing"
    assert ledger[date(2026, 10, 11)].reason == "weekend"
    assert ledger[date(2026, 11, 5)].number == 20


def test_a_worked_weekend_counts_under_its_own_reason():
    day = rows(clock("2026-09-24T15:00", 20))[date(2026, 10, 10)]
    assert (day.counted, day.number, day.reason, day.detail) == (True, 6, "makeup", "国庆节")


def test_a_day_in_two_suspensions_names_both():
    other = Suspension(date(2026, 10, 12), date(2026, 10, 13), "test")
    assert rows(clock("2026-09-24T15:00", 20, HEARING, other))[date(2026, 10, 12)].detail.endswith("hearing; test")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-02-27T12:00", 3),  # before the start
        ("2026-03-05T09:00", 3),
        ("2026-03-06T00:00", 3),  # first counted day, still to come
        ("2026-03-06T23:59:59", 3),
        ("2026-03-08T12:00", 2),
        ("2026-03-10T23:59:59", 1),  # due day
        ("2026-03-11T00:00", -1),
        ("2026-03-12T09:00", -2),
        ("2026-03-15T09:00", -3),
        ("2026-03-16T09:00", -4),
    ],
)
def test_remaining_days_include_today_and_turn_negative_past_due(now, expected):
    inp = clock("2026-03-05T09:00", 3)
    assert remaining(inp, CALENDAR, at(now)) == expected
    assert explain(inp, CALENDAR, at(now)).remaining == expected


def test_a_limit_that_ran_out_before_a_weekend_is_overdue_on_the_weekend_already():
    inp = clock("2026-03-05T09:00", 1)
    assert [remaining(inp, CALENDAR, at(f"2026-03-{day:02}T09:00")) for day in (6, 7, 8, 9, 10)] == [1, -1, -1, -1, -2]


def test_the_ledger_without_now_gives_no_remaining_days():
    assert explain(clock("2026-03-05T09:00", 1), CALENDAR).remaining is None


# --- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: ClockInput(datetime(2026, 3, 2), Limit(1)), "start_at"),  # noqa: DTZ001
        (lambda: Limit(-1), "limit.amount"),
        (lambda: Limit(1.5), "limit.amount"),  # type: ignore[arg-type]
        (lambda: Limit(True), "limit.amount"),
        (lambda: Limit(10**9), "limit.amount"),
        (lambda: Limit(1, "month"), "limit.unit"),  # type: ignore[arg-type]
        (lambda: Extension(-1), "extensions.amount"),
        (lambda: Suspension(date(2026, 3, 2), date(2026, 3, 2), "test"), "suspensions.until_on"),
        (lambda: Suspension(date(2026, 3, 2), date(2026, 3, 1), "test"), "suspensions.until_on"),
        (lambda: Suspension(at("2026-03-02T09:00"), None, "test"), "suspensions.from_on"),
        (lambda: clock("2026-03-02T09:00", 1, closing=time(17, 30, tzinfo=UTC)), "closing"),
        (lambda: remaining(clock("2026-03-02T09:00", 1), CALENDAR, datetime(2026, 3, 2)), "now"),  # noqa: DTZ001
        (lambda: due(clock("9999-12-30T09:00", 5), CALENDAR), "limit.amount"),
        (lambda: due(clock("9999-12-31T18:00", 0, closing=time(17)), CALENDAR), "start_at"),
        (lambda: due(ClockInput(datetime.max.replace(tzinfo=UTC), Limit(1)), CALENDAR), "start_at"),
    ],
)
def test_bad_input_is_refused_by_the_name_of_its_field(make, field):
    with pytest.raises(ClockInputError) as caught:
        make()
    assert caught.value.field == field
    assert caught.value.message


def test_a_start_before_the_calendar_is_refused_in_both_units():
    for unit in Unit:
        with pytest.raises(CalendarRangeError, match="2020 to 2026"):
            due(clock("2019-12-31T23:00", 1, unit=unit), CALENDAR)


# --- the oracle -----------------------------------------------------------------------------------------------------
# One day at a time, with the working days of chinesecalendar; it knows nothing of ranks, ranges or ordinals.

LAST_KNOWN = date(2026, 12, 31)


def worked(day):
    return chinese_calendar.is_workday(day) if day <= LAST_KNOWN else day.weekday() < 5


def stopped(day, inp):
    return any(s.from_on <= day and (s.until_on is None or day < s.until_on) for s in inp.suspensions)


def oracle(inp, horizon):
    """(start day, due day or None, [days that counted]) by brute force, giving up at ``horizon``."""
    local = inp.start_at.astimezone(timezone(timedelta(hours=8)))
    day = local.date()
    if inp.closing is not None and (not worked(day) or local.time() >= inp.closing):
        day += timedelta(1)
        while not worked(day):
            day += timedelta(1)
    start, counted = day, []
    total = inp.limit.amount + sum(extension.amount for extension in inp.extensions)
    while len(counted) < total:
        day += timedelta(1)
        if day > horizon:
            return start, None, counted
        if not stopped(day, inp) and (inp.limit.unit == "day" or worked(day)):
            counted.append(day)
    last = day
    if inp.limit.roll_to_workday:
        while not worked(day) or (day != last and stopped(day, inp)):
            day += timedelta(1)
            if day > horizon:
                return start, None, counted
    return start, day, counted


@st.composite
def clock_inputs(draw):
    start = draw(st.datetimes(datetime(2020, 1, 2), datetime(2026, 12, 1), timezones=st.sampled_from([SHANGHAI, UTC])))  # noqa: DTZ001
    suspensions = []
    for _ in range(draw(st.integers(0, 4))):
        begin = start.date() + timedelta(draw(st.integers(-20, 60)))
        length = draw(st.one_of(st.integers(1, 30), st.none()) if draw(st.booleans()) else st.integers(1, 30))
        suspensions.append(Suspension(begin, None if length is None else begin + timedelta(length), "test", "drawn"))
    extensions = draw(st.lists(st.integers(0, 15).map(Extension), max_size=2))
    unit = draw(st.sampled_from(Unit))
    roll = draw(st.booleans()) and unit is Unit.DAY
    closing = draw(st.one_of(st.none(), st.times()))
    return ClockInput(
        start, Limit(draw(st.integers(0, 60)), unit, roll), tuple(suspensions), tuple(extensions), closing
    )


@settings(max_examples=600, deadline=None)
@given(clock_inputs(), st.integers(-5, 150))
def test_the_clock_agrees_with_a_day_by_day_oracle_over_2020_to_2026(inp, later):
    start, last, counted = oracle(inp, horizon=inp.start_at.date() + timedelta(500))
    outcome = due(inp, CALENDAR)
    assert (outcome.start_on, outcome.due_on, outcome.counted) == (start, last, len(counted))
    if last is not None:
        assert outcome.due_at == datetime.combine(last, time(23, 59, 59), timezone(timedelta(hours=8)))
        assert outcome.provisional is (last > LAST_KNOWN)

    now = datetime.combine(start + timedelta(later), time(12), timezone(timedelta(hours=8)))
    ledger = explain(inp, CALENDAR, now)
    final = last or max(now.date(), start)
    assert [day.on for day in ledger.days] == [start + timedelta(n) for n in range((final - start).days + 1)]
    assert [day.on for day in ledger.days if day.counted] == [day for day in counted if day <= final]
    assert [day.number for day in ledger.days if day.counted] == list(range(1, 1 + sum(d <= final for d in counted)))
    for day in ledger.days[1:]:
        assert (day.reason == "suspended") <= stopped(day.on, inp)
        assert (day.reason in ("weekend", "holiday")) <= (not worked(day.on))

    if last is not None and now.date() > last:
        past = sum(worked(last + timedelta(n)) for n in range(1, (now.date() - last).days + 1))
        assert ledger.remaining == -max(1, past)
    else:
        total = inp.limit.amount + sum(extension.amount for extension in inp.extensions)
        assert ledger.remaining == total - sum(day < now.date() for day in counted)


@settings(max_examples=100, deadline=None)
@given(clock_inputs())
def test_the_order_of_suspensions_does_not_matter_and_replay_gives_the_same_answer(inp):
    turned = ClockInput(inp.start_at, inp.limit, inp.suspensions[::-1], inp.extensions[::-1], inp.closing)
    assert due(inp, CALENDAR) == due(turned, CALENDAR) == due(inp, load_calendar("2026.1"))


def test_the_bare_count_takes_ordinals():
    start = date(2026, 9, 24).toordinal()
    hearing = (HEARING.from_on.toordinal(), HEARING.until_on.toordinal())
    assert due_on_ordinal(start, 20, True, [hearing], CALENDAR) == date(2026, 11, 5).toordinal()
    assert due_on_ordinal(start, 20, True, [(start, NEVER)], CALENDAR) is None
