"""What every look and question has in common: a consent that stands, one use, one line of the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yitong.audit.commands import record
from yitong.consents.models import AccessEntry, HolderConsent, LegalBasis
from yitong.consents.permissions import CaseFacts
from yitong.consents.rules.terms import LEAST, LONGEST_PURPOSE, NOT_IN_FORCE
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.queries import organisation
from yitong.storage import writes
from yitong.storage.inserting import insert_now

CONSENT_LAW = "《中华人民共和国个人信息保护法》第十三条、第十四条"
ROLE_ORDER = ("chief", "head", "reviewer", "accepter", "clerk")
"""The role a look is made in, where somebody holds several: the gravest."""
_SPEND = """
UPDATE consents_holderconsent SET uses_left = uses_left - 1
WHERE id = %s AND uses_left > 0 AND revoked_at IS NULL AND valid_from <= %s AND valid_until > %s RETURNING uses_left
"""


@dataclass(frozen=True, slots=True)
class Thing:
    """What is looked at: a licence (``licence_id``), or what ``register`` answers: the code of a connector, or
    ``dept:<code>`` where a department was asked."""

    holder_key: bytes
    holder_name: str
    name: str
    licence_id: int | None = None
    register: str = ""


@dataclass(frozen=True, slots=True)
class ShownField:
    name: str
    label: str
    value: str


def require_purpose(purpose: str) -> None:
    """Refused unless it is said what the look is for."""
    if not purpose.strip() or len(purpose) > LONGEST_PURPOSE:
        text = N_("Say what the licence is looked at for, in 1 to %(most)s characters.")
        raise Refused(Reason("purpose", text, law=LEAST, field="purpose", params={"most": LONGEST_PURPOSE}))


def require_standing(
    actor: Actor, consent: HolderConsent, case_number: str, facts: CaseFacts | None, now: datetime
) -> None:
    """Refused unless the consent is for this case and this department, and in force."""
    if consent.case_number and consent.case_number not in {case_number, *(facts.references if facts else ())}:
        text = N_("The holder consented for another case. Ask for a consent for this one.")
        raise Refused(Reason("other_case", text, law=CONSENT_LAW, field="case"))
    # A consent for one case serves whoever handles that case; a general one only the department it names.
    own = consent.receiving_department_id in actor.department_ids
    if not own and not consent.case_number and actor.kind is not ActorKind.SYSTEM:
        text = N_("The holder consented to another department. Ask for a consent for yours.")
        raise Refused(Reason("other_department", text, law=CONSENT_LAW, field="department"))
    word = consent.standing(now)
    if word != "in_force":
        raise Refused(Reason(f"consent_{word}", NOT_IN_FORCE[word], law=CONSENT_LAW, field="consent"))


def spend(consent: HolderConsent, now: datetime) -> int:
    """One UPDATE that finds a use left: of two at once for the last one, the second finds none."""
    with writes.prepared_cursor() as cursor:
        cursor.execute(_SPEND, [consent.pk, now, now])
        spent = cursor.fetchone()
    if spent is None:
        consent.refresh_from_db(fields=["uses_left", "revoked_at"])
        word = consent.standing(now)
        word = "used_up" if word == "in_force" else word
        raise Refused(Reason(f"consent_{word}", NOT_IN_FORCE[word], law=CONSENT_LAW, field="consent"))
    consent.uses_left = spent[0]
    return consent.uses_left


def write_down(
    actor: Actor, thing: Thing, seen: Sequence[ShownField], case_number: str, purpose: str, facts: CaseFacts | None,
    now: datetime, *, consent: HolderConsent | None = None, basis: LegalBasis | None = None, department_id: int | None = None,
    department: Any = None,
) -> AccessEntry:  # fmt: skip
    """The look, and its digest in the audit log: whoever got round the triggers would still be found out.

    ``department`` (or ``department_id``, where it was not read yet): the one in whose name it is made, where that is not
    simply the actor's.
    """
    if department is None:
        department = organisation.department(department_id) if department_id is not None else _acting_department(actor)
    entry = AccessEntry(
        at=now,
        actor_ref=actor.ref,
        actor_name=actor.name,
        actor_role=next((role for role in ROLE_ORDER if role in actor.roles), ""),
        department_id=department.pk if department else None,
        department_name=department.name if department else "",
        region_id=actor.region_id or (department.region_id if department else None),
        case_number=case_number,
        within_case=facts is not None and thing.holder_key in facts.holder_keys,
        purpose=purpose.strip(),
        holder_key=thing.holder_key,
        holder_name=thing.holder_name,
        licence_id=thing.licence_id,
        register=thing.register,
        licence_name=thing.name,
        fields=[{"name": each.name, "label": each.label} for each in seen],
        consent=consent,
        law_code=basis.code if basis else "",
        law=basis.citation if basis else "",
    )
    entry.digest = entry.content_digest()
    insert_now(entry)
    record(
        actor_ref=actor.ref,
        tag="consents:licence:looked_at",
        subject=f"look:{entry.pk}",
        detail={
            "digest": entry.digest,
            **({"register": thing.register} if thing.register else {"licence": thing.licence_id}),
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
