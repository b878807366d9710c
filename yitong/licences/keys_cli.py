"""``yitong licences rotate-keys`` seals the sensitive fields with a new key, ``check`` tells which of them do not open."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from itertools import islice
from typing import Annotated

import typer
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from yitong.licences import keyring, proof_keys
from yitong.licences.commands import rotation
from yitong.licences.commands.wanting import want_again
from yitong.licences.keyring import BadKey
from yitong.licences.queries.closed import BATCH, closed
from yitong.licences.sealing import CannotOpen


def rotate_keys(
    batch: Annotated[int, typer.Option(help="Rows in one transaction.", min=1, max=50_000)] = rotation.BATCH,
    drop: Annotated[
        bool, typer.Option("--drop", help="Forget the old keys. Only once no backup sealed with them is kept.")
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
    if done.kept:
        typer.echo(
            f"Kept for now: {', '.join(map(str, done.kept))}. Data may still be stored under a key for an hour after a new one "
            "is made, or as long as a transaction begun until then is open; repeat this later."
        )
    typer.echo("Keep the data folder's trust/data-keys in the next backup: without it the fields cannot be opened.")


def renew_proof_keys() -> None:
    """Make new keys for the proofs of licences, which sign from now on; proofs made before stay valid.

    The city may run meanwhile. Give the new public parts to whoever verifies without asking the platform.
    """
    for key in proof_keys.renew(timezone.now()):
        typer.echo(f"{key.kind} {key.kid} signs now.")
    proof_keys.publish()
    typer.echo(f"The public parts are in {proof_keys.trust_folder()}; keep the data folder in the next backup.")


def check(
    want: Annotated[
        bool, typer.Option("--want-again", help="Let the next file that holds them write them, changed or not.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List the licences whose sensitive fields do not open, and count them by source; exit code 1 when there are some.

    Their sources can send them again; those issued here come back from a backup only. As JSON: a line a licence, then one with
    the counts.
    """
    ring, missing, counts = keyring.ring().keys, set[int](), Counter[str]()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=as_json) as bars:
        task = bars.add_task("licences", total=None)
        found = closed(progress=lambda last, highest: bars.update(task, completed=last, total=highest))
        while page := list(islice(found, BATCH)):
            if want:
                want_again(page, actor_ref="system:keys", now=timezone.now())
            for row in page:
                line = f"{row.source_code} {row.source_id} {row.identifier}".strip()
                typer.echo(json.dumps(asdict(row)) if as_json else line)
            counts.update(row.source_code for row in page)
            missing |= {row.key for row in page} - ring.keys()
    if as_json:
        typer.echo(json.dumps({"closed": counts, "missing_keys": sorted(missing)}))
    else:
        _tell(counts, sorted(missing))
    if counts:
        raise typer.Exit(1)


def _tell(counts: Counter[str], missing: list[int]) -> None:
    if not counts:
        typer.echo("Every sealed field opens.")
    if missing:
        typer.echo(f"Data keys that are missing: {', '.join(map(str, missing))}. Restore them first, then check again.")
    for code, count in sorted(counts.items()):
        typer.echo(f"{f'source {code}' if code else 'issued here'}: {count:,} do not open")
