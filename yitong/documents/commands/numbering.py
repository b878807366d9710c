"""Numbers of documents, taken in the transaction that seals them and nowhere else."""

from __future__ import annotations

from django.db import connection, transaction

from yitong.documents.models import DepartmentMark, Document
from yitong.documents.rules.kinds import kind_of
from yitong.documents.rules.marks import candidates, number_text
from yitong.documents.rules.markup import SHANGHAI

_LOCK = 0x59544D4B  # advisory lock of this application: givers of department marks

_NEXT = """
INSERT INTO documents_documentseries (department_id, word, year, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (department_id, word, year) DO UPDATE SET last = documents_documentseries.last + 1
RETURNING last
"""


def take_number(document: Document) -> str:
    """The next number of the document's series; a licence carries its own. Must run in the sealing transaction.

    The series' row stays locked until that transaction ends: a failed sealing gives its number back, so that there are
    no gaps, and documents of one series are sealed one after another.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a document's number is taken in the transaction that seals it")
    kind = kind_of(document.kind)
    if not kind.word:
        # A renewed licence keeps its number, and each of its documents has one of its own.
        number, edition = str(document.context["licence_number"]), int(document.context.get("licence_version") or 1)
        return number if edition == 1 else f"{number}-{edition:03d}"
    # The year of the act, not of the sealing: a decision of New Year's Eve may be sealed a second later.
    year = document.issued_at.astimezone(SHANGHAI).year
    mark = mark_of_department(document)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [document.issuer_department_id, kind.word, year])
        serial = int(cursor.fetchone()[0])
    return number_text(mark, kind.word, year, serial)


def mark_of_department(document: Document) -> str:
    """The mark of the issuing department, given at its first document and kept."""
    found = DepartmentMark.objects.filter(department_id=document.issuer_department_id).first()
    if found is not None:
        return found.mark
    department = document.issuer_department
    with transaction.atomic(), connection.cursor() as cursor:
        # Two departments may derive the same mark at the same moment.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        found = DepartmentMark.objects.filter(department_id=department.pk).first()
        if found is not None:
            return found.mark
        tried = candidates(department.name, department.region.name, department.short_name, department.code)
        taken = set(DepartmentMark.objects.filter(mark__in=tried).values_list("mark", flat=True))
        free = next((mark for mark in tried if mark not in taken), f"{tried[1]}{department.pk}")
        return DepartmentMark.objects.create(department_id=department.pk, mark=free).mark
