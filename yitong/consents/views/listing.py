"""Lists as pages."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

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
