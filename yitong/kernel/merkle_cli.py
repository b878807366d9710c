"""``check-proof``: check one RFC 6962 proof in the JSON form of the public transparency-dev/merkle vectors, offline."""

from __future__ import annotations

import base64
import binascii
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from yitong.kernel.merkle import MAX_SIZE, ProofError, verify_consistency, verify_inclusion

# 64 levels of 44 characters each are under 4 KB; anything near this is not a proof.
MAX_FILE_BYTES = 1_000_000

VALID, INVALID, UNREADABLE = 0, 1, 2

app = typer.Typer(help="Check Merkle proofs offline.", no_args_is_help=True)


class UnreadableProof(ValueError):
    """The file is no proof of either shape; the message names the field and the remedy."""


@app.callback()
def _group() -> None:
    """Check Merkle proofs offline."""


@app.command("check-proof")
def check_proof_command(
    path: Annotated[str, typer.Argument(metavar="FILE.json", help="Inclusion or consistency proof.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Exit 0 when the proof is valid, 1 with the reason when it is not, 2 when the file is not a proof."""
    raise typer.Exit(check_proof(path, as_json=as_json))


def check_proof(path: str | Path, *, as_json: bool = False) -> int:
    """Check the proof in ``path`` and print the answer; returns 0 valid, 1 invalid, 2 unreadable or of neither shape.

    Consistency ``{size1, size2, root1, root2, proof}``, inclusion ``{leafIdx, treeSize, root, leafHash, proof}``.
    Hashes are base64; a null or absent hash is empty bytes, a null or absent proof is empty, other fields are ignored.
    """
    kind: str | None = None
    reason: str | None = None
    code = VALID
    try:
        document = _read(path)
        kind = _shape(document)
        _verify(kind, document)
    except UnreadableProof as error:
        code, reason = UNREADABLE, str(error)
    except ProofError as error:
        code, reason = INVALID, str(error)
    if as_json:
        typer.echo(json.dumps({"kind": kind, "valid": code == VALID, "reason": reason}, ensure_ascii=False))
    elif code == VALID:
        typer.echo(f"valid {kind} proof")
    elif code == INVALID:
        typer.echo(f"invalid {kind} proof: {reason}")
    else:
        typer.echo(f"cannot check {path}: {reason}", err=True)
    return code


def _read(path: str | Path) -> dict[str, Any]:
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UnreadableProof(f"the file cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > MAX_FILE_BYTES:
        raise UnreadableProof(f"the file is larger than {MAX_FILE_BYTES} bytes, so it is not one proof")
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableProof(f"the file is not JSON in UTF-8: {error}") from None
    if not isinstance(document, dict):
        raise UnreadableProof("the file must hold one JSON object")
    return document


def _shape(document: dict[str, Any]) -> str:
    # Early public vectors name the index leafIndex.
    if "leafIndex" in document:
        document.setdefault("leafIdx", document["leafIndex"])
    inclusion = "leafIdx" in document and "treeSize" in document
    consistency = "size1" in document and "size2" in document
    if inclusion and consistency:
        raise UnreadableProof("the object has the fields of both kinds of proof; keep those of one")
    if not inclusion and not consistency:
        raise UnreadableProof(
            "the object needs leafIdx, treeSize, root, leafHash, proof (inclusion) or size1, size2, root1, root2, "
            "proof (consistency)"
        )
    return "inclusion" if inclusion else "consistency"


def _verify(kind: str, document: dict[str, Any]) -> None:
    proof = _proof(document)
    if kind == "inclusion":
        verify_inclusion(
            _number(document, "leafIdx"),
            _number(document, "treeSize"),
            _bytes(document.get("root"), "root"),
            _bytes(document.get("leafHash"), "leafHash"),
            proof,
        )
    else:
        verify_consistency(
            _number(document, "size1"),
            _number(document, "size2"),
            _bytes(document.get("root1"), "root1"),
            _bytes(document.get("root2"), "root2"),
            proof,
        )


def _number(document: dict[str, Any], name: str) -> int:
    value = document[name]
    # bool is an int to Python, and not a number to JSON.
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_SIZE:
        raise UnreadableProof(f"{name} must be a whole number from 0 to 2^64 - 1")
    return value


def _bytes(value: Any, name: str) -> bytes:
    if value is None:
        return b""
    if not isinstance(value, str):
        raise UnreadableProof(f"{name} must be a base64 string")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableProof(f"{name} is not base64; write the hash in standard base64 with its padding") from None


def _proof(document: dict[str, Any]) -> list[bytes]:
    value = document.get("proof")
    if value is None:
        return []
    if not isinstance(value, list):
        raise UnreadableProof("proof must be a list of base64 strings or null")
    return [_bytes(item, f"proof[{position}]") for position, item in enumerate(value)]


if __name__ == "__main__":
    app()
