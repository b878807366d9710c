"""Consent to somebody reading one's licences, or what registers answer about oneself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.consents import holders, library
from yitong.consents.events import ConsentGranted
from yitong.consents.models import HolderConsent
from yitong.consents.permissions import case_facts
from yitong.consents.rules.registers import Register
from yitong.consents.rules.terms import Terms, refusals
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.queries import organisation
from yitong.parties.roles import Permission


@transaction.atomic
def grant(
    *,
    actor: Actor,
    holder: Holder,
    type_codes: Sequence[str] = (),
    licence_ids: Sequence[int] = (),
    registers: Sequence[Register] = (),
    fields: Sequence[str] = (),
    purpose: str,
    department_id: int,
    case_number: str = "",
    until: datetime,
    uses: int,
    now: datetime,
) -> HolderConsent:
    """The holder allows a department to read licences, by types or one by one, and for a case the answers of registers.

    ``fields`` empty: every field that is not sensitive; sensitive ones are named (art. 29). An agent consents for his
    principal in a case that his mandate covers, to the department that handles it, and nowhere else. NotAllowed for
    anybody else's licences; Refused with the field that is wrong. Not idempotent: a second call is a second consent.
    """
    _require(actor, holder, case_number, department_id)
    return give(
        actor=actor, holder=holder, type_codes=type_codes, licence_ids=licence_ids, registers=registers, fields=fields,
        purpose=purpose, department_id=department_id, case_number=case_number, until=until, uses=uses,
        way=HolderConsent.Way.ONLINE, now=now,
    )  # fmt: skip


def give(
    *,
    actor: Actor,
    holder: Holder,
    type_codes: Sequence[str] = (),
    licence_ids: Sequence[int] = (),
    registers: Sequence[Register] = (),
    fields: Sequence[str],
    purpose: str,
    department_id: int,
    case_number: str,
    until: datetime,
    uses: int,
    way: str,
    now: datetime,
) -> HolderConsent:
    """As ``grant``, for whoever has settled the right: the presentation code is the holder's own act."""
    key = holders.key_of(holder)
    scope = library.scope(key, type_codes=type_codes, licence_ids=licence_ids)
    known = scope.field_names | {name for each in registers for name, _, _ in each.fields}
    about = dict.fromkeys([*([scope.names] if scope.names else ()), *(each.title for each in registers)])
    terms = Terms(tuple(fields), known, purpose, until, uses, scope.chosen + len(registers))
    reasons = refusals(terms, now)
    if scope.unknown:
        text = N_("Some of the chosen licences are not in the library any more. Choose again.")
        reasons.append(Reason("unknown_licence", text, field="licences"))
    if type_codes and (licence_ids or registers):
        text = N_("Choose either types of licences or single licences, not both.")
        reasons.append(Reason("two_scopes", text, field="licences"))
    if organisation.department(department_id) is None:
        reasons.append(Reason("no_department", N_("Choose the department that may read them."), field="department"))
    if reasons:
        raise Refused(*reasons)
    consent = HolderConsent.objects.create(
        holder_key=key,
        holder_person_id=holder.person_id,
        holder_enterprise_id=holder.enterprise_id,
        holder_name=holder.name,
        type_codes=sorted(set(type_codes)),
        licence_ids=sorted(set(licence_ids)),
        registers=sorted({each.code for each in registers}),
        about="、".join(about)[:300],
        fields=sorted(set(fields)),
        purpose=purpose.strip(),
        receiving_department_id=department_id,
        case_number=case_number,
        way=way,
        valid_from=now,
        valid_until=until,
        uses_granted=uses,
        uses_left=uses,
        granted_by_ref=actor.ref,
        granted_by_name=actor.name,
        granted_at=now,
    )
    record(
        actor_ref=actor.ref,
        tag="consents:consent:granted",
        subject=f"consent:{consent.pk}",
        detail={"way": way, "department": department_id, "case": case_number, "uses": uses, "until": until},
        now=now,
    )
    publish(ConsentGranted(consent.pk, case_number, tuple(consent.licence_ids), tuple(consent.type_codes), now))
    return consent


def _require(actor: Actor, holder: Holder, case_number: str, department_id: int) -> None:
    if actor.kind is ActorKind.SYSTEM:
        return
    if actor.kind is not ActorKind.CITIZEN or not actor.may(Permission.CONSENT_GRANT):
        raise NotAllowed(Permission.CONSENT_GRANT)
    key = holders.key_of(holder)
    if key in holders.of_actor(actor):
        return
    facts = case_facts(actor, case_number)
    if facts is None or key not in facts.holder_keys or facts.department_id != department_id:
        raise NotAllowed(Permission.CONSENT_GRANT)
