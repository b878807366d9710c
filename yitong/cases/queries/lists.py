"""Lists: the inbox of the office, the search, an applicant's own cases. All under ``permissions.visible_to``.

A list unites one limited query a branch of what the actor sees: each is served in order by one index, which an OR of the
branches would not be. Two statements a page, whatever the number of cases; ``tallies`` counts the inbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.contrib.postgres.search import SearchQuery
from django.db.models import F, Q, QuerySet

from yitong.cases import permissions
from yitong.cases.models import Case
from yitong.cases.queries.number_search import NumberPiece, number_piece
from yitong.cases.rules.searching import lexemes, query, tokens
from yitong.cases.rules.states import OPEN_STATES, REVIEW_STATES
from yitong.kernel.clock import SHANGHAI
from yitong.parties.actors import Actor

LISTED = ("department", "handler")
"""What a list shows of a case's neighbours: planning a join of all of them would take longer than reading them."""
PAGE_SIZE = 20
MAX_PAGE = 100
EXPORT_CHUNK = 500
COUNT_CAP = 1000
"""A count stops here: a page says "1000+". A search sorts at most so many hits."""
TABS: dict[str, dict[str, Any]] = {
    "open": {},
    "to_accept": {"state": "submitted"},
    "correcting": {"state": "correcting"},
    "reviewing": {"state": "accepted"},
    "deciding": {"state": "deciding"},
    "delivering": {"state": "delivering"},
    "suspended": {"suspended": True},
    "owed": {"provisional_open": True},
}
"""The inbox's tabs, all of open cases, by what a case has; ``mine`` and the lights depend on actor and time, see ``_tab``."""
TIMED_TABS = ("mine", "free", "yellow", "red")


@dataclass(frozen=True, slots=True)
class InboxFilters:
    """``tab``: one of TABS or TIMED_TABS. Empty strings filter nothing.

    ``light``: green, yellow, red or paused. ``due_from`` and ``due_until``: days, both included. ``mine``: the actor's own.
    ``lost``: only those a ground of which was lost.
    ``sort``: due (the next first) or received (the oldest first).
    """

    tab: str = "open"
    item_code: str = ""
    channel: str = ""
    text: str = ""
    state: str = ""
    light: str = ""
    due_from: date | None = None
    due_until: date | None = None
    mine: bool = False
    lost: bool = False
    sort: str = "due"


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """``text``: words of applicant, item or number. ``received_*``: days, both included. Empty values filter nothing."""

    text: str = ""
    item_code: str = ""
    state: str = ""
    outcome: str = ""
    received_from: date | None = None
    received_until: date | None = None


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of cases. ``more``: whether a next page exists."""

    cases: list[Case]
    page: int
    more: bool


class LexemeQuery(SearchQuery):
    """A tsquery from exact words: no parser of a text search configuration touches them."""

    def __init__(self, words: str) -> None:
        super().__init__(words, search_type="raw")
        self.words = words

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        """``%s::tsquery`` with the text given at construction."""
        return "%s::tsquery", [self.words]


def in_tab(tab: str, actor: Actor, now: datetime) -> Q:
    """The condition of a tab; unknown ones are the whole inbox."""
    overdue = Q(due_at__lt=now) | Q(statutory_due_at__lt=now, state__in=REVIEW_STATES)
    running = Q(suspended=False)
    timed = {
        "mine": Q(handler_id=actor.staff_id or 0),
        "free": Q(handler__isnull=True),
        "red": running & overdue,
        "yellow": running & Q(state__in=REVIEW_STATES, yellow_at__lte=now, committed_due_at__gte=now),
    }
    return timed[tab] if tab in timed else Q(**TABS.get(tab, {}))


def _filtered(rows: QuerySet[Case], filters: InboxFilters) -> QuerySet[Case]:
    if filters.item_code:
        rows = rows.filter(item_code=filters.item_code)
    if filters.channel:
        rows = rows.filter(channel=filters.channel)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.due_from:
        rows = rows.filter(due_at__gte=datetime.combine(filters.due_from, time.min, SHANGHAI))
    if filters.due_until:
        rows = rows.filter(due_at__lte=datetime.combine(filters.due_until, time.max, SHANGHAI))
    return rows


def _light(light: str, actor: Actor, now: datetime) -> Q:
    """The condition of a light; the same words as ``rules.lights``."""
    if light == "paused":
        return Q(suspended=True)
    if light in ("yellow", "red"):
        return in_tab(light, actor, now)
    if light == "green":
        running = Q(suspended=False, due_at__gte=now)
        return running & (~Q(state__in=REVIEW_STATES) | Q(yellow_at__isnull=True) | Q(yellow_at__gt=now))
    return Q()


def inbox_parts(actor: Actor, filters: InboxFilters, now: datetime) -> list[QuerySet[Case]]:
    """The inbox as one query a branch of what ``actor`` sees; their union is the list."""
    condition = Q(state__in=OPEN_STATES) & in_tab(filters.tab, actor, now) & _light(filters.light, actor, now)
    if filters.mine:
        condition &= Q(handler_id=actor.staff_id or 0)
    if filters.lost:
        condition &= Q(basis_lost=True)
    words, piece = query(filters.text), number_piece(filters.text)
    return [
        part
        for branch in permissions.branches(actor)
        for part in _matching(
            _filtered(Case.objects.filter(branch.condition).filter(condition), filters), words, branch.scope, piece
        )
    ]


def inbox_order(filters: InboxFilters) -> tuple[str, ...]:
    """The columns the inbox is sorted by."""
    return ("received_at", "id") if filters.sort == "received" else ("due_at", "id")


def inbox(actor: Actor, filters: InboxFilters, page: int, now: datetime) -> CasePage:
    """Open cases ``actor`` sees, the next due first, those that wait for others last. Two queries."""
    page = min(max(page, 1), MAX_PAGE)
    return _page(inbox_parts(actor, filters, now), page, inbox_order(filters))


def own_cases(actor: Actor, page: int, *, closed: bool | None = None) -> CasePage:
    """An applicant's cases, drafts included, newest first; only closed or only open ones on demand. Two queries."""
    page = min(max(page, 1), MAX_PAGE)
    condition = Q() if closed is None else (Q(state="closed") if closed else ~Q(state="closed"))
    parts = [Case.objects.filter(branch.condition).filter(condition) for branch in permissions.branches(actor)]
    return _page(parts, page, ("-id",))


def search(actor: Actor, text: str, page: int) -> CasePage:
    """Cases ``actor`` sees that have every word of ``text`` in applicant, item or number, newest first. Two queries, and
    one more for a piece of a number.

    Of very many hits the newest among the first thousand found are shown; another word narrows them.
    """
    return search_page(actor, SearchFilters(text=text), page) if query(text) else CasePage([], page, False)


def search_parts(actor: Actor, filters: SearchFilters) -> list[QuerySet[Case]]:
    """The cases that fit ``filters`` (numbered ones only) as one query a branch of what ``actor`` sees."""
    condition = Q(number__isnull=False)
    for name in ("item_code", "state", "outcome"):
        if value := getattr(filters, name):
            condition &= Q(**{name: value})
    if filters.received_from:
        condition &= Q(received_at__gte=datetime.combine(filters.received_from, time.min, SHANGHAI))
    if filters.received_until:
        condition &= Q(received_at__lte=datetime.combine(filters.received_until, time.max, SHANGHAI))
    words, piece = query(filters.text), number_piece(filters.text)
    return [
        part
        for branch in permissions.branches(actor)
        for part in _matching(Case.objects.filter(branch.condition).filter(condition), words, branch.scope, piece)
    ]


def search_page(actor: Actor, filters: SearchFilters, page: int) -> CasePage:
    """As ``search``, with filters; without words the newest cases that fit. Two queries, or three as ``search``."""
    page = min(max(page, 1), MAX_PAGE)
    words = query(filters.text)
    if not words or _everywhere(words):
        # Met so often that walking from the newest finds a page sooner than the index lists the hits.
        return _page(search_parts(actor, filters), page, ("-id",))
    return _newest([part[:COUNT_CAP] for part in search_parts(actor, filters)], page)


def _everywhere(words: Sequence[str]) -> bool:
    """Whether nearly every enterprise has these words: its name begins with the city's."""
    return set(words) <= set(tokens(settings.YITONG_CITY_NAME))


def _newest(parts: list[QuerySet[Case]], page: int) -> CasePage:
    """One page of the union of limited ``parts``, newest first.

    Of very many hits the newest among the first thousand found: sorting all of them would read all of them. They are
    sorted here: told to sort a limited part, the server may walk the whole table in that order instead.
    """
    if not parts:
        return CasePage([], page, False)
    ids = [part.values_list("id", flat=True) for part in parts]
    found = sorted(ids[0].union(*ids[1:]) if len(ids) > 1 else ids[0], reverse=True)
    start = (page - 1) * PAGE_SIZE
    return _rows(found[start : start + PAGE_SIZE + 1], page)


def all_of(parts: Sequence[QuerySet[Case]], order: tuple[str, ...], most: int) -> Iterator[Case]:
    """Every case of the union in order, at most ``most``, read in chunks: for exports."""
    columns = [name.lstrip("-") for name in order]
    limited = [part.order_by(*_ordering(order)).values_list(*columns)[:most] for part in parts]
    if not limited:
        return
    rows = limited[0].union(*limited[1:]).order_by(*_ordering(order))[:most] if len(limited) > 1 else limited[0]
    ids = [row[columns.index("id")] for row in rows]
    for at in range(0, len(ids), EXPORT_CHUNK):
        chunk = ids[at : at + EXPORT_CHUNK]
        by_id = Case.objects.select_related(*LISTED).in_bulk(chunk)
        yield from (by_id[pk] for pk in chunk if pk in by_id)


def _matching(
    rows: QuerySet[Case], words: Sequence[str], scope: Sequence[str], piece: NumberPiece | None
) -> list[QuerySet[Case]]:
    """The rows with every word, as one query a way to them: a piece of a number may be of its end, its item, or of both."""
    if piece is None:
        return [_scoped(rows, words, scope)]
    others = [word for word in words if word != piece.text]
    parts = [_scoped(rows, [*others, piece.word], scope)]
    numbered = rows.filter(number__contains=piece.text.upper())
    if piece.item_ids:
        parts.append(_scoped(numbered.filter(item_id__in=piece.item_ids), others, scope))
    return parts + [_scoped(numbered, [*others, f"{day}*"], scope) for day in piece.days]


def _scoped(rows: QuerySet[Case], words: Sequence[str], scope: Sequence[str]) -> QuerySet[Case]:
    if not words:
        return rows
    return rows.filter(search=LexemeQuery(lexemes(list(words), () if _everywhere(words) else scope)))


def _page(parts: list[QuerySet[Case]], page: int, order: tuple[str, ...]) -> CasePage:
    if not parts:
        return CasePage([], page, False)
    start = (page - 1) * PAGE_SIZE
    last = start + PAGE_SIZE + 1
    columns = [name.lstrip("-") for name in order]
    limited = [part.order_by(*_ordering(order)).values_list(*columns)[:last] for part in parts]
    if len(limited) == 1:
        found = list(limited[0][start:last])
    else:
        found = list(limited[0].union(*limited[1:]).order_by(*_ordering(order))[start:last])
    return _rows([row[columns.index("id")] for row in found], page)


def _ordering(order: tuple[str, ...]) -> list[Any]:
    return [F(name[1:]).desc() if name.startswith("-") else F(name).asc() for name in order]


def _rows(ids: list[int], page: int) -> CasePage:
    """The cases of ``ids`` in that order. Read by id among cases the branches let through already."""
    by_id = Case.objects.select_related(*LISTED).in_bulk(ids[:PAGE_SIZE])
    return CasePage([by_id[pk] for pk in ids[:PAGE_SIZE] if pk in by_id], page, len(ids) > PAGE_SIZE)
