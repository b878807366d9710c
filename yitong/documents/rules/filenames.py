"""Names of uploaded files, made harmless. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120
_RESERVED = re.compile(r'[<>:"/\\|?*]')


def sanitised(name: str) -> str:
    """``name`` without folders, control and direction characters, at most 120 characters, its extension kept.

    Direction marks (U+202E and its kin) would let ``exe.fdp`` be read as ``pdf.exe`` turned round.
    """
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = unicodedata.normalize("NFC", name)
    name = "".join(character for character in name if unicodedata.category(character)[0] != "C")
    name = _RESERVED.sub("_", name).strip(" .")
    if not name:
        return "file"
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        return name[:LONGEST]
    return f"{stem[: LONGEST - len(extension) - 1]}.{extension.lower()}"


def extension(name: str) -> str:
    """The extension in lower case without its dot, ``jpeg`` as ``jpg``; empty when there is none."""
    _, dot, found = name.rpartition(".")
    found = found.lower() if dot else ""
    return {"jpeg": "jpg"}.get(found, found)
