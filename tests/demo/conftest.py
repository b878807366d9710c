"""A small city, loaded once for all tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.cast import SHANGHAI
from yitong.site.demo.calendar import History
from yitong.site.demo.load import Silent, load_city
from yitong.site.demo.player import city_of
from yitong.site.demo.scale import Scale

NOW = datetime(2026, 9, 24, 10, 0, tzinfo=SHANGHAI)
SCALE = "0.05"


@pytest.fixture(scope="session")
def demo_media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo-media")


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any, demo_media: Path) -> Iterator[None]:
    """The city at SCALE in a transaction that is rolled back after the module."""
    from django.conf import settings

    patch = pytest.MonkeyPatch()
    patch.setenv("YITONG_DEMO_SCALE", SCALE)
    patch.setattr(settings, "MEDIA_ROOT", demo_media)
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            assert load_city(NOW, Silent(), processes=0)
            yield
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)
            patch.undo()


@pytest.fixture
def city(loaded: None, db: None) -> Any:
    return city_of(History.before(NOW), Scale(float(SCALE)))
