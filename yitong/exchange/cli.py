"""``yitong exchange``: connectors from and to files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from django.utils import timezone

from yitong.exchange import commands, queries
from yitong.exchange.commands.connectors import DEFINED
from yitong.kernel.reasons import Refused
from yitong.parties.actors import system

app = typer.Typer(help="Data sharing.", no_args_is_help=True)
WRONG = 2


@app.command("list")
def list_connectors() -> None:
    """Every connector with where it asks and whether it can be asked now."""
    rows = queries.all_connectors()
    for row in rows:
        state = "switched off" if not row.enabled else "working" if row.working else "not asked after failures"
        place = "local stand-in" if row.standin else row.source_name
        typer.echo(f"{row.code}\t{row.name}\t{place}\t{state}")
    if not rows:
        typer.echo("No connector yet. Describe one in a YAML file and run: yitong exchange define FILE")


@app.command()
def define(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="YAML: one connector, or a list of them")],
) -> None:
    """Bring connectors in, or describe known ones anew. Everything in FILE or nothing is taken over.

    Keys: code and those of docs/operations.md, "Connectors". Exit code 2 and what is wrong where something is.
    """
    from django.db import transaction

    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _stop(f"{file}: not readable as YAML: {error}") from None
    entries = content if isinstance(content, list) else [content]
    now = timezone.now()
    with transaction.atomic():
        for place, entry in enumerate(entries, start=1):
            code = _checked(file, place, entry)
            settings = {name: value for name, value in entry.items() if name != "code"}
            try:
                commands.define(actor=system("cli"), code=code, now=now, **settings)
            except Refused as refused:
                raise _stop(
                    f"{file}, entry {place} ({code}): {'; '.join(str(each) for each in refused.reasons)}"
                ) from None
    typer.echo(f"{len(entries)} connector(s) as in {file}.")


def _checked(file: Path, place: int, entry: Any) -> str:
    if not isinstance(entry, dict) or not isinstance(entry.get("code"), str):
        raise _stop(f"{file}, entry {place}: a mapping with the key code is needed")
    unknown = sorted(set(entry) - {"code", *DEFINED})
    if unknown:
        raise _stop(f"{file}, entry {place}: unknown keys {', '.join(unknown)}; known: {', '.join(DEFINED)}")
    return str(entry["code"])


def _stop(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(WRONG)
