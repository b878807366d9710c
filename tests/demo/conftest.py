"""A small city, loaded once for all tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.cast import SHANGHAI
from yitong.site.demo import items, people, places
from yitong.site.demo.calendar import History
from yitong.site.demo.load import Silent, count_rows, load_city
from yitong.site.demo.player import city_of
from yitong.site.demo.scale import Scale

NOW = datetime(2026, 9, 24, 10, 0, tzinfo=SHANGHAI)
SCALE = "0.05"


@pytest.fixture(scope="session")
def demo_media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo-media")


@contextmanager
def kept_for_a_module(media: Path, blocker: Any) -> Iterator[None]:
    """A transaction around a module's tests, rolled back after them."""
    from django.conf import settings

    patch = pytest.MonkeyPatch()
    patch.setenv("YITONG_DEMO_SCALE", SCALE)
    patch.setattr(settings, "MEDIA_ROOT", media)
    with blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            yield
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)
            patch.undo()


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any, demo_media: Path) -> Iterator[None]:
    """The city at SCALE."""
    with kept_for_a_module(demo_media, django_db_blocker):
        assert load_city(NOW, Silent(), processes=0)
        yield


@pytest.fixture(scope="module")
def laid_out(django_db_setup: None, django_db_blocker: Any, demo_media: Path) -> Iterator[None]:
    """The city at SCALE without its cases."""
    with kept_for_a_module(demo_media, django_db_blocker):
        history, scale = History.before(NOW), Scale(float(SCALE))
        places.load_places(history)
        places.load_staff(history)
        people.load_people(history, scale.persons, scale.enterprises)
        items.load_items(history)
        count_rows()
        yield


@pytest.fixture
def city(laid_out: None, db: None) -> Any:
    """What scripts are written from."""
    return city_of(History.before(NOW), Scale(float(SCALE)))
