"""Make a licence: number, identifier, sealed fields, document, history, log, event. Inside the command's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from yitong.audit.commands import record
from yitong.documents import commands as documents
from yitong.kernel.events import publish
from yitong.kernel.identifiers import licence as identifiers
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.licences import sealing
from yitong.licences.events import LicenceIssued
from yitong.licences.holders import key_of_holder
from yitong.licences.models import Licence, LicenceEvent, LicenceType
from yitong.licences.rules import face
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor
from yitong.parties.queries import organisation

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Draft:
    """A licence about to be made. With ``previous`` it is that one's next version and keeps its number and serial.

    ``what``: issued, renewed, deemed_renewed, reissued; ``reason`` and ``law`` stand in its history. ``origin``: the case
    number its document names when it is made without a case.
    """

    kind: LicenceType
    holder: Holder
    data: Mapping[str, Any]
    department_id: int
    region_id: int
    case_number: str
    valid_from: date
    valid_until: date | None
    item_name: str = ""
    previous: Licence | None = None
    what: str = "issued"
    reason: str = ""
    law: str = ""
    origin: str = ""


def local_day(now: datetime) -> date:
    """The day in Asia/Shanghai."""
    return now.astimezone(SHANGHAI).date()


def make(draft: Draft, *, actor: Actor, now: datetime) -> Licence:
    """Write the licence of ``draft`` with its document; the PDF is sealed after commit. Raises Refused."""
    department = organisation.department(draft.department_id)
    if department is None:
        message = N_("There is no department %(id)s. Correct the item's department.")
        params = {"id": draft.department_id}
        raise Refused(Reason("no_department", message, field="issuer_department_id", params=params))
    identifier, number, version = _names(draft, department.uscc, now)
    stored = sealing.stored(draft.kind.fields, draft.data, identifier)
    licence = Licence(
        identifier=identifier,
        number=number,
        type=draft.kind,
        holder_kind=draft.holder.kind,
        holder_key=key_of_holder(draft.holder),
        holder_person_id=draft.holder.person_id,
        holder_enterprise_id=draft.holder.enterprise_id,
        holder_name=draft.holder.name,
        data=stored.data,
        sealed=stored.sealed,
        sealed_key=stored.sealed_key,
        issued_on=local_day(now),
        valid_from=draft.valid_from,
        valid_until=draft.valid_until,
        issuer_department_id=department.pk,
        issuer_uscc=department.uscc,
        issuer_name=department.name,
        region_id=draft.region_id,
        case_number=draft.case_number,
        previous=draft.previous,
        version=version,
        created_at=now,
        updated_at=now,
    )
    licence.document = _document(licence, draft, actor, now)
    licence.code = licence.document.code
    licence.save(force_insert=True)
    _tell(licence, draft, actor, now)
    return licence


def enter(licence: Licence, *, what: str, actor: Actor, now: datetime, reason: str = "", law: str = "") -> LicenceEvent:
    """A line in the licence's history."""
    return LicenceEvent.objects.create(
        licence=licence,
        at=now,
        what=what,
        status=licence.status,
        reason=reason,
        law=law,
        actor_ref=actor.ref,
        actor_name=actor.name,
    )


def supersede(licence: Licence, *, reason: str, actor: Actor, now: datetime) -> None:
    """A newer version takes the place of this one. A lost licence stays lost: that is why there is a newer one."""
    if licence.status != Licence.Status.VALID:
        return
    licence.status, licence.updated_at = Licence.Status.SUPERSEDED, now
    licence.save(update_fields=["status", "updated_at"])
    enter(licence, what="superseded", actor=actor, now=now, reason=reason)
    if licence.document_id is not None:
        documents.revoke(document_id=licence.document_id, reason=reason, actor=actor, now=now)


def _names(draft: Draft, uscc: str, now: datetime) -> tuple[str, str, int]:
    if draft.previous is not None:
        old = identifiers.parse(draft.previous.identifier)
        version = draft.previous.version + 1
        return identifiers.compose(old.type_code, old.issuer, old.serial, version), draft.previous.number, version
    serial, year = _next_serial(), local_day(now).year
    identifier = identifiers.compose(draft.kind.code, uscc, f"{year}{serial:010d}", 1)
    return identifier, f"{draft.kind.number_prefix}{year}{uscc[2:8]}{serial:08d}", 1


def _document(licence: Licence, draft: Draft, actor: Actor, now: datetime) -> Any:
    item_name = draft.item_name or draft.kind.name
    context = {
        "applicant_name": licence.holder_name,
        "item_name": item_name,
        "case_number": licence.case_number or draft.origin,
        "licence_name": draft.kind.name,
        "licence_number": licence.number,
        "licence_version": licence.version,
        "identifier": licence.identifier,
        "holder_name": licence.holder_name,
        "statement": draft.kind.statement,
        "entries": face.entries(draft.kind.fields, draft.data) or [{"label": "事项", "value": item_name}],
        "issued_on_face": licence.issued_on,
        "validity": face.validity(licence.valid_from, licence.valid_until),
    }
    assert licence.issuer_department_id is not None  # made here
    return documents.issue(
        kind="licence",
        subject=f"licence:{licence.number}",
        issuer_department_id=licence.issuer_department_id,
        region_id=licence.region_id,
        recipient_person_id=licence.holder_person_id,
        context=context,
        valid_until=licence.valid_until,
        actor=actor,
        now=now,
    )


def _tell(licence: Licence, draft: Draft, actor: Actor, now: datetime) -> None:
    enter(licence, what=draft.what, actor=actor, now=now, reason=draft.reason, law=draft.law)
    record(
        actor_ref=actor.ref,
        tag=f"licences:licence:{draft.what}",
        subject=f"licence:{licence.number}",
        detail={
            "identifier": licence.identifier,
            "type": draft.kind.code,
            "case": licence.case_number,
            **({"previous": draft.previous.identifier} if draft.previous else {}),
        },
        now=now,
    )
    publish(
        LicenceIssued(
            licence_id=licence.pk,
            identifier=licence.identifier,
            number=licence.number,
            type_code=draft.kind.code,
            case_number=licence.case_number,
            previous_id=licence.previous_id,
            way=draft.what,
            at=now,
        )
    )


def _next_serial() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('licences_serial')")
        return int(cursor.fetchone()[0])
