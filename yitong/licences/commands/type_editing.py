"""Change a licence type: its fields, term, trust, confidentiality and callers. Every change is kept with its reason."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from yitong.audit.commands import record
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.licences.models import Licence, LicenceType, LicenceTypeChange
from yitong.licences.rules import type_changes
from yitong.licences.rules.fields import Confidentiality, whole
from yitong.parties.actors import Actor
from yitong.parties.queries import organisation
from yitong.parties.roles import Permission

LONGEST_TERM = 99


@dataclass(frozen=True, slots=True)
class TypeValues:
    """What may be changed. ``fields`` as ``LicenceType.fields``; ``callers``: department codes."""

    name: str
    issuer: str
    statement: str
    law: str
    active: bool
    fields: list[dict[str, Any]]
    valid_years: int | None
    renewable: bool
    renew_days: int
    trust: str
    confidentiality: str
    callers: list[str]


@transaction.atomic
def edit_type(*, actor: Actor, type_id: int, rev: int, values: TypeValues, reason: str, now: datetime) -> LicenceType:
    """Change a type; nothing changed is no change. ``rev``: what the editor saw.

    Raises NotAllowed; Conflict when somebody changed it meanwhile; Refused with every reason at once: what is wrong in
    itself, and what licences stored under the type could not bear.
    """
    if not actor.may(Permission.LICENCE_TYPE_EDIT):
        raise NotAllowed(Permission.LICENCE_TYPE_EDIT)
    kind = LicenceType.objects.select_for_update().filter(pk=type_id).first()
    if kind is None:
        raise NotAllowed(Permission.LICENCE_TYPE_EDIT)
    if kind.rev != rev:
        message = N_("Somebody else changed this type meanwhile. Nothing was saved: look at it again, then change it.")
        raise Conflict(Reason("type_changed", message))
    reasons = _reasons(kind, values, reason)
    if reasons:
        raise Refused(*reasons)
    before = {name: getattr(kind, name) for name in asdict(values)} | {"fields": [*map(whole, kind.fields)]}
    changed = {name: [before[name], value] for name, value in asdict(values).items() if before[name] != value}
    if not changed:
        return kind
    for name, (_, value) in changed.items():
        setattr(kind, name, value)
    kind.rev += 1
    kind.save(update_fields=[*changed, "rev"])
    LicenceTypeChange.objects.create(
        type=kind,
        at=now,
        rev=kind.rev,
        reason=reason.strip(),
        changed=changed,
        actor_ref=actor.ref,
        actor_name=actor.name,
    )
    record(
        actor_ref=actor.ref,
        tag="licences:type:edited",
        subject=f"licence-type:{kind.code}",
        detail={"rev": kind.rev, "columns": sorted(changed)},
        now=now,
    )
    return kind


def _reasons(kind: LicenceType, values: TypeValues, reason: str) -> list[Reason]:
    found = [*_plain_reasons(kind, values, reason), *type_changes.form_reasons(values.fields)]
    if not found and values.fields != kind.fields:
        breaking = type_changes.breaking(kind.fields, values.fields)
        # Asked last: without an index on the type this reads until it meets a licence of it.
        if breaking and Licence.objects.filter(type=kind).exists():
            found += breaking
    return found


def _plain_reasons(kind: LicenceType, values: TypeValues, reason: str) -> list[Reason]:
    found = []
    if not values.name.strip() or LicenceType.objects.filter(name=values.name).exclude(pk=kind.pk).exists():
        message = N_("The name is missing, or another type has it. Write the name as it stands on the licence.")
        found.append(Reason("type_name", message, field="name"))
    if not 1 <= len(reason.strip()) <= 200:
        message = N_("Say why in 1 to %(most)s characters; it stands in the type's history.")
        found.append(Reason("reason_needed", message, field="reason", params={"most": 200}))
    if values.valid_years is not None and not 1 <= values.valid_years <= LONGEST_TERM:
        message = N_("The term is 1 to %(most)s years, or empty for long-term.")
        found.append(Reason("term", message, field="valid_years", params={"most": LONGEST_TERM}))
    if values.renewable and values.valid_years is None:
        message = N_("A long-term licence is not renewed. Give a term, or take the mark away.")
        found.append(Reason("renewable_without_term", message, field="renewable"))
    if not 1 <= values.renew_days <= 180:
        found.append(Reason("renew_days", N_("Remind 1 to 180 days before the last day to apply."), field="renew_days"))
    if values.trust not in LicenceType.Trust.values:
        found.append(Reason("trust", N_("Choose a trust level from the list."), field="trust"))
    if values.confidentiality not in set(Confidentiality):
        found.append(Reason("confidentiality", N_("Choose a confidentiality from the list."), field="confidentiality"))
    for code in values.callers:
        if organisation.department_by_code(code) is None:
            message = N_("There is no department with the code %(code)s.")
            found.append(Reason("caller", message, field="callers", params={"code": code}))
    return found
