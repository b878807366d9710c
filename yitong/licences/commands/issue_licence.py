"""Issue a licence with its document, in the transaction of the decision that grants it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from yitong.audit.commands import record
from yitong.documents import commands as documents
from yitong.kernel.identifiers import licence as identifiers
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences.commands.types import ensure_types
from yitong.licences.models import Licence, LicenceEvent, LicenceType
from yitong.licences.rules import face
from yitong.licences.rules.status import last_day
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.queries import organisation
from yitong.parties.roles import Permission

SHANGHAI = ZoneInfo("Asia/Shanghai")


@transaction.atomic
def issue(
    *,
    type_code: str,
    holder_person_id: int | None,
    holder_enterprise_id: int | None,
    holder_name: str,
    data: Mapping[str, Any],
    issuer_department_id: int,
    region_id: int,
    case_number: str,
    valid_years: int | None,
    actor: Actor,
    now: datetime,
    item_name: str = "",
) -> Licence:
    """Issue a licence of the type ``type_code`` (21 characters), valid from today for ``valid_years`` (None: long-term).

    The PDF is sealed after commit, see ``documents.queries.pdf(licence.document, now)``. Idempotent per case and type: the
    licence issued first is returned. Raises NotAllowed; Refused with ``undrawable``, ``unknown_type``, ``one_holder``.
    """
    if not (actor.may(Permission.LICENCE_ISSUE) and _in_department(actor, issuer_department_id)):
        raise NotAllowed(Permission.LICENCE_ISSUE)
    kind = _type(type_code, now)
    earlier = Licence.objects.filter(case_number=case_number, type=kind).first()
    if earlier is not None:
        return earlier
    refusal = _refusal(holder_person_id, holder_enterprise_id, holder_name, data)
    if refusal is not None:
        raise Refused(refusal)
    department = organisation.department(issuer_department_id)
    if department is None:
        message = N_("There is no department %(id)s. Correct the item's department.")
        raise Refused(
            Reason("no_department", message, field="issuer_department_id", params={"id": issuer_department_id})
        )
    serial = _next_serial()
    today = now.astimezone(SHANGHAI).date()
    until = last_day(today, valid_years)
    licence = Licence(
        identifier=identifiers.compose(type_code, department.uscc, f"{today.year}{serial:010d}", 1),
        number=f"{kind.number_prefix}{today.year}{department.uscc[2:8]}{serial:08d}",
        type=kind,
        holder_person_id=holder_person_id,
        holder_enterprise_id=holder_enterprise_id,
        holder_name=holder_name,
        data=dict(data),
        issued_on=today,
        valid_from=today,
        valid_until=until,
        issuer_department_id=issuer_department_id,
        region_id=region_id,
        case_number=case_number,
        created_at=now,
    )
    _save(licence, kind, item_name or kind.name, actor, now)
    return licence


def undrawable_refusal(holder_name: str, data: Mapping[str, Any]) -> Reason | None:
    """The reason a licence with this holder and data could not be printed, or None."""
    return documents.undrawable_refusal({"holder_name": holder_name, **data}, field="licence")


def _save(licence: Licence, kind: LicenceType, item_name: str, actor: Actor, now: datetime) -> None:
    context = {
        "applicant_name": licence.holder_name,
        "item_name": item_name,
        "case_number": licence.case_number,
        "licence_name": kind.name,
        "licence_number": licence.number,
        "identifier": licence.identifier,
        "holder_name": licence.holder_name,
        "statement": kind.statement,
        "entries": face.entries(kind.fields, licence.data) or [{"label": "事项", "value": item_name}],
        "issued_on_face": licence.issued_on,
        "validity": face.validity(licence.valid_from, licence.valid_until),
    }
    licence.document = documents.issue(
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
    licence.code = licence.document.code
    licence.save(force_insert=True)
    LicenceEvent.objects.create(
        licence=licence, at=now, status=Licence.Status.VALID, actor_ref=actor.ref, actor_name=actor.name
    )
    record(
        actor_ref=actor.ref,
        tag="licences:licence:issued",
        subject=f"licence:{licence.number}",
        detail={"identifier": licence.identifier, "type": kind.code, "case": licence.case_number},
        now=now,
    )


def _in_department(actor: Actor, department_id: int) -> bool:
    return actor.kind is ActorKind.SYSTEM or department_id in actor.department_ids


def _type(code: str, now: datetime) -> LicenceType:
    found = LicenceType.objects.filter(code=code).first()
    if found is None and ensure_types(now):
        found = LicenceType.objects.filter(code=code).first()
    if found is None or not found.active:
        message = N_("There is no licence type %(code)s in force. Correct the result of the service item's version.")
        raise Refused(Reason("unknown_type", message, field="type_code", params={"code": code}))
    return found


def _refusal(
    person_id: int | None, enterprise_id: int | None, holder_name: str, data: Mapping[str, Any]
) -> Reason | None:
    if (person_id is None) == (enterprise_id is None):
        return Reason("one_holder", N_("A licence has exactly one holder: a person or an enterprise."), field="holder")
    if not holder_name.strip():
        return Reason(
            "no_holder_name", N_("The holder's name is empty. Correct it in the register first."), field="holder"
        )
    return undrawable_refusal(holder_name, data)


def _next_serial() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('licences_serial')")
        return int(cursor.fetchone()[0])
