"""The public JSON API of the catalogue: search and item detail. Published items only."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from yitong.catalog.queries import items as item_queries
from yitong.catalog.queries import search
from yitong.catalog.records import ItemRecord
from yitong.catalog.rules import scenarios
from yitong.kernel.reasons import NotAllowed

router = Router()


class ItemOut(Schema):
    """One published item in a list."""

    basic_code: str
    implementation_code: str
    name: str
    summary: str
    department_name: str
    region_name: str
    kind: str
    subjects: list[str]
    themes: list[str]
    lists: list[str]
    instant: bool
    online: bool
    visits: int
    committed_amount: int
    committed_unit: str


class PageOut(Schema):
    """One page of items; ``page`` is at most ``pages``."""

    items: list[ItemOut]
    total: int
    page: int
    pages: int


class DetailOut(Schema):
    """One item in force with its whole implementation record."""

    basic_code: str
    implementation_code: str
    department_name: str
    region_name: str
    version_number: int
    record: ItemRecord


class SelectionIn(Schema):
    """Answers to scenario questions and form values as far as known."""

    answers: dict[str, Any] = {}
    form: dict[str, Any] = {}


class SelectionOut(Schema):
    """What the answers select; ``unknown``: what could still change it."""

    questions: list[str]
    materials: list[str]
    possible_materials: list[str]
    steps: list[str]
    fields: list[str]
    fees_fen: int
    unknown: list[str]


class Refusal(Schema):
    """Why a request was refused."""

    detail: str
    reasons: list[dict[str, Any]] = []


class SearchIn(Schema):
    """Search words and filters; all optional."""

    q: Annotated[str, Field(max_length=100)] = ""
    subject: Annotated[str, Field(pattern=r"^[1-6]$")] | None = None
    theme: Annotated[str, Field(max_length=40)] | None = None
    department_id: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    list_name: Annotated[str, Field(max_length=20)] | None = None
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    page_size: Annotated[int, Field(ge=1, le=search.MOST_PAGE_SIZE)] = search.PAGE_SIZE


@router.get("/items", response=PageOut, summary="Search published items")
def list_items(request: HttpRequest, filters: Query[SearchIn]) -> Any:
    values = {name: _storable(value) for name, value in filters.dict().items()}
    return search.search(values.pop("q"), **values)


@router.get(
    "/items/{code}", response={200: DetailOut, 404: Refusal}, summary="One item by its basic or implementation code"
)
def item_detail(request: HttpRequest, code: str) -> Any:
    return _found(code)


@router.post(
    "/items/{code}/selection", response={200: SelectionOut, 404: Refusal}, summary="What a set of answers selects"
)
def item_selection(request: HttpRequest, code: str, body: SelectionIn) -> Any:
    record = _found(code).record
    selection = scenarios.selected(record, body.answers, body.form)
    return {
        "questions": [question.code for question in scenarios.visible_questions(record, body.answers)],
        "materials": [material.code for material in selection.materials],
        "possible_materials": [material.code for material in selection.possible_materials],
        "steps": [step.code for step in selection.steps],
        "fields": [field.name for field in selection.form_fields],
        "fees_fen": selection.total_fen,
        "unknown": list(selection.unknown),
    }


def _found(code: str) -> item_queries.PublishedItem:
    try:
        return item_queries.published(_storable(code))
    except item_queries.ItemNotFound:
        raise NotAllowed("catalog:item:view") from None


def _storable(value: Any) -> Any:
    """Text without what PostgreSQL refuses to compare."""
    return value.replace("\x00", "").encode("utf-8", "ignore").decode() if isinstance(value, str) else value
