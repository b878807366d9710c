"""Old Word and Excel files (OLE2 compound files)."""

from __future__ import annotations

from pathlib import Path

from yitong.documents.inspection.suspicious import Suspicious
from yitong.kernel.reasons import N_

# Names of streams stand in the directory as UTF-16LE.
_WORD = "WordDocument".encode("utf-16-le")
_EXCEL = ("Workbook".encode("utf-16-le"), "Book\0".encode("utf-16-le"))
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def legacy_kind(path: Path) -> str | None:
    """``doc`` or ``xls``; None for other compound files, such as an installer."""
    content = path.read_bytes()
    if _ENCRYPTED in content:
        return None
    if _WORD in content:
        return "doc"
    return "xls" if any(name in content for name in _EXCEL) else None


def check_legacy(path: Path) -> None:
    """Suspicious when the file carries macros."""
    if _MACROS in path.read_bytes():
        raise Suspicious(
            "macros", N_("The file holds macros (programs). Save it as PDF, or without macros, and send it again.")
        )
