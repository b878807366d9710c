"""Cases as the contexts below know them: by a reference (number, or ``draft:<id>`` before there is one) and their parties."""

from __future__ import annotations

from collections.abc import Collection

from yitong.cases.models import Case, CaseMaterial
from yitong.cases.permissions import visible_to
from yitong.cases.queries.reuse_sources import holder_of
from yitong.cases.rules.states import OPEN_STATES
from yitong.consents.permissions import CaseFacts
from yitong.licences.holders import key_of_holder
from yitong.parties.actors import Actor, ActorKind

PREFIX = "draft:"


def by_reference(reference: str) -> dict[str, object]:
    """The filter that finds the case. A draft that was handed in meanwhile is still found by its old reference."""
    pk = reference.removeprefix(PREFIX)
    if reference.startswith(PREFIX):
        return {"pk": int(pk) if pk.isdecimal() and len(pk) < 19 else 0}
    return {"number": reference.replace("\x00", "")}


def consent_facts(actor: Actor, reference: str) -> CaseFacts | None:
    """What ``consents`` and ``exchange`` ask of a case; None when ``actor`` does not see it. One query.

    None at once for an outside system: the cases it names are its own.
    """
    if actor.kind is ActorKind.CLIENT:
        return None
    rows = visible_to(actor).select_related("applicant_person", "applicant_enterprise")
    case = rows.filter(**by_reference(reference)).first()
    if case is None:
        return None
    return CaseFacts(case.department_id, frozenset({key_of_holder(holder_of(case))}), references_of(case))


def reference_of(case: Case) -> str:
    """What other contexts call the case: its number, or its draft."""
    return case.number or f"{PREFIX}{case.pk}"


def references_of(case: Case) -> frozenset[str]:
    """Every text that names the case: its number, and the draft it was."""
    return frozenset({f"{PREFIX}{case.pk}", reference_of(case)})


def open_cases_of_files(stored_file_ids: Collection[int]) -> dict[int, str]:
    """Number of an open case by the id of each stored file it relies on. One query."""
    rows = CaseMaterial.objects.filter(
        stored_file_id__in=list(stored_file_ids), superseded_at=None, case__state__in=OPEN_STATES
    )
    return {file_id: number or "" for file_id, number in rows.values_list("stored_file_id", "case__number")}


def case_id_of(reference: str) -> int | None:
    """Row id of the case; None when there is none. One query."""
    return Case.objects.filter(**by_reference(reference)).values_list("pk", flat=True).first()
