"""Who acts for whom: handlers of an enterprise, mandates of persons and enterprises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from yitong.audit.commands import record
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Conflict, Reason, Refused
from yitong.parties import papers, permissions
from yitong.parties.actors import Actor
from yitong.parties.events import MandateGiven
from yitong.parties.models import Enterprise, EnterpriseHandler, Mandate, Person
from yitong.parties.roles import Permission
from yitong.parties.rules.identity import checked_idcard, checked_item_code, checked_name, checked_period
from yitong.parties.rules.phone_change import REVOKERS

MANDATE_MOST_DAYS = 3 * 366
"""A mandate of more than three years is refused: people forget what they signed. Ours, not a statute."""


@transaction.atomic
def name_handler(
    *,
    actor: Actor,
    enterprise_id: int,
    name: str,
    idcard: str,
    valid_from: date,
    valid_until: date | None = None,
    now: datetime,
) -> EnterpriseHandler:
    """The legal representative (or a clerk who saw the paper) names a registered person to act for the enterprise."""
    enterprise = _enterprise_to_act_on(actor, enterprise_id)
    person = registered_person(name=name, idcard=idcard, now=now)
    checked_period(valid_from, valid_until)
    overlap = EnterpriseHandler.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=valid_from), enterprise=enterprise, person=person
    )
    if valid_until is not None:
        overlap = overlap.filter(valid_from__lt=valid_until)
    if overlap.exists():
        text = N_("This person is already a handler in that period. End the earlier entry first.")
        raise Refused(Reason("handler_overlap", text, field="idcard"))
    handler = EnterpriseHandler.objects.create(
        enterprise=enterprise, person=person, valid_from=valid_from, valid_until=valid_until, named_at=now
    )
    _log(actor, "parties:handler:named", f"enterprise:{enterprise.pk}", {"person": person.pk}, now)
    return handler


@transaction.atomic
def end_handler(*, actor: Actor, handler_id: int, now: datetime) -> EnterpriseHandler:
    """The handler acts no longer from today on."""
    row = EnterpriseHandler.objects.filter(pk=handler_id).first()
    row = permissions.found(row, Permission.CASE_APPLY)
    _enterprise_to_act_on(actor, row.enterprise_id)
    handler = EnterpriseHandler.objects.select_for_update().get(pk=row.pk)
    today = timezone.localtime(now).date()
    if handler.valid_until is not None and handler.valid_until <= today:
        raise Conflict(Reason("handler_ended", N_("This handler was ended already.")))
    handler.valid_until = max(today, handler.valid_from)
    handler.save(update_fields=["valid_until"])
    detail = {"person": handler.person_id}
    _log(actor, "parties:handler:ended", f"enterprise:{handler.enterprise_id}", detail, now)
    return handler


@transaction.atomic
def give_mandate(
    *,
    actor: Actor,
    agent_name: str,
    agent_idcard: str,
    valid_from: date,
    valid_until: date,
    item_codes: list[str] | None = None,
    principal_person_id: int | None = None,
    principal_enterprise_id: int | None = None,
    document_ref: str = "",
    now: datetime,
) -> Mandate:
    """A principal lets another registered person act for him or his enterprise: 民法典 art. 165 (in writing).

    ``item_codes``: basic codes; None or empty means every item. A clerk may enter a mandate on paper and then has to
    name the principal and the stored file (``document_ref``); a citizen gives it in his log-in: that is the writing.
    """
    principal = _principal(actor, principal_person_id, principal_enterprise_id, document_ref)
    agent = registered_person(
        name=agent_name, idcard=agent_idcard, now=now, field="agent_idcard", name_field="agent_name"
    )
    if principal.get("principal_person_id") == agent.pk:
        raise Refused(
            Reason(
                "mandate_to_oneself",
                N_("Principal and agent are one person. Name somebody else."),
                field="agent_idcard",
            )
        )
    checked_period(valid_from, valid_until)
    if (valid_until - valid_from).days > MANDATE_MOST_DAYS:
        text = N_("A mandate runs for three years at most. Choose an earlier last day.")
        raise Refused(Reason("mandate_long", text, field="valid_until"))
    if valid_until <= timezone.localtime(now).date():
        raise Refused(
            Reason(
                "mandate_past",
                N_("The mandate would have ended already. Choose a later last day."),
                field="valid_until",
            )
        )
    codes = sorted({checked_item_code(code, field="item_codes") for code in item_codes or []})
    _check_new(agent, codes, valid_from, valid_until, principal)
    mandate = Mandate.objects.create(
        agent=agent,
        scope=Mandate.Scope.LISTED if codes else Mandate.Scope.ALL,
        item_codes=codes,
        valid_from=valid_from,
        valid_until=valid_until,
        document_ref=document_ref.strip(),
        given_at=now,
        **principal,
    )
    _log(actor, "parties:mandate:given", f"mandate:{mandate.pk}", {"agent": agent.pk, **principal}, now)
    publish(MandateGiven(mandate.pk, agent.pk, now))
    return mandate


@transaction.atomic
def enter_paper_mandate(*, actor: Actor, document_ref: str, now: datetime, **values: Any) -> Mandate:
    """A clerk enters a mandate given on paper; its scan may be read from then on by whoever may see the mandate.

    ``values`` as for ``give_mandate``. Raises NotAllowed also for a principal whose entry is another region's.
    """
    person_id, enterprise_id = values.get("principal_person_id"), values.get("principal_enterprise_id")
    mine = permissions.people_at_desk(actor).filter(pk=person_id or 0).exists()
    mine = mine or permissions.enterprises_at_desk(actor).filter(pk=enterprise_id or 0).exists()
    permissions.require(mine, Permission.CASE_FILE)
    mandate = give_mandate(actor=actor, document_ref=document_ref, now=now, **values)
    papers.keeper().give(reference=document_ref, subject=f"mandate:{mandate.pk}", actor=actor)
    return mandate


@transaction.atomic
def revoke_mandate(*, actor: Actor, mandate_id: int, asked_by: str = "", now: datetime) -> Mandate:
    """The principal (or the agent, who lays it down: 民法典 art. 173) ends a mandate at once.

    A clerk does it for whoever of the two stands before him and says who: ``asked_by``, a key of REVOKERS.
    """
    mandate = permissions.found(
        Mandate.objects.select_for_update().filter(pk=mandate_id).first(), Permission.CASE_APPLY
    )
    person = actor.person_id
    own = person is not None and person in (mandate.principal_person_id, mandate.agent_id)
    if not own and mandate.principal_enterprise_id is not None:
        own = permissions.represents(actor, Enterprise.objects.get(pk=mandate.principal_enterprise_id))
    if not own:
        permissions.require(permissions.mandates_at_desk(actor).filter(pk=mandate.pk).exists(), Permission.CASE_APPLY)
        if asked_by not in REVOKERS:
            text = N_("Say who ends the mandate: the principal or the agent. Compare the identity card first.")
            raise Refused(Reason("revoker_missing", text, law="民法典 第173条", field="asked_by"))
    if mandate.revoked_at is not None:
        raise Conflict(Reason("mandate_revoked", N_("This mandate was revoked already.")))
    mandate.revoked_at = now
    mandate.save(update_fields=["revoked_at"])
    detail = {} if own else {"asked_by": asked_by}
    record(actor_ref=actor.ref, tag="parties:mandate:revoked", subject=f"mandate:{mandate.pk}", detail=detail, now=now)
    return mandate


def registered_person(
    *, name: str, idcard: str, now: datetime, field: str = "idcard", name_field: str = "name"
) -> Person:
    """The registered person with this name and number, or Refused; the two refusals do not tell which part is wrong."""
    number = checked_idcard(idcard, today=timezone.localtime(now).date(), field=field)
    person = Person.objects.filter(idcard=number.value, name=checked_name(name, field=name_field)).first()
    if person is None:
        text = N_(
            "No registered person has this name and citizen number. Check both, or ask the person to log in once first."
        )
        raise Refused(Reason("person_unknown", text, field=field))
    return person


def _check_new(
    agent: Person, codes: list[str], valid_from: date, valid_until: date, principal: Mapping[str, int | None]
) -> None:
    """Refused when the same mandate stands already: a form sent twice must not make two, of which one is revoked."""
    # The lock makes two clerks who enter one paper at once follow one another.
    Person.objects.select_for_update().get(pk=agent.pk)
    same = Mandate.objects.filter(agent=agent, item_codes=codes, revoked_at__isnull=True, **principal)
    known = same.filter(valid_from__lt=valid_until, valid_until__gt=valid_from).first()
    if known is not None:
        last = known.valid_until - timedelta(days=1)
        text = N_("This agent has the same mandate already, until %(last)s. Revoke it first, or choose another period.")
        raise Refused(Reason("mandate_exists", text, field="valid_from", params={"last": last.isoformat()}))


def _principal(
    actor: Actor, person_id: int | None, enterprise_id: int | None, document_ref: str
) -> dict[str, int | None]:
    if enterprise_id is not None and person_id is not None:
        raise Refused(Reason("mandate_two_principals", N_("Name one principal: a person or an enterprise.")))
    if enterprise_id is not None:
        _enterprise_to_act_on(actor, enterprise_id)
        principal: dict[str, int | None] = {"principal_enterprise_id": enterprise_id}
    else:
        own = person_id is None or person_id == actor.person_id
        permissions.require(
            actor.person_id is not None if own else permissions.can_register(actor), Permission.CASE_APPLY
        )
        principal = {"principal_person_id": actor.person_id if own else person_id}
        if not own:
            permissions.found(Person.objects.filter(pk=person_id or 0).first(), Permission.CASE_APPLY)
    if actor.is_staff and not document_ref.strip():
        text = N_("The signed paper is missing. Attach a scan of the mandate.")
        raise Refused(Reason("mandate_paper", text, law="民法典 第165条", field="document"))
    return principal


def _enterprise_to_act_on(actor: Actor, enterprise_id: int) -> Enterprise:
    """The enterprise, locked, if the actor represents it or is a clerk; NotAllowed otherwise."""
    enterprise = permissions.found(
        Enterprise.objects.select_for_update().filter(pk=enterprise_id).first(), Permission.CASE_APPLY
    )
    permissions.require(
        permissions.represents(actor, enterprise) or permissions.can_register(actor), Permission.CASE_APPLY
    )
    return enterprise


def _log(actor: Actor, tag: str, subject: str, detail: Mapping[str, int | None], now: datetime) -> None:
    record(actor_ref=actor.ref, tag=tag, subject=subject, detail=detail, now=now)
