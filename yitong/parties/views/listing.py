"""Paging and filters of lists; both stand in the address, so that a list can be sent to a colleague."""

from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 30


def page_of(request: HttpRequest, rows: QuerySet) -> Page:
    """The page ``?page=`` names (the nearest there is), with ``total``."""
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    page.total = page.paginator.count  # type: ignore[attr-defined]
    return page


def text(request: HttpRequest, name: str = "q") -> str:
    """A filter as typed, without what PostgreSQL can't store."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:100]


def number(request: HttpRequest, name: str) -> int | None:
    """A filter by id; anything that is no id filters nothing."""
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else None
