"""The public search and lists. Every function reads with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, F, Func, IntegerField, Value

from yitong.catalog.models import ItemSearch, Synonym
from yitong.catalog.rules import search_terms
from yitong.catalog.themes import LISTS

PAGE_SIZE = 20
MOST_PAGE_SIZE = 100
_COLUMNS = (
    "item_id, basic_code, implementation_code, name, summary, department_id, department_name, region_name, kind, subjects, "
    "themes, lists, instant, online, visits, committed_amount, committed_unit, popularity"
)


@dataclass(frozen=True, slots=True)
class ItemCard:
    """One published item in a list."""

    item_id: int
    basic_code: str
    implementation_code: str
    name: str
    summary: str
    department_id: int
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
    popularity: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results. ``page`` is the one given, at most the last; ``words``: as understood."""

    items: tuple[ItemCard, ...]
    total: int
    page: int
    pages: int
    words: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        return self.page

    @property
    def has_previous(self) -> bool:
        return self.page > 1

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    @property
    def previous_page_number(self) -> int:
        return self.page - 1

    @property
    def next_page_number(self) -> int:
        return self.page + 1


def search(
    text: str = "",
    *,
    subject: str | None = None,
    theme: str | None = None,
    department_id: int | None = None,
    list_name: str | None = None,
    page: int = 1,
    page_size: int = PAGE_SIZE,
) -> SearchPage:
    """Published items that fit ``text`` best, in two queries; without text all of them, the most used first.

    ``subject``: service subject 1-6; ``theme`` and ``list_name``: codes of ``catalog.themes``. An item that has every word
    of the query hides those that have only some; names come before everyday words, these before the rest.
    """
    size = max(1, min(page_size, MOST_PAGE_SIZE))
    query = understand(text)
    where, params = _filters(subject, theme, department_id, list_name)
    if query.text and not query.groups:
        return SearchPage((), 0, 1, 1)  # signs only: nothing to look for
    if not query.text:
        return _browse(where, params, max(page, 1), size)
    found, found_params = _found(query)
    matched = " + ".join(f"({each})::int" for each in found)
    keys, key_params = _keys(query)
    ranks = ", ".join(f"key{n} DESC" for n in range(len(keys)))
    # Ranked by narrow rows and joined back: sorting whole rows would cost more than finding them.
    statement = f"""
        WITH hits AS (SELECT item_id, basic_code, popularity, length(name) AS size, {matched} AS matched,
                             {", ".join(f"{key} AS key{n}" for n, key in enumerate(keys))}
                      FROM catalog_itemsearch WHERE {" AND ".join(["true", *where])} AND ({" OR ".join(found)})),
             best AS (SELECT item_id, count(*) OVER () AS total,
                             row_number() OVER (ORDER BY {ranks}, popularity DESC, size, basic_code, item_id) AS place
                      FROM hits WHERE matched = (SELECT max(matched) FROM hits))
        SELECT {_COLUMNS}, total FROM best JOIN catalog_itemsearch USING (item_id)
        WHERE place > least(%s, ((total - 1) / %s) * %s) ORDER BY place LIMIT %s"""
    offset = (max(page, 1) - 1) * size
    with connection.cursor() as cursor:
        cursor.execute(statement, [*found_params, *key_params, *params, *found_params, offset, size, size, size])
        rows = cursor.fetchall()
    words = tuple(group.alternatives[0] for group in query.groups)
    return _page(rows, rows[0][-1] if rows else 0, page, size, words)


def _browse(where: list[str], params: list[Any], page: int, size: int) -> SearchPage:
    """All items that pass the filters, the most used first: one query to count, one to read along the index."""
    condition = " AND ".join(["true", *where])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM catalog_itemsearch WHERE {condition}", params)
        (total,) = cursor.fetchone()
        offset = min(page - 1, max(0, (total - 1) // size)) * size
        cursor.execute(
            f"SELECT {_COLUMNS}, 0 FROM catalog_itemsearch WHERE {condition} "
            "ORDER BY popularity DESC, basic_code, item_id LIMIT %s OFFSET %s",
            [*params, size, offset],
        )
        return _page(cursor.fetchall(), total, page, size)


def _page(rows: list[tuple[Any, ...]], total: int, page: int, size: int, words: tuple[str, ...] = ()) -> SearchPage:
    pages = max(1, -(-total // size))
    return SearchPage(tuple(ItemCard(*row[:-1]) for row in rows), total, min(max(page, 1), pages), pages, words)


def understand(text: str) -> search_terms.Query:
    """``text`` with the everyday words in it replaced by what they mean. One query; none for an empty text."""
    text = search_terms.normalise(text)[: search_terms.MOST_QUERY]
    if not text:
        return search_terms.Query("", ())
    # Only the synonyms that occur in the text are read, however long the table grows.
    inside = Synonym.objects.annotate(
        at=Func(Value(text), F("word"), function="strpos", output_field=IntegerField())
    ).filter(at__gt=0)
    return search_terms.understand(text, {each.word: each.means for each in inside})


def _filters(
    subject: str | None, theme: str | None, department_id: int | None, list_name: str | None
) -> tuple[list[str], list[Any]]:
    where: list[str] = []
    params: list[Any] = []
    for column, value in (("subjects", subject), ("themes", theme), ("lists", list_name)):
        if value:
            where.append(f"{column} @> ARRAY[%s]::varchar[]")
            params.append(value)
    if department_id:
        where.append("department_id = %s")
        params.append(department_id)
    return where, params


def _found(query: search_terms.Query) -> tuple[list[str], list[Any]]:
    """SQL for whether an item has a word of the query, for each word; the index answers those without pinyin."""
    found: list[str] = []
    params: list[Any] = []
    for group in query.groups:
        tests = []
        if vector := search_terms.tsquery(group.alternatives):
            tests.append("terms @@ %s::tsquery")
            params.append(vector)
        if group.latin:
            tests.append("pinyin LIKE %s")
            params.append(f"%{group.latin}%")
        found.append(f"({' OR '.join(tests) or 'false'})")
    return found, params


def _keys(query: search_terms.Query) -> tuple[list[str], list[Any]]:
    """SQL to rank by: exact name, name that begins with or holds the text, everyday word, words in the name."""
    keys = ["(name = %s)", "starts_with(name, %s)", "(strpos(name, %s) > 0)", "(%s = ANY(everyday_words))"]
    params: list[Any] = [query.text] * 4
    in_name = []
    for group in query.groups:
        in_name.append(f"({' OR '.join(['strpos(lower(name), %s) > 0'] * len(group.alternatives))})::int")
        params += group.alternatives
    return [*keys, "(" + " + ".join(in_name) + ")"], params


def popular(subject: str | None = None, limit: int = 8) -> list[ItemCard]:
    """The most used items, for everybody or for one kind of subject. One query."""
    rows = ItemSearch.objects.all()
    if subject:
        rows = rows.filter(subjects__contains=[subject])
    return [_card(row) for row in rows.order_by("-popularity", "basic_code")[:limit]]


def related(item_id: int, themes: Sequence[str], limit: int = 5) -> list[ItemCard]:
    """Other items of the same themes, the most used first. One query."""
    rows = ItemSearch.objects.filter(themes__overlap=list(themes)).exclude(item_id=item_id)
    return [_card(row) for row in rows.order_by("-popularity", "basic_code")[:limit]]


def lists() -> dict[str, int]:
    """How many items stand on each public list, and ``all``. One query."""
    counts = dict.fromkeys(LISTS, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT listed, count(*) FROM catalog_itemsearch, unnest(lists) AS listed GROUP BY listed "
            "UNION ALL SELECT 'all', count(*) FROM catalog_itemsearch"
        )
        counts.update(cursor.fetchall())
    return counts


def theme_counts() -> dict[str, int]:
    """How many items each theme holds. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT theme, count(*) FROM catalog_itemsearch, unnest(themes) AS theme GROUP BY theme")
        return dict(cursor.fetchall())


def departments() -> list[tuple[int, str, int]]:
    """(id, name, number of items) of each department that has published items. One query."""
    rows = ItemSearch.objects.values_list("department_id", "department_name").annotate(items=Count("item_id"))
    return list(rows.order_by("-items", "department_name"))


def _card(row: ItemSearch) -> ItemCard:
    return ItemCard(**{name: getattr(row, name) for name in ItemCard.__slots__})
