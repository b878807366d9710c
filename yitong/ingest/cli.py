"""``yitong licences ingest``: bring a file of a source in."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from django.utils import timezone
from django.utils.translation import gettext
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from yitong.ingest.commands.ingesting import ingest_file
from yitong.ingest.models import Source
from yitong.kernel.reasons import Conflict, Refused
from yitong.licences.queries.library import types_by_code
from yitong.parties.actors import system


def ingest(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV (UTF-8), JSON Lines or Excel.")],
    type_code: Annotated[str, typer.Option("--type", help="Code or name of the licence type, as a check.")] = "",
    source: Annotated[str, typer.Option(help="Code of the source; may be left out when the type has one.")] = "",
    processes: Annotated[int, typer.Option(min=1, max=32, help="How many at once.")] = min(2, os.cpu_count() or 1),
    anew: Annotated[
        bool, typer.Option("--anew", help="Read it though it is the source's last file and finished.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check and store every row; wrong ones go to quarantine. Interrupted, the same command goes on where it stopped."""
    code = _source(source, type_code)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    began, rows = time.monotonic(), 0
    try:
        with Progress(*columns, console=Console(stderr=True), disable=as_json) as bars:
            task = bars.add_task(escape(file.name), total=file.stat().st_size, rate="")

            def progress(done: int, size: int, count: int) -> None:
                nonlocal rows
                rows += count
                bars.update(task, completed=done, total=size, rate=_rate(rows, began))

            batch = ingest_file(
                actor=system("ingest:cli"),
                source_code=code,
                path=file,
                now=timezone.now(),
                processes=processes,
                progress=progress,
                anew=anew,
            )
    except KeyboardInterrupt:
        _stop(gettext("Interrupted. What is done stays; the same command goes on from there."), 130)
    except Conflict as conflict:
        _stop(str(conflict.reason))
    except Refused as refused:
        _stop("; ".join(str(reason) for reason in refused.reasons))
    counts = {name: getattr(batch, name) for name in ("new", "changed", "unchanged", "rejected")}
    if as_json:
        typer.echo(json.dumps({"batch": batch.pk, "state": batch.state, **counts}))
        return
    text = ", ".join(f"{gettext(name)} {count:,}" for name, count in counts.items())
    typer.echo(f"{text} ({_rate(rows, began)})" if rows else text)
    if batch.rejected:
        typer.echo("Rejected rows: /console/ingest/rejected/")


def _source(source: str, type_code: str) -> str:
    if source and not type_code:
        return source
    rows = Source.objects.filter(active=True)
    if source:
        rows = rows.filter(code=source)
    kinds = {kind.code for kind in types_by_code().values() if type_code in (kind.code, kind.name)}
    found = list(rows.filter(type_code__in=kinds).values_list("code", flat=True))
    if len(found) == 1:
        return str(found[0])
    if not found:
        _stop("No source in service brings this type. Enter one in the console, or name it with --source.")
    _stop(f"Several sources bring this type: {', '.join(found)}. Name one with --source.")


def _rate(rows: int, began: float) -> str:
    return gettext("%(count)s rows/s") % {"count": f"{rows / max(time.monotonic() - began, 0.001):,.0f}"}


def _stop(message: str, code: int = 1) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)
