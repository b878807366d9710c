"""What the tests of the archive ask again and again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.cast import NOW
from yitong.archive import queries
from yitong.archive.models import ArchivedFile
from yitong.audit.models import Entry
from yitong.kernel.reasons import Refused
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import system

Added = Callable[..., ArchivedFile]
WORKER = system("archive")
LATER = NOW + timedelta(hours=1)


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def fresh(file: ArchivedFile) -> ArchivedFile:
    return ArchivedFile.objects.get(pk=file.pk)


def reusable(holder: Holder, *names: str) -> list[ArchivedFile]:
    return queries.reusable_among(holder, licence_types=(), names=names, on=NOW.date())


def entries(tag: str) -> int:
    return Entry.objects.filter(tag=tag).count()
