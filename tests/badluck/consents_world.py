"""A consent of 李梅, the look an officer had under it, and a code of hers that the accepter scanned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from yitong.cases.tests.conftest import Office
from yitong.consents import commands
from yitong.consents.commands import codes
from yitong.consents.commands.bases import ensure_bases
from yitong.consents.models import AccessEntry
from yitong.licences.holders import holder_of_person
from yitong.licences.models import Licence


def consents(office: Office, licence: Licence, number: str) -> dict[str, Any]:
    """Values for the addresses of consents. The code was scanned just now: its page is open for a quarter of an hour."""
    ensure_bases(office.now)
    citizen = office.actor("citizen")
    consent = commands.grant(
        actor=citizen,
        holder=holder_of_person(office.cast.person("citizen")),
        licence_ids=[licence.pk],
        purpose="办理许可",
        department_id=office.cast.department("market").pk,
        case_number=number,
        until=office.now + timedelta(days=90),
        uses=3,
        now=office.now,
    )
    reviewer = office.actor("reviewer")
    commands.use(
        actor=reviewer,
        licence_id=licence.pk,
        consent_id=consent.pk,
        case_number=number,
        purpose="审查",
        now=office.now,
    )
    now = timezone.now()
    token = codes.issue_code(actor=citizen, purpose="library", now=now).token
    seen = codes.spend(actor=office.actor("accepter"), token=token, purpose="library", now=now)
    return {
        "consent_id": consent.pk,
        "look_id": AccessEntry.objects.get(consent=consent).pk,
        "code_id": seen.code_id,
        "basis_code": "licence-examination",
    }
