"""Certificate types: the built-in ones, and what is edited in the console."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from yitong.audit.commands import record
from yitong.certificates.models import CertificateType
from yitong.certificates.permissions import require
from yitong.certificates.rules.definitions import refusals
from yitong.certificates.types_data import TYPES
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor
from yitong.parties.commands.first_come import first_come
from yitong.parties.queries import organisation
from yitong.parties.roles import Permission

COLUMNS = (
    "code", "name", "way", "department_id", "holder_kind", "fields", "statement", "purposes", "materials", "licence_type",
    "connector", "absence", "absence_statement", "absence_advice", "law", "limit_days", "validity_days", "daily_limit",
    "position", "active",
)  # fmt: skip


@transaction.atomic
def ensure_types(*, actor: Actor, now: datetime) -> int:
    """Add the built-in types whose department exists and whose code is free; returns how many. Safe to repeat."""
    require(actor, Permission.CERTIFICATE_TYPE_EDIT)
    departments = {row.code: row.pk for row in organisation.departments()}
    known = set(CertificateType.objects.values_list("code", flat=True))
    rows = []
    for position, each in enumerate(TYPES, start=1):
        department_id = departments.get(each.department)
        if department_id is not None and each.code not in known:
            values = {**each.columns, "department_id": department_id, "position": position}
            rows.append(CertificateType(**values, edited_by=actor.ref, edited_at=now))
    CertificateType.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        record(
            actor_ref=actor.ref,
            tag="certificates:type:seeded",
            subject="certificate-types",
            detail={"codes": [row.code for row in rows]},
            now=now,
        )
    return len(rows)


@transaction.atomic
def save_type(*, actor: Actor, values: Mapping[str, Any], now: datetime, type_id: int | None = None) -> CertificateType:
    """Make a type or change one; certificates issued before keep their words. ``values``: the columns.

    Code and way of an existing type stay. Raises NotAllowed, Refused naming the field, Conflict ``code_taken``.
    """
    require(actor, Permission.CERTIFICATE_TYPE_EDIT)
    row = CertificateType()
    if type_id is not None:
        found = CertificateType.objects.select_for_update().filter(pk=type_id).first()
        if found is None:
            raise NotAllowed(Permission.CERTIFICATE_TYPE_EDIT)
        row = found
    merged = {column: values.get(column, getattr(row, column)) for column in COLUMNS}
    if row.pk is not None:
        merged.update(code=row.code, way=row.way)
    reasons = refusals(merged)
    if organisation.department(merged["department_id"] or 0) is None:
        reasons.append(Reason("no_department", N_("Choose the department that issues it."), field="department"))
    if reasons:
        raise Refused(*reasons)
    merged["document_kind"] = "data_sheet" if merged["way"] == "sheet" else "certificate"
    changed = [column for column, value in merged.items() if getattr(row, column) != value]
    for column, value in merged.items():
        setattr(row, column, value)
    row.edited_by, row.edited_at = actor.ref, now
    taken = N_("There is a certificate with this code already. Choose another code.")
    with first_come({"code": Reason("code_taken", taken, field="code")}):
        row.save()
    record(
        actor_ref=actor.ref,
        tag="certificates:type:saved",
        subject=f"certificate-type:{row.code}",
        detail={"changed": changed, "law": row.law},
        now=now,
    )
    return row
