"""Log in and out. The session itself is the delivery layer's; here is decided who it is, and it is logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils import timezone

from yitong.audit.commands import record
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties import face, identity
from yitong.parties.actors import ANONYMOUS, Actor
from yitong.parties.commands.people import enter_person
from yitong.parties.events import LoggedIn
from yitong.parties.identity import attempts
from yitong.parties.models import Account, FaceCheck, Person
from yitong.parties.rules.identity import checked_idcard, checked_name

TICKET_SALT = "yitong.parties.verified-phone"
TICKET_LIFE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class LogIn:
    """``account`` to log in, or None and a ``ticket`` with which the owner of the phone may register."""

    account: Account | None
    ticket: str = ""


def request_code(*, phone: str, address: str, now: datetime) -> identity.Challenge:
    """Send a one-time code. Refused for a wrong number, or when asked for too often (rules.login_limits)."""
    with transaction.atomic():
        challenge = identity.provider("phone_code").start(data={"phone": phone}, address=address, now=now)
        _log(ANONYMOUS.ref, "parties:code:requested", "login:phone_code", now)
    return challenge


def log_in_with_code(*, phone: str, code: str, address: str, now: datetime) -> LogIn:
    """The account of the phone, or a ticket to register when it has none. Refused: wrong, expired, locked, disabled."""
    return log_in(provider="phone_code", data={"phone": phone, "code": code}, address=address, now=now)


def log_in_with_password(*, username: str, password: str, address: str, now: datetime) -> Account:
    """The staff account. Refused: wrong, locked, disabled."""
    data = {"username": username, "password": password}
    account = log_in(provider="password", data=data, address=address, now=now).account
    assert account is not None  # the provider knows accounts only
    return account


def log_in(*, provider: str, data: Mapping[str, str], address: str, now: datetime) -> LogIn:
    """Complete a log-in with any provider."""
    with transaction.atomic():
        answer = identity.provider(provider).complete(data=data, address=address, now=now)
        if isinstance(answer, Reason):
            _log(ANONYMOUS.ref, "parties:login:failed", f"login:{provider}", now, reason=answer.code)
            result: LogIn | Reason = answer
        else:
            result = _admit(answer, now)
    # Outside of the transaction, which holds the count of wrong tries.
    if isinstance(result, Reason):
        raise Refused(result)
    return result


def _admit(who: identity.VerifiedIdentity, now: datetime) -> LogIn | Reason:
    if who.account_id is None:
        return LogIn(None, signing.dumps({"phone": who.phone, "at": now.timestamp()}, salt=TICKET_SALT))
    account = Account.objects.select_related("person", "staff__region").get(pk=who.account_id)
    if not account.is_active:
        return Reason("account_disabled", N_("This log-in is disabled. Ask at a counter."))
    _log(_ref(account), "parties:login:succeeded", f"account:{account.pk}", now, provider=who.provider)
    publish(LoggedIn(account.pk, who.provider, now))
    return LogIn(account)


def verified_phone(ticket: str, now: datetime) -> str:
    """The phone a registration ticket stands for; Refused when it is forged or older than 15 minutes."""
    try:
        content = signing.loads(ticket, salt=TICKET_SALT)
    except signing.BadSignature:
        content = {}
    age = now.timestamp() - content.get("at", 0)
    if not content or not -60 <= age <= TICKET_LIFE.total_seconds():
        text = N_("The phone was confirmed too long ago. Log in with a new code; what you typed has not been sent.")
        raise Refused(Reason("ticket_expired", text))
    return str(content["phone"])


def register_citizen(
    *, ticket: str, name: str, idcard: str, region_id: int | None = None, evidence: Mapping[str, str], now: datetime
) -> Account:
    """First log-in of a phone: register the person (or find the one a counter entered) and open the account.

    ``evidence`` goes to the face check adapter. Refused: wrong name or number, failed check, a person who has an
    account, or one entered at a counter with another phone: anybody who has seen a card knows name and number.
    """
    phone = verified_phone(ticket, now)
    number = checked_idcard(idcard, today=timezone.localtime(now).date())
    name = checked_name(name)
    checker = face.adapter()
    outcome = checker.check(name=name, idcard=number.value, evidence=evidence)
    if not outcome.passed:
        text = N_("The real-name check did not pass. Confirm that name and number are your own and try again.")
        raise Refused(Reason("face_failed", text, field="confirmed"))
    with transaction.atomic():
        attempts.serialise("register", phone)
        if Account.objects.filter(phone=phone).exists():
            text = N_("This phone has an account already. Log in with a new code.")
            raise Refused(Reason("phone_taken", text, field="phone"))
        _check_person_free(number.value, phone, compared=checker.compares)
        person = enter_person(
            actor_ref=ANONYMOUS.ref,
            name=name,
            idcard=number.value,
            phone=phone,
            region_id=region_id,
            address="",
            now=now,
        )
        FaceCheck.objects.create(
            person=person,
            adapter=checker.code,
            purpose="register",
            result=FaceCheck.Result.PASSED,
            note=outcome.note,
            at=now,
        )
        account = Account(kind=Account.Kind.CITIZEN, phone=phone, person=person, opened_at=now)
        account.set_unusable_password()
        account.save()
        _log(_ref(account), "parties:account:opened", f"account:{account.pk}", now, face_check=checker.code)
        publish(LoggedIn(account.pk, "phone_code", now))
    return account


def _check_person_free(idcard: str, phone: str, *, compared: bool) -> None:
    person = Person.objects.select_for_update().filter(idcard=idcard).first()
    if person is None:
        return
    if Account.objects.filter(person=person).exists():
        text = N_("This person has an account with another phone. Log in with that phone, or change it at a counter.")
        raise Refused(Reason("person_has_account", text, field="idcard"))
    if not compared and person.phone != phone:
        text = N_(
            "A counter entered this person with another phone. Have the phone changed at a counter, card in hand."
        )
        raise Refused(Reason("person_other_phone", text, field="idcard"))


def log_out(*, actor: Actor, now: datetime) -> None:
    """Note that somebody left; ending the session is the delivery layer's."""
    if actor.account_id is not None:
        _log(actor.ref, "parties:logout:done", f"account:{actor.account_id}", now)


def _ref(account: Account) -> str:
    return f"staff:{account.staff_id}" if account.staff_id else f"person:{account.person_id}"


def _log(actor_ref: str, tag: str, subject: str, now: datetime, **detail: str) -> None:
    record(actor_ref=actor_ref, tag=tag, subject=subject, detail=detail, now=now)
