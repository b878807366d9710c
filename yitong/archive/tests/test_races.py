"""Two at once, on connections of their own."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from tests.cast import NOW, Cast
from yitong.archive import commands
from yitong.archive.commands import reading_uploads
from yitong.archive.models import ArchivedFile, ArchiveUse, KeepingConsent
from yitong.archive.tests.conftest import CASE, fake_reading
from yitong.kernel.reasons import Conflict, NotAllowed
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import system

pytestmark = pytest.mark.django_db(transaction=True)


def both(act: Callable[[], Any]) -> list[str]:
    """What each of two simultaneous calls came to: ``done`` or the name of its error."""
    barrier, said = Barrier(2), []

    def run() -> None:
        try:
            barrier.wait(10)
            act()
            said.append("done")
        except Exception as error:
            said.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(said)


def test_one_of_two_wins(
    cast: Cast, mine: Holder, added: Callable[..., ArchivedFile], in_case: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen, clerk = cast.actor("citizen"), cast.actor("clerk")
    assert both(lambda: commands.agree_to_keeping(actor=citizen, holder=mine, now=NOW)) == ["done", "done"]
    assert KeepingConsent.objects.count() == 1

    monkeypatch.setattr(reading_uploads, "read", fake_reading({"name": "李梅"}))
    file = added()
    both(lambda: commands.read_waiting(actor=system("archive"), now=NOW, limit=1))
    assert ArchiveUse.objects.filter(file=file, act="read").count() == 1

    commands.reuse(actor=citizen, file_id=file.pk, case_number=CASE, purpose="办件", now=NOW)
    verified = both(
        lambda: commands.verify_at_counter(actor=clerk, file_id=file.pk, case_number=CASE, original_seen=True, now=NOW)
    )
    assert verified == sorted([Conflict.__name__, "done"])
    assert ArchiveUse.objects.filter(file=file, act="verified").count() == 1

    assert both(lambda: commands.forget(actor=citizen, file_id=file.pk, now=NOW)) == sorted(
        [NotAllowed.__name__, "done"]
    )
    assert ArchiveUse.objects.filter(file=file, act="deleted").count() == 1
