"""What consents ask of the cases: who may see a case, and whose it is. Consents stand below them."""

from __future__ import annotations

from typing import Any

from yitong.consents.permissions import CaseFacts, register_case_policy
from yitong.parties.actors import Actor

DRAFT = "draft:"


def subscribe_consents() -> None:
    """Called once by ``wiring``."""
    register_case_policy(facts_of_case)


def facts_of_case(actor: Actor, reference: str) -> CaseFacts | None:
    """The case ``reference`` (number, or ``draft:<id>``) as ``actor`` may see it; None when he may not."""
    from yitong.cases.queries import CaseNotVisible, case_by_id, case_for

    prefix, _, draft = reference.rpartition(":")
    try:
        if prefix + ":" == DRAFT and draft.isascii() and draft.isdecimal() and len(draft) <= 18:
            case = case_by_id(actor, int(draft))
        else:
            case = case_for(actor, reference)
    except CaseNotVisible:
        return None
    names = frozenset({f"{DRAFT}{case.pk}", *((case.number,) if case.number else ())})
    return CaseFacts(case.department_id, _parties(case), names)


def _parties(case: Any) -> frozenset[bytes]:
    """The keys of the applicant; the agent who files for him is not looked at for the case."""
    from yitong.licences.holders import holder_of_enterprise, holder_of_person, key_of_holder
    from yitong.parties.queries import people

    found = []
    if case.applicant_person_id is not None and (person := people.person(case.applicant_person_id)) is not None:
        found.append(holder_of_person(person))
    if case.applicant_enterprise_id is not None:
        enterprise = people.enterprise(case.applicant_enterprise_id)
        found += [holder_of_enterprise(enterprise)] if enterprise is not None else []
    return frozenset(key_of_holder(holder) for holder in found)
