"""The code on the phone: whether somebody scanned it, and who showed it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from yitong.consents.models import PresentationCode
from yitong.parties.actors import Actor

RECENT = timedelta(minutes=5)


def scanned(actor: Actor, code_id: int, now: datetime) -> PresentationCode | None:
    """The actor's own code, when it was scanned within the last minutes."""
    if actor.person_id is None:
        return None
    rows = PresentationCode.objects.filter(pk=code_id, person_id=actor.person_id, used_at__gt=now - RECENT)
    return rows.first()


def shown_by(code_id: int) -> Any:
    """The person who showed a scanned code, of an enterprise's its handler; None when there is none. For who scanned it."""
    code = PresentationCode.objects.select_related("person").filter(pk=code_id).first()
    return code.person if code is not None else None
