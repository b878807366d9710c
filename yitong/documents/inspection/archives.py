"""Zip files and the formats made of them (docx, xlsx, ofd)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from yitong.documents.inspection.suspicious import Suspicious
from yitong.kernel.reasons import N_

MOST_ENTRIES = 2_000
MOST_UNPACKED = 300 * 1024 * 1024
MOST_RATIO = 120
"""Unpacked bytes per packed byte. Text and XML reach 30, an empty sheet of a spreadsheet 60; a bomb a thousand."""
RATIO_FROM = 5 * 1024 * 1024
"""Below this unpacked size the ratio says nothing: a small file of blanks packs to almost nothing."""
DEEPEST = 2
_PROGRAMS = frozenset({"exe", "dll", "bat", "cmd", "com", "scr", "js", "vbs", "ps1", "msi", "jar", "lnk", "hta", "sh"})
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError)


def kind(path: Path) -> str | None:
    """``docx``, ``xlsx``, ``ofd`` or ``zip``; None when the directory cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except _BROKEN:
        return None
    if "OFD.xml" in names:
        return "ofd"
    if "[Content_Types].xml" in names:
        if any(name.startswith("word/") for name in names):
            return "docx"
        if any(name.startswith("xl/") for name in names):
            return "xlsx"
    return "zip"


def check(path: Path) -> None:
    """Suspicious for a bomb (by size, by ratio, by nesting), encryption, programs, macros and names that leave the folder."""
    with path.open("rb") as handle:
        _check(handle, path.stat().st_size, 1, [0])


def _check(handle: BinaryIO, packed: int, depth: int, unpacked: list[int]) -> None:
    if depth > DEEPEST:
        raise Suspicious(
            "zip_nested", N_("There are archives within archives within archives. Unpack them and send the files.")
        )
    try:
        with zipfile.ZipFile(handle) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                message = N_("The archive holds %(count)s files; at most %(most)s can be taken. Split it.")
                raise Suspicious("zip_too_many", message, count=len(entries), most=MOST_ENTRIES)
            before = unpacked[0]
            for entry in entries:
                _check_entry(archive, entry, depth, packed, unpacked, before)
    except _BROKEN as error:
        if isinstance(error, Suspicious):
            raise
        raise Suspicious("zip_damaged", N_("The archive is damaged and cannot be unpacked. Make it again.")) from error


def _check_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, depth: int, packed: int, unpacked: list[int], before: int
) -> None:
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or (name.parts and ":" in name.parts[0]):
        raise Suspicious("zip_path", N_("A name in the archive points outside its folder. Make the archive again."))
    if entry.flag_bits & 0x1:
        raise Suspicious("zip_encrypted", N_("The archive is protected by a password. Send it without one."))
    suffix = name.suffix.lower().lstrip(".")
    if suffix in _PROGRAMS:
        raise Suspicious("zip_program", N_("The archive holds a program (%(name)s). Take it out."), name=name.name)
    if name.name.lower() == "vbaproject.bin":
        raise Suspicious(
            "macros", N_("The file holds macros (programs). Save it as PDF, or without macros, and send it again.")
        )
    if entry.is_dir():
        return
    inner = bytearray() if suffix == "zip" else None
    # The directory's sizes can lie: the bytes are counted as they come out.
    with archive.open(entry) as stream:
        while chunk := stream.read(1 << 16):
            unpacked[0] += len(chunk)
            _check_size(unpacked[0], unpacked[0] - before, packed)
            if inner is not None:
                inner += chunk
    if inner is not None:
        _check(io.BytesIO(bytes(inner)), len(inner), depth + 1, unpacked)


def _check_size(total: int, here: int, packed: int) -> None:
    if total > MOST_UNPACKED or (here > RATIO_FROM and here > packed * MOST_RATIO):
        message = N_(
            "The archive unfolds to far more than it shows (%(size)s MB and counting). Send the files one by one."
        )
        raise Suspicious("zip_bomb", message, size=total // (1024 * 1024))
