"""Lists as files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that hands every line straight on: the export is never held whole."""

    def write(self, value: str) -> str:
        return value


def csv_response(name: str, heading: list[str], rows: Iterable[list[str]]) -> StreamingHttpResponse:
    """The rows as CSV, streamed."""
    response = StreamingHttpResponse(_lines(heading, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _lines(heading: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # Spreadsheet programs take a file without the mark for the local encoding and show the Chinese as noise.
    yield "\ufeff" + writer.writerow(heading)
    for row in rows:
        # A cell that begins like a formula would be run by whoever opens the file.
        yield writer.writerow([f"'{text}" if text.startswith(FORMULA) else text for text in row])
