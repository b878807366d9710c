"""Which licences have sealed fields that do not open, so that their sources can be asked to send them again. For operators only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from yitong.licences import sealing
from yitong.licences.models import Licence

BATCH = 5_000
Progress = Callable[[int, int], None]
"""Called with the last id done and the highest id."""


@dataclass(frozen=True, slots=True)
class Closed:
    """``source_code`` and ``source_id`` are empty for a licence issued here; ``key``: the data key it lies under."""

    pk: int
    source_code: str
    source_id: str
    identifier: str
    key: int


def closed(*, progress: Progress | None = None, batch: int = BATCH) -> Iterator[Closed]:
    """Every one: each sealed row is opened, in the order of ids, ``batch`` at a time; a lost key may close all of a library."""
    sealed = Licence.objects.filter(sealed__isnull=False).order_by("id")
    highest = sealed.values_list("pk", flat=True).last() or 0
    columns = ("pk", "source_code", "source_id", "identifier", "sealed_key", "sealed")
    last = 0
    while page := list(sealed.filter(pk__gt=last, pk__lte=highest).values_list(*columns)[:batch]):
        yield from (Closed(*row[:5]) for row in page if not _opens(row[5], row[4], row[3]))
        last = page[-1][0]
        if progress is not None:
            progress(last, highest)


def _opens(sealed: bytes, key: int, identifier: str) -> bool:
    try:
        sealing.unseal(sealed, key, identifier)
    except sealing.CannotOpen:
        return False
    return True
