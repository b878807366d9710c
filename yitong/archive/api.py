"""The JSON API of the archive: the owner's papers and what was read from them. Log-in by session."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.security import django_auth
from pydantic import Field

from yitong.archive import commands, contents, queries
from yitong.archive.models import ArchivedFile
from yitong.archive.rules.papers import fields_of
from yitong.parties.actors import ANONYMOUS, Actor

router = Router(auth=django_auth)
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Line = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
PER_PAGE = 50


class Problem(Schema):
    """What is wrong, in words."""

    detail: str


class PaperOut(Schema):
    """One paper. ``trust``: issued, verified, uploaded, declared; ``reading``: waiting, reading, read, failed, none."""

    id: int
    kind: str
    paper: str
    name: str
    trust: str
    reading: str
    licence_type: str
    case_number: str
    keep_until: date | None
    created_at: datetime


class PapersOut(Schema):
    """One page of papers. ``more``: there is a next one."""

    papers: list[PaperOut]
    page: int
    more: bool


class FieldOut(Schema):
    """One field as read. ``confidence`` 0 to 1; ``checked``: does its check character or the calendar agree."""

    name: str
    label: str
    value: str
    confidence: float
    checked: bool | None


class ContentsOut(Schema):
    """A paper with what was read and what its owner confirmed. ``seals``: found in the picture, middle and size in points."""

    paper: PaperOut
    fields: list[FieldOut]
    confirmed: dict[str, str]
    seals: list[dict[str, float | int | str]]


class ConfirmIn(Schema):
    """Field name to value; fields left out are not confirmed."""

    values: dict[Annotated[str, Field(max_length=40)], Line]


@router.get("/papers", response={200: PapersOut, 404: Problem}, summary="My archive, newest first")
def papers(
    request: HttpRequest,
    kind: Annotated[Literal["", "family", "education", "medical", "business"], Query()] = "",
    enterprise: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> tuple[int, PapersOut | Problem]:
    """Papers of the caller, or of an enterprise he handles."""
    actor = _actor(request)
    holder = queries.holder_for(actor, enterprise)
    if holder is None:
        return 404, Problem(detail="There is no such archive.")
    found = Paginator(queries.listed(actor, holder, kind=kind), PER_PAGE).get_page(page)
    rows = [PaperOut(**_row(file)) for file in found.object_list]
    return 200, PapersOut(papers=rows, page=found.number, more=found.has_next())


@router.get("/papers/{archived_id}", response={200: ContentsOut, 404: Problem}, summary="One paper and what it says")
def paper(request: HttpRequest, archived_id: Id) -> tuple[int, ContentsOut | Problem]:
    """404 for a paper of somebody else, like one that does not exist."""
    file = queries.one(_actor(request), archived_id)
    return (200, _contents(file)) if file is not None else (404, Problem(detail="There is no such paper."))


@router.post(
    "/papers/{archived_id}/confirm",
    response={200: ContentsOut, 404: Problem},
    summary="Confirm or correct what was read",
)
def confirm(request: HttpRequest, archived_id: Id, body: ConfirmIn) -> tuple[int, ContentsOut | Problem]:
    """422 with the field's name when a number's check character does not fit."""
    actor = _actor(request)
    file = queries.one(actor, archived_id)
    if file is None:
        return 404, Problem(detail="There is no such paper.")
    known = {field.name for field in fields_of(file.paper)}
    values = {name: value for name, value in body.values.items() if name in known}
    return 200, _contents(commands.confirm(actor=actor, file_id=file.pk, values=values, now=timezone.now()))


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return actor


def _row(file: ArchivedFile) -> dict[str, Any]:
    return {name: getattr(file, name) for name in PaperOut.model_fields}


def _contents(file: ArchivedFile) -> ContentsOut:
    found = contents.of(file)
    fields = [
        FieldOut(name=each.name, label=each.label, value=each.value, confidence=each.confidence, checked=each.checked)
        for each in found.fields
    ]
    return ContentsOut(paper=PaperOut(**_row(file)), fields=fields, confirmed=found.confirmed, seals=file.stamps)
