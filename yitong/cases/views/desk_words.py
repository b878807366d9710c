"""How the desk says where a case stands: states, outcomes, channels, and the time that is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yitong.cases.models import Case
from yitong.cases.rules.deadlines import local_date
from yitong.cases.rules.lights import Light, light
from yitong.kernel.calendar import load_calendar

STATES = {
    "draft": _("Draft"),
    "submitted": _("To be accepted"),
    "correcting": _("Waiting for correction"),
    "accepted": _("Under review"),
    "deciding": _("To be decided"),
    "delivering": _("To be delivered"),
    "closed": _("Closed"),
}
OUTCOMES = {
    "granted": pgettext_lazy("outcome", "Granted"),
    "refused": pgettext_lazy("outcome", "Refused"),
    "not_required": _("No permit required"),
    "acceptance_refused": _("Acceptance refused"),
    "withdrawn": pgettext_lazy("outcome", "Withdrawn"),
    "terminated": pgettext_lazy("outcome", "Terminated"),
}
CHANNELS = {
    "web": _("Web"),
    "mobile": _("Mobile"),
    "window": _("Counter"),
    "post": _("Post"),
    "kiosk": _("Kiosk"),
}
LIGHTS = {
    "green": _("In time"),
    "yellow": _("Near limit"),
    "red": _("Overdue"),
    "paused": _("Clock stopped"),
}


@dataclass(frozen=True, slots=True)
class Term:
    """One limit in words. ``left``: days left, today included, negative when past, None when nothing runs."""

    label: str
    on: date | None
    left: int | None
    words: str


def light_of(case: Case, now: datetime) -> Light:
    """The case's light at ``now``. Before acceptance and after the decision the term to tell and to deliver counts."""
    if case.state in ("submitted", "delivering") and case.due_at is not None:
        return Light.RED if now > case.due_at else Light.GREEN
    return light(
        now,
        case.yellow_at,
        case.committed_due_at,
        case.statutory_due_at,
        case.suspended,
        case.decided_at or case.closed_at,
    )


def days_left(due_on: date, today: date, unit: str, most: int | None = None) -> int:
    """Days up to ``due_on``, today included; negative working days when past. ``most``: the whole limit.

    The day a limit starts does not count, so that on that day the whole limit is left.
    """
    calendar = load_calendar()
    last, first = due_on.toordinal(), today.toordinal()
    if first > last:
        return -max(1, calendar.workdays_before(first + 1) - calendar.workdays_before(last + 1))
    if unit == "day":
        left = last - first + 1
    else:
        left = calendar.workdays_before(last + 1) - calendar.workdays_before(first)
    return left if most is None else min(left, most)


def left_words(left: int, unit: str = "workday") -> str:
    """“3 working days left”, “last day”, “2 working days overdue”."""
    if left < 0:
        return ngettext("%(n)d working day overdue", "%(n)d working days overdue", -left) % {"n": -left}
    if unit == "day":
        return ngettext("%(n)d day left", "%(n)d days left", left) % {"n": left}
    return ngettext("%(n)d working day left", "%(n)d working days left", left) % {"n": left}


def term(label: str, due_on: date | None, today: date, unit: str = "workday", most: int | None = None) -> Term:
    """A limit that ends on ``due_on``."""
    if due_on is None:
        return Term(label, None, None, gettext("no date while the clock stands"))
    left = days_left(due_on, today, unit, most)
    return Term(label, due_on, left, left_words(left, unit))


def next_term(case: Case, now: datetime) -> Term:
    """The limit that presses now: telling, promise, delivery; for a case that waits or is over, what it waits for."""
    today = local_date(now)
    if case.state == "submitted":
        return term(gettext("Tell the applicant"), case.tell_by_on, today, most=5)
    if case.state == "correcting":
        return Term("", None, None, gettext("waits for the applicant"))
    if case.state in ("accepted", "deciding"):
        if case.suspended:
            return Term("", None, None, gettext("clock stopped"))
        return committed_term(case, today)
    if case.state == "delivering":
        return term(gettext("Deliver"), case.deliver_by_on, today, most=10)
    return Term("", None, None, str(OUTCOMES.get(case.outcome, "")))


def committed_term(case: Case, today: date) -> Term:
    """The committed limit."""
    most = (case.committed_amount or 0) + case.extension_days
    return term(gettext("Committed limit"), case.committed_due_on, today, case.committed_unit, most)


def statutory_term(case: Case, today: date) -> Term:
    """The statutory limit."""
    most = (case.statutory_amount or 0) + case.extension_days
    return term(gettext("Statutory limit"), case.statutory_due_on, today, case.statutory_unit, most)
