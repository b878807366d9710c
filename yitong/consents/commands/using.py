"""Look at a licence: the only way for staff, a case or another system to its contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yitong.consents import library
from yitong.consents.commands.bases import basis_in_force
from yitong.consents.commands.looking import (
    CONSENT_LAW,
    ShownField,
    Thing,
    require_purpose,
    require_standing,
    spend,
    write_down,
)
from yitong.consents.models import AccessEntry, HolderConsent, LegalBasis
from yitong.consents.permissions import CaseFacts, case_facts
from yitong.consents.rules.terms import LEAST, allowed_fields
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.queries import organisation
from yitong.parties.roles import Permission

ENDED = {
    "revoked": N_("This licence was revoked. It cannot be used."),
    "cancelled": N_("This licence was cancelled. It cannot be used."),
    "lost": N_("This licence was reported lost. Ask for the one that replaced it."),
    "transferred": N_("This licence was transferred to another place. Ask for the one issued there."),
    "superseded": N_("A newer version of this licence was issued. Use that one."),
    "expired": N_("This licence has expired. It cannot be used."),
    "not_yet": N_("The term of this licence has not begun. It cannot be used yet."),
}

NOT_A_CALLER = Reason(
    "not_a_caller",
    N_("Licences of this type are not open to your department. Ask the registrar of licence types."),
    field="licence",
)


@dataclass(frozen=True, slots=True)
class LicenceView:
    """What was allowed to be seen of a licence. ``entry_id``: the look in the log. ``uses_left`` is None under a law.

    ``closed``: fields that were allowed too, but whose seal does not open; they were not seen and have no value.
    """

    licence_id: int
    identifier: str
    number: str
    type_code: str
    type_name: str
    holder_name: str
    issuer: str
    issued_on: date
    valid_until: date | None
    fields: tuple[ShownField, ...]
    entry_id: int
    uses_left: int | None
    closed: tuple[ShownField, ...] = ()

    def value(self, name: str) -> str:
        """The value of the field ``name``; empty when it was not allowed or is not there."""
        return next((field.value for field in self.fields if field.name == name), "")


@transaction.atomic
def use(
    *,
    actor: Actor,
    licence_id: int,
    consent_id: int | None = None,
    law: str = "",
    case_number: str,
    purpose: str,
    fields: Sequence[str] = (),
    now: datetime,
) -> LicenceView:
    """Show what the holder's consent or the named law (code of a ``LegalBasis``) allows, spend one use and log the look.

    ``case_number``: number, or ``draft:<id>``; the actor must see that case. ``fields``: names wanted, all allowed when
    empty. NotAllowed for whoever has no right to open licences or no such case; Refused (consent over, licence ended,
    outside its scope, nothing allowed, a department that is none of the type's callers, a law that needs the holder's own
    case) spends and logs nothing.
    """
    if not (actor.may(Permission.LICENCE_OPEN) or actor.kind is ActorKind.SYSTEM):
        raise NotAllowed(Permission.LICENCE_OPEN)
    licence = library.one(licence_id)
    facts = case_facts(actor, case_number, now)
    if licence is None or (facts is None and actor.kind is not ActorKind.SYSTEM and (case_number or consent_id)):
        raise NotAllowed(Permission.LICENCE_OPEN)
    if consent_id is not None:
        consent = HolderConsent.objects.filter(pk=consent_id).first()
        if consent is None:
            raise NotAllowed(Permission.LICENCE_OPEN)
        return use_consent(actor, licence, consent, case_number, purpose, fields, facts=facts, now=now)
    _check_licence(licence, purpose, now)
    basis = _basis(actor, licence, law, facts, now)
    return _look_under_law(actor, licence, basis, case_number, purpose, fields, facts, now)


def use_consent(
    actor: Actor,
    licence: Any,
    consent: HolderConsent,
    case_number: str,
    purpose: str,
    fields: Sequence[str],
    *,
    facts: CaseFacts | None,
    now: datetime,
    department: Any = None,
) -> LicenceView:
    """As ``use`` for whoever has read licence and consent and may open licences; within a transaction of his own.

    ``department``: the one in whose name it is, where the caller has read it.
    """
    if bytes(consent.holder_key) != bytes(licence.holder_key):
        raise NotAllowed(Permission.LICENCE_OPEN)
    _check_licence(licence, purpose, now)
    if not consent.covers(licence.pk, licence.type.code):
        text = N_("The holder's consent does not cover this licence. Ask for one that does.")
        raise Refused(Reason("outside_scope", text, law=CONSENT_LAW, field="licence"))
    require_standing(actor, consent, case_number, facts, now)
    return look(actor, licence, consent, case_number, purpose, fields, facts=facts, now=now, department=department)


def look(
    actor: Actor,
    licence: Any,
    consent: HolderConsent,
    case_number: str,
    purpose: str,
    fields: Sequence[str],
    *,
    facts: CaseFacts | None,
    now: datetime,
    department: Any = None,
) -> LicenceView:
    """Spend one use of a consent and show the licence, for whoever has settled the right to name that consent."""
    if not library.open_to(licence, consent.receiving_department_id):
        raise Refused(NOT_A_CALLER)
    left = spend(consent, now)
    seen, closed = _read(licence, _names(licence, consent.fields, fields, sensitive=False))
    entry = write_down(
        actor, _thing(licence), seen, case_number, purpose, facts, now, consent=consent, department=department
    )
    return _view(licence, seen, closed, entry, left)


def _look_under_law(
    actor: Actor, licence: Any, basis: LegalBasis, case_number: str, purpose: str, fields: Sequence[str],
    facts: CaseFacts | None, now: datetime,
) -> LicenceView:  # fmt: skip
    seen, closed = _read(licence, _names(licence, (), fields, sensitive=basis.sensitive))
    entry = write_down(actor, _thing(licence), seen, case_number, purpose, facts, now, basis=basis)
    return _view(licence, seen, closed, entry, None)


def _thing(licence: Any) -> Thing:
    return Thing(bytes(licence.holder_key), licence.holder_name, licence.type.name, licence_id=licence.pk)


def _check_licence(licence: Any, purpose: str, now: datetime) -> None:
    require_purpose(purpose)
    standing = library.standing_on(licence, library.today(now))
    if standing != library.VALID:
        raise Refused(Reason(f"licence_{standing}", ENDED.get(standing, ENDED["cancelled"]), field="licence"))


def _basis(actor: Actor, licence: Any, law: str, facts: CaseFacts | None, now: datetime) -> LegalBasis:
    if not law:
        text = N_("Nobody has consented to this look. Ask the holder, or name the law that allows it.")
        raise Refused(Reason("no_basis", text, law=CONSENT_LAW, field="consent"))
    basis = basis_in_force(law, now)
    departments = _department_codes(actor)
    covered = basis is not None and (not basis.type_codes or licence.type.code in basis.type_codes)
    entitled = basis is not None and (not basis.departments or bool(departments & set(basis.departments)))
    if basis is None or not covered or not entitled:
        text = N_("This law is not in the table, or does not cover this licence for your department.")
        raise Refused(Reason("law_does_not_allow", text, law=CONSENT_LAW, field="law"))
    if basis.needs_case and actor.kind is not ActorKind.SYSTEM:
        if facts is None:
            raise NotAllowed(Permission.LICENCE_OPEN)
        if not facts.may_concern(bytes(licence.holder_key)):
            text = N_("This law allows a look in the holder's own case only. Name a case the holder is a party to.")
            raise Refused(Reason("no_matter", text, law=str(basis.citation), field="case"))
    # A law that names the type says itself who may call it; a general one opens nothing the type keeps closed.
    named = licence.type.code in basis.type_codes or actor.kind is ActorKind.SYSTEM
    if not named and not any(library.open_to(licence, each) for each in actor.department_ids or (None,)):
        raise Refused(NOT_A_CALLER)
    return basis


def _department_codes(actor: Actor) -> set[str]:
    found = (organisation.department(each) for each in actor.department_ids)
    return {department.code for department in found if department is not None}


def _read(licence: Any, names: Sequence[tuple[str, str]]) -> tuple[list[ShownField], tuple[ShownField, ...]]:
    """(what can be shown of these fields, what cannot be opened). Refused when that is all of them."""
    held = library.values(licence, [name for name, _ in names])
    fields = [ShownField(name, label, str(held.values.get(name) or "")) for name, label in names]
    if not held.closed:
        return fields, ()
    secret = {name for name, _, sensitive in library.fields_of(licence) if sensitive}
    seen = [each for each in fields if each.name not in secret]
    if not seen:
        raise Refused(library.CANNOT_OPEN)
    return seen, tuple(each for each in fields if each.name in secret)


def _names(licence: Any, granted: Sequence[str], asked: Sequence[str], *, sensitive: bool) -> list[tuple[str, str]]:
    """(name, label) of what is shown; Refused when something was asked for by name and none of it is allowed."""
    known = library.fields_of(licence)
    names = allowed_fields([(name, secret) for name, _, secret in known], granted, asked, sensitive=sensitive)
    if asked and not names:
        text = N_("None of these fields may be shown. Ask the holder for a consent that names them.")
        raise Refused(Reason("fields_not_allowed", text, law=LEAST, field="fields"))
    return [(name, label) for name, label, _ in known if name in names]


def _view(
    licence: Any, seen: Sequence[ShownField], closed: tuple[ShownField, ...], entry: AccessEntry, left: int | None
) -> LicenceView:
    return LicenceView(
        licence_id=licence.pk,
        identifier=licence.identifier,
        number=licence.number,
        type_code=licence.type.code,
        type_name=licence.type.name,
        holder_name=licence.holder_name,
        issuer=licence.issuer_name,
        issued_on=licence.issued_on,
        valid_until=licence.valid_until,
        fields=tuple(seen),
        entry_id=entry.pk,
        uses_left=left,
        closed=closed,
    )
