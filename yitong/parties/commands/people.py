"""Enter persons and enterprises, and keep what they may change themselves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from yitong.audit.commands import record
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties import permissions
from yitong.parties.actors import Actor
from yitong.parties.events import EnterpriseRegistered, PersonRegistered
from yitong.parties.models import Enterprise, Person, Region
from yitong.parties.roles import Permission
from yitong.parties.rules.identity import checked_idcard, checked_name, checked_uscc
from yitong.parties.rules.phones import mobile_refusal, normalised

LONGEST_ENTERPRISE_NAME = 150


def register_person(
    *,
    actor: Actor,
    name: str,
    idcard: str,
    phone: str = "",
    region_id: int | None = None,
    address: str = "",
    now: datetime,
) -> Person:
    """Enter a person who stands at the counter. The same name and number again returns the person who is there.

    Refused: a wrong number, name or phone (``field`` says which), or a number that belongs to another name.
    """
    permissions.require(permissions.can_register(actor), Permission.CASE_FILE)
    with transaction.atomic():
        return enter_person(
            actor_ref=actor.ref,
            name=name,
            idcard=idcard,
            phone=phone,
            region_id=region_id,
            address=address,
            now=now,
        )


def enter_person(
    *, actor_ref: str, name: str, idcard: str, phone: str, region_id: int | None, address: str, now: datetime
) -> Person:
    """The shared body of registering at the counter and at the first log-in; runs in the caller's transaction."""
    number = checked_idcard(idcard, today=timezone.localtime(now).date())
    name = checked_name(name)
    phone = normalised(phone)
    if phone and (refusal := mobile_refusal(phone)):
        raise Refused(refusal)
    require_region_exists(region_id)
    person, created = Person.objects.get_or_create(
        idcard=number.value,
        defaults={
            "name": name,
            "phone": phone,
            "sex": number.sex,
            "birth_on": number.birth_on,
            "region_id": region_id,
            "address": address.strip(),
            "registered_at": now,
        },
    )
    if not created:
        if person.name != name:
            raise Refused(
                Reason(
                    "person_other_name",
                    N_("This citizen number is registered under another name. Compare name and number with the card."),
                    field="name",
                )
            )
        return person
    record(actor_ref=actor_ref, tag="parties:person:registered", subject=f"person:{person.pk}", detail={}, now=now)
    publish(PersonRegistered(person.pk, now))
    return person


@transaction.atomic
def change_profile(*, actor: Actor, phone: str, address: str, region_id: int | None, now: datetime) -> Person:
    """A citizen keeps his contact phone, address and region; name and number come from the card and stay."""
    own = Person.objects.select_for_update().filter(pk=actor.person_id or 0)
    person = permissions.found(own.first(), Permission.CASE_APPLY)
    phone = normalised(phone)
    if phone and (refusal := mobile_refusal(phone)):
        raise Refused(refusal)
    require_region_exists(region_id)
    new = {"phone": phone, "address": address.strip(), "region_id": region_id}
    changed = [name for name, value in new.items() if getattr(person, name) != value]
    if not changed:
        return person
    for name, value in new.items():
        setattr(person, name, value)
    person.save(update_fields=list(new))
    record(
        actor_ref=actor.ref,
        tag="parties:person:changed",
        subject=f"person:{person.pk}",
        detail={"fields": changed},
        now=now,
    )
    return person


@transaction.atomic
def register_enterprise(
    *,
    actor: Actor,
    name: str,
    uscc: str,
    legal_representative_id: int,
    region_id: int | None = None,
    address: str = "",
    phone: str = "",
    now: datetime,
) -> Enterprise:
    """Enter an enterprise whose business licence was seen. The same code and name again returns the one there is."""
    permissions.require(permissions.can_register(actor), Permission.CASE_FILE)
    code = checked_uscc(uscc)
    name = checked_name(name, longest=LONGEST_ENTERPRISE_NAME)
    if not Person.objects.filter(pk=legal_representative_id).exists():
        raise Refused(
            Reason(
                "representative_unknown",
                N_("The legal representative is not registered. Register the person first."),
                field="legal_representative",
            )
        )
    require_region_exists(region_id)
    enterprise, created = Enterprise.objects.get_or_create(
        uscc=code,
        defaults={
            "name": name,
            "legal_representative_id": legal_representative_id,
            "region_id": region_id,
            "address": address.strip(),
            "phone": phone.strip(),
            "registered_at": now,
        },
    )
    if not created:
        if enterprise.name != name:
            text = N_("This unified social credit code is registered under another name. Compare it with the licence.")
            raise Refused(Reason("enterprise_other_name", text, field="name"))
        return enterprise
    record(
        actor_ref=actor.ref,
        tag="parties:enterprise:registered",
        subject=f"enterprise:{enterprise.pk}",
        detail={"legal_representative": legal_representative_id},
        now=now,
    )
    publish(EnterpriseRegistered(enterprise.pk, now))
    return enterprise


def require_region_exists(region_id: int | None, field: str = "region") -> None:
    """Refused when a region is named that does not exist."""
    if region_id is not None and not Region.objects.filter(pk=region_id).exists():
        raise Refused(
            Reason("region_unknown", N_("This region does not exist. Choose one from the list."), field=field)
        )
