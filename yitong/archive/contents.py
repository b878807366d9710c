"""What was read from a paper and what its owner confirmed: sealed in the row, opened here.

Names, numbers and addresses are sensitive (《个人信息保护法》第二十八条): they lie encrypted under the library's data keys, and
rotation of those keys re-encrypts them with the licences'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from yitong.archive.models import ArchivedFile
from yitong.archive.reading import Reading
from yitong.archive.rules.extraction import ReadField
from yitong.archive.rules.papers import PAPERS, fields_of
from yitong.archive.rules.values import LONG_TERM, days
from yitong.licences import sealing

TABLE = sealing.SealedTable("archive_archivedfile", "ref")


@dataclass(frozen=True, slots=True)
class Contents:
    """``fields``: as read. ``confirmed``: name → value as the owner confirmed or declared; empty before. ``lines``: all text.

    ``size``: of the picture whose points the stamps are measured in.
    """

    fields: tuple[ReadField, ...] = ()
    confirmed: dict[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    size: tuple[int, int] = (0, 0)
    turned: int = 0
    left_out: int = 0
    source: str = ""

    def value(self, name: str) -> str:
        """What the owner confirmed, else what was read."""
        if name in self.confirmed:
            return self.confirmed[name]
        return next((found.value for found in self.fields if found.name == name), "")


def of(file: ArchivedFile) -> Contents:
    """The contents of ``file``; empty when nothing was read nor declared. Raises ``sealing.CannotOpen`` without the key."""
    if file.sealed is None or file.sealed_key is None:
        return Contents()
    found = sealing.unseal(file.sealed, file.sealed_key, file.ref)
    return Contents(
        tuple(ReadField(**each) for each in found.get("fields", ())),
        dict(found.get("confirmed", {})),
        tuple(found.get("lines", ())),
        (int(found.get("size", (0, 0))[0]), int(found.get("size", (0, 0))[1])),
        int(found.get("turned", 0)),
        int(found.get("left_out", 0)),
        str(found.get("source", "")),
    )


def put(file: ArchivedFile, contents: Contents) -> None:
    """Seal ``contents`` into the row, which the caller saves (``sealed``, ``sealed_key``, ``read_until``)."""
    file.sealed, file.sealed_key = sealing.seal(asdict(contents), file.ref)
    file.read_until = last_day(file.paper, {each.name: contents.value(each.name) for each in fields_of(file.paper)})


def read(reading: Reading) -> Contents:
    """The contents of a fresh reading."""
    return Contents(
        reading.fields,
        {},
        tuple(line.text for line in reading.lines),
        reading.size,
        reading.turned,
        reading.left_out,
        reading.source,
    )


def last_day(paper: str, values: Mapping[str, str]) -> date | None:
    """The last day the paper speaks of: the end of its period, none when it is for ever or names only its beginning."""
    ends_on = PAPERS[paper].ends_on if paper in PAPERS else ""
    text = values.get(ends_on, "")
    found = days(text)
    return None if LONG_TERM in text or len(found) < 2 else found[-1]


def plain(contents: Contents) -> dict[str, Any]:
    """For the owner's export."""
    return {
        "read": [asdict(each) for each in contents.fields],
        "confirmed": contents.confirmed,
        "text": list(contents.lines),
    }
