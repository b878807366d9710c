"""留存复用: what was handed in for a finished case goes into its applicant's archive, if he agreed to that there."""

from __future__ import annotations

from datetime import datetime

from yitong.archive.commands.keeping import CaseMaterial as Kept
from yitong.archive.commands.keeping import keep_from_case
from yitong.archive.queries.among import keeps
from yitong.cases.models import Case, CaseMaterial
from yitong.cases.queries.reuse_sources import holder_of
from yitong.cases.rules.deadlines import local_date
from yitong.catalog.queries.items import version
from yitong.parties.actors import system

KEEPER = system("cases:keeping")
DECIDED = ("granted", "refused")


def keep_materials(*, case_id: int, person_id: int | None, enterprise_id: int | None, now: datetime) -> int:
    """Hand the files of a closed case to the archive, which keeps them only with the owner's agreement; how many were new.

    Only what the applicant brought himself: what came out of the archive is there already. Files an officer took in at the
    counter count as seen in the original.
    """
    if not keeps(person_id, enterprise_id):
        return 0
    case = Case.objects.select_related("applicant_person", "applicant_enterprise").filter(pk=case_id).first()
    if case is None or case.number is None:
        return 0
    record = version(case.version_id).record
    types = {each.code: each.licence_type for each in record.materials}
    rows = CaseMaterial.objects.filter(case=case, source="file", superseded_at=None).select_related("stored_file")
    materials = [
        Kept(
            name=row.name,
            stored_file_id=row.stored_file_id,
            licence_type=types.get(row.code, ""),
            seen=_staff_id(row) is not None,
            seen_by_staff_id=_staff_id(row),
            seen_at=row.added_at if _staff_id(row) is not None else None,
        )
        for row in rows
        if row.stored_file_id is not None
    ]
    kept = keep_from_case(
        actor=KEEPER,
        holder=holder_of(case),
        case_number=case.number,
        item_type=record.kind,
        decided=case.outcome in DECIDED,
        closed_on=local_date(case.closed_at or now),
        materials=materials,
        now=now,
    )
    return len(kept)


def _staff_id(row: CaseMaterial) -> int | None:
    kind, _, number = row.added_by_ref.partition(":")
    return int(number) if kind == "staff" and number.isdecimal() else None
