"""Count what the library holds, so that pages need not."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from yitong.archive.queries.counts import reusable_by_type
from yitong.audit.commands import record
from yitong.kernel.reasons import N_, Conflict, Reason
from yitong.licences.queries.counts import in_force_by_type
from yitong.parties.actors import Actor
from yitong.waiving.models import SourceCount
from yitong.waiving.permissions import require_count

SHANGHAI = ZoneInfo("Asia/Shanghai")
LOCK = 7_311_204_001
"""Advisory lock: one count at a time; the second would only read the same table beside the first."""
AT_LEAST_BETWEEN = timedelta(minutes=1)


def count_library(*, actor: Actor, now: datetime) -> int:
    """Replace the counts by those of this moment; how many types the library holds. Conflict while or just after another count."""
    require_count(actor)
    with transaction.atomic():
        _lock(now)
        found = in_force_by_type(now.astimezone(SHANGHAI).date())
        kept = reusable_by_type()
        SourceCount.objects.all().delete()
        SourceCount.objects.bulk_create(
            SourceCount(kind=kind, type_code=code, number=number, counted_at=now)
            for kind, numbers in (("library", {**found, "": sum(found.values())}), ("archive", kept))
            for code, number in sorted(numbers.items())
        )
        record(
            actor_ref=actor.ref,
            tag="waiving:library:counted",
            subject="library:all",
            detail={"types": len(found), "licences": sum(found.values())},
            now=now,
        )
    return len(found)


def _lock(now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        (free,) = cursor.fetchone()
    if not free:
        raise Conflict(Reason("counting", N_("The library is being counted right now. Look again in a few minutes.")))
    latest = SourceCount.objects.order_by("-counted_at").values_list("counted_at", flat=True).first()
    if latest is not None and now - latest < AT_LEAST_BETWEEN:
        raise Conflict(
            Reason("just_counted", N_("The library was counted less than a minute ago; the figures are fresh."))
        )
