"""The analysis as JSON: the figures for who may see them, one item's materials for everybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.security import django_auth

from yitong.catalog.queries import items as item_queries
from yitong.kernel.reasons import NotAllowed
from yitong.waiving.permissions import may_view
from yitong.waiving.queries import analyse, of_item
from yitong.waiving.rules.figures import totals
from yitong.waiving.rules.next_best import Aim, ranked

router = Router()
MOST_SOURCES = 50


class FigureOut(Schema):
    """``numerator`` of ``denominator``; ``percent`` is null when there is nothing to divide by."""

    code: str
    numerator: int
    denominator: int
    percent: float | None
    definition: str


class SourceOut(Schema):
    """A source that is not connected, and what it would do alone; the sums count from the first on."""

    key: str
    name: str
    materials: int
    items: int
    cases: int
    certificate_free: int
    materials_sum: int
    certificate_free_sum: int


class SummaryOut(Schema):
    """The figures of all items in force, and what to connect next."""

    items: int
    figures: list[FigureOut]
    next: list[SourceOut]


class MaterialOut(Schema):
    """``status``: waived, reduced or remaining; ``why``: a word for the reason, with the ``source`` it speaks of."""

    code: str
    status: str
    why: str
    source: str


class Problem(Schema):
    """Why nothing was returned. ``reasons`` is empty: whoever may not see a thing learns no more than that it is not there."""

    detail: str
    reasons: list[dict[str, str]] = []


@router.get(
    "/summary",
    auth=django_auth,
    response={200: SummaryOut, 404: Problem},
    summary="Figures of all items and what to connect next",
)
def summary(request: HttpRequest, aim: Aim = Aim.MATERIALS) -> Any:
    actor = request.actor  # type: ignore[attr-defined]
    if not may_view(actor):
        raise NotAllowed("waiving:analysis:view")
    found = analyse(actor, timezone.now())
    sums = totals(found.outcomes)
    return {
        "items": sums.items,
        "figures": sums.figures,
        "next": [
            {
                "key": step.candidate.key,
                "name": step.candidate.name,
                "materials": step.candidate.materials,
                "items": step.candidate.items,
                "cases": step.candidate.cases,
                "certificate_free": step.candidate.freed,
                "materials_sum": step.materials_sum,
                "certificate_free_sum": step.freed_sum,
            }
            for step in ranked(found.outcomes, found.candidates(), aim, MOST_SOURCES)
        ],
    }


@router.get(
    "/items/{code}", response={200: list[MaterialOut], 404: Problem}, summary="Which materials of an item nobody brings"
)
def item_materials(request: HttpRequest, code: str) -> Any:
    try:
        # Text without what PostgreSQL refuses to compare.
        item = item_queries.published(code.replace("\x00", "").encode("utf-8", "ignore").decode())
    except item_queries.ItemNotFound:
        raise NotAllowed("catalog:item:view") from None
    found = of_item(item.version_id, item.department_id, timezone.now())
    return [
        {"code": each, "status": standing.status.value, "why": standing.why, "source": standing.source}
        for each, standing in found.items()
    ]
