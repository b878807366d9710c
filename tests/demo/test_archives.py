"""Archives of the demonstration city."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.cast import NOW
from yitong.archive.models import ArchivedFile, KeepingConsent
from yitong.site.demo.archives import load_archives
from yitong.site.demo.calendar import History

pytestmark = pytest.mark.usefixtures("laid_out")


def test_a_citizen_and_a_company_have_papers_that_wait_to_be_read(db: Any) -> None:
    begun = time.perf_counter()
    load_archives(History.before(NOW))
    assert time.perf_counter() - begun < 5
    papers = {(file.paper, file.trust, file.reading) for file in ArchivedFile.objects.all()}
    assert papers == {
        ("id_card", "uploaded", "waiting"),
        ("driving_licence", "uploaded", "waiting"),
        ("photo", "uploaded", "none"),
        ("vehicle_licence", "declared", "none"),
        ("business_licence", "uploaded", "waiting"),
    }
    assert KeepingConsent.objects.count() == 1
