"""The department's acts on a request: claim, approve, refuse, ask back once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from yitong.certificates.commands import issuing, journal
from yitong.certificates.commands.holders import holder_for
from yitong.certificates.commands.requesting import set_due
from yitong.certificates.events import CertificateIssued
from yitong.certificates.models import CertificateRequest
from yitong.certificates.permissions import reviewable_by
from yitong.certificates.rules import wording
from yitong.certificates.rules.states import Post, State, review_refusals
from yitong.certificates.rules.texts import checked
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor, system
from yitong.parties.roles import Permission

MOST_VALUE = 300


@transaction.atomic
def claim(*, actor: Actor, request_id: int, now: datetime, rev: int | None = None) -> CertificateRequest:
    """Take a request; a colleague's is not taken away. Idempotent for who has it already."""
    found = _begin("claim", actor, request_id, rev)
    if found.handler_id == actor.staff_id:
        return found
    found.handler_id, found.state = actor.staff_id, State.REVIEWING
    journal.save(found, "handler", "state")
    journal.happened(found, "claimed", actor=actor, now=now)
    return found


@transaction.atomic
def approve(
    *,
    actor: Actor,
    request_id: int,
    values: Mapping[str, Any],
    now: datetime,
    statement: str = "",
    rev: int | None = None,
) -> CertificateRequest:
    """Issue the sealed certificate. ``values``: one text per field of the type; ``statement``: own words instead of the type's.

    The electronic certificate is there at once; paper is posted afterwards when the applicant wished it.
    """
    found = _begin("approve", actor, request_id, rev)
    holder, _row = holder_for(
        system("certificates"), person_id=found.holder_person_id, enterprise_id=found.holder_enterprise_id
    )
    given = _values(found, values)
    known = {**issuing.common_values(found, holder.id_number, now), **given}
    text = checked("statement", statement or found.type.statement)
    problems = wording.problems(text, [str(field["name"]) for field in found.type.fields], field="statement")
    if problems:
        raise Refused(*problems)
    lacking = wording.lacking(text, known)
    if lacking:
        labels = {str(field["name"]): str(field["label"]) for field in found.type.fields}
        message = N_("%(label)s is part of the certificate's sentence. Fill it in.")
        raise Refused(
            *(
                Reason(
                    "value_missing",
                    message,
                    field=name,
                    params={"label": labels.get(name, wording.COMMON.get(name, name))},
                )
                for name in lacking
            )
        )
    issuing.make(
        found,
        id_number=holder.id_number,
        actor=actor,
        now=now,
        statement=wording.filled(text, known),
        entries=wording.entries(found.type.fields, given),
    )
    _end(found, State.ISSUED, actor, now, "document", "valid_until")
    journal.happened(found, "issued", actor=actor, now=now, document=found.document_id)
    assert found.document is not None
    journal.tell(found, "certificate_issued", now=now)
    publish(
        CertificateIssued(
            found.pk,
            found.number,
            found.type.code,
            found.way,
            found.holder_person_id,
            found.holder_enterprise_id,
            found.document.code,
            now,
        )
    )
    return found


@transaction.atomic
def refuse(*, actor: Actor, request_id: int, reason: str, now: datetime, rev: int | None = None) -> CertificateRequest:
    """Not issued, with the reason and what the applicant can do. Raises Refused when the reason is empty."""
    found = _begin("refuse", actor, request_id, rev)
    found.refusal = checked("reason", reason)
    found.post = Post.NONE
    _end(found, State.REFUSED, actor, now, "refusal", "post")
    journal.happened(found, "refused", actor=actor, now=now, text=found.refusal)
    journal.tell(found, "certificate_refused", now=now, reason=found.refusal[:80])
    return found


@transaction.atomic
def ask_back(*, actor: Actor, request_id: int, text: str, now: datetime, rev: int | None = None) -> CertificateRequest:
    """Ask the applicant to complete the request: everything at one time, and once. The clock stands until the answer."""
    found = _begin("ask_back", actor, request_id, rev)
    found.asked_text = checked("text", text)
    found.asked_back_at, found.state = now, State.ASKED_BACK
    set_due(found)
    journal.save(found, "asked_text", "asked_back_at", "state", "due_on", "due_at")
    journal.happened(found, "asked_back", actor=actor, now=now, text=found.asked_text)
    journal.tell(found, "certificate_asked_back", now=now, problems=found.asked_text[:80])
    return found


def _begin(act: str, actor: Actor, request_id: int, rev: int | None) -> CertificateRequest:
    """Permission, lock, rule: the request, locked."""
    rows = CertificateRequest.objects.select_for_update(of=("self",)).select_related("type", "department")
    found = rows.filter(pk=request_id).first()
    if found is None or actor.staff_id is None or not reviewable_by(actor).filter(pk=found.pk).exists():
        raise NotAllowed(Permission.CERTIFICATE_REVIEW)
    journal.check_rev(found, rev)
    reasons = review_refusals(
        act,
        state=found.state,
        handler_id=found.handler_id,
        staff_id=actor.staff_id,
        asked_back=found.asked_back_at is not None,
    )
    if reasons and reasons[0].code == "taken":
        raise Conflict(reasons[0])
    if reasons:
        raise Refused(*reasons)
    return found


def _values(found: CertificateRequest, values: Mapping[str, Any]) -> dict[str, str]:
    """What the officer entered, field by field of the type; others are left out."""
    given: dict[str, str] = {}
    reasons: list[Reason] = []
    for field in found.type.fields:
        name = str(field["name"])
        text = str(values.get(name) or "").strip()
        try:
            given[name] = checked(name, text, most=MOST_VALUE, required=False)
        except Refused as refused:
            reasons += refused.reasons
        lacking = issuing.undrawable({name: text}, "values")
        if lacking is not None:
            reasons.append(Reason(lacking.code, lacking.message, field=name, params=lacking.params))
    if reasons:
        raise Refused(*reasons)
    return given


def _end(found: CertificateRequest, state: State, actor: Actor, now: datetime, *columns: str) -> None:
    found.state, found.ended_at, found.ended_by_name, found.due_at = state, now, actor.name, None
    journal.save(found, "state", "ended_at", "ended_by_name", "due_at", *columns)
