"""Where a case stands, in one sentence for its applicant, and what he should do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from yitong.cases.models import Case, CorrectionNotice, ProvisionalAcceptance
from yitong.cases.queries import CaseLedger
from yitong.cases.rules.deadlines import local_date
from yitong.cases.rules.lights import Light, light
from yitong.catalog.queries.items import version
from yitong.kernel.calendar import load_calendar
from yitong.kernel.clock import Ledger

STATES = {
    "draft": _("Not handed in yet"),
    "submitted": _("Being checked"),
    "correcting": _("Waiting for you"),
    "accepted": _("Under review"),
    "deciding": _("Waiting for the decision"),
    "delivering": _("Decided, on its way to you"),
    "closed": _("Finished"),
}
OUTCOMES = {
    "granted": _("Application granted"),
    "refused": _("Not granted"),
    "not_required": _("No permit needed"),
    "acceptance_refused": _("Not accepted"),
    "withdrawn": _("Withdrawn"),
    "terminated": _("Ended"),
}
ENDINGS = {
    "granted": _("Your application was granted and the result was delivered."),
    "refused": _(
        "Your application was not granted. The written decision names the reasons and what you can do against it."
    ),
    "not_required": _("You need no permit for this. The written notice says why."),
    "acceptance_refused": _("This office is not the right one. The written notice names the office to go to."),
    "withdrawn": _("You took the application back."),
    "terminated": _("The application was ended without a decision. The written notice says why."),
}
WAYS = {
    "window": _("Collect at the window"),
    "post": _("By post"),
    "electronic": _("Electronic delivery"),
}
"""How a result reaches its applicant, by the code of ``ItemRecord.deliveries``."""
WEEKDAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next. ``url`` is empty when there is nothing to press; ``urgent`` when it waits for the applicant."""

    title: str
    text: str
    url: str = ""
    label: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One of the two due dates in plain words. ``left``: “3 working days left”; empty once decided."""

    title: str
    due_on: date | None
    left: str
    meaning: str
    ledger: Ledger


def day_words(day: date | None) -> str:
    """2026年11月21日 (周六), in English 2026-11-21 (Sat)."""
    if day is None:
        return "—"
    words = {"year": day.year, "month": day.month, "day": day.day, "weekday": WEEKDAYS[day.weekday()]}
    return gettext("%(year)d-%(month)02d-%(day)02d (%(weekday)s)") % words


def light_of(case: Case, now: datetime) -> Light:
    """The light at ``now``; none once it is decided or over."""
    ended = case.decided_at or case.closed_at
    return light(now, case.yellow_at, case.committed_due_at, case.statutory_due_at, case.suspended, ended)


def state_words(case: Case) -> str:
    """The state in two or three words; for a finished case how it ended."""
    if case.state == "closed":
        return str(OUTCOMES.get(case.outcome, STATES["closed"]))
    return gettext("Clock stopped") if case.suspended else str(STATES.get(case.state, case.state))


def sentence(case: Case, supply_by: date | None = None) -> str:
    """Where the case stands. ``supply_by``: the day of an open correction notice."""
    office = case.department.name
    if case.state == "submitted":
        text = _("%(office)s has your application and checks whether anything is missing. You will hear by %(day)s.")
        return str(text) % {"office": office, "day": day_words(case.tell_by_on)}
    if case.state == "correcting":
        text = _("Something has to be put right before your application can be accepted. Please supply it by %(day)s.")
        return str(text) % {"day": day_words(supply_by)}
    if case.state in ("accepted", "deciding"):
        return _in_review(case, office)
    if case.state == "delivering":
        granted = case.outcome == "granted"
        text = _("Your application was granted.") if granted else _("Your application was not granted.")
        return f"{text} " + gettext("The decision reaches you by %(day)s.") % {"day": day_words(case.deliver_by_on)}
    return str(ENDINGS.get(case.outcome, STATES.get(case.state, "")))


def _in_review(case: Case, office: str) -> str:
    if case.suspended:
        return gettext(
            "A special procedure is under way. Its days do not count; you were told in writing how long it takes."
        )
    if case.state == "accepted":
        text = _("Your application was accepted and %(office)s is reviewing it. The result is promised by %(day)s.")
    else:
        text = _("%(office)s has reviewed your application and is about to decide. The result is promised by %(day)s.")
    return str(text) % {"office": office, "day": day_words(case.committed_due_on)}


def left_words(due_on: date, today: date) -> str:
    """“3 working days left”, “today is the last day”, “2 working days late”. Today counts while it is a working day."""
    calendar = load_calendar()
    first, last = today.toordinal(), due_on.toordinal()
    if first > last:
        late = max(1, calendar.workdays_before(first + 1) - calendar.workdays_before(last + 1))
        return ngettext("%(n)d working day late", "%(n)d working days late", late) % {"n": late}
    if first == last:
        return gettext("today is the last day")
    left = calendar.workdays_before(last + 1) - calendar.workdays_before(first)
    return ngettext("%(n)d working day left", "%(n)d working days left", left) % {"n": left}


def terms(case: Case, ledger: CaseLedger | None, now: datetime) -> list[Term]:
    """Both due dates: the one the office promised, then the one the law sets. Empty before acceptance."""
    if ledger is None:
        return []
    running = case.state in ("accepted", "deciding") and not case.suspended
    today = local_date(now)

    def left(due_on: date | None) -> str:
        return left_words(due_on, today) if running and due_on is not None else ""

    return [
        Term(
            gettext("Promised by the office"),
            ledger.committed.due.due_on,
            left(ledger.committed.due.due_on),
            gettext("The office promised to decide by this day; supervision watches it."),
            ledger.committed,
        ),
        Term(
            gettext("Latest by law"),
            ledger.statutory.due.due_on,
            left(ledger.statutory.due.due_on),
            gettext("The law allows the office no more time than this."),
            ledger.statutory,
        ),
    ]


def next_steps(
    case: Case, correction: CorrectionNotice | None, promise: ProvisionalAcceptance | None, now: datetime
) -> list[Step]:
    """What to do next, the urgent first; never empty."""
    today = local_date(now)
    steps: list[Step] = []
    if case.state == "correcting" and correction is not None:
        steps.append(_mend(case, correction, today))
    if case.basis_lost and case.state in ("submitted", "accepted", "deciding"):
        steps.append(_prove(case))
    if case.provisional_open and promise is not None:
        steps.append(_bring(case, promise, today))
    if case.state == "delivering":
        steps.append(_receive(case))
    if case.state == "closed":
        steps.append(_afterwards(case))
    nothing = Step(
        gettext("You need not do anything now"),
        gettext("We send a text message to your phone as soon as something happens."),
    )
    return steps or [nothing]


def _mend(case: Case, notice: CorrectionNotice, today: date) -> Step:
    count = len(notice.items)
    title = ngettext("Put %(n)d thing right", "Put %(n)d things right", count) % {"n": count}
    text = gettext("By %(day)s: %(left)s. The notice is complete: nothing more can be asked of you later.")
    if notice.origin == "applicant":
        text = gettext("By %(day)s: %(left)s. You took the commitment back; these are needed in its place.")
    words = {"day": day_words(notice.supply_by_on), "left": left_words(notice.supply_by_on, today)}
    url = reverse("cases:correction", args=[case.number])
    return Step(title, text % words, url, gettext("See what and supply it"), True)


def _prove(case: Case) -> Step:
    text = gettext("Something your application relies on has ended since you handed it in. Bring another proof.")
    url = reverse("cases:replace", args=[case.number])
    return Step(gettext("Another proof is needed"), text, url, gettext("See why and supply it"), True)


def _bring(case: Case, promise: ProvisionalAcceptance, today: date) -> Step:
    text = gettext("You promised them by %(day)s: %(left)s. The result is withheld until they are here.")
    words = {"day": day_words(promise.promised_on), "left": left_words(promise.promised_on, today)}
    url = reverse("cases:provisional", args=[case.number])
    return Step(gettext("Supply the promised materials"), text % words, url, gettext("Supply materials"), True)


def _receive(case: Case) -> Step:
    method = (case.delivery_wish or {}).get("method", "window")
    if method == "post":
        address = (case.delivery_wish or {}).get("address", "")
        text = gettext("It is posted to %(address)s; the tracking number comes by text message.") % {"address": address}
        return Step(gettext("Wait for the post"), text)
    if method == "electronic":
        return Step(gettext("It comes electronically"), gettext("The documents below are yours to save and print."))
    place = version(case.version_id).record.contact.place
    text = gettext("At %(place)s; bring your ID card.") % {"place": place or case.department.name}
    return Step(gettext("Collect it at the window"), text)


def _afterwards(case: Case) -> Step:
    return Step(
        gettext("Tell us how it went"),
        gettext("It takes half a minute. The officers do not see who gave the rating."),
        f"/my/cases/{case.number}/rate/",
        gettext("Rate this service"),
    )
