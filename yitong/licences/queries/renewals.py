"""Reads of renewals."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from yitong.licences.models import LicenceType, Renewal


def chosen(*, person_id: int | None, enterprise_id: int | None, department_id: int) -> bool:
    """Whether this holder chose to renew a licence of the department and has not applied yet."""
    return Renewal.objects.filter(
        state=Renewal.State.INTENDED,
        licence__holder_person=person_id,
        licence__holder_enterprise=enterprise_id,
        licence__issuer_department=department_id,
    ).exists()


_known: dict[int, frozenset[str]] = {}


def renewable_types(now: datetime) -> frozenset[str]:
    """Codes of the types whose licences are renewed; each process reads them anew every five minutes."""
    moment = int(now.timestamp()) // 300
    if moment not in _known:
        found = frozenset(LicenceType.objects.filter(renewable=True).values_list("code", flat=True))
        if not found:
            return found  # before the types are brought in
        _known.clear()
        _known[moment] = found
    return _known[moment]


def of_licences(ids: Collection[int]) -> dict[int, Renewal]:
    """The newest renewal of each licence, in one statement."""
    rows = Renewal.objects.filter(licence__in=list(ids)).order_by("id")
    return {row.licence_id: row for row in rows}


def of_case(case_number: str) -> Renewal | None:
    """The renewal a case is about, with its licence."""
    return Renewal.objects.select_related("licence").filter(case_number=case_number).first() if case_number else None
