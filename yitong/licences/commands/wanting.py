"""Let sources mend licences whose sealed fields do not open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.licences.models import Licence
from yitong.licences.queries.closed import Closed


@transaction.atomic
def want_again(rows: Sequence[Closed], *, actor_ref: str, now: datetime) -> int:
    """Forget what tells whether the arrived ones of ``rows`` changed, so that the next file with them writes them. How many.

    A licence issued here has no source; its fields come back from a backup only.
    """
    arrived = [row for row in rows if row.source_code]
    count = Licence.objects.filter(pk__in=[row.pk for row in arrived]).update(record_hash=None)
    for code in sorted({row.source_code for row in arrived}):
        detail = {"rows": sum(row.source_code == code for row in arrived)}
        record(actor_ref=actor_ref, tag="licences:licence:wanted", subject=f"source:{code}", detail=detail, now=now)
    return count
