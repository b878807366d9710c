"""Read an OFD export of ours back: what it says of itself, and whether it is as it was written."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from yitong.licences.proofs import ofd
from yitong.licences.proofs.bundle import unzipped

_NAMES = {"ofd": ofd.NAMESPACE}


@dataclass(frozen=True, slots=True)
class Export:
    """``message`` and ``signature`` go together under ``key``; ``whole``: OFD.xml is what follows from the rest."""

    stamp: ofd.Stamp
    key: str
    signature: bytes
    message: bytes
    whole: bool


def is_ofd(content: bytes) -> bool:
    """Whether it is an OFD file at all, of ours or not."""
    return bool(unzipped(content, {ofd.ROOT}))


def read(content: bytes) -> Export | None:
    """The export, or None when it is no OFD file, or none of ours."""
    parts = unzipped(content)
    if not parts or ofd.ROOT not in parts:
        return None
    try:
        tree = fromstring(parts[ofd.ROOT])
    except (ParseError, DefusedXmlException, ValueError):
        return None
    custom = {each.get("Name", ""): each.text or "" for each in tree.iterfind(".//ofd:CustomData", _NAMES)}
    if custom.get("yitong-format") != ofd.FORMAT:
        return None
    title = tree.findtext(".//ofd:Title", "", _NAMES)
    names = ("yitong-identifier", "yitong-code", "yitong-exported-at")
    stamp = ofd.Stamp(title, *(custom.get(name, "") for name in names))
    key = custom.get("yitong-key", "")
    try:
        signature = base64.b64decode(custom.get("yitong-signature", ""), validate=True)
    except binascii.Error:
        signature = b""
    whole = ofd.root(stamp, key, signature) == parts[ofd.ROOT]
    return Export(stamp, key, signature, ofd.message(stamp, parts), whole)
