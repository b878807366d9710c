"""Django's hook for reading the account of a session. Who may log in is decided by the identity providers."""

from __future__ import annotations

from django.contrib.auth.backends import BaseBackend

from yitong.parties.models import Account
from yitong.parties.queries import actors


class AccountBackend(BaseBackend):
    """Reads the account with its person or staff member in one statement; a disabled one is nobody."""

    def get_user(self, user_id: int) -> Account | None:  # type: ignore[override]
        account = actors.account_by_id(user_id)
        return account if account is not None and account.is_active else None
