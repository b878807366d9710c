"""The table of laws, to choose from and to edit. It holds citations and nothing of anybody."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from yitong.consents.models import LegalBasis


def all_bases() -> QuerySet[LegalBasis]:
    """Every provision, those in use first."""
    return LegalBasis.objects.order_by("-active", "code")


def basis(code: str) -> LegalBasis | None:
    """The provision with this code."""
    return LegalBasis.objects.filter(code=code).first()


def nameable(department_codes: Collection[str], type_code: str) -> list[LegalBasis]:
    """The provisions an officer of these departments may name for a licence of this type."""
    rows = LegalBasis.objects.filter(active=True)
    return [
        each
        for each in rows
        if (not each.departments or set(each.departments) & set(department_codes))
        and (not each.type_codes or type_code in each.type_codes)
    ]
