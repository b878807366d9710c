"""What an officer notes while looking at the materials."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.audit.commands.record import record as audit
from yitong.cases import permissions
from yitong.cases.commands.journal import CaseNotFound, subject
from yitong.cases.models import Case, MaterialMark
from yitong.cases.rules.states import OPEN_STATES
from yitong.catalog.queries.items import version
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

MARKERS = (Permission.CASE_ACCEPT, Permission.CASE_CORRECT, Permission.CASE_REVIEW)


def may_mark(actor: Actor, case: Case) -> bool:
    """Whether ``actor`` is an officer who examines this case."""
    return (
        any(actor.may(permission) for permission in MARKERS)
        and case.state in OPEN_STATES
        and permissions.can_view(actor, case)
    )


@transaction.atomic
def mark_material(
    *, actor: Actor, case_id: int, code: str, verdict: str, now: datetime, problem: str = "", remedy: str = ""
) -> MaterialMark:
    """Note that a material is in order (``ok``) or what is wrong with it (``problem``); replaces the earlier note.

    The case itself does not change: a note is no act towards the applicant, so that it needs no ``rev``. Raises
    CaseNotFound, NotAllowed; Refused for an unknown material, a verdict that is neither, or a problem without words.
    """
    case = Case.objects.filter(pk=case_id).first()
    if case is None or not permissions.can_view(actor, case):
        raise CaseNotFound
    if not may_mark(actor, case) or actor.staff_id is None:
        raise NotAllowed(Permission.CASE_REVIEW)
    _check(case, code, verdict, problem)
    wrong = verdict == "problem"
    mark, _created = MaterialMark.objects.update_or_create(
        case=case,
        code=code,
        defaults={
            "region_id": case.region_id,
            "verdict": verdict,
            "problem": problem.strip() if wrong else "",
            "remedy": remedy.strip() if wrong else "",
            "staff_id": actor.staff_id,
            "staff_name": actor.name,
            "at": now,
        },
    )
    audit(
        actor_ref=actor.ref,
        tag="cases:material:marked",
        subject=subject(case),
        detail={"code": code, "verdict": verdict},
        now=now,
    )
    return mark


def _check(case: Case, code: str, verdict: str, problem: str) -> None:
    if code not in {material.code for material in version(case.version_id).record.materials}:
        raise Refused(
            Reason("no_such_material", N_("The item has no such material; reload the page."), field="material")
        )
    if verdict not in ("ok", "problem"):
        raise Refused(Reason("verdict_unknown", N_("Say whether it is in order or has a problem."), field="verdict"))
    if verdict == "problem" and not problem.strip():
        raise Refused(Reason("problem_without_words", N_("Write what is wrong with the material."), field="problem"))
