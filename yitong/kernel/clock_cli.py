"""``yitong clock``: a due date and its day-by-day explanation, or the calendar behind it. No database.

This module is delivery code: the system clock is read here, when no ``--now`` is given.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

import typer

from yitong.kernel.calendar import (
    CalendarDataError,
    CalendarRangeError,
    WorkCalendar,
    calendar_versions,
    load_calendar,
)
from yitong.kernel.clock import (
    SHANGHAI,
    ClockInput,
    ClockInputError,
    Extension,
    Ledger,
    LedgerDay,
    Limit,
    Suspension,
    Unit,
    explain,
)

app = typer.Typer(help="Count a legal time limit and explain every day.", no_args_is_help=True)

_OPTION_OF = {
    "start_at": "--start",
    "limit.amount": "--limit",
    "limit.unit": "--unit",
    "suspensions.from_on": "--suspend",
    "suspensions.until_on": "--suspend",
    "extensions.amount": "--extend",
    "closing": "--closing",
    "now": "--now",
}
_MOVED = {
    "after_hours": "received on {day} after closing time, counted as the next working day",
    "day_off": "received on {day}, a day off, counted as the next working day",
}
_PROVISIONAL = "PROVISIONAL: the working days after {year} are not published; only weekends were left out there."


def _bad(option: str, message: str) -> typer.BadParameter:
    return typer.BadParameter(message, param_hint=option)


def _instant(option: str, text: str) -> datetime:
    """ISO date and time; without an offset it is local time in Asia/Shanghai."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise _bad(option, f"{text!r} is not a date and time; write it like 2026-09-24T15:00") from None
    return instant.replace(tzinfo=SHANGHAI) if instant.tzinfo is None else instant


def _date(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _bad(option, f"{text!r} is not a date; write it like 2026-10-09") from None


def _suspension(text: str) -> Suspension:
    """``FROM:UNTIL[:KIND[:REASON]]``; an empty UNTIL leaves the suspension open."""
    parts = text.split(":", 3)
    if len(parts) < 2:
        raise _bad("--suspend", f"{text!r} has no end; write 2026-10-09:2026-10-15, or 2026-10-09: while it lasts")
    parts += [""] * (4 - len(parts))
    until = _date("--suspend", parts[1]) if parts[1] else None
    return Suspension(_date("--suspend", parts[0]), until, parts[2] or "suspension", parts[3])


def _closing(text: str | None) -> time | None:
    if text is None:
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise _bad("--closing", f"{text!r} is not a time of day; write it like 17:30") from None


def _calendar(version: str | None) -> WorkCalendar:
    try:
        return load_calendar(version)
    except CalendarDataError as error:
        raise _bad("--calendar", str(error)) from None


@app.command("due")
def due_command(
    start: Annotated[
        str, typer.Option(help="Instant of acceptance, ISO; local time in Asia/Shanghai if it has no offset.")
    ],
    limit: Annotated[int, typer.Option(help="Days of the limit; 0 is due on the start day.")],
    unit: Annotated[Unit, typer.Option(help="Working days or calendar days.")] = Unit.WORKDAY,
    suspend: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FROM:UNTIL[:KIND[:REASON]]", help="Days [FROM, UNTIL) that do not count; may be repeated."
        ),
    ] = None,
    extend: Annotated[list[int] | None, typer.Option(help="Extend the limit by so many days; may be repeated.")] = None,
    closing: Annotated[str | None, typer.Option(help="Office hour after which the next working day starts.")] = None,
    roll: Annotated[
        bool, typer.Option("--roll-to-workday", help="Calendar days: a last day that is off moves to a working day.")
    ] = False,
    now: Annotated[
        str | None, typer.Option(help="Count the remaining days as of this instant, not the present.")
    ] = None,
    calendar: Annotated[
        str | None, typer.Option(help="Version of the working-day calendar; the current one if left out.")
    ] = None,
    ledger: Annotated[bool, typer.Option("--ledger", help="Print every day with its reason.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """When a limit is due, which days counted and why the others did not. Exit 2 names a wrong option."""
    work_calendar = _calendar(calendar)
    try:
        inp = ClockInput(
            start_at=_instant("--start", start),
            limit=Limit(limit, unit, roll),
            suspensions=tuple(_suspension(text) for text in suspend or ()),
            extensions=tuple(Extension(days) for days in extend or ()),
            closing=_closing(closing),
        )
        as_of = datetime.now(UTC) if now is None else _instant("--now", now)
        result = explain(inp, work_calendar, as_of)
    except ClockInputError as error:
        raise _bad(_OPTION_OF[error.field], error.message) from None
    except CalendarRangeError as error:
        raise _bad("--start", str(error)) from None
    if as_json:
        typer.echo(json.dumps(_as_json(result, ledger), ensure_ascii=False))
    else:
        _print_ledger(result, work_calendar, limit, unit, ledger)


def _as_json(result: Ledger, with_days: bool) -> dict[str, Any]:
    due = result.due
    answer: dict[str, Any] = {
        "due_on": due.due_on and due.due_on.isoformat(),
        "due_at": due.due_at and due.due_at.isoformat(),
        "start_on": due.start_on.isoformat(),
        "counted": [day.on.isoformat() for day in result.days if day.counted],
        "excluded": [
            {"on": day.on.isoformat(), "reason": day.reason, "detail": day.detail}
            for day in result.days
            if not day.counted
        ],
        "remaining": result.remaining,
        "provisional": result.provisional,
        "calendar_version": due.calendar_version,
    }
    if with_days:
        answer["ledger"] = [day._asdict() | {"on": day.on.isoformat()} for day in result.days]
    return answer


def _detail(day: LedgerDay, result: Ledger) -> str:
    detail = _MOVED[day.detail].format(day=result.received_on) if day.reason == "start" and day.detail else day.detail
    return f"{detail} (provisional)".strip() if day.provisional else detail


def _print_ledger(result: Ledger, calendar: WorkCalendar, limit: int, unit: Unit, with_days: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    due = result.due
    summary = Table(show_header=False, title=f"Limit of {limit} {unit.value}{'' if limit == 1 else 's'}")
    summary.add_row("starts", f"{due.start_on} (not counted)")
    summary.add_row(
        "due", f"{due.due_at:%Y-%m-%d %H:%M:%S} Asia/Shanghai" if due.due_at else "not known while suspended"
    )
    summary.add_row("counted days", str(due.counted))
    summary.add_row("remaining", str(result.remaining))
    summary.add_row("calendar", f"{calendar.version}, {calendar.first_year} to {calendar.last_year}")
    console.print(summary)
    if with_days:
        days = Table("date", "weekday", "no.", "reason", "detail", title="Day by day")
        for day in result.days:
            style = None if day.counted else "dim"
            number = str(day.number or "")
            days.add_row(str(day.on), f"{day.on:%a}", number, day.reason, _detail(day, result), style=style)
        console.print(days)
    if result.provisional:
        console.print(_PROVISIONAL.format(year=calendar.last_year), style="yellow")


@app.command("calendar")
def calendar_command(
    calendar: Annotated[str | None, typer.Option(help="Version to show; the current one if left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """The years and notices of the working-day calendar."""
    loaded = _calendar(calendar)
    rows = [
        {
            "year": notice.year,
            "citation": notice.citation,
            "off": [{"name": name, "first": str(first), "last": str(last)} for name, first, last in notice.off],
            "makeup": [{"name": name, "on": str(day)} for name, day in notice.makeup],
        }
        for notice in loaded.notices
    ]
    if as_json:
        answer = {
            "version": loaded.version,
            "versions": calendar_versions(),
            "years": list(range(loaded.first_year, loaded.last_year + 1)),
            "notices": rows,
        }
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("year", "notice", "off", "make-up days", title=f"Working-day calendar {loaded.version}")
    for row, notice in zip(rows, loaded.notices, strict=True):
        off = sum((last - first).days + 1 for _, first, last in notice.off)
        table.add_row(str(row["year"]), notice.citation, str(off), str(len(notice.makeup)))
    Console().print(table)


if __name__ == "__main__":
    app()
