"""Log-in of citizens: a six-digit code sent to the phone."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil

from django.utils.crypto import constant_time_compare, salted_hmac

from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties.events import CodeRequested
from yitong.parties.identity import attempts
from yitong.parties.identity.base import Challenge, VerifiedIdentity
from yitong.parties.models import Account, OneTimeCode
from yitong.parties.models.accounts import MOST_TRIES
from yitong.parties.rules.login_limits import CODE_LIFE, CODE_WINDOW, CODES_PER_ADDRESS, CODES_PER_PHONE, code_wait
from yitong.parties.rules.phones import mobile_refusal, normalised

JUST_SENT = "code_just_sent"
"""The refusal of somebody whose code is still under way: what to do is to enter it, not to ask again."""


class PhoneCodeProvider:
    """Sends the code by publishing CodeRequested; who delivers it is wired elsewhere."""

    code = "phone_code"

    def start(self, *, data: Mapping[str, str], address: str, now: datetime) -> Challenge:
        """Send a code to ``data["phone"]``; Refused for a number that is none, and when asked too often."""
        phone = normalised(data.get("phone", ""))
        if refusal := mobile_refusal(phone):
            raise Refused(refusal)
        attempts.serialise("code", phone)
        self._limit(phone, address, now)
        OneTimeCode.objects.filter(phone=phone, state=OneTimeCode.State.OPEN).update(state=OneTimeCode.State.SUPERSEDED)
        code = f"{secrets.randbelow(1_000_000):06d}"
        row = OneTimeCode.objects.create(
            phone=phone,
            code_hash=keyed_hash(phone, code),
            address=address,
            sent_at=now,
            expires_at=now + CODE_LIFE,
        )
        publish(CodeRequested(phone, code, row.expires_at, dedup_key=f"login-code:{row.pk}"))
        return Challenge(fields=("code",), state=phone, expires_at=row.expires_at)

    def complete(self, *, data: Mapping[str, str], address: str, now: datetime) -> VerifiedIdentity | Reason:
        """Check ``data["code"]`` for ``data["phone"]``. The right answer uses the code up, five wrong ones too."""
        phone = normalised(data.get("phone", ""))
        attempts.serialise("code", phone)
        if locked := attempts.lock_refusal(self.code, phone, address, now):
            return locked
        row = OneTimeCode.objects.select_for_update().filter(phone=phone, state=OneTimeCode.State.OPEN).first()
        if row is None or row.expires_at <= now:
            text = N_("There is no code in force for this phone. Ask for a new one.")
            return Reason("code_expired", text, field="code")
        row.tries += 1
        right = constant_time_compare(row.code_hash, keyed_hash(phone, _digits(data.get("code", ""))))
        if right:
            row.state = OneTimeCode.State.USED
        elif row.tries >= MOST_TRIES:
            row.state = OneTimeCode.State.EXHAUSTED
        row.save(update_fields=["tries", "state"])
        attempts.note(self.code, phone, address, succeeded=right, now=now)
        if not right:
            return _wrong(MOST_TRIES - row.tries)
        account_id = Account.objects.filter(phone=phone).values_list("pk", flat=True).first()
        return VerifiedIdentity(self.code, account_id, phone=phone)

    def _limit(self, phone: str, address: str, now: datetime) -> None:
        since = OneTimeCode.objects.filter(sent_at__gt=now - CODE_WINDOW).order_by("-sent_at")
        wait = code_wait(
            list(since.filter(phone=phone).values_list("sent_at", flat=True)[:CODES_PER_PHONE]),
            list(since.filter(address=address).values_list("sent_at", flat=True)[:CODES_PER_ADDRESS]),
            now,
        )
        if wait is not None:
            under_way = OneTimeCode.objects.filter(phone=phone, state=OneTimeCode.State.OPEN, expires_at__gt=now)
            raise Refused(_too_often(wait, under_way.exists()))


def keyed_hash(phone: str, code: str) -> str:
    """What is kept of a code. Six digits are guessed at once from a bare hash, hence the server's key in it."""
    return salted_hmac("yitong.parties.one-time-code", f"{phone}:{code}", algorithm="sha256").hexdigest()


def _digits(code: str) -> str:
    return "".join(character for character in code if character.isdecimal())


def _wrong(left: int) -> Reason:
    if left <= 0:
        return Reason("code_exhausted", N_("The code is wrong and used up now. Ask for a new one."), field="code")
    text = N_("The code is wrong. Compare it with the message; %(left)d more tries.")
    return Reason("code_wrong", text, field="code", params={"left": left})


def _too_often(wait: timedelta, under_way: bool) -> Reason:
    seconds = ceil(wait.total_seconds())
    if seconds <= 90:
        text = N_("A code was sent a moment ago. Ask for another in %(seconds)d seconds.")
        code = JUST_SENT if under_way else "code_too_often"
        return Reason(code, text, field="phone", params={"seconds": seconds})
    text = N_("Too many codes were asked for. Try again in %(minutes)d minutes.")
    return Reason("code_too_often", text, field="phone", params={"minutes": ceil(seconds / 60)})
