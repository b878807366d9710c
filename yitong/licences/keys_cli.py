"""``yitong licences rotate-keys``: seal the sensitive fields with a new key."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from yitong.licences.commands import rotation
from yitong.licences.keyring import BadKey
from yitong.licences.sealing import CannotOpen


def rotate_keys(
    batch: Annotated[int, typer.Option(help="Rows in one transaction.", min=1, max=50_000)] = rotation.BATCH,
    drop: Annotated[
        bool, typer.Option("--drop", help="Then forget the old keys. Only once no backup sealed with them is kept.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make a new data key and seal every sensitive field with it; or finish a rotation that was interrupted.

    The city may run meanwhile. Interrupt it with Ctrl-C at any time: what is done stays done, and the next run goes on.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console, transient=True, disable=as_json) as bars:
            tasks: dict[str, object] = {}

            def show(table: str, last: int, highest: int) -> None:
                if table not in tasks:
                    tasks[table] = bars.add_task(table, total=highest)
                bars.update(tasks[table], completed=last)  # type: ignore[arg-type]

            done = rotation.rotate(now=timezone.now(), batch=batch, drop=drop, progress=show)
    except (BadKey, CannotOpen) as problem:
        typer.echo(f"yitong: {problem}", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        typer.echo("yitong: interrupted; run it again to go on.", err=True)
        raise typer.Exit(130) from None
    if as_json:
        typer.echo(json.dumps(asdict(done)))
        return
    typer.echo(
        f"Data key {done.key} {'was made and ' if done.made_key else ''}seals now; {done.rows:,} rows re-encrypted."
    )
    if done.dropped:
        typer.echo(f"Forgotten: {', '.join(map(str, done.dropped))}.")
    typer.echo("Keep the data folder's trust/data-keys in the next backup: without it the fields cannot be opened.")
