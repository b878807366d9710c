"""A department's register, as its keepers list and search it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet

from yitong.licences.models import Licence, LicenceType
from yitong.licences.permissions import keeps_register
from yitong.licences.queries.library import in_force, with_types
from yitong.licences.rules.status import Standing
from yitong.parties.actors import Actor

PER_PAGE = 20
MOST_PAGES = 500
"""Deeper pages would read what they skip; the export gives the whole."""
EXPORT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Filters:
    """``text``: a number or an identifier. ``holder``: a holder key in hex. ``type_code``, ``standing``: empty for any."""

    text: str = ""
    holder: str = ""
    type_code: str = ""
    standing: str = ""

    @property
    def in_use(self) -> bool:
        """Whether anything is filtered."""
        return self != Filters()


@dataclass
class Page:
    """One page of the register. ``total`` is not counted: a register has millions."""

    rows: list[Licence]
    number: int
    has_next: bool
    total: int | None = None

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1


def page_of(actor: Actor, filters: Filters, number: int, on: date) -> Page:
    """Page ``number`` of the register, newest first."""
    number = max(1, min(number, MOST_PAGES))
    start = (number - 1) * PER_PAGE
    rows = list(listed(actor, filters, on)[start : start + PER_PAGE + 1])
    return Page(rows[:PER_PAGE], number, len(rows) > PER_PAGE and number < MOST_PAGES)


def exported(actor: Actor, filters: Filters, on: date) -> Iterator[Licence]:
    """What the export holds, at most EXPORT_MOST rows."""
    return listed(actor, filters, on)[:EXPORT_MOST].iterator(chunk_size=1000)


def listed(actor: Actor, filters: Filters, on: date) -> QuerySet[Licence]:
    """The register the actor keeps, filtered."""
    if not keeps_register(actor):
        return Licence.objects.none()
    rows = Licence.objects.filter(issuer_department_id__in=actor.department_ids)
    if filters.text:
        text = filters.text.upper()
        rows = rows.filter(Q(number=text) | Q(identifier=text))
    if filters.holder:
        rows = rows.filter(holder_key=_key(filters.holder))
    if filters.type_code:
        rows = rows.filter(type__code=filters.type_code)
    if filters.standing:
        rows = rows.filter(_standing(filters.standing, on))
    return with_types(rows).order_by("-id")


def types_of(actor: Actor) -> list[LicenceType]:
    """The types to choose from."""
    return list(LicenceType.objects.order_by("name")) if keeps_register(actor) else []


def cleaned(filters: Filters) -> Filters:
    """Without what cannot be meant, so that an address typed by hand finds everything or nothing, never an error."""
    standing = filters.standing if filters.standing in set(Standing) else ""
    return replace(filters, text=filters.text.replace("\0", "").strip()[:110], standing=standing)


def _key(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _standing(standing: str, on: date) -> Q:
    if standing == Standing.VALID:
        return in_force(on)
    if standing == Standing.EXPIRED:
        return Q(status=Standing.VALID, valid_until__lt=on)
    if standing == Standing.NOT_YET:
        return Q(status=Standing.VALID, valid_from__gt=on)
    return Q(status=standing)
