"""Models of archive; private to it."""

from yitong.archive.models.archived_file import ArchivedFile
from yitong.archive.models.keeping import KeepingConsent
from yitong.archive.models.use import ArchiveUse

__all__ = ["ArchiveUse", "ArchivedFile", "KeepingConsent"]
