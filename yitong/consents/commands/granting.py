"""Consent to somebody reading one's licences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.consents import holders, library
from yitong.consents.events import ConsentGranted
from yitong.consents.models import HolderConsent
from yitong.consents.rules.terms import Terms, refusals
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences.rules.holders import Holder
from yitong.notifications.commands import Recipient, send
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.queries import organisation, people
from yitong.parties.roles import Permission


@transaction.atomic
def grant(
    *,
    actor: Actor,
    holder: Holder,
    type_codes: Sequence[str] = (),
    licence_ids: Sequence[int] = (),
    fields: Sequence[str] = (),
    purpose: str,
    department_id: int,
    case_number: str = "",
    until: datetime,
    uses: int,
    way: str = HolderConsent.Way.ONLINE,
    document_ref: str = "",
    now: datetime,
) -> HolderConsent:
    """The holder (or who acts for him) allows a department to read licences, by types or one by one.

    ``fields`` empty: every field that is not sensitive; sensitive ones are named (art. 29). ``way`` counter: a clerk enters
    a consent signed on paper, whose scan is ``document_ref`` (``file:<id>``). NotAllowed for anybody else's licences; Refused
    with the field that is wrong. Not idempotent: a second call is a second consent.
    """
    _require(actor, holder, way, document_ref)
    return give(
        actor=actor, holder=holder, type_codes=type_codes, licence_ids=licence_ids, fields=fields, purpose=purpose,
        department_id=department_id, case_number=case_number, until=until, uses=uses, way=way, document_ref=document_ref,
        now=now,
    )  # fmt: skip


def give(
    *,
    actor: Actor,
    holder: Holder,
    type_codes: Sequence[str],
    licence_ids: Sequence[int],
    fields: Sequence[str],
    purpose: str,
    department_id: int,
    case_number: str,
    until: datetime,
    uses: int,
    way: str,
    document_ref: str = "",
    now: datetime,
) -> HolderConsent:
    """As ``grant``, for whoever has settled the right: the presentation code is the holder's own act."""
    key = holders.key_of(holder)
    scope = library.scope(key, type_codes=type_codes, licence_ids=licence_ids)
    terms = Terms(tuple(fields), scope.field_names, purpose, until, uses, scope.chosen)
    reasons = refusals(terms, now)
    if scope.unknown:
        text = N_("Some of the chosen licences are not in the library any more. Choose again.")
        reasons.append(Reason("unknown_licence", text, field="licences"))
    if type_codes and licence_ids:
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
        about=scope.names[:300],
        fields=sorted(set(fields)),
        purpose=purpose.strip(),
        receiving_department_id=department_id,
        case_number=case_number,
        way=way,
        document_ref=document_ref,
        valid_from=now,
        valid_until=until,
        uses_granted=uses,
        uses_left=uses,
        granted_by_ref=actor.ref,
        granted_at=now,
    )
    record(
        actor_ref=actor.ref,
        tag="consents:consent:granted",
        subject=f"consent:{consent.pk}",
        detail={"way": way, "department": department_id, "case": case_number, "uses": uses, "until": until},
        now=now,
    )
    if way == HolderConsent.Way.COUNTER:
        _tell(consent, now)
    publish(ConsentGranted(consent.pk, case_number, tuple(consent.licence_ids), tuple(consent.type_codes), now))
    return consent


def _tell(consent: HolderConsent, now: datetime) -> None:
    """The holder hears of a consent a clerk entered for him: one he never signed comes out."""
    if consent.holder_person_id is None:
        return
    send(
        template="consent_entered",
        recipient=Recipient(person_id=consent.holder_person_id, phone=people.account_phone(consent.holder_person_id)),
        context={
            "about": consent.about,
            "department": consent.receiving_department.name,
            "purpose": consent.purpose,
        },
        dedup_key=f"consent-entered:{consent.pk}",
        subject=f"consent:{consent.pk}",
        now=now,
    )


def _require(actor: Actor, holder: Holder, way: str, document_ref: str) -> None:
    if actor.kind is ActorKind.SYSTEM:
        return
    if way == HolderConsent.Way.COUNTER and actor.is_staff and actor.may(Permission.CODE_SCAN):
        if not document_ref:
            text = N_("Attach the consent the holder signed. Without it nobody but the holder can consent.")
            raise Refused(
                Reason("paper_missing", text, law="《中华人民共和国个人信息保护法》第十四条", field="document")
            )
        return
    if way != HolderConsent.Way.ONLINE or not actor.may(Permission.CONSENT_GRANT):
        raise NotAllowed(Permission.CONSENT_GRANT)
    if holders.key_of(holder) not in holders.of_actor(actor):
        raise NotAllowed(Permission.CONSENT_GRANT)
