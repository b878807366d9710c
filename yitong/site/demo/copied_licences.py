"""The columns of a licence that no replacing of words can move: its holder's key and its sealed fields."""

from __future__ import annotations

from typing import Any

from yitong.licences import sealing
from yitong.licences.holders import key_of

Row = dict[str, Any]


def opened(row: Row) -> Row:
    """A licence's row as PostgreSQL tells it in JSON, its sealed fields in clear so that their words are replaced."""
    if row["sealed"] is None:
        return row
    plain = sealing.unseal(_bytes(row["sealed"]), row["sealed_key"], row["identifier"])
    return {**row, "sealed": plain}


def closed(row: Row, id_number: str) -> Row:
    """The row as it is written: sealed anew for its own identifier, under the key of the holder ``id_number``."""
    changed = {**row, "holder_key": _text(key_of(row["holder_kind"], id_number))}
    if row["sealed"] is not None:
        sealed, number = sealing.seal(row["sealed"], row["identifier"])
        changed |= {"sealed": _text(sealed), "sealed_key": number}
    return changed


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("\\x"))


def _text(value: bytes) -> str:
    return f"\\x{value.hex()}"
