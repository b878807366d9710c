"""What a person gives ``yitong licence verify``: one file, or the two or three that belong together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from yitong.licences.proofs import bundle, metadata


class Unusable(Exception):
    """A file that cannot be used: says which, and what to give instead."""


@dataclass(frozen=True, slots=True)
class Given:
    """``content``: the file; of an SM2 proof the zip of its parts. ``status_list``: a token, empty when none was given."""

    content: bytes
    status_list: str = ""


def gather(file: Path, *, signature: Path | None, pdf: Path | None, status_list: Path | None) -> Given:
    """Read what belongs together. Raises Unusable."""
    content = readable(file, "FILE")
    if metadata.parse(content) is not None:
        content = bundle.write(_pair(file, content, signature, pdf), b"")
    token = readable(status_list, "--status-list").decode("ascii", "replace").strip() if status_list else ""
    return Given(content, token)


def readable(file: Path, name: str) -> bytes:
    """The file's bytes. Raises Unusable naming the argument."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unusable(f"{name}: {file} cannot be read: {error.strerror}") from None


def _pair(file: Path, content: bytes, signature: Path | None, pdf: Path | None) -> bundle.Pair:
    beside = signature or file.with_name(bundle.SIGNATURE)
    if not beside.exists():
        raise Unusable(f"{file} is the metadata of an SM2 proof; give its signature with --signature.")
    original = pdf or file.with_name(bundle.PDF)
    has_pdf = pdf is not None or original.exists()
    return bundle.Pair(content, readable(beside, "--signature"), readable(original, "--pdf") if has_pdf else None)
