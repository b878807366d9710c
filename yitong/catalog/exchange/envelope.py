"""What an exchange file holds: items with the organ that implements them, and the mistakes found while reading."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from yitong.catalog.records import ItemRecord

ENVELOPE_KEYS = ("basic_code", "department", "region", "record")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mistake stands. Workbook: sheet, row from 1, column heading. YAML: document, line from 1, field path."""

    sheet: str
    row: int
    column: str = ""


@dataclass(frozen=True, slots=True)
class RowError:
    """One mistake. ``message``: English msgid filled by ``params``. ``content``: the row or document as it was read."""

    place: Place
    code: str
    message: str
    params: dict[str, Any] = field(default_factory=dict)
    content: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One item of a file. ``department`` and ``region`` are codes; ``source`` finds the place of a field path."""

    basic_code: str
    department: str
    region: str
    record: ItemRecord
    source: Source


class Source(ABC):
    """Where the fields of one item stand in its file.

    A path such as ``materials[2].basis`` is the record's; one with a slash (``/department``) the envelope's.
    """

    @abstractmethod
    def place(self, path: str) -> Place:
        """The place of ``path``, or of what encloses it when it is not written itself."""

    @abstractmethod
    def content(self, path: str) -> dict[str, Any]:
        """The row that holds ``path``, or what stands for a row."""

    def error(self, path: str, code: str, message: str, params: dict[str, Any] | None = None) -> RowError:
        return RowError(self.place(path), code, message, dict(params or {}), self.content(path))


@dataclass(frozen=True, slots=True)
class ReadFile:
    """Everything a file gave. With any error its envelopes are not used."""

    kind: str
    envelopes: tuple[Envelope, ...]
    errors: tuple[RowError, ...]


class CellTooLong(ValueError):
    """A value does not fit into a cell of a workbook; export the item as YAML."""

    def __init__(self, code: str, heading: str) -> None:
        self.code, self.heading = code, heading
        super().__init__(f"{code}: {heading}")
