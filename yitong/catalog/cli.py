"""``yitong catalog``: check, import, export, list and publish items from the command line.

It acts as the system, on the database the settings name. Exit codes: 0 done, 1 refused (the reasons are printed), 2 a file
or an argument that cannot be used.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="Service items: check, import, export, list, publish.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="YAML or Excel files, or folders of them.")], as_json: Json = False
) -> None:
    """Check files against the shape of a record and the publishing rules; nothing is written."""
    _django()
    from yitong.catalog.commands.imports import read, unpublishable

    found: list[dict[str, Any]] = []
    items = 0
    for file in _files(files):
        content = read(file.read_bytes(), file.name)
        errors = list(content.errors)
        for envelope in content.envelopes:
            errors += unpublishable(envelope)
        items += len(content.envelopes)
        found += [_error(file.name, error) for error in errors]
    _print_errors(found, as_json, {"items": items})
    raise typer.Exit(1 if found else 0)


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="YAML or Excel files, or folders of them.")],
    publish: Annotated[bool, typer.Option("--publish", help="Bring the items into force at once.")] = False,
    as_json: Json = False,
) -> None:
    """Import files of items; each file is taken whole or not at all. Repeating it is harmless."""
    _django()
    from django.utils import timezone

    from yitong.catalog.commands.imports import import_file
    from yitong.parties.actors import system

    found: list[dict[str, Any]] = []
    totals = {"files": 0, "items": 0, "changed": 0}
    for file in _files(files):
        with _progress(file.name, as_json) as progress:
            batch = import_file(
                actor=system("catalog_cli"),
                content=file.read_bytes(),
                file_name=file.name,
                now=timezone.now(),
                publish=publish,
                progress=progress,
            )
        totals = {
            "files": totals["files"] + 1,
            "items": totals["items"] + batch.items,
            "changed": totals["changed"] + batch.changed,
        }
        found += [_stored_error(file.name, error) for error in batch.errors.all()]
    _print_errors(found, as_json, totals)
    raise typer.Exit(1 if found else 0)


@app.command()
def export(
    target: Annotated[Path, typer.Argument(help="File to write: .yaml or .xlsx.")],
    code: Annotated[list[str] | None, typer.Option("--code", help="Only these items (repeatable).")] = None,
    drafts: Annotated[bool, typer.Option("--drafts", help="Versions in preparation too.")] = False,
    as_json: Json = False,
) -> None:
    """Write the catalogue to a file that can be imported again."""
    kind = {".yaml": "yaml", ".yml": "yaml", ".xlsx": "excel"}.get(target.suffix.lower())
    if kind is None:
        _fail(f"{target}: the file name must end in .yaml or .xlsx")
    _django()
    from yitong.catalog.exchange.envelope import CellTooLong
    from yitong.catalog.queries.exports import export as exported
    from yitong.parties.actors import system

    try:
        content = exported(system("catalog_cli"), kind, tuple(code or ()), drafts)  # type: ignore[arg-type]
    except CellTooLong as error:
        _fail(f"{error.code}: {error.heading} is too long for a cell; export as YAML")
    draft = target.with_name(target.name + ".new")
    draft.write_bytes(content)
    draft.replace(target)
    _say({"file": str(target), "bytes": len(content)}, as_json, f"{target}: {len(content)} bytes")


@app.command("list")
def list_(
    text: Annotated[str, typer.Argument(help="Search words; all items without them.")] = "",
    list_name: Annotated[str, typer.Option("--list", help="permits, delegated, deemed, instant or commitment.")] = "",
    page: Annotated[int, typer.Option(min=1)] = 1,
    as_json: Json = False,
) -> None:
    """List published items, as the public search finds them."""
    _django()
    from dataclasses import asdict

    from yitong.catalog.queries import search
    from yitong.catalog.themes import LISTS

    if list_name and list_name not in LISTS:
        _fail(f"--list {list_name}: known lists are {', '.join(LISTS)}")
    found = search.search(text, list_name=list_name or None, page=page, page_size=50)
    if as_json:
        _say({"total": found.total, "page": found.page, "items": [asdict(item) for item in found.items]}, True, "")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("code", "item", "department", "limit", title=f"{found.total} items, page {found.page}/{found.pages}")
    for item in found.items:
        limit = f"{item.committed_amount} {item.committed_unit}" if item.committed_amount else "instant"
        table.add_row(item.basic_code, item.name, item.department_name, limit)
    Console().print(table)


@app.command()
def publish(
    code: Annotated[str, typer.Argument(help="Basic or implementation code of the item.")], as_json: Json = False
) -> None:
    """Publish the version of an item that is in preparation."""
    _django()
    from django.utils import timezone

    from yitong.catalog.commands.publishing import publish as publish_version
    from yitong.catalog.queries.drafts import preparing
    from yitong.kernel.reasons import Conflict, Refused
    from yitong.parties.actors import system

    actor = system("catalog_cli")
    versions = preparing(actor, code)
    if len(versions) != 1:
        _fail(f"{code}: {len(versions)} versions are in preparation; name one by its implementation code")
    try:
        done = publish_version(actor=actor, version_id=versions[0].pk, rev=versions[0].rev, now=timezone.now())
    except Refused as refusal:
        found = [{"field": r.field, "code": r.code, "message": str(r), "law": r.law} for r in refusal.reasons]
        _say({"published": False, "reasons": found}, as_json, "\n".join(f"{r['field']}: {r['message']}" for r in found))
        raise typer.Exit(1) from None
    except Conflict as conflict:
        _fail(str(conflict))
    waits = str(done.effective_on) if done.state == done.State.SCHEDULED else None
    data = {"published": waits is None, "code": code, "version": done.number, "waits_until": waits}
    _say(data, as_json, f"{done.name}: version {done.number}" + (f", in force from {waits}" if waits else ""))


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yitong.site.settings")
    import django

    django.setup()


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            _fail(f"{path}: there is no such file")
        found = sorted(f for f in path.iterdir() if f.suffix in (".yaml", ".yml", ".xlsx")) if path.is_dir() else [path]
        if not found:
            _fail(f"{path}: the folder holds no .yaml or .xlsx file")
        yield from found


@contextmanager
def _progress(name: str, quiet: bool) -> Iterator[Any]:
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _error(file: str, error: Any) -> dict[str, Any]:
    place = error.place
    message = error.message % error.params if error.params else error.message
    return {
        "file": file,
        "sheet": place.sheet,
        "row": place.row,
        "column": place.column,
        "code": error.code,
        "message": message,
    }


def _stored_error(file: str, error: Any) -> dict[str, Any]:
    message = error.message % error.params if error.params else error.message
    return {
        "file": file,
        "sheet": error.sheet,
        "row": error.row,
        "column": error.column,
        "code": error.code,
        "message": message,
    }


def _print_errors(found: list[dict[str, Any]], as_json: bool, totals: dict[str, int]) -> None:
    if as_json:
        _say({**totals, "errors": found}, True, "")
        return
    for error in found:
        sheet = "" if error["sheet"] == error["file"] else f" {error['sheet']}"
        print(f"{error['file']}{sheet}:{error['row']}: {error['column']}: {error['message']}")
    words = ", ".join(f"{count} {name}" for name, count in totals.items())
    print(f"{words}, {len(found)} mistakes")


def _say(data: dict[str, Any], as_json: bool, text: str) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=1) if as_json else text)


def _fail(message: str) -> Any:
    print(message, file=sys.stderr)
    raise typer.Exit(2)
