"""Sensitive fields at rest: AES-256-GCM under a numbered data key, bound to the row they belong to.

Form of what is stored: 12 bytes nonce, then the ciphertext of compact JSON (UTF-8) with its 16-byte tag. ``bound_to`` (a
licence's identifier) must be given again to open, so that what is sealed in one row cannot be moved to another.

Other tables seal with the same ring: each calls ``register`` once, so that rotation finds its rows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yitong.licences import keyring
from yitong.licences.rules import fields as rules

NONCE = 12


class CannotOpen(RuntimeError):
    """Sealed under a key this host does not have, or not what was sealed in this row."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a licence's columns hold: ``data`` open, ``sealed`` and ``sealed_key`` both None without sensitive fields."""

    data: dict[str, Any]
    sealed: bytes | None
    sealed_key: int | None


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table with columns ``id``, ``sealed``, ``sealed_key`` and ``bound``, the text each row is bound to (empty: none)."""

    table: str
    bound: str = ""


_tables: dict[str, SealedTable] = {}


def register(table: SealedTable) -> None:
    """Rotation re-encrypts the rows of ``table`` too. Registering again replaces."""
    _tables[table.table] = table


def tables() -> list[SealedTable]:
    """Every registered table, by name."""
    return [_tables[name] for name in sorted(_tables)]


def stored(fields: Sequence[rules.Field], data: Mapping[str, Any], bound_to: str) -> Stored:
    """The columns of a licence of a type with ``fields``: sensitive values, and those the type does not know, sealed."""
    plain, secret = rules.split(fields, data)
    if not secret:
        return Stored(plain, None, None)
    sealed, number = seal(secret, bound_to)
    return Stored(plain, sealed, number)


def seal(fields: Mapping[str, Any], bound_to: str = "") -> tuple[bytes, int]:
    """The sealed fields and the number of the key, the current one."""
    ring = keyring.ring()
    nonce = os.urandom(NONCE)
    plain = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return nonce + _cipher(ring.keys[ring.current]).encrypt(nonce, plain, bound_to.encode()), ring.current


def unseal(sealed: bytes | memoryview, key_number: int, bound_to: str = "") -> dict[str, Any]:
    """What ``seal`` was given. Raises CannotOpen."""
    key = keyring.ring().keys.get(key_number)
    if key is None:
        raise CannotOpen(
            f"Data key {key_number} is missing. Restore it (YITONG_DATA_KEYS, or trust/data-keys of the data folder)."
        )
    whole = bytes(sealed)
    try:
        plain = _cipher(key).decrypt(whole[:NONCE], whole[NONCE:], bound_to.encode())
    except InvalidTag as error:
        raise CannotOpen(
            f"Sealed fields do not open with data key {key_number}: the key is another one, or the row was changed from "
            "outside. Restore the keys or the row from the backup they belong to."
        ) from error
    found: dict[str, Any] = json.loads(plain)
    return found


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


register(SealedTable("licences_licence", "identifier"))
