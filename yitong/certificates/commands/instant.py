"""An instant certificate: identity, question to the source, sealed answer. It states what the source answered, no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from yitong.certificates import sources
from yitong.certificates.commands import issuing, journal
from yitong.certificates.commands.holders import holder_for, mandate_for
from yitong.certificates.commands.identity import confirmed
from yitong.certificates.commands.requesting import check_holder_kind, check_purpose, new_row, usable_type
from yitong.certificates.commands.windows import window_of
from yitong.certificates.events import CertificateIssued
from yitong.certificates.models import CertificateRequest, CertificateType
from yitong.certificates.permissions import require
from yitong.certificates.rules import wording
from yitong.certificates.rules.states import State, Way
from yitong.certificates.sources import Found, Ground
from yitong.documents.commands import lookups
from yitong.exchange.rules.answers import Outcome
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

SAME_WITHIN = timedelta(seconds=60)
"""A second press of the button within a minute gives the certificate that is there already."""


def issue_instant(
    *,
    actor: Actor,
    type_code: str,
    purpose: str,
    now: datetime,
    evidence: Mapping[str, str],
    person_id: int | None = None,
    enterprise_id: int | None = None,
    window_id: int | None = None,
    channel: str = "web",
) -> CertificateRequest:
    """Ask the source and issue the sealed certificate of what it said; of no record where the type certifies that.

    The source is asked outside any transaction: a slow one must not hold locks. ``evidence`` goes to the face check of a
    citizen (of the agent when he asks under a mandate); staff name the ``window_id`` of the holder's consent. Raises
    NotAllowed; Refused: ``unavailable``, ``no_record``, ``incomplete_answer``, ``too_many_today``, ``asked_too_often`` and
    those of the fields.
    """
    require(actor, Permission.CERTIFICATE_REQUEST)
    kind = usable_type(type_code, Way.INSTANT)
    window = window_of(actor, window_id, now) if actor.is_staff else None
    if window is not None:
        person_id, enterprise_id = window.holder_person_id, window.holder_enterprise_id
    holder, row = holder_for(actor, person_id=person_id, enterprise_id=enterprise_id)
    check_holder_kind(kind, holder)
    mandate_id = mandate_for(actor, holder, kind.code, now)
    purpose = check_purpose(kind, purpose)
    face_state = confirmed(actor, evidence)
    again = same_just_issued(kind, holder, purpose, actor, now)
    if again is not None:
        return again
    check_daily(kind, holder, now)
    count_asking(holder, 1, now)
    ground = Ground(asked_for(kind, purpose, actor, mandate_id), window, mandate_id)
    answer = gather(kind, actor=actor, holder=holder, ground=ground, now=now)
    statement, entries = stated(kind, answer, _known(holder, purpose, answer, now))
    made = new_row(kind, holder, row, actor=actor, now=now, purpose=purpose, channel=channel)
    made.face_state, made.window, made.mandate_id = face_state, window, mandate_id
    made.outcome, made.sources = answer.outcome, [answer.note]
    with transaction.atomic():
        lock_holder(kind, holder)
        again = same_just_issued(kind, holder, purpose, actor, now)
        if again is not None:
            return again
        check_daily(kind, holder, now)
        made.number = journal.next_number("ZM", now)
        issuing.make(
            made,
            id_number=holder.id_number,
            actor=actor,
            now=now,
            statement=statement,
            entries=entries,
            note=issuing.source_note([answer]),
        )
        keep(made, actor=actor, now=now)
    return made


def keep(made: CertificateRequest, *, actor: Actor, now: datetime) -> None:
    """Store an issued certificate of data with its history, audit entry, message and event."""
    assert made.document is not None
    made.state, made.ended_at, made.ended_by_name = State.ISSUED, now, actor.name
    made.save(force_insert=True)
    journal.happened(made, "issued", actor=actor, now=now, outcome=made.outcome, sources=len(made.sources))
    journal.tell(made, "certificate_issued", now=now)
    journal.tell_principal(made, "certificate_by_agent", now=now, agent=actor.name, purpose=made.purpose)
    publish(
        CertificateIssued(
            made.pk,
            made.number,
            made.type.code,
            made.way,
            made.holder_person_id,
            made.holder_enterprise_id,
            made.document.code,
            now,
        )
    )


def asked_for(kind: CertificateType, purpose: str, actor: Actor, mandate_id: int | None) -> str:
    """What the registers' log says it was for; it names an agent."""
    agent = f"（受托人：{actor.name}）" if mandate_id is not None else ""
    return f"{kind.name}：{purpose}"[: 200 - len(agent)] + agent


def gather(kind: CertificateType, *, actor: Actor, holder: Holder, ground: Ground, now: datetime) -> Found:
    """The answer of the library, or of the register when the library holds nothing."""
    asked = sources.current()
    if kind.licence_type:
        found = asked.licence(
            actor=actor, holder=holder, type_code=kind.licence_type, names=needed(kind), ground=ground, now=now
        )
        if found is not None:
            return found
    if not kind.connector:
        return Found("library", Outcome.ABSENT, "电子证照库", at=now)
    return asked.ask(actor=actor, connector=kind.connector, holder=holder, ground=ground, now=now)


def needed(kind: CertificateType) -> frozenset[str]:
    """Names of the fields that its sentence and its lines state: nothing else is read for it (个人信息保护法 第六条)."""
    return frozenset({str(field["name"]) for field in kind.fields} | set(wording.PLACEHOLDER.findall(kind.statement)))


def stated(kind: CertificateType, answer: Found, known: Mapping[str, Any]) -> tuple[str, list[dict[str, str]]]:
    """Sentence and lines of the certificate; Refused when the answer carries none."""
    if answer.outcome == Outcome.UNAVAILABLE:
        message = N_(
            "%(source)s could not answer just now, so that nothing can be certified. Try again in a few minutes."
        )
        raise Refused(
            Reason("unavailable", message, params={"source": answer.name}),
            *([answer.reason] if answer.reason is not None else []),
        )
    if answer.outcome == Outcome.ABSENT:
        if kind.absence != kind.Absence.CERTIFY:
            message = N_("%(source)s has no such record about you. %(advice)s")
            params = {"source": answer.name, "advice": kind.absence_advice}
            raise Refused(Reason("no_record", message, law=kind.law, params=params))
        return wording.filled(kind.absence_statement, known), []
    lacking = wording.lacking(kind.statement, known)
    if lacking:
        labels = {str(field["name"]): str(field["label"]) for field in kind.fields}
        names = "、".join(labels.get(name, name) for name in lacking)
        message = N_(
            "%(source)s answered without %(fields)s, so that this cannot be certified. Go to the department's window."
        )
        raise Refused(Reason("incomplete_answer", message, params={"source": answer.name, "fields": names}))
    return wording.filled(kind.statement, known), wording.entries(kind.fields, answer.data)


def _known(holder: Holder, purpose: str, answer: Found, now: datetime) -> dict[str, Any]:
    return {
        **answer.data,
        "holder_name": holder.name,
        "id_number": holder.id_number,
        "purpose": purpose,
        "today": issuing.local_date(now),
        "source": answer.name,
        "checked_at": answer.at,
    }


def same_just_issued(
    kind: CertificateType, holder: Holder, purpose: str, actor: Actor, now: datetime
) -> CertificateRequest | None:
    """The same certificate for the same purpose, issued within the last minute to the same actor."""
    rows = CertificateRequest.objects.select_related("type", "department", "document")
    return rows.filter(
        type=kind,
        holder_person_id=holder.person_id,
        holder_enterprise_id=holder.enterprise_id,
        requested_by_ref=actor.ref,
        purpose=purpose,
        state=State.ISSUED,
        submitted_at__gt=now - SAME_WITHIN,
    ).first()


def check_daily(kind: CertificateType, holder: Holder, now: datetime) -> None:
    """Refused past the type's number a day. Said before anybody is asked; it holds for good under ``lock_holder`` alone."""
    count = CertificateRequest.objects.filter(
        type=kind,
        holder_person_id=holder.person_id,
        holder_enterprise_id=holder.enterprise_id,
        submitted_at__gt=now - timedelta(days=1),
    ).count()
    if count >= kind.daily_limit:
        message = N_("At most %(most)s of these within 24 hours. Use one of those under “My certificates”.")
        raise Refused(Reason("too_many_today", message, params={"most": kind.daily_limit}))


def count_asking(holder: Holder, times: int, now: datetime) -> None:
    """Count questions to registers about one holder, whatever comes of them; Refused past the limit ``register_ask``.

    Questions without an answer leave no certificate, so that the number a day does not stop them.
    """
    who = f"{holder.kind}:{holder.person_id or holder.enterprise_id}"
    if not lookups.allowed(address=who, now=now, limit="register_ask", times=times):
        message = N_("The registers have been asked too often for this holder. Try again in an hour.")
        raise Refused(Reason("asked_too_often", message))


def lock_holder(kind: CertificateType, holder: Holder) -> None:
    """Make two presses of one button follow one another; ends with the transaction."""
    key = f"certificate:{kind.pk}:{holder.kind}:{holder.person_id or holder.enterprise_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
