"""Where the bytes lie: a content-addressed store. The port through which every file is written and read.

A file is written to a temporary name, flushed to the disk, renamed, and its folder flushed: after a crash it is either
whole or absent. The name is the SHA-256 of the bytes, so that writing twice is harmless and a file never changes.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

DRAFT = ".part-"


class StorageFull(OSError):
    """The disk is full (or the quota reached). Nothing was stored; the same call succeeds once there is room."""


class TooLarge(ValueError):
    """More bytes than the limit; reading stopped there and nothing was stored."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"more than {limit} bytes")


class FileMissing(FileNotFoundError):
    """The store has no bytes of this hash: a backup restored without its media folder, for instance."""


class Disk(Protocol):
    """The few operations on the file system that can fail when it is full; tests put a full one in its place."""

    def temporary(self, folder: Path) -> tuple[BinaryIO, Path]: ...
    def write(self, handle: BinaryIO, chunk: bytes) -> None: ...
    def flush(self, handle: BinaryIO) -> None: ...
    def rename(self, source: Path, target: Path) -> None: ...


class LocalDisk:
    """The real file system."""

    def temporary(self, folder: Path) -> tuple[BinaryIO, Path]:
        descriptor, name = tempfile.mkstemp(prefix=DRAFT, dir=folder)
        return os.fdopen(descriptor, "wb"), Path(name)

    def write(self, handle: BinaryIO, chunk: bytes) -> None:
        handle.write(chunk)

    def flush(self, handle: BinaryIO) -> None:
        handle.flush()
        os.fsync(handle.fileno())

    def rename(self, source: Path, target: Path) -> None:
        source.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes in the store. ``size`` in bytes."""

    sha256: str
    size: int
    path: Path


class FileStore:
    """A folder of files named by their SHA-256: ``<area>/ab/cd/abcd…``."""

    def __init__(self, root: Path, disk: Disk | None = None) -> None:
        self.root = Path(root)
        self.disk: Disk = disk or LocalDisk()

    def path(self, sha256: str, area: str = "files") -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("not a SHA-256 in hexadecimal")
        return self.root / area / sha256[:2] / sha256[2:4] / sha256

    def put(
        self,
        chunks: Iterable[bytes],
        *,
        limit: int | None = None,
        area: str = "files",
        choose: Callable[[Path], str] | None = None,
    ) -> Held:
        """Store the bytes; at most ``limit`` of them. Raises TooLarge, StorageFull; then nothing is left behind.

        ``choose`` looks at the complete file before it has its name and says which area it goes to, so that refused bytes
        never stand among the good ones.
        """
        draft: Path | None = None
        try:
            folder = self.root / area
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, draft = self.disk.temporary(folder)
            digest, size = hashlib.sha256(), 0
            with handle:
                for chunk in chunks:
                    size += len(chunk)
                    if limit is not None and size > limit:
                        raise TooLarge(limit)
                    digest.update(chunk)
                    self.disk.write(handle, chunk)
                self.disk.flush(handle)
            if choose is not None and size:
                area = choose(draft)
            sha256 = digest.hexdigest()
            target = self.path(sha256, area)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.disk.rename(draft, target)
            return Held(sha256, size, target)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StorageFull(error.errno, "the disk that holds the files is full") from error
            raise
        finally:
            # After the rename the draft's name is gone; on every other way out it must not stay behind.
            if draft is not None:
                draft.unlink(missing_ok=True)

    def open(self, sha256: str, area: str = "files") -> BinaryIO:
        """A reader of the bytes, or FileMissing."""
        try:
            return self.path(sha256, area).open("rb")
        except FileNotFoundError as error:
            raise FileMissing(f"the store has no file {sha256}") from error

    def read(self, sha256: str, area: str = "files") -> bytes:
        with self.open(sha256, area) as handle:
            return handle.read()

    def discard(self, sha256: str, area: str) -> None:
        """Delete the bytes; harmless when they are gone already."""
        self.path(sha256, area).unlink(missing_ok=True)

    def retire(self, sha256: str, *, needed: Callable[[], bool], since: datetime) -> bool:
        """Delete the bytes unless they are ``needed`` or were written after ``since``; whether they are gone.

        Renamed first: whoever stores the same bytes meanwhile writes a copy of his own.
        """
        target = self.path(sha256)
        aside = target.with_name(f"{DRAFT}{sha256}")
        try:
            target.rename(aside)
        except FileNotFoundError:
            return True
        if aside.stat().st_mtime > since.timestamp() or needed():
            if target.exists():
                aside.unlink(missing_ok=True)
            else:
                aside.rename(target)
            return False
        aside.unlink(missing_ok=True)
        return True

    def forget_drafts(self, before: datetime) -> int:
        """Delete what processes killed in the middle of a write left behind before ``before``; how many files."""
        left = [path for path in self.root.glob(f"*/{DRAFT}*") if path.stat().st_mtime < before.timestamp()]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def current() -> FileStore:
    """The store of this installation, below MEDIA_ROOT."""
    return FileStore(Path(settings.MEDIA_ROOT))
