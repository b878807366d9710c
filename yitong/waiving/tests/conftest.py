"""What the tests of this context share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from yitong.catalog.queries.items import PublishedItem
from yitong.waiving.tests import catalogue


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR = tmp_path / "var"


@pytest.fixture
def publish(cast: Cast) -> Callable[..., PublishedItem]:
    """Publish a prepared item, for the health department; keyword arguments: what a material names besides."""

    def make(code: str, **changes: dict[str, str]) -> PublishedItem:
        return catalogue.publish_prepared(cast, code, changes=changes)

    return make


@pytest.fixture
def fill(cast: Cast) -> Callable[[Iterable[str]], None]:
    """Put one arrived licence of each of these types into the library."""
    return partial(catalogue.fill_library, cast)
