"""``yitong audit``: check receipts and proofs offline; ask the running platform for its key, checkpoint and proofs."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from yitong.kernel.merkle_cli import INVALID, UNREADABLE, VALID, check_proof

app = typer.Typer(
    help="Check audit receipts and Merkle proofs; read the audit log's checkpoints.", no_args_is_help=True
)

_AS_JSON = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command("verify")
def verify_command(
    path: Annotated[str, typer.Argument(metavar="FILE", help="Receipt, as downloaded from a case page.")],
    key: Annotated[
        str | None, typer.Option(help="The platform's public key in base64, or a file with it; see public-key.")
    ] = None,
    as_json: _AS_JSON = False,
) -> None:
    """Check a receipt offline. Exit 0 valid, 1 invalid with the reason, 2 when the file is not a receipt."""
    from yitong.audit.offline import Unreadable, read_receipt, verify

    try:
        verdict = verify(read_receipt(path), _trusted(key))
    except Unreadable as error:
        if as_json:
            typer.echo(json.dumps({"valid": False, "readable": False, "reason": str(error)}, ensure_ascii=False))
        else:
            typer.echo(f"cannot check {path}: {error}", err=True)
        raise typer.Exit(UNREADABLE) from None
    if as_json:
        shown = {name: value for name, value in asdict(verdict).items() if name != "why"}
        typer.echo(json.dumps({"readable": True, "reason": verdict.reason, **shown}, ensure_ascii=False))
    elif verdict.valid:
        assert verdict.entry is not None
        typer.echo(f"valid: {verdict.entry.get('tag')} {verdict.entry.get('subject')} at {verdict.entry.get('at')}")
        typer.echo(f"  in the log of {verdict.size} entries signed at {verdict.signed_at} with key {verdict.key_id}")
        if not verdict.key_trusted:
            typer.echo("  the key is the receipt's own: compare it with the published one, or pass --key")
    else:
        typer.echo(f"invalid: {verdict.reason}")
    raise typer.Exit(VALID if verdict.valid else INVALID)


def _trusted(key: str | None) -> bytes | None:
    from yitong.audit.offline import Unreadable, read_key

    if key is None:
        return None
    try:
        text = Path(key).read_text(encoding="ascii") if Path(key).is_file() else key
    except (OSError, ValueError):
        raise Unreadable(f"the key file {key} cannot be read as text") from None
    return read_key(text)


@app.command("check-proof")
def check_proof_command(
    path: Annotated[str, typer.Argument(metavar="FILE.json", help="Inclusion or consistency proof.")],
    as_json: _AS_JSON = False,
) -> None:
    """Check one proof in the JSON form of transparency-dev/merkle. Exit 0 valid, 1 invalid, 2 not a proof."""
    raise typer.Exit(check_proof(path, as_json=as_json))


@app.command("public-key")
def public_key_command(as_json: _AS_JSON = False) -> None:
    """Print the public key that signs checkpoints now, in base64; made if there is none."""
    _django()
    from django.utils import timezone

    from yitong.audit.commands.keys import key_in_use
    from yitong.audit.queries.tree import text_of

    key = key_in_use(now=timezone.now())
    shown = {"keyId": key.key_id, "publicKey": text_of(key.public_key), "algorithm": "Ed25519"}
    typer.echo(json.dumps(shown) if as_json else shown["publicKey"])


@app.command("checkpoint")
def checkpoint_command(as_json: _AS_JSON = False) -> None:
    """Print the newest signed checkpoint; exit 1 when nothing is signed yet."""
    _django()
    from yitong.audit.queries import checkpoint_data, latest_checkpoint

    newest = latest_checkpoint()
    if newest is None:
        typer.echo("no checkpoint yet: nothing has been sequenced", err=True)
        raise typer.Exit(1)
    _print(checkpoint_data(newest), as_json)


@app.command("consistency")
def consistency_command(
    size: Annotated[int, typer.Option("--from", help="Size of the earlier checkpoint.")], as_json: _AS_JSON = False
) -> None:
    """Print the proof that the log of --from entries is a beginning of today's; check-proof checks it."""
    _django()
    from yitong.audit.queries import consistency
    from yitong.audit.queries.tree import NoSuchSize

    try:
        proof = consistency(size)
    except NoSuchSize as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    _print(proof, as_json)


@app.command("receipt")
def receipt_command(
    subject: Annotated[str, typer.Argument(help="What the entry is about: case:<number>.")],
    tag: Annotated[str | None, typer.Option(help="context:resource:past-tense; by default the newest entry.")] = None,
) -> None:
    """Print the receipt of the newest entry about SUBJECT as JSON; exit 1 when there is none yet."""
    _django()
    from yitong.audit.queries import receipt

    found = receipt(subject, tag)
    if found is None:
        typer.echo(f"no sequenced entry about {subject}", err=True)
        raise typer.Exit(1)
    _print(found, True)


@app.command("rotate-key")
def rotate_key_command() -> None:
    """Retire the signing key and make another; what was signed stays valid."""
    _django()
    from django.utils import timezone

    from yitong.audit.commands import rotate_key

    typer.echo(rotate_key(actor_ref="system:cli", now=timezone.now()))


def _django() -> None:
    """Only for the commands that read the database: the offline ones must start at once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yitong.site.settings")
    import django

    django.setup()


def _print(document: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        for name, value in document.items():
            typer.echo(f"{name}: {json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value}")


if __name__ == "__main__":
    app()
