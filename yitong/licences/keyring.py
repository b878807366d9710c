"""The secret keys of the library: one for holders' numbers, and the ring that seals sensitive fields.

Each comes from the environment (the same on every host) or from a file of the data folder below ``trust``, made at the first
use, mode 0600. The holder key never changes: it would orphan every licence of people nobody registered. The ring grows by
``yitong licences rotate-keys``; its first key seals, the others only open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

KEY_BYTES = 32
MOST_NUMBER = 32_767  # a smallint column


class BadKey(RuntimeError):
    """A key that cannot be used: says which, and what to write instead. Never the key itself."""


@dataclass(frozen=True, slots=True)
class Ring:
    """``keys``: number to key, the newest first; ``current`` seals."""

    current: int
    keys: dict[int, bytes]


def holder_key() -> bytes:
    """The key of holders' numbers (YITONG_HOLDER_KEY or trust/holder-key)."""
    given = os.environ.get("YITONG_HOLDER_KEY", "").strip()
    return _holder_key(given or _read(_file("holder-key"), _new_key), bool(given))


def ring() -> Ring:
    """The data keys (YITONG_DATA_KEYS or trust/data-keys). The file is read again when it changes: rotation needs no restart."""
    given = from_environment()
    if given:
        return _parsed(given, "YITONG_DATA_KEYS")
    file = data_keys_file()
    try:
        stat = file.stat()
    except FileNotFoundError:
        _read(file, lambda: f"1:{_new_key()}")
        stat = file.stat()
    return _of_file(str(file), stat.st_mtime_ns, stat.st_ino)


def from_environment() -> str:
    """The ring as the environment gives it; empty when the file holds it."""
    return os.environ.get("YITONG_DATA_KEYS", "").strip()


def data_keys_file() -> Path:
    """Where the ring lies when the environment does not give it."""
    return _file("data-keys")


def add_key() -> int:
    """Put a new key at the head of the file's ring; returns its number. BadKey when the environment holds the ring."""
    if from_environment():
        raise BadKey(
            "YITONG_DATA_KEYS holds the data keys. Write a new one at its head, NUMBER:BASE64 of 32 random bytes and a "
            "comma, on every host; then rotate."
        )
    old = ring()
    number = max(old.keys) + 1
    if number > MOST_NUMBER:
        raise BadKey(f"There are no key numbers left above {MOST_NUMBER}.")
    _write(data_keys_file(), {number: secrets.token_bytes(KEY_BYTES), **_ordered(old)})
    return number


def drop_keys(keep: set[int]) -> list[int]:
    """Take every key out of the file's ring that is neither the current one nor in ``keep``; returns their numbers."""
    old = ring()
    if from_environment():
        return []
    gone = [number for number in old.keys if number != old.current and number not in keep]
    if gone:
        _write(data_keys_file(), {number: key for number, key in _ordered(old).items() if number not in gone})
    return gone


def fingerprint(key: bytes) -> str:
    """What may be stored about a key: tells two keys apart and nothing else."""
    return hashlib.sha256(b"yitong key fingerprint v1" + key).hexdigest()


def _ordered(old: Ring) -> dict[int, bytes]:
    return {old.current: old.keys[old.current], **old.keys}


def _write(file: Path, keys: dict[int, bytes]) -> None:
    draft = _draft(file, ",".join(f"{number}:{base64.b64encode(key).decode()}" for number, key in keys.items()))
    draft.replace(file)
    _sync(file.parent)


def _file(name: str) -> Path:
    return Path(settings.VAR) / "trust" / name


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _read(file: Path, make: Callable[[], str]) -> str:
    """The file's text; made exclusively when missing, so that of two processes that start at once the loser reads the winner's."""
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        pass
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(file, make())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync(file.parent)  # the loser too: the winner may not have come so far
    return file.read_text().strip()


def _draft(file: Path, text: str) -> Path:
    """``text`` on the disk beside ``file``: rows sealed with a key that a power cut took away could never be opened."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    with draft.open("w") as out:
        out.write(text + "\n")
        out.flush()
        os.fsync(out.fileno())
    return draft


def _sync(folder: Path) -> None:
    """The names of the folder's files on the disk too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _decoded(text: str, name: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise BadKey(f"{name}: a key must be the base64 of {KEY_BYTES} random bytes (openssl rand -base64 32).")
    return key


@lru_cache(maxsize=8)
def _holder_key(text: str, given: bool) -> bytes:
    return _decoded(text, "YITONG_HOLDER_KEY" if given else "trust/holder-key")


@lru_cache(maxsize=8)
def _of_file(file: str, changed: int, inode: int) -> Ring:
    return _parsed(Path(file).read_text(), "trust/data-keys")


@lru_cache(maxsize=8)
def _parsed(text: str, name: str) -> Ring:
    keys: dict[int, bytes] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        number, _, key = part.partition(":")
        if not number.isdecimal() or not 1 <= int(number) <= MOST_NUMBER or int(number) in keys:
            raise BadKey(f"{name}: write NUMBER:BASE64,NUMBER:BASE64, each number once, from 1 to {MOST_NUMBER}.")
        keys[int(number)] = _decoded(key, name)
    if not keys:
        raise BadKey(f"{name}: it holds no key. Restore it from the backup; never start with another one.")
    return Ring(next(iter(keys)), keys)
