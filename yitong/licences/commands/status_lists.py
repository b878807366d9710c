"""Publish the statuses of a list: signed anew when one changed, and twice a day so that the signature stays young."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from yitong.licences import proof_keys
from yitong.licences.models import LicenceProof, StatusList
from yitong.licences.proofs import status_list

YOUNG = status_list.LIFE / 2


def token(*, slug: str, now: datetime) -> str | None:
    """The signed list at this address as of ``now``; None when there is none. Two queries unless it must be made anew."""
    found = StatusList.objects.filter(slug=slug).first()
    if found is None:
        return None
    return found.token if _fresh(found, now) else _signed_anew(found.pk, now)


def uri_of(listed: StatusList) -> str:
    """The public address of a list."""
    return f"{settings.YITONG_BASE_URL}/status-lists/{listed.slug}"


@transaction.atomic
def _signed_anew(list_id: int, now: datetime) -> str:
    # Locked before the statuses are read: see the trigger licences_status_changed.
    found = StatusList.objects.select_for_update().get(pk=list_id)
    if _fresh(found, now):
        return found.token
    ended = LicenceProof.objects.filter(status_list_id=list_id).exclude(licence__status="valid")
    entries = [
        (position, status_list.code_of(status)) for position, status in ended.values_list("position", "licence__status")
    ]
    issuer = proof_keys.issuer(now)
    found.token = status_list.token(uri=uri_of(found), issuer=issuer.url, entries=entries, key=issuer.key, now=now)
    found.made_at, found.stale = now, False
    found.save(update_fields=["token", "made_at", "stale"])
    return found.token


def _fresh(found: StatusList, now: datetime) -> bool:
    # A list made after ``now`` means that the clock was put back.
    return not found.stale and found.made_at is not None and found.made_at <= now < found.made_at + YOUNG
