"""The library at 1, 3 and 10 million licences: disk, bytes a record, look-ups under sixteen readers.

The generator writes finished columns by COPY, in pieces that are remembered: interrupted, it goes on. A step that was grown
past keeps what was measured at it. Look-ups: by holder's key and by identifier, first the query of
`licences.queries.library`, then whole requests to the API (middleware, view, JSON, logs, commit; see `licence_callers`), each
beside a bare indexed SELECT of the same rows by psycopg.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from random import Random
from typing import Any

from django.db import connection, connections
from django.utils import timezone
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from benchmarks import licence_callers
from benchmarks.frame import MILLISECONDS, Result, at_most, informative, percentile

STEPS = {True: (20_000,), False: (1_000_000, 3_000_000, 10_000_000)}
CITY = 138_000_000
"""Callable records of a real city (DOMAIN A1.2)."""
PIECE = 100_000
READERS = 16
PROCESSES = 4
LOOKS = {True: 400, False: 16_000}
IN_DATABASE, THROUGH_API = 3.0, 15.0
A_SECOND = 4
"""Requests a second of each of the sixteen; together 5.5 million a day."""
GET_READY = 8.0
"""Seconds in which readers of the API load the site and open their connections; all begin after them."""
_starts = 0.0
API_WORDS = {
    "identifier": "look-up by identifier under consent through the API",
    "holder": "look-up by holder under consent through the API",
    "public": "public verification through the API",
}
DEFINER = "1110000099000101XD"
PER_HOLDER = 7
COLUMNS = (
    "identifier, number, type_id, holder_kind, holder_key, holder_name, data, sealed, sealed_key, status, issued_on, valid_from, "
    "valid_until, issuer_uscc, issuer_name, region_id, case_number, version, source_code, source_id, record_hash, created_at, updated_at"
)


def run(quick: bool = False) -> list[Result]:
    """Grow step by step, measure at each. A smaller step is measured once, on the way: the table never shrinks."""
    prepare()
    results: list[Result] = []
    for step in STEPS[quick]:
        grow(step)
        if grown() == step:
            found = size(step) + looks(step, LOOKS[quick])
            remember(step, found + (api_looks(step, LOOKS[quick] // 8) if step == STEPS[quick][-1] else []))
        results += measured(step)
    return results


def remember(step: int, results: list[Result]) -> None:
    """Keep what was measured at ``step``, in place of an earlier run's."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bench_measured WHERE rows = %s", [step])
        found = json.dumps([result.as_dict() for result in results])
        cursor.execute("INSERT INTO bench_measured (rows, results) VALUES (%s, %s)", [step, found])


def measured(step: int) -> list[Result]:
    """What is kept of ``step``. RuntimeError when it was grown past unmeasured."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT results FROM bench_measured WHERE rows = %s", [step])
        row = cursor.fetchone()
    if row is None:
        raise RuntimeError(f"{step:,} licences were grown past without measuring: drop the benchmark's database")
    return [Result(**each) for each in json.loads(row[0])]


def prepare() -> None:
    """Schema, types and the place, once."""
    from django.core.management import call_command

    from yitong.licences.commands import ensure_types
    from yitong.parties.models import Region

    call_command("migrate", verbosity=0)
    ensure_types(timezone.now())
    Region.objects.get_or_create(code="439900000000", defaults={"name": "示范市", "level": 1, "path": "/439900000000/"})
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_grown (rows bigint NOT NULL)")
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_measured (rows bigint PRIMARY KEY, results text NOT NULL)")


def grown() -> int:
    """How many licences the generator has written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(rows), 0) FROM bench_grown")
        return int(cursor.fetchone()[0])


def grow(target: int) -> None:
    """Write licences until there are ``target``. Each piece and its mark are one transaction."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeRemainingColumn(),
    )
    if grown() >= target:
        return
    with Progress(*columns) as bars:
        task = bars.add_task("licences", total=target, completed=grown())
        while (there := grown()) < target:
            piece(there, min(PIECE, target - there))
            bars.update(task, completed=grown())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE licences_licence")


def piece(start: int, count: int) -> None:
    """``count`` licences from number ``start`` on, seven to a holder."""
    from django.db import transaction

    from yitong.licences import sealing
    from yitong.licences.models import LicenceType
    from yitong.parties.models import Region

    kinds = list(
        LicenceType.objects.filter(holder_kinds="person").order_by("id").values_list("id", "code")[:PER_HOLDER]
    )
    region, now = Region.objects.order_by("id").values_list("id", flat=True)[0], timezone.now()
    # One sealed value stands for all: what it holds is never opened here, its size is what counts.
    secret = {"idcard": "110101199003070000", "address": "示范市中心区幸福路100号二单元301室"}
    sealed, key = sealing.seal(secret, "bench")
    with transaction.atomic(), connection.cursor() as cursor:
        with cursor.copy(f"COPY licences_licence ({COLUMNS}) FROM STDIN") as copy:  # type: ignore[attr-defined]
            for n in range(start, start + count):
                holder, nth = divmod(n, PER_HOLDER)
                kind, code = kinds[nth % len(kinds)]
                copy.write_row((
                    identifier(n, code), f"BM{n:012d}", kind, "person", key_of(holder), f"张{holder % 9973}", '{"sex":"男"}',
                    sealed, key, "valid", "2026-01-05", "2026-01-05", "2036-01-04", DEFINER, "示范市公安局", region, "", 1,
                    "bench", f"S{n}", hashlib.blake2b(str(n).encode(), digest_size=16).digest(), now, now,
                ))  # fmt: skip
        cursor.execute("INSERT INTO bench_grown (rows) VALUES (%s)", [start + count])


def identifier(n: int, type_code: str) -> str:
    """A valid identifier; the serial is scattered, as the serials of many issuers are."""
    from yitong.kernel.identifiers import licence

    return licence.compose(type_code, DEFINER, f"{n:012d}"[::-1], 1)


def key_of(holder: int) -> bytes:
    """The generator's holder keys: as random as real ones."""
    return hashlib.blake2b(f"holder:{holder}".encode(), digest_size=16).digest()


def size(rows: int) -> list[Result]:
    """Bytes on disk: table, each index, together; and what a real city would take at that."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_table_size('licences_licence'), pg_total_relation_size('licences_licence')")
        table, whole = cursor.fetchone()
        cursor.execute(
            "SELECT indexrelname, pg_relation_size(indexrelid) FROM pg_stat_user_indexes WHERE relname = 'licences_licence' "
            "ORDER BY 2 DESC LIMIT 6"
        )
        indexes = ", ".join(f"{name} {bytes_ / rows:.0f}" for name, bytes_ in cursor.fetchall())
    gib = 1024**3
    return [
        informative(
            f"bytes a record at {rows:,}", whole / rows, "bytes", baseline_name="table alone", baseline=table / rows,
            note=f"{whole / gib:.2f} GiB; indexes: {indexes}; {CITY:,} records: {whole / rows * CITY / gib:.0f} GiB",
        )
    ]  # fmt: skip


def looks(rows: int, count: int) -> list[Result]:
    """p99 of each kind of look-up under sixteen readers."""
    results = []
    bare = {kind: spread(bare_reader, kind, rows, count) for kind in ("holder", "identifier")}
    for kind in ("holder", "identifier"):
        times = spread(query_reader, kind, rows, count)
        results.append(_result(f"look-up by {kind} at {rows:,}, p99", times, IN_DATABASE, bare[kind], "in the server"))
    return results


def api_looks(rows: int, count: int) -> list[Result]:
    """p99 of whole requests of sixteen readers at their pace; and without a pause, for what the machine can do at most."""
    licence_callers.prepare()
    results = []
    bare = {kind: spread(bare_reader, kind, rows, count) for kind in ("holder", "identifier")}
    for kind, beside in (("identifier", "identifier"), ("holder", "holder"), ("public", "identifier")):
        times = spread(paced_reader, kind, rows, count)
        what = f"whole request, {A_SECOND} a second each reader"
        results.append(_result(f"{API_WORDS[kind]} at {rows:,}, p99", times, THROUGH_API, bare[beside], what))
        times = spread(pressing_reader, kind, rows, count)
        rate = READERS * MILLISECONDS * len(times) / sum(times)  # each reader always waits for one answer
        note = f"{READERS} readers without a pause, p50 {percentile(times, 0.5):.1f} ms, p99 {percentile(times, 0.99):.1f} ms"
        results.append(informative(f"{API_WORDS[kind]} at {rows:,}, at most", rate, "/s", note=note))
    return results


def _result(name: str, times: Sequence[float], limit: float, bare: Sequence[float], what: str) -> Result:
    note = f"p50 {percentile(times, 0.5):.2f} ms {what}, {len(times):,} looks by {READERS} readers"
    return at_most(
        name,
        percentile(times, 0.99),
        "ms",
        limit,
        baseline_name="bare indexed SELECT, p99",
        baseline=percentile(bare, 0.99),
        note=note,
    )


def spread(reader: Callable[[str, int, int, int], list[float]], kind: str, rows: int, count: int) -> list[float]:
    """Milliseconds of ``count`` looks by sixteen readers at once, four to a process."""
    global _starts
    connections.close_all()
    _starts = time.perf_counter() + GET_READY
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
        jobs = [pool.submit(_several, reader, kind, rows, count // PROCESSES, seed) for seed in range(PROCESSES)]
        return [one for job in jobs for one in job.result()]


def _several(
    reader: Callable[[str, int, int, int], list[float]], kind: str, rows: int, count: int, seed: int
) -> list[float]:
    from concurrent.futures import ThreadPoolExecutor

    connections.close_all()
    threads = READERS // PROCESSES
    with ThreadPoolExecutor(threads) as pool:
        jobs = [pool.submit(reader, kind, rows, count // threads, seed * 100 + n) for n in range(threads)]
        return [one for job in jobs for one in job.result()]


_SQL = {
    "holder": "SELECT * FROM licences_licence WHERE holder_key = %s ORDER BY issued_on DESC, id DESC",
    "identifier": "SELECT * FROM licences_licence WHERE identifier = %s",
}


def _wanted(kind: str, rows: int, random: Random) -> Any:
    if kind == "holder":
        return key_of(random.randrange(rows // PER_HOLDER))
    n, codes = random.randrange(rows), _codes()
    return identifier(n, codes[n % PER_HOLDER % len(codes)])


@cache
def _codes() -> tuple[str, ...]:
    from yitong.licences.models import LicenceType

    kinds = LicenceType.objects.filter(holder_kinds="person").order_by("id")
    return tuple(kinds.values_list("code", flat=True)[:PER_HOLDER])


def server_time(cursor: Any, sql: str, params: Sequence[Any]) -> float:
    """What the server says the statement took, planning and running, in milliseconds."""
    cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {sql}", params)
    found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]
    return float(plan["Planning Time"] + plan["Execution Time"])


def bare_reader(kind: str, rows: int, count: int, seed: int) -> list[float]:
    """The bare SELECT, in the server."""
    random = Random(seed)
    with connection.cursor() as cursor:
        return [server_time(cursor, _SQL[kind], [_wanted(kind, rows, random)]) for _ in range(count)]


def query_reader(kind: str, rows: int, count: int, seed: int) -> list[float]:
    """The statement of the library's own query, in the server; its answer is read too, so that nothing is left out."""
    from yitong.licences.models import Licence
    from yitong.licences.queries import library

    random, times = Random(seed), []
    with connection.cursor() as cursor:
        for _ in range(count):
            wanted = _wanted(kind, rows, random)
            if kind == "holder":
                asked = library.of_key(wanted)
            else:
                asked = library.with_types(Licence.objects.filter(identifier=wanted))
            sql, params = asked.query.sql_with_params()
            times.append(server_time(cursor, sql, params))
            if len(times) % 50 == 0 and not asked.exists():
                raise RuntimeError(f"{kind} {wanted!r} was not found")
    return times


def paced_reader(kind: str, rows: int, count: int, seed: int) -> list[float]:
    """One reader who asks the API ``A_SECOND`` times a second, from when he wanted to ask until he has the answer."""
    caller, random = _caller(kind, seed)
    ask, times = licence_callers.WAYS[kind], []
    begun = max(_starts, time.perf_counter()) + random.random() / A_SECOND
    for n in range(count):
        due = begun + n / A_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        late = max(0.0, time.perf_counter() - due) * MILLISECONDS
        times.append(late + ask(caller, random))
    return times


def pressing_reader(kind: str, rows: int, count: int, seed: int) -> list[float]:
    """One reader who asks again as soon as he has the answer."""
    caller, random = _caller(kind, seed)
    time.sleep(max(0.0, _starts - time.perf_counter()))
    return [licence_callers.WAYS[kind](caller, random) for _ in range(count)]


def _caller(kind: str, seed: int) -> tuple[licence_callers.Caller, Random]:
    """A system whose first requests, which load addresses and the API's description, are behind it."""
    from yitong.site import memory

    caller, random = licence_callers.Caller(seed), Random(seed)
    for _ in range(3):
        licence_callers.WAYS[kind](caller, random)
    memory.settle()  # as each worker of the web server does
    return caller, random
