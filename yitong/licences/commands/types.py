"""Bring in the built-in licence types."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.licences.models import LicenceType
from yitong.licences.types_data import TYPES, TypeData, fields_of


@transaction.atomic
def ensure_types(now: datetime) -> int:
    """Add every built-in type that is missing; returns how many. Safe to repeat; edited rows stay as they are."""
    known = set(LicenceType.objects.values_list("code", flat=True))
    rows = [_row(kind) for kind in TYPES if kind.code not in known]
    if rows:
        LicenceType.objects.bulk_create(rows, ignore_conflicts=True)
        record(
            actor_ref="system:setup",
            tag="licences:type:seeded",
            subject="licences:types",
            detail={"count": len(rows)},
            now=now,
        )
    return len(rows)


def _row(kind: TypeData) -> LicenceType:
    return LicenceType(
        code=kind.code,
        name=kind.name,
        issuer=kind.issuer,
        statement=kind.statement,
        fields=fields_of(kind),
        number_prefix=kind.prefix,
        holder_kinds=kind.holders,
        law=kind.law,
        demo=True,
        valid_years=kind.years,
        renewable=kind.renewable,
        confidentiality="sensitive" if kind.holders == "person" else "internal",
    )
