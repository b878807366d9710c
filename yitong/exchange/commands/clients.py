"""Let outside systems in: register, give and replace secrets, say what they may ask and how often, shut out."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import transaction

from yitong.audit.commands import record
from yitong.exchange.models import ApiClient, ClientChange, ClientScope
from yitong.exchange.permissions import require
from yitong.exchange.rules.scopes import WAYS, Scope
from yitong.exchange.rules.secrets_kept import hashed
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences.queries.library import types_by_code
from yitong.parties.actors import Actor
from yitong.parties.queries.organisation import department
from yitong.parties.roles import Permission
from yitong.storage import reading

LIMITS = {"per_minute": (1, 100_000), "per_day": (1, 10_000_000), "token_seconds": (60, 3600)}
TEXTS = {"name": 80, "contact": 120, "purpose": 200, "law": 200}


class NoSuchClient(NotAllowed):
    """There is none with this id, or it is not the actor's to change."""

    def __init__(self) -> None:
        super().__init__(Permission.CLIENT_MANAGE)


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A client and its secret, which exists in the clear only here."""

    client: ApiClient
    secret: str


@transaction.atomic
def register_client(
    *,
    actor: Actor,
    name: str,
    department_id: int,
    contact: str,
    purpose: str,
    law: str,
    per_minute: int = 60,
    per_day: int = 5000,
    token_seconds: int = 600,
    now: datetime,
) -> NewSecret:
    """A new outside system of a department; it may ask for nothing until ``set_scopes``. NotAllowed; Refused with the field."""
    require(actor, Permission.CLIENT_MANAGE)
    texts = {"name": name.strip(), "contact": contact.strip(), "purpose": purpose.strip(), "law": law.strip()}
    numbers = {"per_minute": per_minute, "per_day": per_day, "token_seconds": token_seconds}
    reasons = _text_reasons(texts) + _limit_reasons(numbers)
    if department(department_id) is None:
        reasons.append(
            Reason("no_department", N_("Choose the department that answers for the system."), field="department")
        )
    if ApiClient.objects.filter(name=texts["name"]).exists():
        text = N_("There is a system of this name already. Open it, or choose another name.")
        reasons.append(Reason("name_taken", text, field="name"))
    if reasons:
        raise Refused(*reasons)
    secret = secrets.token_urlsafe(32)
    client = ApiClient.objects.create(
        client_id=f"yt-{secrets.token_hex(6)}",
        department_id=department_id,
        secret_hash=hashed(secret),
        secret_at=now,
        created_at=now,
        **texts,
        **numbers,
    )
    _written(actor, client, "created", purpose, {}, now)
    return NewSecret(client, secret)


@transaction.atomic
def rotate_secret(*, actor: Actor, client_pk: int, reason: str, now: datetime) -> NewSecret:
    """A new secret; the old one and every token given for it are void at once."""
    client = _locked(actor, client_pk)
    _need_reason(reason)
    secret = secrets.token_urlsafe(32)
    client.secret_hash, client.secret_at, client.generation = hashed(secret), now, client.generation + 1
    client.save(update_fields=["secret_hash", "secret_at", "generation"])
    _written(actor, client, "rotated", reason, {}, now)
    return NewSecret(client, secret)


@transaction.atomic
def disable_client(*, actor: Actor, client_pk: int, reason: str, now: datetime) -> ApiClient:
    """Shut a system out at once, its tokens included."""
    client = _locked(actor, client_pk)
    _need_reason(reason)
    if not client.active:
        raise Refused(Reason("already_disabled", N_("The system is shut out already.")))
    client.active, client.disabled_reason = False, reason.strip()
    client.save(update_fields=["active", "disabled_reason"])
    _written(actor, client, "disabled", reason, {}, now)
    return client


@transaction.atomic
def enable_client(*, actor: Actor, client_pk: int, reason: str, now: datetime) -> ApiClient:
    """Let a system in again, with the secret it had."""
    client = _locked(actor, client_pk)
    _need_reason(reason)
    if client.active:
        raise Refused(Reason("already_enabled", N_("The system is not shut out.")))
    client.active, client.disabled_reason = True, ""
    client.save(update_fields=["active", "disabled_reason"])
    _written(actor, client, "enabled", reason, {}, now)
    return client


@transaction.atomic
def set_limits(
    *, actor: Actor, client_pk: int, per_minute: int, per_day: int, token_seconds: int, reason: str, now: datetime
) -> ApiClient:
    """Change the quota and how long a token lives. The same values again change nothing."""
    client = _locked(actor, client_pk)
    given = {"per_minute": per_minute, "per_day": per_day, "token_seconds": token_seconds}
    reasons = _limit_reasons(given)
    if reasons:
        raise Refused(*reasons)
    _need_reason(reason)
    changes = {name: [getattr(client, name), value] for name, value in given.items() if getattr(client, name) != value}
    if changes:
        for name, value in given.items():
            setattr(client, name, value)
        client.save(update_fields=list(given))
        _written(actor, client, "limited", reason, changes, now)
    return client


@transaction.atomic
def set_scopes(*, actor: Actor, client_pk: int, scopes: Sequence[Scope], reason: str, now: datetime) -> ApiClient:
    """Say anew what a system may ask; what is not in ``scopes`` it may ask no more. Refused for types and fields that do not
    exist, and for a way to contents without a field (a request would then say nothing of what it wants)."""
    client = _locked(actor, client_pk)
    reasons = _scope_reasons(scopes)
    if reasons:
        raise Refused(*reasons)
    _need_reason(reason)
    before, after = _told(scopes_of(client)), _told(scopes)
    if before != after:
        ClientScope.objects.filter(client=client).delete()
        ClientScope.objects.bulk_create(
            ClientScope(client=client, type_code=each.type_code, fields=sorted(each.fields), ways=sorted(each.ways))
            for each in scopes
        )
        _written(actor, client, "scoped", reason, {"scopes": [before, after]}, now)
    return client


def scopes_of(client: ApiClient) -> list[Scope]:
    """What the client may ask, by type code."""
    rows = (reading.loaded(ClientScope, row) for row in _scopes().rows({_SOMEBODY: client.pk}))
    return [Scope(row.type_code, frozenset(row.fields), frozenset(row.ways)) for row in rows]


_SOMEBODY = -1


@cache
def _scopes() -> reading.Statement:
    return reading.statement(ClientScope.objects.filter(client_id=_SOMEBODY).order_by("type_code"))


def _told(scopes: Sequence[Scope]) -> list[list[Any]]:
    return sorted([each.type_code, sorted(each.fields), sorted(each.ways)] for each in scopes)


def _locked(actor: Actor, client_pk: int) -> ApiClient:
    require(actor, Permission.CLIENT_MANAGE)
    found = ApiClient.objects.select_for_update().filter(pk=client_pk).first()
    if found is None:
        raise NoSuchClient
    return found


def _need_reason(reason: str) -> None:
    if not reason.strip() or len(reason.strip()) > 200:
        text = N_("Say why, in 1 to 200 characters; it stands in the history of the system.")
        raise Refused(Reason("no_reason", text, field="reason"))


def _text_reasons(texts: dict[str, str]) -> list[Reason]:
    empty = {
        "name": N_("Give the system a name."),
        "purpose": N_("Say what the system needs licences for."),
        "law": N_("Name the law or the agreement under which it may ask."),
    }
    reasons = [Reason("missing", text, field=name) for name, text in empty.items() if not texts[name]]
    text = N_("At most %(most)s characters.")
    return reasons + [
        Reason("too_long", text, field=name, params={"most": most})
        for name, most in TEXTS.items()
        if len(texts[name]) > most
    ]


def _limit_reasons(numbers: dict[str, int]) -> list[Reason]:
    text = N_("Write a whole number from %(least)s to %(most)s.")
    return [
        Reason("out_of_range", text, field=name, params={"least": least, "most": most})
        for name, (least, most) in LIMITS.items()
        if not least <= numbers[name] <= most
    ]


def _scope_reasons(scopes: Sequence[Scope]) -> list[Reason]:
    types, reasons = types_by_code(), []
    for each in scopes:
        kind = types.get(each.type_code)
        if kind is None:
            text = N_("There is no licence type with the code %(type)s.")
            reasons.append(Reason("no_type", text, field="type", params={"type": each.type_code}))
            continue
        unknown = sorted(each.fields - {str(field["name"]) for field in kind.fields})
        if unknown:
            text = N_("%(type)s has no field %(fields)s.")
            params = {"type": kind.name, "fields": ", ".join(unknown)}
            reasons.append(Reason("no_field", text, field="fields", params=params))
        if not each.ways or each.ways - set(WAYS):
            text = N_("Say in which ways it may ask for %(type)s.")
            reasons.append(Reason("no_way", text, field="ways", params={"type": kind.name}))
        elif each.ways - {"verify"} and not each.fields:
            text = N_("Choose at least one field of %(type)s, or allow verification only.")
            reasons.append(Reason("fields_needed", text, field="fields", params={"type": kind.name}))
    if len({each.type_code for each in scopes}) != len(scopes):
        reasons.append(Reason("type_twice", N_("Every licence type once."), field="type"))
    return reasons


def _written(actor: Actor, client: ApiClient, what: str, reason: str, changes: dict[str, Any], now: datetime) -> None:
    ClientChange.objects.create(
        client=client,
        at=now,
        actor_ref=actor.ref,
        actor_name=actor.name[:80],
        what=what,
        reason=reason.strip(),
        changes=changes,
    )
    record(
        actor_ref=actor.ref,
        tag=f"exchange:client:{what}",
        subject=f"client:{client.pk}",
        detail={"generation": client.generation},
        now=now,
    )
