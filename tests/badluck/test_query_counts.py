"""A list costs the same number of statements whether it has five rows or fifty."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.badluck.addresses import AUDIENCE, arguments, patterns
from tests.badluck.crowds import GROWN, grow
from tests.badluck.world import World

LISTS: dict[str, tuple[str, ...]] = {
    "citizen": (
        "cases:my", "cases:cases", "cases:drafts", "licences:mine", "notifications:mine", "parties:enterprises",
        "parties:enterprise", "parties:mandates", "notifications:outbox", "catalog:guide", "catalog:list",
        "consents:consents", "consents:looks", "consents:looks_export", "consents:grant",
        "certificates:catalogue", "certificates:mine", "archive:mine", "archive:log",
    ),
    "accepter": (
        "cases:desk_inbox", "cases:desk_search", "cases:desk_export", "cases:desk_search_export",
        "certificates:desk", "certificates:desk_export", "certificates:questions",
    ),
    "chief": ("licences:desk", "licences:export"),
    "registrar": ("consents:bases", "licences:types", "certificates:types",),
    "supervisor": (
        "consents:board_looks", "consents:board_looks_export", "consents:anomalies", "supervision:board",
        "supervision:cases", "feedback:ratings", "audit:entries", "waiving:overview", "waiving:items", "waiving:next",
    ),
    "author": ("catalog:items", "catalog:import", "documents:templates", "licences:types", "catalog:synonyms"),
    "admin": (
        "parties:regions", "parties:departments", "parties:counters", "parties:staff", "parties:posts", "parties:letters",
        "parties:delegations", "notifications:deliveries", "documents:quarantine",
        "documents:failed", "notifications:templates",
        "exchange:connectors", "exchange:calls", "exchange:calls_export", "exchange:clients",
    ),
}  # fmt: skip
QUERIES = {
    "cases:desk_search": {"q": "李梅"},
    "cases:desk_search_export": {"q": "李梅"},
    "supervision:cases": {"light": ""},
}
API = {
    "citizen": (
        "/api/cases/mine",
        "/api/licences/mine",
        "/api/notifications/messages",
        "/api/catalog/items",
        "/api/certificates/mine",
        "/api/archive/papers",
        "/api/consents/mine",
        "/api/consents/looks",
    ),
    "accepter": ("/api/cases/inbox", "/api/cases/search?q=李梅", "/api/certificates/verifications"),
}


def browser(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.office.cast.account(who))
    return client


def addresses(world: World) -> list[tuple[str, str, dict[str, str]]]:
    """(who, address, query) of every list."""
    parts = {name: found for name, _, found in patterns()}
    pages = [
        (who, reverse(name, kwargs=arguments(name, parts[name], world.ids)), QUERIES.get(name, {}))
        for who, names in LISTS.items()
        for name in names
    ]
    return pages + [(who, address, {}) for who, listed in API.items() for address in listed]


def statements(client: Client, address: str, query: dict[str, str]) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer: Any = client.get(address, query)
        if answer.streaming:
            b"".join(answer.streaming_content)
    assert answer.status_code == 200, (address, answer.status_code)
    return [each["sql"] for each in seen.captured_queries]


def test_every_list_costs_as_many_statements_for_fifty_rows_as_for_five(world: World, settings: Any) -> None:
    settings.YITONG_DEMO = True  # the outbox is a page of the demonstration
    browsers = {who: browser(world, who) for who in LISTS}
    lists = addresses(world)
    grow(world, range(1, 6))
    for who, address, query in lists:
        browsers[who].get(address, query)  # what is kept per process is read once
    few = {address: statements(browsers[who], address, query) for who, address, query in lists}
    grow(world, range(6, 51))
    assert all(model._default_manager.count() >= 50 for model in GROWN)
    wrong = []
    for who, address, query in lists:
        many = statements(browsers[who], address, query)
        if len(many) > len(few[address]):
            extra = [sql for sql in many if sql not in few[address]][:3]
            wrong.append(f"{address}: {len(few[address])} with five rows, {len(many)} with fifty: {extra}")
    assert not wrong, "\n".join(wrong)


def test_the_lists_named_here_are_pages() -> None:
    assert {name for names in LISTS.values() for name in names} <= set(AUDIENCE)
