"""Who sees which cases and may do what to one: the policy every list, search, export, count, page and endpoint uses.

- An applicant sees his own cases, those of enterprises he handles, and of a principal those whose item a mandate in force covers.
- Staff with the right to view see cases of their departments, and those other departments ask theirs to review.
- A clerk sees what was filed at the counters of his region, and what waits there to be handed out.
- A supervisor sees the cases of his regions.
- Nobody else sees any: an administrator manages people, not cases.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet

from yitong.cases.models import Case, CaseStep, CreditRepair
from yitong.cases.rules.transitions import Action
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission, Role

STAFF_PERMISSION: dict[Action, Permission] = {
    Action.CLAIM: Permission.CASE_CLAIM,
    Action.HAND_OVER: Permission.CASE_CLAIM,
    Action.DECLARE_NOT_REQUIRED: Permission.CASE_ACCEPT,
    Action.REFUSE_ACCEPTANCE: Permission.CASE_ACCEPT,
    Action.REQUEST_CORRECTION: Permission.CASE_CORRECT,
    Action.ACCEPT: Permission.CASE_ACCEPT,
    Action.ACCEPT_PROVISIONALLY: Permission.CASE_ACCEPT,
    Action.COMPLETE_STEP: Permission.CASE_REVIEW,
    Action.RETURN_TO_STEP: Permission.CASE_REVIEW,
    Action.RECORD_SITE_CHECK: Permission.CASE_REVIEW,
    Action.START_SPECIAL_PROCEDURE: Permission.CASE_SUSPEND,
    Action.END_SPECIAL_PROCEDURE: Permission.CASE_SUSPEND,
    Action.REQUEST_EXTENSION: Permission.CASE_EXTEND_REQUEST,
    Action.APPROVE_EXTENSION: Permission.CASE_EXTEND_APPROVE,
    Action.REFUSE_EXTENSION: Permission.CASE_EXTEND_APPROVE,
    Action.EXTEND_PROMISE: Permission.CASE_EXTEND_APPROVE,
    Action.APPROVE_REPAIR: Permission.CASE_CREDIT_REPAIR,
    Action.REFUSE_REPAIR: Permission.CASE_CREDIT_REPAIR,
    Action.DECIDE: Permission.CASE_DECIDE,
    Action.ISSUE_RESULT: Permission.CASE_DECIDE,
    Action.DELIVER: Permission.CASE_DELIVER,
    Action.CONFIRM_DELIVERY: Permission.CASE_DELIVER,
    Action.CHECK_COMMITMENT: Permission.CASE_REVIEW,
    Action.TERMINATE: Permission.CASE_TERMINATE,
}
EXAMINERS = (Permission.CASE_ACCEPT, Permission.CASE_REVIEW, Permission.CASE_DECIDE)
"""Whoever examines the case at its stage: each of them may deal with a ground that was lost."""
BASIS_ACTIONS = (Action.ASK_BASIS, Action.SETTLE_BASIS)
SWEEPS = (
    Action.DEEM_ACCEPTED,
    Action.DEEM_APPROVED,
    Action.DEEM_RENEWED,
    Action.TERMINATE_OVERDUE,
    Action.REMIND_CORRECTION,
)
"""What only the clock does."""
APPLICANT_PERMISSION: dict[Action, Permission] = {
    Action.EDIT: Permission.CASE_APPLY,
    Action.SUBMIT: Permission.CASE_APPLY,
    Action.SIGN_COMMITMENT: Permission.CASE_APPLY,
    Action.WITHDRAW_COMMITMENT: Permission.CASE_APPLY,
    Action.OFFER_PROVISIONAL: Permission.CASE_APPLY,
    Action.REQUEST_REPAIR: Permission.CASE_APPLY,
    Action.CHOOSE_DELIVERY: Permission.CASE_APPLY,
    Action.SUPPLY_CORRECTION: Permission.CASE_APPLY,
    Action.SUPPLY_PROVISIONAL: Permission.CASE_APPLY,
    Action.REPLACE_BASIS: Permission.CASE_APPLY,
    Action.WITHDRAW: Permission.CASE_WITHDRAW,
}
"""Acts of the applicant; a clerk does them for somebody who stands before him (帮代办)."""
DEPARTMENT_ROLES = frozenset({Role.ACCEPTER, Role.REVIEWER, Role.CHIEF, Role.HEAD})
"""Who handles the cases of his department. A clerk, author or administrator of it does not, whatever else he may see."""
STEP_ACTIONS = (Action.COMPLETE_STEP, Action.RECORD_SITE_CHECK)

SCOPED_REGIONS = 40
"""A district has fewer: its search meets only its own cases in the index. Of a whole city nearly every hit is its own."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One reason to see cases. ``scope``: words of ``rules.searching.scope_tokens`` of which every such case has one."""

    condition: Q
    scope: tuple[str, ...] = ()


def branches(actor: Actor) -> list[Branch]:
    """The conditions whose union is what ``actor`` sees, each of which one index serves; empty for nobody's actor.

    Drafts belong to their applicant alone: staff conditions ask for a number.
    """
    if not actor.may(Permission.CASE_VIEW):
        return []
    if actor.kind is ActorKind.SYSTEM:
        return [Branch(Q())]
    if actor.kind is ActorKind.CITIZEN:
        return _applicant_branches(actor)
    if actor.kind is ActorKind.STAFF:
        return _staff_branches(actor)
    return []


def _applicant_branches(actor: Actor) -> list[Branch]:
    scopes: dict[frozenset[str] | None, tuple[set[int | None], set[int | None]]]
    scopes = {None: ({actor.person_id}, {*actor.enterprise_ids})}
    for each in actor.mandates:
        people, enterprises = scopes.setdefault(each.item_codes, (set(), set()))
        people.add(each.person_id)
        enterprises.add(each.enterprise_id)
    found: list[Branch] = []
    # One condition for all principals of a scope: an agency holds hundreds of mandates for the same few items.
    for codes, whose in scopes.items():
        covered = Q() if codes is None else Q(item_code__in=sorted(codes))
        for column, ids in zip(("applicant_person_id", "applicant_enterprise_id"), whose, strict=True):
            if known := sorted(pk for pk in ids if pk is not None):
                found.append(Branch(Q(**{f"{column}__in": known}) & covered))
    return found


def _staff_branches(actor: Actor) -> list[Branch]:
    found: list[Branch] = []
    if Role.SUPERVISOR in actor.roles and actor.region_ids:
        regions = sorted(actor.region_ids)
        scope = tuple(f"@r{region}" for region in regions) if len(regions) <= SCOPED_REGIONS else ()
        found.append(Branch(Q(region_id__in=regions, number__isnull=False), scope))
    if actor.roles & DEPARTMENT_ROLES:
        departments = sorted(actor.department_ids)
        found += [Branch(Q(department_id=d, number__isnull=False), (f"@d{d}",)) for d in departments]
        found.append(Branch(Q(_asked_of(departments)) & Q(number__isnull=False)))
    if Role.CLERK in actor.roles and actor.region_id is not None:
        filed = Q(channel="window", filed_region_id=actor.region_id, number__isnull=False)
        found.append(Branch(filed, (f"@f{actor.region_id}",)))
        # Drafts a clerk is filling in for somebody at the window are his own.
        found.append(Branch(Q(channel="window", state="draft", created_by_ref=actor.ref)))
        waiting = Q(state="delivering", region_id=actor.region_id, number__isnull=False)
        found.append(Branch(waiting, (f"@r{actor.region_id}",)))
    return found


def _asked_of(departments: list[int]) -> Func:
    """True for cases other departments ask these to review.

    Few among very many: as an array the server looks them up by their key, where ``IN`` a subquery may make it read every
    case first.
    """
    asked = CaseStep.objects.filter(foreign=True, department_id__in=departments).values("case_id")
    return Func(
        F("id"),
        ArraySubquery(asked),
        template="(%(expressions)s))",
        arg_joiner=" = ANY (",
        output_field=BooleanField(),
    )


def visible_to(actor: Actor) -> QuerySet[Case]:
    """Every case ``actor`` may see. The only way a list, search, count or export starts."""
    conditions = branches(actor)
    if not conditions:
        return Case.objects.none()
    union = conditions[0].condition
    for branch in conditions[1:]:
        union |= branch.condition
    return Case.objects.filter(union)


def repairs_visible_to(actor: Actor) -> QuerySet[CreditRepair]:
    """Requests for credit repair ``actor`` may see: an applicant his own, officers who decide them their departments'."""
    if actor.kind is ActorKind.STAFF:
        if not actor.may(Permission.CASE_CREDIT_REPAIR):
            return CreditRepair.objects.none()
        return CreditRepair.objects.filter(case__department_id__in=sorted(actor.department_ids))
    return CreditRepair.objects.filter(case__in=visible_to(actor))


def may_see_subject(actor: Actor, subject: str) -> bool:
    """Whether ``actor`` sees the case that documents and files call ``subject`` (``case:12``)."""
    pk = subject.removeprefix("case:")
    return pk.isdecimal() and len(pk) < 19 and visible_to(actor).filter(pk=int(pk)).exists()


def owns(actor: Actor, case: Case) -> bool:
    """Whether ``actor`` is the applicant or handles the applicant, or has a mandate in force that covers the item."""
    return is_own(actor, case) or any(
        (each.person_id, each.enterprise_id) == (case.applicant_person_id, case.applicant_enterprise_id)
        and each.covers(case.item_code)
        for each in actor.mandates
    )


def is_own(actor: Actor, case: Case) -> bool:
    """Whether ``actor`` is the applicant, or handles the enterprise that is; not one who acts by mandate."""
    if case.applicant_person_id is not None:
        return case.applicant_person_id == actor.person_id
    return case.applicant_enterprise_id in actor.enterprise_ids


def assists(actor: Actor, case: Case) -> bool:
    """Whether ``actor`` is a clerk before whom the applicant of this window case stands."""
    if not (actor.may(Permission.CASE_FILE) and case.channel == "window"):
        return False
    if case.state == "draft":
        return case.created_by_ref == actor.ref
    return case.filed_region_id is not None and case.filed_region_id == actor.region_id


def can_view(actor: Actor, case: Case) -> bool:
    """As membership in ``visible_to``; one query only for staff asked to review for another department."""
    if not actor.may(Permission.CASE_VIEW):
        return False
    if actor.kind is ActorKind.SYSTEM or (actor.kind is ActorKind.CITIZEN and owns(actor, case)):
        return True
    if actor.kind is not ActorKind.STAFF:
        return False
    if case.number is None:
        return assists(actor, case)
    supervised = Role.SUPERVISOR in actor.roles and case.region_id in actor.region_ids
    if supervised or assists(actor, case) or _hands_out(actor, case):
        return True
    department_role = bool(actor.roles & DEPARTMENT_ROLES)
    return department_role and (case.department_id in actor.department_ids or _asked_to_review(actor, case))


def can(actor: Actor, action: Action, case: Case) -> bool:
    """Whether ``actor`` is somebody who may do ``action`` to this case at all; when it is possible: ``transitions``."""
    if action in SWEEPS:
        return actor.kind is ActorKind.SYSTEM and actor.may(Permission.CASE_SWEEP)
    if action in APPLICANT_PERMISSION:
        return (actor.may(APPLICANT_PERMISSION[action]) and owns(actor, case)) or assists(actor, case)
    if action in BASIS_ACTIONS:
        own = actor.kind is ActorKind.STAFF and case.department_id in actor.department_ids
        return own and case.number is not None and any(actor.may(each) for each in EXAMINERS)
    if not actor.may(STAFF_PERMISSION[action]) or actor.kind is not ActorKind.STAFF or case.number is None:
        return False
    if action in (Action.DELIVER, Action.CONFIRM_DELIVERY):
        return case.department_id in actor.department_ids or _hands_out(actor, case) or assists(actor, case)
    if case.department_id in actor.department_ids:
        return True
    return action in STEP_ACTIONS and _asked_to_review(actor, case)


def _hands_out(actor: Actor, case: Case) -> bool:
    """统一窗口出件: any window of the region hands out what waits there."""
    at_hand = case.state == "delivering" and case.region_id == actor.region_id
    return at_hand and Role.CLERK in actor.roles


def _asked_to_review(actor: Actor, case: Case) -> bool:
    return CaseStep.objects.filter(case=case, foreign=True, department_id__in=actor.department_ids).exists()
