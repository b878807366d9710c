"""``yitong id``: check an identifier, or make one from its parts. Reads no clock and no database."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Annotated, Any

import typer

from yitong.kernel import identifiers
from yitong.kernel.identifiers import idcard, uscc

app = typer.Typer(help="Check and make identifiers with check characters.", no_args_is_help=True)
make = typer.Typer(help="Make an identifier from its parts; the check characters are computed.", no_args_is_help=True)
app.add_typer(make, name="make")

_AS_JSON = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def _plain(value: Any) -> Any:
    """``value`` as JSON types: dates as ISO strings, dataclasses as objects of their fields."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value.isoformat() if isinstance(value, date) else value


def _date_option(text: str | None, name: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date; write it as YYYY-MM-DD", param_hint=name) from None


@app.command("check")
def check(
    kind: Annotated[str, typer.Argument(help=f"One of: {', '.join(identifiers.KINDS)}.")],
    value: Annotated[str, typer.Argument(help="The identifier.")],
    as_json: _AS_JSON = False,
    today: Annotated[str | None, typer.Option(help="Refuse an idcard born after this day, YYYY-MM-DD.")] = None,
) -> None:
    """Exit 0 when VALUE is valid, 1 with the reason when it is not, 2 when KIND is unknown."""
    answer: dict[str, Any] = {"kind": kind, "value": value, "valid": True, "reason": None, "parts": None}
    try:
        answer["parts"] = _plain(identifiers.check(kind, value, today=_date_option(today, "--today")))
    except identifiers.UnknownKind as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except identifiers.InvalidIdentifier as error:
        answer["valid"] = False
        answer["reason"] = str(error)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    elif answer["valid"]:
        typer.echo(f"valid {kind}")
        for name, part in answer["parts"].items():
            typer.echo(f"  {name}: {json.dumps(part, ensure_ascii=False) if isinstance(part, dict) else part}")
    else:
        typer.echo(f"invalid {kind}: {answer['reason']}", err=True)
    if not answer["valid"]:
        raise typer.Exit(1)


def _print_made(kind: str, value: str, as_json: bool) -> None:
    typer.echo(json.dumps({"kind": kind, "value": value}) if as_json else value)


@make.command("idcard")
def make_idcard(
    region: Annotated[str, typer.Option(help="Region code, 6 digits.")],
    birth_on: Annotated[str, typer.Option(help="Birth date, YYYY-MM-DD.")],
    serial: Annotated[int, typer.Option(help="0 to 999; odd male, even female.", min=0, max=999)],
    as_json: _AS_JSON = False,
) -> None:
    """Print the citizen number of these parts; exit 1 with the reason when they cannot make one."""
    born = _date_option(birth_on, "--birth-on")
    assert born is not None
    try:
        value = idcard.compose(region, born, serial)
    except identifiers.InvalidIdentifier as error:
        typer.echo(f"cannot make {idcard.KIND}: {error}", err=True)
        raise typer.Exit(1) from None
    _print_made(idcard.KIND, value, as_json)


@make.command("uscc")
def make_uscc(
    region: Annotated[str, typer.Option(help="Region code, 6 digits.")],
    organisation: Annotated[str, typer.Option(help="Organisation code, 8 characters, or 9 with its check.")],
    department: Annotated[str, typer.Option(help="Registering department, 1 character.")] = "9",
    category: Annotated[str, typer.Option(help="Category of body, 1 character.")] = "1",
    as_json: _AS_JSON = False,
) -> None:
    """Print the unified social credit code of these parts; exit 1 with the reason when they cannot make one."""
    try:
        value = uscc.compose(department, category, region, organisation)
    except identifiers.InvalidIdentifier as error:
        typer.echo(f"cannot make {uscc.KIND}: {error}", err=True)
        raise typer.Exit(1) from None
    _print_made(uscc.KIND, value, as_json)


if __name__ == "__main__":
    app()
