"""Lists as pages and as files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse

PER_PAGE = 30
EXPORT_MOST = 20_000


def page_of(request: HttpRequest, rows: QuerySet[Any] | list[Any]) -> Any:
    """One page of a list, for ``components/paging.html``."""
    page: Any = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.total = page.paginator.count
    return page


def whole_number(text: str) -> int | None:
    """A row id out of an address; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


class _Echo:
    """A file that hands every line straight on: the export is never held whole."""

    def write(self, value: str) -> str:
        return value


def csv_file(name: str, heading: list[str], lines: Iterable[list[str]]) -> StreamingHttpResponse:
    """A download, streamed; no cell can be taken for a formula."""
    response = StreamingHttpResponse(_written(heading, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _written(heading: list[str], lines: Iterable[list[str]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # Spreadsheet programs take a file without the mark for the local encoding and show the Chinese as noise.
    yield "\ufeff" + writer.writerow(heading)
    for cells in lines:
        yield writer.writerow([f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text for text in cells])
