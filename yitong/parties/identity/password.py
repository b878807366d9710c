"""Log-in of staff: user name and password."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from yitong.kernel.reasons import N_, Reason
from yitong.parties.identity import attempts
from yitong.parties.identity.base import Challenge, VerifiedIdentity
from yitong.parties.models import Account


class PasswordProvider:
    """Django's hashers do the checking, and renew a hash made with an older setting."""

    code = "password"

    def start(self, *, data: Mapping[str, str], address: str, now: datetime) -> Challenge:
        """Nothing is sent; the form asks for both fields at once."""
        return Challenge(fields=("username", "password"))

    def complete(self, *, data: Mapping[str, str], address: str, now: datetime) -> VerifiedIdentity | Reason:
        """Check ``username`` and ``password``. Wrong name and wrong password differ neither in words nor in time."""
        username = data.get("username", "").strip().lower()
        password = data.get("password", "")
        attempts.serialise("password", username)
        if locked := attempts.lock_refusal(self.code, username, address, now):
            return locked
        account = Account.objects.filter(username=username).first()
        if account is None:
            # Costs the time a real check takes, so that user names can't be guessed by the clock.
            Account().set_password(password)
            right = False
        else:
            right = account.check_password(password)
        attempts.note(self.code, username, address, succeeded=right, now=now)
        if account is None or not right:
            text = N_(
                "User name or password is wrong. Check both; after five wrong tries log-in is locked for 15 minutes."
            )
            return Reason("password_wrong", text, field="password")
        if not account.is_active:
            text = N_("This log-in is disabled. Ask the administrator.")
            return Reason("account_disabled", text, field="username")
        return VerifiedIdentity(self.code, account.pk)
