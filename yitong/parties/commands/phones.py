"""Change a citizen's phone at a counter, identity card in hand."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties import permissions
from yitong.parties.actors import Actor
from yitong.parties.events import PhoneChanged
from yitong.parties.identity import attempts
from yitong.parties.models import Account, OneTimeCode, Person
from yitong.parties.roles import Permission
from yitong.parties.rules.masking import masked_name
from yitong.parties.rules.phone_change import REASONS
from yitong.parties.rules.phones import mobile_refusal, normalised


def change_phone(*, actor: Actor, person_id: int, phone: str, reason: str, card_seen: bool, now: datetime) -> Person:
    """The person is reached, and logs in, with another phone from now on; whoever is logged in as him is logged out.

    ``reason``: a key of ``rules.phone_change.REASONS``. ``card_seen``: the clerk compared person and identity card. The old
    phone is told (event PhoneChanged). Raises NotAllowed; Refused for a wrong number, one that is another person's
    log-in, the number on record, a missing reason or card.
    """
    permissions.require(permissions.can_register(actor), Permission.CASE_FILE)
    phone = normalised(phone)
    _check(phone, reason, card_seen)
    with transaction.atomic():
        # The same lock as registering with this phone: of both, one sees what the other wrote.
        attempts.serialise("register", phone)
        rows = permissions.people_at_desk(actor).select_for_update(of=("self",))
        person = permissions.found(rows.filter(pk=person_id).first(), Permission.CASE_FILE)
        account = Account.objects.select_for_update().filter(person=person).first()
        _check_free(phone, person)
        old = (account.phone if account else "") or person.phone
        if phone == old and phone == person.phone:
            text = N_("This phone is on record already. Nothing was changed.")
            raise Refused(Reason("phone_same", text, field="phone"))
        person.phone = phone
        person.save(update_fields=["phone"])
        if account is not None:
            account.phone = phone
            # A citizen has no password; a new unusable one ends the sessions opened with the old phone.
            account.set_unusable_password()
            account.save(update_fields=["phone", "password"])
        OneTimeCode.objects.filter(phone=old, state=OneTimeCode.State.OPEN).update(state=OneTimeCode.State.SUPERSEDED)
        record(
            actor_ref=actor.ref,
            tag="parties:person:phone_changed",
            subject=f"person:{person.pk}",
            detail={"reason": reason, "logs_in": account is not None},
            now=now,
        )
        publish(PhoneChanged(person.pk, old if old != phone else "", phone, account is not None, now))
    return person


def _check(phone: str, reason: str, card_seen: bool) -> None:
    reasons = []
    if refusal := mobile_refusal(phone):
        reasons.append(refusal)
    if reason not in REASONS:
        reasons.append(Reason("reason_missing", N_("Choose why the phone is changed."), field="reason"))
    if not card_seen:
        text = N_("Compare the person with the identity card and tick this; nobody else may have the phone changed.")
        reasons.append(Reason("card_not_seen", text, field="card_seen"))
    if reasons:
        raise Refused(*reasons)


def _check_free(phone: str, person: Person) -> None:
    other = Account.objects.select_related("person").filter(phone=phone).exclude(person=person).first()
    if other is not None and other.person is not None:
        text = N_("%(name)s logs in with this phone already. One phone is for one person: take another number.")
        raise Refused(Reason("phone_taken", text, field="phone", params={"name": masked_name(other.person.name)}))
