"""Whether the log of looks says what it said: every digest computed anew, against the row and against the audit log."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

from yitong.audit.queries import details_of
from yitong.consents.models import AccessEntry
from yitong.consents.queries.looks import untouched

BATCH = 1000


@dataclass(slots=True)
class Check:
    """``changed``: ids of looks whose content has another digest; ``unlogged``: those the audit log knows otherwise."""

    looks: int = 0
    changed: list[int] = field(default_factory=list)
    unlogged: list[int] = field(default_factory=list)


def check() -> Check:
    """Read every look once, two statements a thousand."""
    found = Check()
    rows = AccessEntry.objects.order_by("id").iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        logged = details_of([f"look:{look.pk}" for look in batch], tag="consents:licence:looked_at")
        found.looks += len(batch)
        found.changed += [look.pk for look in batch if not untouched(look)]
        found.unlogged += [look.pk for look in batch if logged.get(f"look:{look.pk}", {}).get("digest") != look.digest]
    return found
