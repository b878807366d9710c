"""Load many persons, enterprises and staff at once: first loading of a city, the demonstration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from yitong.audit.commands import record
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties import permissions
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.commands.accounts import checked_username
from yitong.parties.models import Account, Enterprise, Person
from yitong.parties.roles import Permission
from yitong.parties.rules.identity import checked_idcard, checked_name, checked_uscc
from yitong.parties.rules.phones import mobile_refusal, normalised

CHUNK = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """``with_account``: the phone can log in at once; it must then be the only one with that number."""

    name: str
    idcard: str
    phone: str = ""
    region_id: int | None = None
    address: str = ""
    with_account: bool = False


@dataclass(frozen=True, slots=True)
class EnterpriseRow:
    name: str
    uscc: str
    legal_representative_id: int
    region_id: int | None = None
    address: str = ""
    phone: str = ""


@transaction.atomic
def load_people(*, actor: Actor, rows: Iterable[PersonRow], now: datetime) -> list[Person]:
    """Enter all rows or none. Refused names the row (from 1) and the field; one audit entry tells the number."""
    permissions.require(permissions.can_manage(actor), Permission.PARTY_MANAGE)
    unusable = make_password(None)
    loaded: list[Person] = []
    for start, chunk in _chunks(rows):
        people = Person.objects.bulk_create([_person(row, start + index, now) for index, row in enumerate(chunk)])
        Account.objects.bulk_create(
            Account(kind=Account.Kind.CITIZEN, phone=person.phone, person=person, password=unusable, opened_at=now)
            for row, person in zip(chunk, people, strict=True)
            if row.with_account
        )
        loaded.extend(people)
    _log(actor, "parties:person:loaded", len(loaded), now)
    return loaded


@transaction.atomic
def load_enterprises(*, actor: Actor, rows: Iterable[EnterpriseRow], now: datetime) -> list[Enterprise]:
    """As ``load_people``, for enterprises whose legal representatives are there."""
    permissions.require(permissions.can_manage(actor), Permission.PARTY_MANAGE)
    loaded: list[Enterprise] = []
    for start, chunk in _chunks(rows):
        loaded.extend(
            Enterprise.objects.bulk_create([_enterprise(row, start + index, now) for index, row in enumerate(chunk)])
        )
    _log(actor, "parties:enterprise:loaded", len(loaded), now)
    return loaded


@transaction.atomic
def open_staff_accounts(
    *, actor: Actor, logins: Sequence[tuple[int, str]], password: str, now: datetime
) -> list[Account]:
    """Log-ins (staff id, user name) with one password for all, all or none; one audit entry tells the number.

    The password is hashed once, since hashing is slow on purpose: equal passwords show as equal hashes, which is why only the
    system may do this. Refused names the row.
    """
    permissions.require(actor.kind is ActorKind.SYSTEM, Permission.PARTY_MANAGE)
    secret = make_password(password)
    accounts = []
    for number, (staff_id, username) in enumerate(logins, start=1):
        try:
            name = checked_username(username)
        except Refused as refused:
            raise _at_row(refused, number) from refused
        accounts.append(
            Account(kind=Account.Kind.STAFF, username=name, staff_id=staff_id, password=secret, opened_at=now)
        )
    opened = Account.objects.bulk_create(accounts, batch_size=CHUNK)
    _log(actor, "parties:account:loaded", len(opened), now)
    return opened


def _person(row: PersonRow, number: int, now: datetime) -> Person:
    try:
        idcard = checked_idcard(row.idcard, today=timezone.localtime(now).date())
        name = checked_name(row.name)
        phone = normalised(row.phone)
        if (phone or row.with_account) and (refusal := mobile_refusal(phone)):
            raise Refused(refusal)
    except Refused as refused:
        raise _at_row(refused, number) from refused
    return Person(
        name=name,
        idcard=idcard.value,
        phone=phone,
        sex=idcard.sex,
        birth_on=idcard.birth_on,
        region_id=row.region_id,
        address=row.address,
        registered_at=now,
    )


def _enterprise(row: EnterpriseRow, number: int, now: datetime) -> Enterprise:
    try:
        uscc, name = checked_uscc(row.uscc), checked_name(row.name, longest=150)
    except Refused as refused:
        raise _at_row(refused, number) from refused
    return Enterprise(
        name=name,
        uscc=uscc,
        legal_representative_id=row.legal_representative_id,
        region_id=row.region_id,
        address=row.address,
        phone=row.phone,
        registered_at=now,
    )


def _at_row(refused: Refused, number: int) -> Refused:
    """The same reasons, with the row in front."""
    return Refused(
        *(
            Reason(
                reason.code,
                N_("Row %(row)d, %(field)s: %(problem)s"),
                field=f"rows.{number}.{reason.field}",
                params={"row": number, "field": reason.field, "problem": str(reason)},
            )
            for reason in refused.reasons
        )
    )


def _chunks(rows: Iterable[T]) -> Iterator[tuple[int, Sequence[T]]]:
    """(number of the first row, from 1; rows) in chunks of CHUNK."""
    iterator, start = iter(rows), 1
    while chunk := list(islice(iterator, CHUNK)):
        yield start, chunk
        start += len(chunk)


def _log(actor: Actor, tag: str, count: int, now: datetime) -> None:
    record(actor_ref=actor.ref, tag=tag, subject="parties:bulk", detail={"count": count}, now=now)
