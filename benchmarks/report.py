"""The table on the terminal and in RESULTS.md."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.frame import Result
from benchmarks.machine import Machine

RESULTS = Path(__file__).with_name("RESULTS.md")
HEADINGS = ("measured", "value", "limit", "beside", "ratio", "")


def number(value: float) -> str:
    """Three significant digits for small numbers, whole ones with separators for large."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def row(result: Result) -> tuple[str, ...]:
    """The cells of one result, in the order of HEADINGS."""
    name = f"{result.name} ({result.note})" if result.note else result.name
    limit = "" if result.limit is None else f"{'≤' if result.bound == '<=' else '≥'} {number(result.limit)}"
    beside = "" if result.baseline is None else f"{result.baseline_name}: {number(result.baseline)}"
    ratio = "" if result.ratio is None else f"{result.ratio:.2f}×"
    return name, f"{number(result.value)} {result.unit}", limit, beside, ratio, verdict(result)


def verdict(result: Result) -> str:
    """PASS, OVER THE LIMIT, or nothing for a number without a limit."""
    return ("PASS" if result.ok else "OVER THE LIMIT") if result.limit is not None or not result.ok else ""


def show(console: Console, title: str, results: Sequence[Result]) -> None:
    """One table on the terminal."""
    table = Table(title=title, title_justify="left")
    for heading in HEADINGS:
        table.add_column(heading, justify="right" if heading in ("value", "limit", "ratio") else "left")
    for result in results:
        table.add_row(*row(result), style="" if result.ok else "bold red")
    console.print(table)


def record(
    groups: dict[str, Sequence[Result]], failures: dict[str, str], machine: Machine, at: datetime, quick: bool
) -> None:
    """Put this run on top of RESULTS.md; earlier runs stay below it."""
    lines = [f"## {at:%Y-%m-%d %H:%M}{' (quick)' if quick else ''}", "", *machine.as_lines()]
    if machine.load > 0.7:
        lines.append("- other work ran on this machine: times are upper bounds")
    for name, results in groups.items():
        lines += ["", f"### {name}", "", f"| {' | '.join(HEADINGS)} |", "|---|--:|--:|---|--:|---|"]
        lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row(result))} |" for result in results]
    for name, reason in failures.items():
        lines += ["", f"### {name}", "", f"Not measured: {reason}"]
    title, _, earlier = (RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "").partition("\n## ")
    head = title.strip() or "# Results\n\nWritten by `python -m benchmarks --record`, the latest run first."
    below = f"\n## {earlier.rstrip()}\n" if earlier else ""
    RESULTS.write_text(head + "\n\n" + "\n".join(lines) + "\n" + below, encoding="utf-8")
