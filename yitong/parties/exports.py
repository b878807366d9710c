"""Lists as CSV files, streamed; shared by the pages of every context, as ``doors`` is."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What spreadsheet programs take for the beginning of a formula, in the full width of a Chinese keyboard too."""


class _Echo:
    """A file that hands every line straight on: the export is never held whole."""

    def write(self, value: str) -> str:
        return value


def csv_file(name: str, heading: Iterable[Any], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A download called ``name``; no cell can be taken for a formula."""
    response = StreamingHttpResponse(_lines(heading, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def cell(value: Any) -> Any:
    """A text that begins like a formula would be run by whoever opens the file; a quote keeps it text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _lines(heading: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # Spreadsheet programs take a file without the mark for the local encoding and show the Chinese as noise.
    yield "\ufeff" + writer.writerow(map(cell, heading))
    for row in rows:
        yield writer.writerow(map(cell, row))
