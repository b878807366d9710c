"""PDF files: must parse, must not be encrypted, must not do anything when opened."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from yitong.documents.inspection.suspicious import Suspicious
from yitong.kernel.reasons import N_

MOST_OBJECTS = 200_000
MOST_PAGES = 2_000
_SCRIPT = N_("The PDF holds a script, which no document needs. Print it to a new PDF and send that one.")
_LAUNCH = N_("The PDF starts a program when it is opened. Print it to a new PDF and send that one.")
_TRAFFIC = N_("The PDF sends or loads data when it is opened. Print it to a new PDF and send that one.")
FORBIDDEN_ACTIONS = {
    "/JavaScript": _SCRIPT,
    "/Rendition": _SCRIPT,
    "/Launch": _LAUNCH,
    "/ImportData": _TRAFFIC,
    "/SubmitForm": _TRAFFIC,
}
# A parser of hostile input meets what no writer of it thought of; each of these means that the file cannot be read.
_UNREADABLE = (
    PyPdfError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    OverflowError,
    RecursionError,
    MemoryError,
    OSError,
    EOFError,
    ZeroDivisionError,
)


def check(path: Path) -> None:
    """Suspicious when the file cannot be parsed, is encrypted, has no page, holds active content or embedded files."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted:
            raise Suspicious(
                "pdf_encrypted", N_("The PDF is protected by a password. Save it without one and send it again.")
            )
        pages = len(reader.pages)
        if not 1 <= pages <= MOST_PAGES:
            message = N_("The PDF has %(pages)s pages; 1 to %(most)s can be taken.")
            raise Suspicious("pdf_pages", message, pages=pages, most=MOST_PAGES)
        for page in reader.pages:
            _require_page(page)
        _check_objects(reader)
    except Suspicious:
        raise
    except _UNREADABLE as error:
        message = N_("The PDF is damaged and cannot be read. Open it, print it to a new PDF and send that one.")
        raise Suspicious("pdf_damaged", message) from error


def _require_page(page: Any) -> None:
    if page.get("/Type") != "/Page" or page.mediabox.width <= 0 or page.mediabox.height <= 0:
        raise ValueError("a page without a size")


def _check_objects(reader: PdfReader) -> None:
    """Look at every object of every generation: an action can hang on anything, a page, a field, a bookmark."""
    pending: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    for generation, numbers in reader.xref.items():
        pending.extend(IndirectObject(number, generation, reader) for number in numbers)
    pending.extend(IndirectObject(number, 0, reader) for number in reader.xref_objStm)
    visited = 0
    while pending:
        visited += 1
        if visited > MOST_OBJECTS * 10 or len(seen) > MOST_OBJECTS:
            raise Suspicious(
                "pdf_too_complex", N_("The PDF is built from too many parts. Print it to a new PDF and send that one.")
            )
        value = pending.pop()
        if isinstance(value, IndirectObject):
            key = (value.idnum, value.generation)
            if key in seen:
                continue
            seen.add(key)
            value = value.get_object()
        if isinstance(value, DictionaryObject):
            _check_dictionary(value)
            pending.extend(dict.values(value))
        elif isinstance(value, ArrayObject):
            pending.extend(list.__iter__(value))


def _check_dictionary(value: DictionaryObject) -> None:
    action = value.get("/S")
    message = FORBIDDEN_ACTIONS.get(str(action)) if action is not None else None
    if message is None and "/JS" in value:
        message = _SCRIPT
    if message is not None:
        raise Suspicious("pdf_active", message)
    if value.get("/Type") == "/EmbeddedFile" or "/EmbeddedFiles" in value:
        message = N_("The PDF carries another file inside. Send that file by itself.")
        raise Suspicious("pdf_embedded_file", message)
    if "/XFA" in value:
        message = N_("The PDF is a program-driven form (XFA). Print it to a new PDF and send that one.")
        raise Suspicious("pdf_xfa", message)
