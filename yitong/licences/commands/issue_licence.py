"""Issue a licence with its document, in the transaction of the decision that grants it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences.commands.making import Draft, local_day, make
from yitong.licences.commands.renewing import renewed_by_case
from yitong.licences.commands.types import ensure_types
from yitong.licences.holders import holder_of_enterprise, holder_of_person
from yitong.licences.models import Licence, LicenceType
from yitong.licences.permissions import can_issue
from yitong.licences.queries import issuable_refusal
from yitong.licences.rules.holders import Holder
from yitong.licences.rules.status import last_day
from yitong.parties.actors import Actor
from yitong.parties.queries import people
from yitong.parties.roles import Permission


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

    When the case renews a licence, the new version of that one is issued instead, or the one that was deemed renewed
    returned. The PDF is sealed after commit, see ``documents.queries.pdf(licence.document, now)``. Idempotent per case and
    type: the licence issued first is returned. Raises NotAllowed; Refused with ``undrawable``, ``unknown_type``, ``one_holder``.
    """
    if not can_issue(actor, issuer_department_id):
        raise NotAllowed(Permission.LICENCE_ISSUE)
    kind = _type(type_code, now)
    earlier = Licence.objects.select_related("type").filter(case_number=case_number, type=kind).first()
    if earlier is not None and case_number:
        return earlier
    holder = _holder(holder_person_id, holder_enterprise_id, holder_name)
    refusal = issuable_refusal(holder_name, data)
    if refusal is not None:
        raise Refused(refusal)
    today = local_day(now)
    draft = Draft(
        kind=kind,
        holder=holder,
        data=dict(data),
        department_id=issuer_department_id,
        region_id=region_id,
        case_number=case_number,
        valid_from=today,
        valid_until=last_day(today, valid_years),
        item_name=item_name,
    )
    return renewed_by_case(draft, years=valid_years, actor=actor, now=now) or make(draft, actor=actor, now=now)


def _type(code: str, now: datetime) -> LicenceType:
    found = LicenceType.objects.filter(code=code).first()
    if found is None and ensure_types(now):
        found = LicenceType.objects.filter(code=code).first()
    if found is None or not found.active:
        message = N_("There is no licence type %(code)s in force. Correct the result of the service item's version.")
        raise Refused(Reason("unknown_type", message, field="type_code", params={"code": code}))
    return found


def _holder(person_id: int | None, enterprise_id: int | None, name: str) -> Holder:
    if (person_id is None) == (enterprise_id is None):
        message = N_("A licence has exactly one holder: a person or an enterprise.")
        raise Refused(Reason("one_holder", message, field="holder"))
    if not name.strip():
        message = N_("The holder's name is empty. Correct it in the register first.")
        raise Refused(Reason("no_holder_name", message, field="holder"))
    row = people.person(person_id) if person_id is not None else people.enterprise(enterprise_id or 0)
    if row is None:
        message = N_("The holder is not registered. Register the person or the enterprise first.")
        raise Refused(Reason("no_holder", message, field="holder"))
    found = holder_of_person(row) if person_id is not None else holder_of_enterprise(row)
    # As the case names it: the register may have changed since the application was decided upon.
    return Holder(found.kind, found.id_number, name, found.person_id, found.enterprise_id)
