"""The timeline in the officers' words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.cases.forms.desk_result import METHODS
from yitong.cases.forms.desk_review import OPINIONS, SPECIAL_KINDS
from yitong.cases.queries.reading import TimelineEntry
from yitong.cases.rules.basis import LOSSES
from yitong.cases.views import desk_words

TITLES: dict[str, Any] = {
    "submitted": _("Application received"),
    "provisional_offered": _("Materials promised for later"),
    "commitment_signed": _("Commitment signed"),
    "commitment_withdrawn": _("Commitment taken back"),
    "material_added": _("Material added"),
    "basis_lost": _("Ground of a material lost"),
    "basis_asked": _("Another proof asked for"),
    "basis_settled": _("Material counts all the same"),
    "basis_restored": _("All grounds stand again"),
    "verification_answered": _("Department check answered"),
    "delivery_chosen": _("Delivery chosen"),
    "claimed": _("Claimed"),
    "handed_over": _("Handed over"),
    "not_required": _("No permit required"),
    "acceptance_refused": _("Acceptance refused"),
    "correction_requested": _("Correction asked for"),
    "correction_reminded": _("Reminded of the correction"),
    "correction_supplied": _("Correction supplied"),
    "accepted": _("Accepted"),
    "stage_opened": _("Next stage opened"),
    "step_completed": _("Step completed"),
    "step_returned": _("Returned to a step"),
    "review_completed": _("Review completed"),
    "site_checked": _("Site check recorded"),
    "special_started": _("Special procedure started, the clock stands"),
    "special_ended": _("Special procedure ended, the clock runs"),
    "extension_requested": _("Extension asked for"),
    "extension_approved": _("Extension approved"),
    "extension_refused": _("Extension refused"),
    "provisional_reminded": _("Reminded of the promise"),
    "promise_extended": _("Promised day moved"),
    "provisional_supplied": _("Promised materials supplied"),
    "decided": _("Decided"),
    "deemed_approved": _("Approved by silence"),
    "deemed_renewed": _("Renewed by law: the term ended without a decision"),
    "result_issued": _("Result issued"),
    "sent": _("Posted"),
    "returned": _("Came back"),
    "delivered": _("Delivered"),
    "commitment_checked": _("Commitment checked"),
    "repair_requested": _("Credit repair asked for"),
    "repair_approved": _("Credit repair approved"),
    "repair_refused": _("Credit repair refused"),
    "withdrawn": _("Withdrawn"),
    "terminated": _("Terminated"),
    "closed": _("Closed"),
}
MODES = {"deemed": _("by silence, from the receipt"), "provisional": _("on the applicant's promise")}
ANSWERS = {"confirmed": _("confirmed"), "denied": _("not confirmed"), "not_ours": _("not their business")}
CHECKS = {"pass": _("Kept"), "rectify": _("To be put right"), "revoke": _("False: approval revoked")}


@dataclass(frozen=True, slots=True)
class Told:
    """What ``components/timeline.html`` shows of one act."""

    at: datetime
    title: str
    actor: str
    text: str
    documents: tuple[Any, ...] = ()


def told(entries: list[TimelineEntry]) -> list[Told]:
    """The acts, the latest first."""
    return [
        Told(e.at, title_of(e.kind), e.actor_name or gettext("The platform"), _text(e.kind, e.data))
        for e in reversed(entries)
    ]


def title_of(kind: str) -> str:
    """An act in words, for notices about somebody else's."""
    return str(TITLES.get(kind, kind))


def _text(kind: str, data: dict[str, Any]) -> str:
    speak = _TEXTS.get(kind)
    if speak is not None:
        return speak(data)
    return str(data.get("reason") or data.get("note") or data.get("name") or "")


def _step(data: dict[str, Any]) -> str:
    opinion = dict(OPINIONS).get(data.get("opinion", ""), "")
    return f"{data.get('name', '')} · {opinion} {data.get('text', '')}".strip()


def _special(data: dict[str, Any]) -> str:
    words = SPECIAL_KINDS.get(data.get("kind", ""), "")
    planned = gettext("planned %(n)s working days") % {"n": data["planned_days"]} if data.get("planned_days") else ""
    return " · ".join(str(part) for part in (words, planned, data.get("reason") or data.get("result", "")) if part)


def _extension(data: dict[str, Any]) -> str:
    days = gettext("%(n)s days") % {"n": data.get("days", "")}
    return " · ".join(part for part in (days, data.get("reason") or data.get("note", "")) if part)


def _correction(data: dict[str, Any]) -> str:
    return "；".join(f"{item.get('name', '')}：{item.get('problem', '')}" for item in data.get("items", ()))


def _loss(data: dict[str, Any]) -> str:
    names = "、".join(str(each.get("name", "")) for each in data.get("materials", ()))
    words = gettext(LOSSES.get(data.get("standing", ""), " ")).strip()
    return " · ".join(part for part in (names, words, str(data.get("reason", ""))) if part)


def _moved(data: dict[str, Any]) -> str:
    return f"{data.get('from_on', '')} → {data.get('promised_on', '')} · {data.get('reason', '')}"


def _outcome(data: dict[str, Any]) -> str:
    words = str(desk_words.OUTCOMES.get(data.get("outcome", ""), ""))
    return " · ".join(part for part in (words, data.get("reasons", "")) if part)


def _sent(data: dict[str, Any]) -> str:
    parts = (METHODS.get(data.get("method", ""), ""), data.get("carrier", ""), data.get("tracking", ""))
    return " · ".join(str(part) for part in parts if part)


_TEXTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "submitted": lambda data: str(desk_words.CHANNELS.get(data.get("channel", ""), "")),
    "handed_over": lambda data: gettext("to %(name)s") % {"name": data.get("to", "")} + f" · {data.get('note', '')}",
    "accepted": lambda data: str(MODES.get(data.get("mode", ""), "")),
    "stage_opened": lambda data: gettext("Stage %(n)s") % {"n": data.get("stage", "")},
    "step_completed": _step,
    "site_checked": lambda data: str(data.get("findings", "")),
    "special_started": _special,
    "special_ended": _special,
    "extension_requested": _extension,
    "extension_approved": _extension,
    "extension_refused": _extension,
    "correction_requested": _correction,
    "promise_extended": _moved,
    "decided": _outcome,
    "closed": _outcome,
    "sent": _sent,
    "delivered": _sent,
    "delivery_chosen": _sent,
    "basis_lost": _loss,
    "basis_asked": _correction,
    "verification_answered": lambda data: f"{data.get('name', '')} · {ANSWERS.get(data.get('outcome', ''), '')}",
    "commitment_checked": lambda data: f"{CHECKS.get(data.get('result', ''), '')} · {data.get('findings', '')}",
}
