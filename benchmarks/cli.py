"""`python -m benchmarks` and `yitong bench`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from benchmarks import machine, report
from benchmarks.frame import BENCHMARKS, Result

app = typer.Typer(add_completion=False)
ROOT = Path(__file__).parent.parent


@app.command()
def bench(
    names: Annotated[list[str] | None, typer.Argument(help=f"What to measure: {', '.join(BENCHMARKS)}.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Small volumes and few runs: does it work at all?")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    record: Annotated[bool, typer.Option("--record", help="Keep the table in benchmarks/RESULTS.md.")] = False,
    skip_cold: Annotated[
        bool, typer.Option("--skip-cold", help="clone_to_city: do not download packages, measure the warm start.")
    ] = False,
) -> None:
    """Measure speed and size beside their limits. Exit code 1 when something is over its limit or failed."""
    chosen = names or list(BENCHMARKS)
    if unknown := [name for name in chosen if name not in BENCHMARKS]:
        typer.echo(f"There is no benchmark {', '.join(unknown)}. Known: {', '.join(BENCHMARKS)}.", err=True)
        raise typer.Exit(2)
    here = machine.describe()
    console = Console(stderr=as_json)
    environment = os.environ | ({"YITONG_BENCH_SKIP_COLD": "1"} if skip_cold else {})
    groups: dict[str, list[Result]] = {}
    failures: dict[str, str] = {}
    for name in chosen:
        try:
            groups[name] = measure(name, quick, environment)
            report.show(console, name, groups[name])
        except MeasurementFailed as failure:
            failures[name] = str(failure)
            console.print(f"{name}: {failure}", style="bold red", markup=False)
    if as_json:
        print(json.dumps(_as_json(groups, failures, here), ensure_ascii=False))
    if record:
        report.record(dict(groups), failures, here, datetime.now().astimezone(), quick)
    good = not failures and all(result.ok for results in groups.values() for result in results)
    raise typer.Exit(0 if good else 1)


class MeasurementFailed(RuntimeError):
    """A benchmark ended without a result; the message says how."""


def measure(name: str, quick: bool, environment: dict[str, str] | os._Environ[str]) -> list[Result]:
    """Run one benchmark in its own process. Raises MeasurementFailed with the last line it wrote to stderr."""
    with tempfile.TemporaryDirectory() as folder:
        out, errors = Path(folder, "results.json"), Path(folder, "stderr")
        command = [sys.executable, "-m", "benchmarks.runner", name, str(out), *(["--quick"] if quick else [])]
        with errors.open("wb") as stderr:
            # Progress bars are written to stdout, which may be a terminal; with --json stdout belongs to the object.
            done = subprocess.run(
                command, cwd=ROOT, env=environment, stdout=sys.stderr.fileno(), stderr=stderr, check=False
            )
        if done.returncode or not out.exists():
            text = errors.read_text(errors="replace").strip()
            sys.stderr.write(text[-4000:] + "\n")
            raise MeasurementFailed(text.splitlines()[-1] if text else f"ended with code {done.returncode}")
        return [Result(**each) for each in json.loads(out.read_text())]


def _as_json(groups: dict[str, list[Result]], failures: dict[str, str], here: machine.Machine) -> dict[str, Any]:
    return {
        "machine": {name: getattr(here, name) for name in here.__slots__},
        "results": {name: [result.as_dict() for result in results] for name, results in groups.items()},
        "failures": failures,
    }
