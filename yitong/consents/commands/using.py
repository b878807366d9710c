"""Look at a licence: the only way for staff, a case or another system to its contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from yitong.audit.commands import record
from yitong.consents import library
from yitong.consents.commands.bases import basis_in_force
from yitong.consents.models import AccessEntry, HolderConsent, LegalBasis
from yitong.consents.permissions import CaseFacts, case_facts
from yitong.consents.rules.terms import LEAST, LONGEST_PURPOSE, NOT_IN_FORCE, allowed_fields
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.queries import organisation
from yitong.parties.roles import Permission

CONSENT_LAW = "《中华人民共和国个人信息保护法》第十三条、第十四条"
ROLE_ORDER = ("chief", "head", "reviewer", "accepter", "clerk")
"""The role a look is made in, where somebody holds several: the gravest."""
ENDED = {
    "revoked": N_("This licence was revoked. It cannot be used."),
    "cancelled": N_("This licence was cancelled. It cannot be used."),
    "lost": N_("This licence was reported lost. Ask for the one that replaced it."),
    "transferred": N_("This licence was transferred to another place. Ask for the one issued there."),
    "superseded": N_("A newer version of this licence was issued. Use that one."),
    "expired": N_("This licence has expired. It cannot be used."),
    "not_yet": N_("The term of this licence has not begun. It cannot be used yet."),
}


@dataclass(frozen=True, slots=True)
class ShownField:
    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class LicenceView:
    """What was allowed to be seen of a licence. ``entry_id``: the look in the log. ``uses_left`` is None under a law."""

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
    outside its scope, nothing allowed) spends and logs nothing.
    """
    if not (actor.may(Permission.LICENCE_OPEN) or actor.kind is ActorKind.SYSTEM):
        raise NotAllowed(Permission.LICENCE_OPEN)
    licence = library.one(licence_id)
    facts = case_facts(actor, case_number)
    if licence is None or (facts is None and actor.kind is not ActorKind.SYSTEM and (case_number or consent_id)):
        raise NotAllowed(Permission.LICENCE_OPEN)
    _check_licence(licence, purpose, now)
    if consent_id is not None:
        consent = _consent(actor, licence, consent_id, case_number, facts, now)
        return look(actor, licence, consent, case_number, purpose, fields, facts=facts, now=now)
    basis = _basis(actor, licence, law, facts, now)
    return _look_under_law(actor, licence, basis, case_number, purpose, fields, facts, now)


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
) -> LicenceView:
    """Spend one use of a consent and show the licence, for whoever has settled the right to name that consent."""
    left = _spend(consent, now)
    names = _names(licence, consent.fields, fields, sensitive=False)
    entry = _log(actor, licence, names, case_number, purpose, facts, now, consent=consent)
    return _view(licence, names, entry, left)


def _look_under_law(
    actor: Actor, licence: Any, basis: LegalBasis, case_number: str, purpose: str, fields: Sequence[str],
    facts: CaseFacts | None, now: datetime,
) -> LicenceView:  # fmt: skip
    names = _names(licence, (), fields, sensitive=basis.sensitive)
    entry = _log(actor, licence, names, case_number, purpose, facts, now, basis=basis)
    return _view(licence, names, entry, None)


def _check_licence(licence: Any, purpose: str, now: datetime) -> None:
    if not purpose.strip() or len(purpose) > LONGEST_PURPOSE:
        text = N_("Say what the licence is looked at for, in 1 to %(most)s characters.")
        raise Refused(Reason("purpose", text, law=LEAST, field="purpose", params={"most": LONGEST_PURPOSE}))
    standing = library.standing_on(licence, library.today(now))
    if standing != library.VALID:
        raise Refused(Reason(f"licence_{standing}", ENDED.get(standing, ENDED["cancelled"]), field="licence"))


def _consent(
    actor: Actor, licence: Any, consent_id: int, case_number: str, facts: CaseFacts | None, now: datetime
) -> HolderConsent:
    """The consent, if it is about this licence, this department and this case."""
    consent = HolderConsent.objects.filter(pk=consent_id).first()
    if consent is None or bytes(consent.holder_key) != bytes(licence.holder_key):
        raise NotAllowed(Permission.LICENCE_OPEN)
    if not consent.covers(licence.pk, licence.type.code):
        text = N_("The holder's consent does not cover this licence. Ask for one that does.")
        raise Refused(Reason("outside_scope", text, law=CONSENT_LAW, field="licence"))
    if consent.case_number and consent.case_number not in {case_number, *(facts.references if facts else ())}:
        text = N_("The holder consented for another case. Ask for a consent for this one.")
        raise Refused(Reason("other_case", text, law=CONSENT_LAW, field="case"))
    # A consent for one case serves whoever handles that case; a general one only the department it names.
    own = consent.receiving_department_id in actor.department_ids
    if not own and not consent.case_number and actor.kind is not ActorKind.SYSTEM:
        text = N_("The holder consented to another department. Ask for a consent for yours.")
        raise Refused(Reason("other_department", text, law=CONSENT_LAW, field="department"))
    _check_caller(licence, consent.receiving_department_id)
    word = consent.standing(now)
    if word != "in_force":
        raise Refused(Reason(f"consent_{word}", NOT_IN_FORCE[word], law=CONSENT_LAW, field="consent"))
    return consent


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
    if basis.needs_case and facts is None and actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed(Permission.LICENCE_OPEN)
    for department_id in sorted(actor.department_ids)[:1]:
        _check_caller(licence, department_id)
    return basis


def _check_caller(licence: Any, department_id: int) -> None:
    """The type names who may call it; empty means every department with a case."""
    callers = licence.type.callers
    if not callers:
        return
    department = organisation.department(department_id)
    if department is None or department.code not in callers:
        text = N_("Licences of this type are not open to your department. Ask the registrar of licence types.")
        raise Refused(Reason("not_a_caller", text, field="licence"))


def _department_codes(actor: Actor) -> set[str]:
    found = (organisation.department(each) for each in actor.department_ids)
    return {department.code for department in found if department is not None}


def _spend(consent: HolderConsent, now: datetime) -> int:
    """One UPDATE that finds a use left: of two at once for the last one, the second finds none."""
    spent = HolderConsent.objects.filter(
        pk=consent.pk, uses_left__gt=0, revoked_at__isnull=True, valid_from__lte=now, valid_until__gt=now
    ).update(uses_left=F("uses_left") - 1)
    consent.refresh_from_db(fields=["uses_left", "revoked_at"])
    if not spent:
        word = consent.standing(now)
        word = "used_up" if word == "in_force" else word
        raise Refused(Reason(f"consent_{word}", NOT_IN_FORCE[word], law=CONSENT_LAW, field="consent"))
    return consent.uses_left


def _names(licence: Any, granted: Sequence[str], asked: Sequence[str], *, sensitive: bool) -> list[tuple[str, str]]:
    """(name, label) of what is shown; Refused when something was asked for by name and none of it is allowed."""
    known = library.fields_of(licence)
    names = allowed_fields([(name, secret) for name, _, secret in known], granted, asked, sensitive=sensitive)
    if asked and not names:
        text = N_("None of these fields may be shown. Ask the holder for a consent that names them.")
        raise Refused(Reason("fields_not_allowed", text, law=LEAST, field="fields"))
    return [(name, label) for name, label, _ in known if name in names]


def _log(
    actor: Actor, licence: Any, names: list[tuple[str, str]], case_number: str, purpose: str, facts: CaseFacts | None,
    now: datetime, *, consent: HolderConsent | None = None, basis: LegalBasis | None = None,
) -> AccessEntry:  # fmt: skip
    """The look, and its digest in the audit log: whoever got round the triggers would still be found out."""
    department = _acting_department(actor)
    entry = AccessEntry(
        at=now,
        actor_ref=actor.ref,
        actor_name=actor.name,
        actor_role=next((role for role in ROLE_ORDER if role in actor.roles), ""),
        department_id=department.pk if department else None,
        department_name=department.name if department else "",
        region_id=actor.region_id or (department.region_id if department else None),
        case_number=case_number,
        within_case=facts is not None and bytes(licence.holder_key) in facts.holder_keys,
        purpose=purpose.strip(),
        holder_key=bytes(licence.holder_key),
        holder_name=licence.holder_name,
        licence_id=licence.pk,
        licence_name=licence.type.name,
        fields=[{"name": name, "label": label} for name, label in names],
        consent=consent,
        law_code=basis.code if basis else "",
        law=basis.citation if basis else "",
    )
    entry.digest = entry.content_digest()
    entry.save(force_insert=True)
    record(
        actor_ref=actor.ref,
        tag="consents:licence:looked_at",
        subject=f"look:{entry.pk}",
        detail={
            "digest": entry.digest,
            "licence": licence.pk,
            "case": case_number,
            "basis": f"consent:{consent.pk}" if consent else f"legal-basis:{entry.law_code}",
        },
        now=now,
    )
    return entry


def _acting_department(actor: Actor) -> Any:
    if actor.staff_id is not None:
        member = organisation.staff_member(actor.staff_id)
        return member.department if member else None
    first = min(actor.department_ids, default=None)
    return organisation.department(first) if first is not None else None


def _view(licence: Any, names: list[tuple[str, str]], entry: AccessEntry, left: int | None) -> LicenceView:
    held = library.values(licence, [name for name, _ in names])
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
        fields=tuple(ShownField(name, label, str(held.get(name) or "")) for name, label in names),
        entry_id=entry.pk,
        uses_left=left,
    )
