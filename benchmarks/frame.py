"""The shape of every benchmark: a module with ``run(quick: bool) -> list[Result]``, listed in ``BENCHMARKS``.

A benchmark runs in a process of its own (`benchmarks.runner`), so that one that fails, leaks or holds connections does
not touch the next. A benchmark with a ``database`` finds Django set up against that database of the same server.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

MILLISECONDS = 1000.0


@dataclass(frozen=True, slots=True)
class Result:
    """One measured number.

    ``baseline``: what the same work costs by the means named in ``baseline_name``, in the same unit; ``ratio`` is
    value / baseline. ``limit``: what the value must keep to; None when it is told for information. ``ok``: whether it
    does. ``note``: what the number was made of. Build it with ``at_most``, ``at_least`` or ``informative``.
    """

    name: str
    value: float
    unit: str
    baseline_name: str = ""
    baseline: float | None = None
    ratio: float | None = None
    limit: float | None = None
    ok: bool = True
    note: str = ""
    bound: str = ""  # "<=" or ">=": which side of the limit is the good one

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def at_most(name: str, value: float, unit: str, limit: float, **more: Any) -> Result:
    """A number that must not exceed ``limit``: a time, a size."""
    return _result(name, value, unit, limit, value <= limit, "<=", **more)


def at_least(name: str, value: float, unit: str, limit: float, **more: Any) -> Result:
    """A number that must reach ``limit``: a rate."""
    return _result(name, value, unit, limit, value >= limit, ">=", **more)


def informative(name: str, value: float, unit: str, **more: Any) -> Result:
    """A number without a limit."""
    return _result(name, value, unit, None, True, "", **more)


def _result(
    name: str,
    value: float,
    unit: str,
    limit: float | None,
    ok: bool,
    bound: str,
    *,
    baseline_name: str = "",
    baseline: float | None = None,
    note: str = "",
    also: bool = True,
) -> Result:
    ratio = value / baseline if baseline else None
    return Result(name, value, unit, baseline_name, baseline, ratio, limit, ok and also, note, bound)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One entry of the list. ``database``: empty for a benchmark that needs none."""

    module: str
    summary: str
    database: str = ""


BENCHMARKS: dict[str, Benchmark] = {
    "legal_clock": Benchmark("benchmarks.legal_clock", "due dates and explained ledgers a second"),
    "inbox_million": Benchmark(
        "benchmarks.inbox_million", "inbox, searches and case page at a million cases", "yitong_bench"
    ),
    "case_writers": Benchmark(
        "benchmarks.case_writers", "accepted cases a second at 1 to 40 writers", "yitong_bench_writers"
    ),
    "sealed_licence": Benchmark(
        "benchmarks.sealed_licence", "a sealed licence beside bare libraries", "yitong_bench_seals"
    ),
    "codes": Benchmark(
        "benchmarks.codes", "presentation codes verified a second, and races for one code", "yitong_bench_codes"
    ),
    "waiving": Benchmark("benchmarks.waiving", "papers saved over 5,088 items", "yitong_bench_waiving"),
    "licence_ingest": Benchmark(
        "benchmarks.licence_ingest", "rows of a source checked and stored a second", "yitong_bench_ingest"
    ),
    "licence_library": Benchmark(
        "benchmarks.licence_library", "ten million licences: disk and look-ups", "yitong_bench_licences"
    ),
    "memory": Benchmark("benchmarks.memory", "web server and worker after a warm-up"),
    "clone_to_city": Benchmark("benchmarks.clone_to_city", "from a fresh clone to a running city"),
}


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: the smallest value that at least ``share`` (0 to 1) of them do not exceed."""
    if not values:
        raise ValueError("no values were measured")
    ordered = sorted(values)
    rank = -(-len(ordered) * share // 1)
    return ordered[max(0, int(rank) - 1)]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """(milliseconds, what ``work`` returned)."""
    begun = time.perf_counter()
    outcome = work()
    return (time.perf_counter() - begun) * MILLISECONDS, outcome


def best_rate(work: Callable[[], int], seconds: float) -> float:
    """Units a second: the best of the passes of ``work`` (which returns its units) that begin within ``seconds``."""
    best, until = 0.0, time.perf_counter() + seconds
    while best == 0.0 or time.perf_counter() < until:
        milliseconds, units = timed(work)
        best = max(best, units / milliseconds * MILLISECONDS)
    return best


def spread(counts: Iterable[int]) -> str:
    """``12`` when every count is the same, else ``9 to 12``."""
    known = sorted(set(counts))
    return str(known[0]) if len(known) == 1 else f"{known[0]} to {known[-1]}"
