"""Inbox, searches, guide and case page at 1,000,000 cases and 5,000 items, each page whole, as its account gets it.

Server time: from the request to the rendered page, middleware, session, actor and row-level scoping included, through
Django's test client in this process. Beside it: the very statements of that page, sent by a bare psycopg cursor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.utils import timezone

from benchmarks import million_asks, million_load
from benchmarks.frame import Result, at_most, informative, percentile, spread, timed
from benchmarks.million_asks import Ask
from benchmarks.million_city import FULL, SMALL
from yitong.site import memory

LIMIT = 50.0
"""Milliseconds of server time within which 95 of 100 lists and searches are done."""
UNLIMITED = "case page"
"""Told for information: one case whole, with everything that hangs on it."""
RUNS, QUICK_RUNS = 240, 32
Statement = tuple[str, Any]


@dataclass(slots=True)
class Sample:
    """What one group of pages took, in milliseconds."""

    first: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    statements: dict[str, list[int]] = field(default_factory=dict)
    slowest: tuple[float, Ask | None] = (0.0, None)


def run(quick: bool = False) -> list[Result]:
    """Makes the database if it is not there (minutes), then measures."""
    prepare_pages()
    million_load.ensure(SMALL if quick else FULL, timezone.now())
    runs = QUICK_RUNS if quick else RUNS
    return [_result(name, measure(asks)) for name, asks in groups(runs).items()]


def prepare_pages() -> None:
    """Static files and translations, without which no page renders."""
    from yitong.site import messages, setup_steps, vendor

    vendor.install()
    messages.compile_all()
    setup_steps.collect_static()


def groups(runs: int) -> dict[str, list[Ask]]:
    """The pages of each result."""
    found, today = million_asks.people(), timezone.localdate()
    asks = {
        "inbox, officials": million_asks.inbox(found.officials, runs, today),
        "inbox, clerks": million_asks.inbox(found.clerks, runs, today),
        "inbox, supervisors": million_asks.inbox(found.supervisors, runs, today),
        "case search, officials": million_asks.searches(found.officials, runs, found.department, "department_id"),
        "case search, clerks": million_asks.searches(found.clerks, runs, found.area, "region_id"),
        "case search, supervisors": million_asks.searches(found.supervisors, runs, found.area, "region_id"),
        UNLIMITED: million_asks.case_pages(found, runs),
    }
    return asks | {f"guide search, {kind}": million_asks.guide(kind, runs) for kind in million_asks.GUIDE_WORDS}


def measure(asks: list[Ask]) -> Sample:
    """Open every page twice: first while its rows come from the disk, then measured from memory, as a server with enough of it
    serves them. RuntimeError for a page that does not come."""
    clients: dict[int | None, Client] = {}
    sample = Sample()
    for place, ask in enumerate([*asks, *asks]):
        if place == len(asks):
            memory.settle()
        client = clients.get(ask.who) or clients.setdefault(ask.who, _client(ask.who))
        seen: list[Statement] = []
        with connection.execute_wrapper(_noting(seen)):
            took, response = timed(lambda client=client, ask=ask: client.get(ask.url))  # type: ignore[misc]
        if response.status_code != 200:
            raise RuntimeError(f"{ask.url} answered {response.status_code} to account {ask.who}")
        if place < len(asks):
            sample.first.append(took)
            continue
        sample.pages.append(took)
        sample.bare.append(_bare(seen))
        # An empty list has no rows to read: it is a shape of its own.
        shape = f"{ask.shape}, empty" if b'class="empty-state"' in response.content else ask.shape
        sample.statements.setdefault(shape, []).append(len(seen))
        sample.slowest = max(sample.slowest, (took, ask), key=lambda pair: pair[0])
    return sample


def _client(who: int | None) -> Client:
    # The browser's language decides nothing here: the pages come in Chinese.
    client = Client(headers={"accept-language": "zh-CN"})
    if who is not None:
        client.force_login(get_user_model()._default_manager.get(pk=who))
    return client


def _noting(seen: list[Statement]) -> Callable[..., Any]:
    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    return note


def _bare(statements: list[Statement]) -> float:
    """Milliseconds the same reads take without Django: sent and fetched by psycopg alone."""
    reads = [(sql, params) for sql, params in statements if sql.lstrip().startswith(("SELECT", "WITH", "("))]
    assert connection.connection is not None  # the page has just used it
    cursor = psycopg.ClientCursor(connection.connection)

    def send() -> None:
        for sql, params in reads:
            cursor.execute(sql, params).fetchall()

    return timed(send)[0]


def _result(name: str, sample: Sample) -> Result:
    p95, p50 = percentile(sample.pages, 0.95), percentile(sample.pages, 0.50)
    first = percentile(sample.first, 0.95)
    queries = " / ".join(spread(counts) for counts in sample.statements.values())
    more: dict[str, Any] = {
        "baseline_name": "same statements, psycopg, p95",
        "baseline": percentile(sample.bare, 0.95),
        "note": f"p50 {p50:.1f} ms, first visit p95 {first:.1f} ms, {len(sample.pages)} pages, {queries} queries",
    }
    if name == UNLIMITED:
        return informative(f"{name}, p95", p95, "ms", **more)
    fixed = all(len(set(counts)) == 1 for counts in sample.statements.values())
    return at_most(f"{name}, p95", p95, "ms", LIMIT, also=fixed, **more)
