"""The presentation code at the counter (亮码): scan it, see who stands there and what he offers, take it into the draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from yitong.cases.commands import Choice, agree
from yitong.cases.models import Case
from yitong.cases.queries.parties import reference_of
from yitong.cases.queries.reuse import findings_at_counter
from yitong.cases.queries.reuse_sources import asked_materials, holder_of
from yitong.cases.rules.reuse import LICENCE, Finding, best
from yitong.cases.views.desk_access import StaffRequest
from yitong.cases.views.portal_reuse import Offer, offer
from yitong.consents.commands import codes
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.licences.holders import key_of_holder

SCENE = "hall"
SESSION_KEY = "counter_code"
FACES = {
    "passed": _("Face check passed"),
    "failed": _("Face check failed: look at the card and the person"),
    "none": _("No face check yet: look at the card and the person"),
}
NOT_COMPARED = _("Face not compared: look at the person")


@dataclass(frozen=True, slots=True)
class Shown:
    """A code spent for this draft. ``offers``: what of it, and of the applicant's other things, stands for a material."""

    name: str
    masked_idcard: str
    face: Any
    face_label: str
    offers: list[Offer]
    taken: bool
    sensitive: bool


def scan(request: StaffRequest, case: Case, now: datetime) -> list[Reason]:
    """Spend the posted code for this draft; what is wrong with it, in words. Every scan is logged, refused ones too."""
    token = request.POST.get("token", "").strip()[:600]
    if not token:
        return [Reason("no_code", N_("Scan the code the phone shows now."), field="token")]
    try:
        if codes.over_limit(actor=request.actor, now=now):
            return [Reason("too_many", N_("Too many scans within a minute; wait a moment."), field="token")]
        seen = codes.spend(actor=request.actor, token=token, purpose=SCENE, case_number=reference_of(case), now=now)
    except Refused as refused:
        return list(refused.reasons)
    if key_of_holder(seen.holder) != key_of_holder(holder_of(case)):
        message = N_("This code is somebody else's, not the applicant's. Nothing was taken; ask the applicant for his.")
        return [Reason("not_the_applicant", message, field="token")]
    request.session[SESSION_KEY] = {"case": case.pk, "code": seen.code_id}
    return []


def shown(request: StaffRequest, case: Case, given: set[str], now: datetime) -> Shown | None:
    """What the code spent for this draft offers; None when there is none, or it is too long ago."""
    code_id = _code_id(request, case)
    if code_id is None:
        return None
    try:
        seen = codes.presented(actor=request.actor, code_id=code_id, now=now)
    except NotAllowed:
        request.session.pop(SESSION_KEY, None)
        return None
    offered = {each.licence_id for each in seen.offers if each.valid}
    names = {each.code: each.name for each in asked_materials(case) if each.code not in given}
    offers = []
    for code, rows in findings_at_counter(case, request.actor, now).items():
        proposed = best(_offered(rows, offered, taken=seen.taken_at is not None))
        if code in names and proposed is not None:
            offers.append(offer(proposed, names[code]))
    face = seen.face
    return Shown(
        seen.person_name,
        seen.masked_idcard,
        NOT_COMPARED if face.result == "passed" and not face.compares else FACES.get(face.result, face.result),
        face.label,
        offers,
        seen.taken_at is not None,
        seen.sensitive,
    )


def _offered(rows: Sequence[Finding], offered: set[int], *, taken: bool) -> list[Finding]:
    """Of the licences only those the holder chose on his phone, and those only once."""
    return [each for each in rows if each.kind != LICENCE or (not taken and int(each.reference) in offered)]


def take(request: StaffRequest, case: Case, now: datetime) -> list[Reason]:
    """Take the ticked offers (``found`` = material|kind:reference): licences under the code, the rest as agreed before us."""
    code_id = _code_id(request, case)
    choices = [choice for text in request.POST.getlist("found")[:100] if (choice := _choice(text)) is not None]
    if code_id is None:
        return [Reason("no_code", N_("Scan the applicant's code first; it is good for 15 minutes."), field="token")]
    if not choices:
        return [Reason("nothing_chosen", N_("Tick what shall be taken into the case."), field="token")]
    licences = sorted({int(each.reference) for each in choices if each.kind == LICENCE and each.reference.isdecimal()})
    others = [each for each in choices if each.kind != LICENCE]
    try:
        if licences:
            codes.take(
                actor=request.actor, code_id=code_id, licence_ids=licences, case_number=reference_of(case), now=now
            )
        if others:
            agreed = codes.presented(actor=request.actor, code_id=code_id, now=now).sensitive
            agree(
                actor=request.actor, case_id=case.pk, choices=others, sensitive=agreed, code_id=code_id, now=now
            )  # fmt: skip
    except Refused as refused:
        return [Reason(each.code, each.message, each.law, "token", each.params) for each in refused.reasons]
    except Conflict as conflict:
        return [conflict.reason]
    except NotAllowed:
        return [Reason("no_code", N_("Scan the applicant's code first; it is good for 15 minutes."), field="token")]
    return []


def _choice(text: str) -> Choice | None:
    material, bar, value = text.partition("|")
    kind, colon, reference = value.partition(":")
    return Choice(material, kind, reference) if bar and colon and len(reference) < 41 else None


def _code_id(request: StaffRequest, case: Case) -> int | None:
    kept = request.session.get(SESSION_KEY) or {}
    return int(kept["code"]) if kept.get("case") == case.pk and kept.get("code") else None
