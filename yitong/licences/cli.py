"""``yitong licence``: verify a sealed PDF, with the database or without it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from django.db import DatabaseError
from django.utils import timezone

from yitong.documents.queries import verification
from yitong.documents.queries.verification import Verdict

app = typer.Typer(help="Electronic licences.", no_args_is_help=True)

VERDICTS = {
    Verdict.VALID: "valid",
    Verdict.ALTERED: "altered: the file is not what was sealed; do not accept it",
    Verdict.EXPIRED: "expired: genuine, but its term is over",
    Verdict.REVOKED: "revoked: genuine, but withdrawn by its issuer",
    Verdict.UNKNOWN_ISSUER: "unknown issuer: not sealed by this platform",
}
UNREADABLE = 2


@app.callback()
def licences() -> None:
    """Electronic licences."""


@app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="The sealed PDF.")],
    ca: Annotated[
        Path | None, typer.Option(help="The authority's certificate (PEM); checks without the database.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say valid, altered, expired, revoked or unknown issuer. Exit 0 valid, 1 not valid, 2 unreadable.

    With the database the register is asked too. With --ca, or when the database cannot be reached, only the seal and the
    term are checked, and the answer says that revocation was not.
    """
    pdf = _read(file, "FILE")
    answer = _offline(pdf, ca) if ca else _online(pdf)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, default=str))
    else:
        _tell(answer)
    raise typer.Exit(0 if answer["verdict"] == Verdict.VALID else 1)


def _read(file: Path, name: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        typer.echo(f"{name}: {file} cannot be read: {error.strerror}", err=True)
        raise typer.Exit(UNREADABLE) from None


def _online(pdf: bytes) -> dict[str, Any]:
    try:
        found = verification.of_pdf(pdf, timezone.now())
    except (DatabaseError, RuntimeError) as error:
        file = verification.authority_file()
        if not file.exists():
            message = f"The database cannot be reached ({error}) and {file} does not exist; give --ca."
            typer.echo(message, err=True)
            raise typer.Exit(UNREADABLE) from None
        return _offline(pdf, file)
    names = ("why", "title", "number", "issuer", "holder", "sealed_at", "valid_until", "revoked_at", "signer")
    return {"verdict": found.verdict, **{name: getattr(found, name) for name in names}, "revocation_checked": True}


def _offline(pdf: bytes, ca: Path) -> dict[str, Any]:
    try:
        seen = verification.without_register(pdf, _read(ca, "--ca"), timezone.now())
    except ValueError:
        typer.echo(f"--ca: {ca} is not a certificate in PEM form; download it from /trust/ca.pem", err=True)
        raise typer.Exit(UNREADABLE) from None
    names = ("why", "signer", "number", "sealed_at", "valid_until")
    return {"verdict": seen.verdict, **{name: getattr(seen, name) for name in names}, "revocation_checked": False}


def _tell(answer: dict[str, Any]) -> None:
    typer.echo(VERDICTS[answer["verdict"]])
    for name, value in answer.items():
        if name not in ("verdict", "revocation_checked") and value:
            typer.echo(f"  {name.replace('_', ' ')}: {value}")
    if not answer["revocation_checked"]:
        typer.echo("  revocation: not checked (the register was not asked)")
