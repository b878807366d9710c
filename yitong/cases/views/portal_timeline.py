"""What happened to a case, in its applicant's words: what was done, never which officer did it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.cases.models import Case
from yitong.cases.queries import TimelineEntry
from yitong.cases.rules.basis import LOSSES
from yitong.cases.views.portal_standing import OUTCOMES, WAYS, day_words
from yitong.catalog.labels import SPECIAL_PROCEDURES

BY_APPLICANT = frozenset(
    {
        "submitted",
        "correction_supplied",
        "material_added",
        "provisional_offered",
        "provisional_supplied",
        "commitment_signed",
        "commitment_withdrawn",
        "repair_requested",
        "delivery_chosen",
        "withdrawn",
    }
)
BY_NOBODY = frozenset(
    {
        "closed",
        "basis_lost",
        "basis_restored",
        "verification_answered",
        "deemed_approved",
        "deemed_renewed",
        "provisional_reminded",
        "correction_reminded",
    }
)
TITLES: dict[str, Any] = {
    "submitted": _("You handed the application in"),
    "correction_requested": _("Something has to be put right"),
    "correction_reminded": _("We reminded you of what has to be put right"),
    "correction_supplied": _("You supplied what was missing"),
    "material_added": _("You added a material"),
    "provisional_offered": _("You promised materials for later"),
    "provisional_supplied": _("You supplied the promised materials"),
    "provisional_reminded": _("We reminded you of the promised materials"),
    "promise_extended": _("The day you promised was moved"),
    "commitment_withdrawn": _("You took the commitment back"),
    "commitment_signed": _("You signed the commitment"),
    "delivery_chosen": _("You chose how to have the result"),
    "basis_lost": _("A material no longer stands"),
    "basis_asked": _("We asked you for another proof"),
    "basis_settled": _("The material counts all the same"),
    "basis_restored": _("Everything your application relies on stands again"),
    "verification_answered": _("The department asked has answered"),
    "accepted": _("Accepted"),
    "stage_opened": _("The next stage of the review began"),
    "step_completed": _("A step of the review was completed"),
    "step_returned": _("A step of the review is done again"),
    "review_completed": _("The review is complete"),
    "site_checked": _("Officers checked on the spot"),
    "special_started": _("Clock stopped for a special procedure"),
    "special_ended": _("The special procedure ended, the clock runs again"),
    "extension_approved": _("The time limit was extended"),
    "decided": _("Decided"),
    "deemed_approved": _("Approved because the time limit passed"),
    "deemed_renewed": _("Renewed by law because the term ended without a decision"),
    "result_issued": _("The result was issued"),
    "sent": _("Posted to you"),
    "returned": _("The post came back"),
    "delivered": _("Delivered"),
    "commitment_checked": _("Your commitment was checked"),
    "not_required": _("No permit is needed"),
    "acceptance_refused": _("Not accepted"),
    "repair_requested": _("You asked for credit repair"),
    "repair_approved": _("Your credit is repaired"),
    "repair_refused": _("The credit repair was refused"),
    "withdrawn": _("You took the application back"),
    "terminated": _("Ended without a decision"),
    "closed": _("The case is closed"),
}
MODES = {
    "deemed": _("Nobody told you within five working days, so the law counts it as accepted from the day of receipt."),
    "provisional": _("Accepted although materials are missing, on your promise to supply them."),
}
CHECKS = {"pass": _("It was kept."), "rectify": _("Something has to be put right."), "revoke": _("It was not kept.")}


@dataclass(frozen=True, slots=True)
class Told:
    """What ``components/timeline.html`` shows of one act."""

    at: datetime
    title: str
    actor: str
    text: str
    documents: tuple[Any, ...] = ()


def told(entries: list[TimelineEntry], case: Case) -> list[Told]:
    """The acts, the latest first. Officers are named by their office."""
    return [
        Told(entry.at, str(TITLES.get(entry.kind, entry.kind)), _who(entry, case), _text(entry))
        for entry in reversed(entries)
    ]


def _who(entry: TimelineEntry, case: Case) -> str:
    if entry.kind in BY_NOBODY:
        return ""
    return entry.actor_name if entry.kind in BY_APPLICANT else case.department.name


def _text(entry: TimelineEntry) -> str:
    data = entry.data
    match entry.kind:
        case "correction_requested":
            return "；".join(f"{item.get('name', '')}：{item.get('problem', '')}" for item in data.get("items", ()))
        case "basis_lost":
            names = "、".join(str(each.get("name", "")) for each in data.get("materials", ()))
            return f"{names} · {gettext(LOSSES.get(data.get('standing', ''), ' ')).strip()}"
        case "basis_asked":
            return "；".join(f"{item.get('name', '')}：{item.get('remedy', '')}" for item in data.get("items", ()))
        case "basis_settled" | "verification_answered":
            return str(data.get("name", ""))
        case "accepted":
            return str(MODES.get(data.get("mode", ""), ""))
        case "step_completed" | "step_returned" | "material_added":
            return str(data.get("name", ""))
        case "special_started":
            kind = gettext(SPECIAL_PROCEDURES.get(data.get("kind", ""), ("",))[0] or " ").strip()
            days = gettext("about %(n)s working days") % {"n": data.get("planned_days", "")}
            return " · ".join(part for part in (kind, days, str(data.get("reason", ""))) if part)
        case "extension_approved":
            days = gettext("%(n)s days more") % {"n": data.get("days", "")}
            return f"{days} · {data.get('reason', '')}"
        case "decided" | "closed":
            return str(OUTCOMES.get(data.get("outcome", ""), ""))
        case "provisional_offered":
            return _until(data)
        case "promise_extended":
            return f"{_until(data)} · {data.get('reason', '')}"
        case "sent" | "delivered" | "delivery_chosen":
            return _way(data)
        case "commitment_checked":
            return f"{CHECKS.get(data.get('result', ''), '')} {data.get('findings', '')}".strip()
    return str(data.get("reason") or "")


def _until(data: dict[str, Any]) -> str:
    return gettext("by %(day)s") % {"day": day_words(date.fromisoformat(data["promised_on"]))}


def _way(data: dict[str, Any]) -> str:
    words = (WAYS.get(data.get("method", ""), ""), data.get("carrier", ""), data.get("tracking", ""))
    return " · ".join(str(part) for part in words if part)
