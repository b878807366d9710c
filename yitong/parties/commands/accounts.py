"""Log-ins of staff: open, set a password, disable."""

from __future__ import annotations

import re
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from yitong.audit.commands import record
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties import permissions
from yitong.parties.actors import Actor
from yitong.parties.commands.first_come import first_come
from yitong.parties.models import Account, Staff
from yitong.parties.roles import Permission

_USERNAME_TAKEN = Reason("username_taken", N_("This user name is taken. Choose another."), field="username")
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")


@transaction.atomic
def open_staff_account(*, actor: Actor, staff_id: int, username: str, password: str, now: datetime) -> Account:
    """A log-in for a staff member who has none. User names are kept in small letters."""
    staff = permissions.found(Staff.objects.select_for_update().filter(pk=staff_id).first(), Permission.PARTY_MANAGE)
    permissions.require_region(actor, staff.region_id)
    username = checked_username(username)
    if Account.objects.filter(username=username).exists():
        raise Refused(_USERNAME_TAKEN)
    if Account.objects.filter(staff=staff).exists():
        text = N_("%(name)s has a log-in already. Set a new password instead.")
        raise Refused(Reason("account_exists", text, field="username", params={"name": staff.name}))
    account = Account(kind=Account.Kind.STAFF, username=username, staff=staff, opened_at=now)
    _take_password(account, password)
    with first_come({"_username_": _USERNAME_TAKEN}):
        account.save()
    _log(actor, "parties:account:opened", account, now)
    return account


@transaction.atomic
def set_password(*, actor: Actor, staff_id: int, password: str, now: datetime) -> Account:
    """An administrator sets a new password; sessions of the old one end."""
    account = permissions.found(
        Account.objects.select_for_update(of=("self",)).select_related("staff").filter(staff_id=staff_id).first(),
        Permission.PARTY_MANAGE,
    )
    assert account.staff is not None
    permissions.require_region(actor, account.staff.region_id)
    _take_password(account, password)
    account.save(update_fields=["password"])
    _log(actor, "parties:account:password_set", account, now)
    return account


@transaction.atomic
def change_own_password(*, actor: Actor, old: str, new: str, now: datetime) -> Account:
    """A staff member changes his own password, knowing the old one."""
    own = Account.objects.select_for_update().filter(pk=actor.account_id or 0, kind=Account.Kind.STAFF)
    account = permissions.found(own.first(), Permission.PARTY_MANAGE)
    if not account.check_password(old):
        raise Refused(Reason("password_wrong", N_("The present password is not right. Type it again."), field="old"))
    _take_password(account, new, field="new")
    account.save(update_fields=["password"])
    _log(actor, "parties:account:password_changed", account, now)
    return account


def checked_username(username: str) -> str:
    """The user name in small letters without blanks around it, or Refused."""
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        text = N_("Write 2 to 60 small letters, digits, dots, hyphens or underscores, such as wangqiang.")
        raise Refused(Reason("username_form", text, field="username"))
    return username


def _take_password(account: Account, password: str, field: str = "password") -> None:
    """Django's validators judge the password; what they say is already in the reader's language."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Refused(*(Reason("password_weak", text, field=field) for text in error.messages)) from error
    account.set_password(password)


def _log(actor: Actor, tag: str, account: Account, now: datetime) -> None:
    record(actor_ref=actor.ref, tag=tag, subject=f"account:{account.pk}", detail={}, now=now)
