"""What a file really is, and whether it may be kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import puremagic

from yitong.documents.inspection import archives, images, office, pdf
from yitong.documents.inspection.suspicious import Suspicious
from yitong.kernel.reasons import N_

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ofd": "application/ofd",
    "zip": "application/zip",
}
_CHECKS: dict[str, Callable[[Path], None]] = {
    "pdf": pdf.check,
    "jpg": images.check,
    "png": images.check,
    "doc": office.check_legacy,
    "xls": office.check_legacy,
    "docx": archives.check,
    "xlsx": archives.check,
    "ofd": archives.check,
    "zip": archives.check,
}
HEAD = 8192


def inspect(path: Path, claimed: str, accept: tuple[str, ...]) -> str:
    """The real kind of the file at ``path`` (a key of CONTENT_TYPES) once every check passed; Suspicious otherwise.

    ``claimed``: the extension of its name. ``accept``: the kinds asked for here.
    """
    found = detect(path)
    allowed = tuple(dict.fromkeys("jpg" if kind == "jpeg" else kind for kind in accept))
    if found is None:
        raise Suspicious(
            "unknown_type",
            N_("This file's content is none of the kinds we can take. Send one of: %(accept)s."),
            accept="、".join(allowed),
        )
    if found not in allowed:
        raise Suspicious(
            "type_not_accepted",
            N_(
                "By its content this file is %(found)s. Here only %(accept)s can be taken; convert it and send it again."
            ),
            found=found,
            accept="、".join(allowed),
        )
    if claimed and claimed != found:
        raise Suspicious(
            "type_mismatch",
            N_(
                "The name says %(claimed)s, but the content is %(found)s. Rename or convert the file and send it again."
            ),
            claimed=claimed,
            found=found,
        )
    _CHECKS[found](path)
    return found


def detect(path: Path) -> str | None:
    """The kind by content, None when it is none of ours. Signatures first; a container is told by its parts."""
    with path.open("rb") as handle:
        head = handle.read(HEAD)
    # PDF readers accept the mark within the first 1024 bytes; we want it at the very beginning, so that the file cannot be
    # a PDF and something else at once.
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"PK\x03\x04"):
        return archives.kind(path)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return office.legacy_kind(path)
    return None


def described(path: Path) -> str:
    """A guess, for the quarantine page, at what a refused file is; empty when nothing is known."""
    with path.open("rb") as handle:
        head = handle.read(HEAD)
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    return str(matches[0].mime_type or matches[0].name) if matches else ""
