"""Accepted cases a second through the commands, at 1, 10, 20 and 40 writers, beside bare statements.

One writer submits a finished draft and accepts the case: two transactions, as two people would do it. The baseline writes
the very same rows (every write of the commands as a statement of its own, replayed with fresh keys) by bare psycopg, which
prepares them too, in one transaction a case, with the same processes and threads. Limit: 150 accepted cases a second at
every number of writers.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any
from unittest.mock import patch

from benchmarks.frame import Result, at_least, informative, percentile

LIMIT = 150.0
WRITERS = (1, 10, 20, 40)
PROCESSES = 2
ITEMS = 10
"""Two submissions of one item wait for each other at the day's counter of its case numbers."""
CASES = {True: 300, False: 2400}
STEPS = [{"code": "review", "name": "审查", "limit": {"amount": 3}}, {"code": "approve", "name": "审核", "stage": 2}]
FIRST_ID = 1_000_000
"""Drafts are numbered from here, so that a case's id can be told from every other number in a statement."""

_CLONE = """
INSERT INTO cases_case ({columns}) SELECT {values} FROM cases_case AS c, generate_series(%s, %s, %s) AS g(id) WHERE c.id = %s
"""
_CLONE_MATERIALS = """
INSERT INTO cases_casematerial ({columns}) SELECT {values}
FROM cases_casematerial AS c, generate_series(%s, %s, %s) AS g(id) WHERE c.case_id = %s
"""


@dataclass(frozen=True)
class Recorded:
    """What one submission and one acceptance sent, and the keys to be replaced in it."""

    statements: tuple[tuple[str, Any], ...]
    number: str
    codes: tuple[str, ...]
    counted: tuple[int, ...]


def run(quick: bool) -> list[Result]:
    """Rates and latencies by number of writers, then statements and round trips of both commands."""
    place = prepare()
    recorded = record(place)
    results: list[Result] = []
    first = FIRST_ID + 1
    for writers in WRITERS if not quick else (1, 10):
        count = CASES[quick]
        rate, latencies = race(_commands, writers, first, count, (place["citizen"], place["accepter"]))
        first += count + PROCESSES
        bare, _ = race(_bare, writers, first, count, recorded)
        first += count + PROCESSES
        note = f"p50 {percentile(latencies, 0.5):.0f} ms, p95 {percentile(latencies, 0.95):.0f} ms a case"
        results.append(
            at_least(
                f"accepted cases, {writers} writers",
                rate,
                "cases/s",
                LIMIT,
                baseline_name="the same rows, bare psycopg, one transaction",
                baseline=bare,
                note=note,
            )
        )
    for name, statements in zip(("submit", "accept"), recorded.counted, strict=True):
        results.append(informative(f"{name}: SQL statements", statements, "statements"))
        results.append(informative(f"{name}: round trips", statements + 2, "trips", note="with BEGIN and COMMIT"))
    return results


def prepare() -> dict[str, Any]:
    """An empty database with the cast, the items and one finished draft each; the actors and the drafts' ids."""
    from datetime import timedelta

    from django.core.management import call_command
    from django.utils import timezone

    from tests import cast as city
    from yitong.cases import commands
    from yitong.cases.tests.items import item

    recreate()
    call_command("migrate", verbosity=0)
    now = timezone.now() - timedelta(days=1)
    cast = city.build(now)
    citizen, clerk, accepter = (cast.actor(name, now) for name in ("citizen", "clerk", "accepter"))
    drafts = []
    for number in range(ITEMS):
        published = item(cast.department("market").pk, now, basic_code=f"00013100100{number}", steps=STEPS)
        applicant = commands.Applicant(person_id=cast.person("citizen").pk)
        case = commands.start_draft(
            actor=clerk, item_code=published.implementation_code, applicant=applicant, now=now, channel="window"
        )
        place: dict[str, Any] = {"actor": clerk, "case_id": case.pk, "now": now}
        commands.save_answers(**place, answers={"scope": "retail"})
        commands.save_form(**place, form={"shop": "李梅小吃店", "phone": "13800000001", "address": "春风路8号"})
        for code in ("application", "layout", "rules"):
            commands.attach_paper(**place, material_code=code)
        drafts.append(case.pk)
    place_ = {"citizen": citizen, "accepter": accepter, "drafts": drafts}
    _drafts[:] = drafts
    return place_


_drafts: list[int] = []


def recreate() -> None:
    """Drop and make the benchmark's database, whose name the settings have."""
    import psycopg
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    if "bench" not in name and "writers" not in name:
        raise SystemExit(f"refusing to empty the database {name!r}: it is not one of the benchmarks'")
    connection.close()
    with closing(psycopg.connect(**_address("postgres"), autocommit=True)) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")


def _address(name: str = "") -> dict[str, Any]:
    from django.db import connection

    found = connection.settings_dict
    given = {"host": found["HOST"], "port": found["PORT"], "user": found["USER"], "password": found["PASSWORD"]}
    return {"dbname": name or found["NAME"], **{key: value for key, value in given.items() if value}}


def clone_drafts(first: int, count: int) -> None:
    """``count`` drafts like the prepared ones in turn, ids from ``first`` on."""
    from django.db import connection

    from yitong.cases.models import Case, CaseMaterial

    with connection.cursor() as cursor:
        for place, draft in enumerate(_drafts):
            for model, sql, own in ((Case, _CLONE, "id"), (CaseMaterial, _CLONE_MATERIALS, "case_id")):
                fields = [f.column or f.attname for f in model._meta.concrete_fields if not f.generated]
                columns = [name for name in fields if name != "id" or own == "id"]
                values = ["g.id" if name == own else f"c.{name}" for name in columns]
                cursor.execute(
                    sql.format(columns=", ".join(columns), values=", ".join(values)),
                    [first + place, first + count - 1, len(_drafts), draft],
                )


def record(place: dict[str, Any]) -> Recorded:
    """Submit and accept three cases: the second, every cache being warm, is counted, the third tells each write alone."""
    from django.db import connection
    from django.utils import timezone

    from yitong.cases import commands
    from yitong.cases.models import Case
    from yitong.documents.models import Document
    from yitong.storage import writes

    sent: list[tuple[str, Any]] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append((sql, params))
        return execute(sql, params, many, context)

    clone_drafts(FIRST_ID - 7, 8)
    counts: dict[int, tuple[int, ...]] = {}
    for case_id in (FIRST_ID - 7, FIRST_ID - 1, FIRST_ID):
        sent.clear()
        counted: list[int] = []
        alone = patch.object(writes, "together", nullcontext) if case_id == FIRST_ID else nullcontext()
        with alone, connection.execute_wrapper(listen):
            for command, actor in ((commands.submit, place["citizen"]), (commands.accept, place["accepter"])):
                before = len(sent)
                command(actor=actor, case_id=case_id, now=timezone.now())
                counted.append(len(sent) - before)
        counts[case_id] = tuple(counted)
    case = Case.objects.get(pk=FIRST_ID)
    codes = tuple(Document.objects.filter(subject=f"case:{FIRST_ID}").values_list("code", flat=True))
    statements = tuple((sql, params) for sql, params in sent if not sql.lstrip().startswith("SELECT"))
    return Recorded(statements, case.number or "", codes, counts[FIRST_ID - 1])


def race(
    work: Callable[..., list[tuple[float, float]]], writers: int, first: int, count: int, given: Any
) -> tuple[float, list[float]]:
    """(cases a second, milliseconds of each case) of ``writers`` threads in up to PROCESSES processes.

    Makes the drafts: ``count`` from ``first`` on, and after them one for each process to get warm on.
    """
    clone_drafts(first, count + PROCESSES)
    processes = min(PROCESSES, writers)
    threads = writers // processes
    share = count // processes
    tasks = [(work, first + p * share, share, threads, given) for p in range(processes)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_start) as pool:
        # The children have started, connected and read fonts and items before the clock does.
        list(pool.map(_ready, [(work, first + count + p, given) for p in range(processes)]))
        begun = time.perf_counter()
        latencies = [each for part in pool.map(_process, tasks) for each in part]
    took = max(end for _, end in latencies) - min(start for start, _ in latencies)
    assert begun > 0
    return len(latencies) / took, [(end - start) * 1000 for start, end in latencies]


def _start() -> None:
    import django

    django.setup()


def _ready(task: tuple[Any, int, Any]) -> None:
    work, case_id, given = task
    work(range(case_id, case_id + 1), given, threading.Barrier(1))
    # Long enough that no child gets warm twice while another stays cold.
    time.sleep(0.5)


def _process(task: tuple[Any, int, int, int, Any]) -> list[tuple[float, float]]:
    work, first, count, threads, given = task
    gate = threading.Barrier(threads)

    def one(place: int) -> list[tuple[float, float]]:
        return work(range(first + place, first + count, threads), given, gate)

    with ThreadPoolExecutor(threads) as pool:
        return [each for part in pool.map(one, range(threads)) for each in part]


def _commands(ids: range, actors: Any, gate: threading.Barrier) -> list[tuple[float, float]]:
    from django.db import connection
    from django.utils import timezone

    from yitong.cases import commands

    citizen, accepter = actors
    connection.ensure_connection()
    found = []
    gate.wait()
    for case_id in ids:
        start = time.perf_counter()
        commands.submit(actor=citizen, case_id=case_id, now=timezone.now())
        commands.accept(actor=accepter, case_id=case_id, now=timezone.now())
        found.append((start, time.perf_counter()))
    connection.close()
    return found


def _bare(ids: range, recorded: Recorded, gate: threading.Barrier) -> list[tuple[float, float]]:
    import psycopg

    found = []
    with closing(psycopg.connect(**_address())) as connection, connection.cursor() as cursor:
        gate.wait()
        for case_id in ids:
            start = time.perf_counter()
            swap = {recorded.number: f"{recorded.number[:39]}{case_id}", f":{FIRST_ID}": f":{case_id}"}
            swap |= {code: secrets.token_hex(8).upper() for code in recorded.codes}
            for sql, params in recorded.statements:
                cursor.execute(sql, _fresh(params, case_id, swap))
            connection.commit()
            found.append((start, time.perf_counter()))
    return found


def _fresh(value: Any, case_id: int, swap: dict[str, str]) -> Any:
    """``value`` with every key of the recorded case replaced by one of this case."""
    if isinstance(value, str):
        for old, new in swap.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, dict):
        return {key: _fresh(each, case_id, swap) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_fresh(each, case_id, swap) for each in value]
    return case_id if type(value) is int and value == FIRST_ID else value
