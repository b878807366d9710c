"""The working-day calendar against the State Council notices and against the independent package chinesecalendar."""

from datetime import date, datetime, timedelta

import chinese_calendar
import pytest

from yitong.kernel import calendar as calendar_module
from yitong.kernel.calendar import (
    CalendarDataError,
    CalendarRangeError,
    Notice,
    build_calendar,
    calendar_versions,
    load_calendar,
)

CALENDAR = load_calendar()
DAYS = [date(2020, 1, 1) + timedelta(n) for n in range((date(2027, 1, 1) - date(2020, 1, 1)).days)]


def notice(year, off=(), makeup=()):
    return Notice(year, f"notice for {year}", "", tuple(off), tuple(makeup))


def test_every_day_of_2020_to_2026_agrees_with_chinesecalendar():
    assert [d for d in DAYS if CALENDAR.is_workday(d) != chinese_calendar.is_workday(d)] == []


def test_every_makeup_day_agrees_with_chinesecalendar():
    ours = {d for d in DAYS if CALENDAR.is_makeup(d)}
    assert ours == {d for d in chinese_calendar.constants.workdays if d.year >= 2020}


def test_every_named_holiday_of_chinesecalendar_is_a_holiday_here():
    named = {d for d in DAYS if d in chinese_calendar.constants.holidays}
    assert {d for d in DAYS if CALENDAR.why_off(d) == "holiday"} == named


@pytest.mark.parametrize(
    ("day", "why", "makeup", "name"),
    [
        (date(2025, 1, 26), None, True, "春节"),  # Sunday worked before the Spring Festival
        (date(2025, 2, 8), None, True, "春节"),
        (date(2025, 4, 27), None, True, "劳动节"),
        (date(2025, 9, 28), None, True, "国庆节、中秋节"),
        (date(2025, 10, 11), None, True, "国庆节、中秋节"),
        (date(2026, 10, 1), "holiday", False, "国庆节"),
        (date(2026, 10, 3), "holiday", False, "国庆节"),  # a Saturday inside the holiday is the holiday
        (date(2026, 10, 17), "weekend", False, ""),
        (date(2026, 10, 8), None, False, ""),
        (date(2022, 12, 31), "holiday", False, "元旦"),  # set by the notice for 2023
    ],
)
def test_a_day_says_why_it_is_off_or_worked(day, why, makeup, name):
    assert CALENDAR.why_off(day) == why
    assert CALENDAR.is_workday(day) is (why is None)
    assert CALENDAR.is_makeup(day) is makeup
    assert CALENDAR.holiday_name(day) == name


def test_the_extension_of_the_spring_festival_2020_overrides_its_makeup_day():
    assert CALENDAR.why_off(date(2020, 2, 1)) == "holiday"
    assert not CALENDAR.is_makeup(date(2020, 2, 1))
    assert CALENDAR.is_workday(date(2020, 2, 3))


def test_the_nth_workday_is_found_by_walking_day_by_day():
    for start in DAYS[:-60:7]:
        day, seen = start, 0
        while seen < 20:
            day += timedelta(1)
            seen += chinese_calendar.is_workday(day)
            if seen in (1, 5, 20) and chinese_calendar.is_workday(day):
                assert CALENDAR.nth_workday_after(start, seen) == day
                assert CALENDAR.workdays_between(start, day) == seen


def test_the_zeroth_workday_is_the_day_itself_and_a_negative_one_is_refused():
    assert CALENDAR.nth_workday_after(date(2026, 10, 1), 0) == date(2026, 10, 1)
    with pytest.raises(ValueError, match="n must be 0 or more"):
        CALENDAR.nth_workday_after(date(2026, 10, 1), -1)


def test_workdays_between_is_half_open_and_signed():
    friday, monday = date(2026, 10, 16), date(2026, 10, 19)
    assert CALENDAR.workdays_between(friday, monday) == 1
    assert CALENDAR.workdays_between(friday, friday) == 0
    assert CALENDAR.workdays_between(monday, friday) == -1


def test_past_the_loaded_years_only_weekends_are_off():
    assert not CALENDAR.covers(date(2027, 1, 1))
    assert CALENDAR.covers(date(2026, 12, 31))
    day, rank = date(2026, 12, 20), 0
    while day < date(2031, 1, 1):
        day += timedelta(1)
        weekday = day.weekday() < 5
        assert CALENDAR.is_workday(day) is weekday
        rank += weekday
        assert CALENDAR.workdays_between(date(2026, 12, 20), day) == rank
        if weekday:
            assert CALENDAR.nth_workday_after(date(2026, 12, 20), rank) == day


def test_a_date_before_the_first_year_is_refused_naming_the_years():
    assert not CALENDAR.covers(date(2019, 12, 31))
    asks = (CALENDAR.is_workday, CALENDAR.why_off, CALENDAR.is_makeup, CALENDAR.holiday_name)
    for ask in (*asks, lambda d: CALENDAR.nth_workday_after(d, 0), lambda d: CALENDAR.workdays_between(d, d)):
        with pytest.raises(CalendarRangeError, match="2020 to 2026"):
            ask(date(2019, 12, 30))


def test_a_workday_past_the_last_representable_date_is_refused():
    with pytest.raises(CalendarRangeError, match="past the year 9999"):
        CALENDAR.nth_workday_after(date(9999, 12, 30), 5)


def test_the_calendar_is_loaded_once_and_by_version():
    assert load_calendar() is load_calendar("2026.1") is CALENDAR
    assert CALENDAR.version == calendar_versions()[-1] == "2026.1"
    assert (CALENDAR.first_year, CALENDAR.last_year) == (2020, 2026)
    with pytest.raises(CalendarDataError, match=r"'1999.1'; known versions: 2026.1"):
        load_calendar("1999.1")


def test_every_notice_is_cited_with_its_title_and_number():
    assert {n.year for n in CALENDAR.notices} == set(range(2020, 2027))
    for n in CALENDAR.notices:
        assert n.citation.startswith(f"国务院办公厅关于{'延长' if '延长' in n.title else ''}{n.year}年")
        assert "国办发明电〔" in n.citation
    assert notice(2030).citation == "notice for 2030"


def test_an_older_version_does_not_see_a_later_notice(monkeypatch):
    row = {
        "title": "t",
        "off": [["元旦", date(2027, 1, 1), date(2027, 1, 1)]],
        "makeup": [],
        "since": "2027.1",
        "year": 2027,
    }
    data = calendar_module._read_data()
    later = {"versions": ["2026.1", "2027.1"], "notice": [*data["notice"], row]}
    monkeypatch.setattr(calendar_module, "_read_data", lambda: later)
    calendar_module._load.cache_clear()
    try:
        assert load_calendar().why_off(date(2027, 1, 1)) == "holiday"
        assert load_calendar().last_year == 2027
        assert load_calendar("2026.1").is_workday(date(2027, 1, 1))
        assert not load_calendar("2026.1").covers(date(2027, 1, 1))
    finally:
        calendar_module._load.cache_clear()


@pytest.mark.parametrize(
    ("notices", "message"),
    [
        ([], "consecutive"),
        ([notice(2024), notice(2026)], "consecutive"),
        ([notice(2024, makeup=[("春节", date(2024, 2, 5))])], "2024-02-05 of 春节 is not a Saturday or Sunday"),
        ([notice(2024, off=[("春节", date(2024, 2, 5), date(2024, 2, 4))])], "ends on 2024-02-04 before it begins"),
    ],
)
def test_contradictory_data_are_refused_saying_where(notices, message):
    with pytest.raises(CalendarDataError, match=message):
        build_calendar("test", notices)


def test_a_date_with_a_time_in_the_data_is_refused():
    row = {"year": 2024, "title": "bad", "off": [], "makeup": [["春节", datetime(2024, 2, 4, 8)]]}  # noqa: DTZ001
    with pytest.raises(CalendarDataError, match="bad: every day must be a plain date"):
        calendar_module._notice(row)
