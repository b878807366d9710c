"""``yitong consents``: replace the key of presentation codes; check that no look was changed."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from django.utils import timezone

app = typer.Typer(help="Consents: keys of presentation codes, the log of looks.", no_args_is_help=True)


@app.command("rotate-key")
def rotate_key() -> None:
    """Retire the key that signs presentation codes and make another. Codes on phones stay good until they end."""
    from yitong.consents.commands.codes import rotate_key as rotate

    typer.echo(rotate(actor_ref="system:cli", now=timezone.now()))


@app.command("check-log")
def check_log(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Compute every look's digest anew and compare it with the row and the audit log. Exit 1 when one differs."""
    from yitong.consents.queries.checking import check

    found = check()
    if as_json:
        typer.echo(json.dumps({"looks": found.looks, "changed": found.changed, "unlogged": found.unlogged}))
    else:
        typer.echo(
            f"{found.looks} looks: {len(found.changed)} changed, {len(found.unlogged)} without their audit entry"
        )
        for pk in (*found.changed, *found.unlogged):
            typer.echo(f"  look {pk}")
    raise typer.Exit(1 if found.changed or found.unlogged else 0)
