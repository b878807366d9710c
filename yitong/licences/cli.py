"""``yitong licence``: verify a sealed PDF or another proof of a licence, with the database or without it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from django.db import DatabaseError
from django.utils import timezone

from yitong.documents.queries import verification
from yitong.documents.queries.verification import Verdict
from yitong.licences.cli_files import Given, Unusable, gather
from yitong.licences.cli_offline import offline, pdf_offline
from yitong.licences.proofs.examining import Form

app = typer.Typer(help="Electronic licences.", no_args_is_help=True)

VERDICTS: dict[str, str] = {
    Verdict.VALID: "valid",
    Verdict.ALTERED: "altered: the file is not what was issued; do not accept it",
    Verdict.EXPIRED: "expired: genuine, but its term is over",
    Verdict.NOT_YET: "not yet in force: genuine, but its term has not begun",
    Verdict.REVOKED: "revoked: genuine, but ended by its issuer",
    Verdict.LOST: "lost: genuine, but reported lost; do not accept it until it is issued again",
    Verdict.UNKNOWN_ISSUER: "unknown issuer: not issued by this platform",
}
NOTES = {
    "export": "an export, not the sealed original",
    "other_audience": "made for another receiver",
    "other_nonce": "made for another occasion",
    "other_pdf": "the PDF is not the one that was signed",
    "not_bound": "not bound to a receiver and a nonce",
    "binding_missing": "bound to a key of its holder's, but shown without the signature of that key",
}
UNREADABLE = 2


@dataclass(frozen=True, slots=True)
class Expected:
    """For whom the presentation must have been made; empty: for anybody."""

    audience: str
    nonce: str


@app.callback()
def licences() -> None:
    """Electronic licences."""


@app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="Sealed PDF, SD-JWT VC, OFD export, SM2 proof (.zip) or metadata.json.")],
    ca: Annotated[Path | None, typer.Option(help="The authority's certificate (PEM), for a PDF; no database.")] = None,
    trust: Annotated[
        Path | None,
        typer.Option(help="Folder with ca.pem, licence-sm2.pem and licence-issuer.json; checks without the database."),
    ] = None,
    status_list: Annotated[
        Path | None, typer.Option(help="A status list fetched before, to check a credential's status without us.")
    ] = None,
    signature: Annotated[
        Path | None, typer.Option(help="The SM2 signature; default signature.der beside FILE.")
    ] = None,
    pdf: Annotated[Path | None, typer.Option(help="The PDF of an SM2 proof; default licence.pdf beside FILE.")] = None,
    audience: Annotated[str, typer.Option(help="The receiver a credential must be made for.")] = "",
    nonce: Annotated[str, typer.Option(help="The nonce it must be made for.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say valid, altered, expired, not_yet, revoked, lost or unknown_issuer. Exit 0 valid, 1 not valid, 2 unreadable.

    With the database the register is asked too. With --ca or --trust, or when the database cannot be reached, only the file
    is checked, and the answer says that revocation was not, unless --status-list tells it.
    """
    try:
        given = gather(file, signature=signature, pdf=pdf, status_list=status_list)
        answer = _answer(given, ca, trust)
    except Unusable as error:
        _stop(str(error))
    answer = _expected(answer, Expected(audience, nonce))
    typer.echo(json.dumps(answer, ensure_ascii=False, default=str)) if as_json else _tell(answer)
    raise typer.Exit(0 if answer["verdict"] == Verdict.VALID else 1)


def _answer(given: Given, ca: Path | None, trust: Path | None) -> dict[str, Any]:
    if trust is not None:
        return offline(given, trust, timezone.now())
    if ca is not None:
        return pdf_offline(given.content, ca, timezone.now())
    try:
        found = verification.of_file(given.content, timezone.now())
    except (DatabaseError, RuntimeError) as error:
        folder = verification.authority_file().parent
        if not folder.is_dir():
            raise Unusable(
                f"The database cannot be reached ({error}) and {folder} does not exist; give --trust."
            ) from None
        return offline(given, folder, timezone.now())
    names = (
        "form", "why", "title", "number", "issuer", "holder", "sealed_at", "valid_until", "revoked_at", "signer", "disclosed",
        "audience", "nonce", "bound_at", "checked",
    )  # fmt: skip
    told = {name: getattr(found, name) for name in names}
    return {"verdict": found.verdict, **told, "revocation_checked": "register" in found.checked}


def _expected(answer: dict[str, Any], expected: Expected) -> dict[str, Any]:
    """A presentation for somebody else, or an old one shown again, is not valid here."""
    if not (expected.audience or expected.nonce) or answer["verdict"] != Verdict.VALID:
        return answer
    why = ""
    if answer["form"] != Form.CREDENTIAL or not answer["bound_at"]:
        why = "not_bound"
    elif expected.audience and answer["audience"] != expected.audience:
        why = "other_audience"
    elif expected.nonce and answer["nonce"] != expected.nonce:
        why = "other_nonce"
    return {**answer, "verdict": Verdict.ALTERED, "why": why} if why else answer


def _tell(answer: dict[str, Any]) -> None:
    typer.echo(VERDICTS[answer["verdict"]])
    if answer["why"] in NOTES:
        typer.echo(f"  {NOTES[answer['why']]}")
    for name, value in answer.items():
        if name == "disclosed":
            for label, text in value:
                typer.echo(f"  {label}: {text}")
        elif name not in ("verdict", "revocation_checked") and value:
            text = ", ".join(value) if isinstance(value, tuple) else value
            typer.echo(f"  {name.replace('_', ' ')}: {text}")
    if not answer["revocation_checked"]:
        typer.echo("  revocation: not checked (the register was not asked)")


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(UNREADABLE)
