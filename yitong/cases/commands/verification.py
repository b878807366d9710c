"""部门核验 in a case: ask the department that knows when the case is handed in, and write down what it answered."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.cases.commands import basis, statements
from yitong.cases.commands.journal import finish, instant
from yitong.cases.models import Case, CaseMaterial, MaterialReuse
from yitong.cases.rules.basis import PENDING_STATES
from yitong.certificates.commands import ask_department
from yitong.parties.actors import system
from yitong.parties.queries.organisation import department_by_code

ASKER = system("cases:verification")
GROUND = "《中华人民共和国个人信息保护法》第十三条第一款第一项（申请人同意核验）"


def ask_departments(case: Case, now: datetime) -> None:
    """Ask about every material the applicant left to a department. Once, when the case is handed in.

    A department that is the deciding one itself looks the fact up: there is nobody to ask.
    """
    rows = CaseMaterial.objects.filter(case=case, source="verification", superseded_at=None).select_related("reuse")
    for row in rows:
        department = department_by_code(row.reuse.reference.removeprefix("ask:"))
        if department is None or department.pk == case.department_id:
            continue
        asked = ask_department(
            actor=ASKER,
            fact=f"{case.applicant_name}：{row.name}所载情况是否属实"[:500],
            purpose=f"办理“{case.item_name}”"[:200],
            department_id=department.pk,
            person_id=case.applicant_person_id,
            enterprise_id=case.applicant_enterprise_id,
            case_number=case.number or "",
            material_code=row.code,
            law=GROUND,
            asking_department_id=case.department_id,
            now=now,
        )
        MaterialReuse.objects.filter(pk=row.reuse.pk).update(reference=f"{basis.VERIFICATION_PREFIX}{asked.pk}")


@transaction.atomic
def verification_answered(
    *, verification_id: int, case_number: str, material_code: str, outcome: str, now: datetime
) -> None:
    """The answer goes into the timeline; one that is no confirmation takes the material's ground away."""
    if basis.answered(verification_id=verification_id, outcome=outcome, now=now):
        return
    case_id = Case.objects.filter(number=case_number, state__in=PENDING_STATES).values_list("pk", flat=True).first()
    case = statements.locked_case(case_id, given=False) if case_id is not None else None
    if case is None:
        return
    now = instant(case, now)
    named = CaseMaterial.objects.filter(case=case, code=material_code).values_list("name", flat=True).first()
    data = {"code": material_code, "name": named or "", "outcome": outcome}
    finish(case, actor=ASKER, now=now, tag="cases:verification:answered", events=[("verification_answered", data)])
