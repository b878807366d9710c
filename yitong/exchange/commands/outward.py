"""Answer outside systems: a licence by its identifier or by its holder, under the holder's consent; and whether one is genuine.

Order of checks, so that nobody learns from a refusal what he may not ask: scope of the client, consent to its department,
the licence, what the consent covers. Contents leave only through ``consents.commands.use_consent``, which spends one use and writes
the look into the log the holder reads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from yitong.consents import commands as consents
from yitong.consents.permissions import case_facts
from yitong.consents.queries import for_receiver
from yitong.exchange.commands.clients import scopes_of
from yitong.exchange.commands.uses import log_use
from yitong.exchange.models import ApiClient
from yitong.exchange.refusals import CONSENT_NOT_YOURS, NONE_IN_FORCE, NOT_FOUND, OutwardRefused
from yitong.exchange.rules.scopes import refusal
from yitong.kernel.clock import SHANGHAI
from yitong.kernel.identifiers import idcard, uscc
from yitong.kernel.identifiers import licence as licence_identifier
from yitong.kernel.identifiers.errors import InvalidIdentifier
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences import holders
from yitong.licences.queries import library
from yitong.licences.rules.holders import Holder, normalised
from yitong.licences.rules.status import standing
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission
from yitong.storage import writes

T = TypeVar("T")
FORBIDDEN = frozenset({"outside_scope", "other_case", "other_department", "fields_not_allowed", "not_a_caller"})
"""Refusals of a consent that mean: not for you. The other ones of a consent or licence mean: over."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as its client sent it; ``way``: see ``rules.scopes.WAYS``."""

    client: ApiClient
    way: str
    type_code: str
    fields: tuple[str, ...]
    consent_id: int | None
    case_number: str
    purpose: str
    address: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a licence is genuine and in force. ``name_matches``, ``number_matches``: None when not asked."""

    identifier: str
    type_code: str
    type_name: str
    standing: str
    issuer: str
    issued_on: Any
    valid_until: Any
    name_matches: bool | None
    number_matches: bool | None


def by_identifier(
    *,
    client: ApiClient,
    identifier: str,
    consent_id: int,
    fields: Sequence[str],
    case_number: str,
    purpose: str,
    address: str,
    now: datetime,
) -> consents.LicenceView:
    """The licence with this identifier, as far as scope and consent reach. OutwardRefused, Refused (422)."""
    type_code = _type_of(identifier)
    ask = Ask(client, "identifier", type_code, tuple(fields), consent_id, case_number, purpose, address, now)

    def work() -> consents.LicenceView:
        whole = _identifier(identifier)
        wanted, consent = _admitted(ask)
        found = library.by_identifier(whole.value)
        if found is None or bytes(found.holder_key) != bytes(consent.holder_key):
            raise OutwardRefused(404, NOT_FOUND)
        return _seen(ask, found, consent, wanted)

    return _logged(ask, work)


def by_holder(
    *,
    client: ApiClient,
    holder: Holder,
    type_code: str,
    consent_id: int,
    fields: Sequence[str],
    case_number: str,
    purpose: str,
    address: str,
    now: datetime,
) -> consents.LicenceView:
    """The holder's newest licence of a type that is in force. OutwardRefused, Refused (422)."""
    ask = Ask(client, "holder", type_code, tuple(fields), consent_id, case_number, purpose, address, now)

    def work() -> consents.LicenceView:
        _check_number(holder)
        wanted, consent = _admitted(ask)
        if holders.key_of_holder(holder) != bytes(consent.holder_key):
            raise OutwardRefused(403, CONSENT_NOT_YOURS)
        on = now.astimezone(SHANGHAI).date()
        found = [each for each in library.valid_of_type(holder, type_code, on) if consent.covers(each.pk, type_code)]
        if not found:
            raise OutwardRefused(404, NONE_IN_FORCE)
        return _seen(ask, found[0], consent, wanted)

    return _logged(ask, work)


def verify(
    *, client: ApiClient, identifier: str, holder_name: str, id_number: str, address: str, now: datetime
) -> Verdict:
    """Whether the licence is genuine and in force, and whether name and number are its holder's: yes or no, never what.

    Needs no consent: it tells no more than the public page, and the comparisons only confirm what the asker knows.
    """
    ask = Ask(client, "verify", _type_of(identifier), (), None, "", "", address, now)

    def work() -> Verdict:
        whole = _identifier(identifier)
        if reason := refusal(scopes_of(client), whole.type_code, "verify", ()):
            raise OutwardRefused(403, reason)
        found = library.by_identifier(whole.value)
        if found is None:
            raise OutwardRefused(404, Reason("not_found", N_("No licence with this identifier was issued here.")))
        on = now.astimezone(SHANGHAI).date()
        same_number = holders.key_of(found.holder_kind, normalised(id_number)) == bytes(found.holder_key)
        return Verdict(
            identifier=found.identifier,
            type_code=found.type.code,
            type_name=found.type.name,
            standing=str(standing(found.status, found.valid_from, found.valid_until, on)),
            issuer=found.issuer_name,
            issued_on=found.issued_on,
            valid_until=found.valid_until,
            name_matches=holder_name.strip() == found.holder_name if holder_name.strip() else None,
            number_matches=same_number if id_number.strip() else None,
        )

    return _logged(ask, work)


def actor_for(client: ApiClient) -> Actor:
    """The client as consents know an actor: its department's, who may open what holders consented to, and nothing else."""
    return Actor(
        ref=f"client:{client.pk}",
        kind=ActorKind.CLIENT,
        name=client.name,
        region_id=client.department.region_id,
        department_ids=frozenset({client.department_id}),
        permissions=frozenset({Permission.LICENCE_OPEN}),
    )


def _admitted(ask: Ask) -> tuple[list[str], Any]:
    """(fields wanted, the consent), once scope and consent allow the question as such."""
    scopes = scopes_of(ask.client)
    if reason := refusal(scopes, ask.type_code, ask.way, ask.fields):
        raise OutwardRefused(403, reason)
    consent = for_receiver(ask.consent_id or 0, ask.client.department_id)
    if consent is None:
        raise OutwardRefused(403, CONSENT_NOT_YOURS)
    own = next(each for each in scopes if each.type_code == ask.type_code)
    return sorted(ask.fields or own.fields), consent


def _seen(ask: Ask, licence: Any, consent: Any, wanted: list[str]) -> consents.LicenceView:
    actor, own = actor_for(ask.client), ask.client.department
    facts = case_facts(actor, ask.case_number, ask.now)
    return consents.use_consent(
        actor, licence, consent, ask.case_number, ask.purpose, wanted, facts=facts, now=ask.now, department=own
    )


def _logged(ask: Ask, work: Callable[[], T]) -> T:
    """Do the work and write down what came of it: an answer in the same transaction, a refusal in one of its own."""
    try:
        # What stands in the audit log goes to the server at once, with the last of it.
        with transaction.atomic(), writes.together():
            done = work()
            identifiers = [str(getattr(done, "identifier", ""))]
            _write(ask, "ok", 200, identifiers)
            return done
    except OutwardRefused as refused:
        _write(ask, refused.reason.code, refused.status)
        raise
    except NotAllowed as refused:
        _write(ask, "not_found", 404)
        raise OutwardRefused(404, NOT_FOUND) from refused
    except Refused as refused:
        reason = refused.reasons[0]
        status = _status(reason.code)
        _write(ask, reason.code, status)
        if status == 422:
            raise
        raise OutwardRefused(status, reason) from refused


def _status(code: str) -> int:
    if code in FORBIDDEN:
        return 403
    return 409 if code.startswith(("consent_", "licence_")) else 422


def _write(ask: Ask, outcome: str, status: int, identifiers: Sequence[str] = ()) -> None:
    log_use(
        ask.client,
        way=ask.way,
        type_code=ask.type_code,
        fields=ask.fields,
        consent_id=ask.consent_id,
        case_number=ask.case_number,
        purpose=ask.purpose,
        identifiers=identifiers,
        outcome=outcome,
        status=status,
        address=ask.address,
        now=ask.now,
    )


def _type_of(identifier: str) -> str:
    """The type an identifier names, for the log; empty when it names none."""
    try:
        return _identifier(identifier).type_code
    except Refused:
        return ""


def _identifier(text: str) -> licence_identifier.Licence:
    try:
        return licence_identifier.parse(text.strip().upper())
    except InvalidIdentifier as error:
        raise Refused(Reason("bad_identifier", error.reason, field="identifier", params=error.params)) from None


def _check_number(holder: Holder) -> None:
    try:
        (idcard if holder.kind == "person" else uscc).parse(normalised(holder.id_number))
    except InvalidIdentifier as error:
        raise Refused(Reason("bad_number", error.reason, field="id_number", params=error.params)) from None
