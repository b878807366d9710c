"""Make the sealed document of a certificate: number, statement, entries, source, code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from yitong.certificates.models import CertificateRequest
from yitong.certificates.rules import wording
from yitong.certificates.rules.terms import last_day, local_date
from yitong.certificates.sources import Found
from yitong.documents import commands as documents
from yitong.kernel.reasons import Reason
from yitong.parties.actors import Actor


def source_note(found: Sequence[Found]) -> str:
    """Who answered, and when: 示范市不动产登记中心，2026年11月21日09:30."""
    return "；".join(f"{one.name}，{wording.shown(one.at)}" if one.at else one.name for one in found)


def common_values(request: CertificateRequest, id_number: str, now: datetime) -> dict[str, Any]:
    """What every sentence may use, see ``wording.COMMON``."""
    return {
        "holder_name": request.holder_name,
        "id_number": id_number,
        "purpose": request.purpose,
        "today": local_date(now),
    }


def undrawable(values: Mapping[str, Any], field: str) -> Reason | None:
    """Why these values could not be printed (a character the seal's font lacks), or None."""
    return documents.undrawable_refusal(values, field=field)


def make(
    request: CertificateRequest,
    *,
    id_number: str,
    actor: Actor,
    now: datetime,
    statement: str = "",
    entries: Sequence[Mapping[str, str]] = (),
    note: str = "",
    more: Mapping[str, Any] | None = None,
) -> None:
    """Issue the document and set ``document`` and ``valid_until`` of ``request``; the PDF is sealed after commit."""
    kind = request.type
    request.valid_until = last_day(local_date(now), kind.validity_days)
    values = {
        "applicant_name": request.holder_name,
        "item_name": request.name,
        "case_number": request.number,
        "certificate_name": request.name,
        "holder_name": request.holder_name,
        "id_number": id_number,
        "statement": statement,
        "entries": list(entries),
        "purpose": request.purpose,
        "source_note": note,
        "basis": request.law or kind.law,
        "valid_until_on": request.valid_until,
        **(more or {}),
    }
    request.document = documents.issue(
        kind=kind.document_kind,
        subject=f"certificate:{request.number}",
        issuer_department_id=request.department_id,
        region_id=request.region_id,
        recipient_person_id=request.holder_person_id,
        context={name: value for name, value in values.items() if value not in ("", [], None)},
        valid_until=request.valid_until,
        actor=actor,
        now=now,
    )
