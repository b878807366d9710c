"""The world, on the office's own clock: pages read that clock, not the machine's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast


@pytest.fixture
def world(cast: Cast, settings: Any, tmp_path: Any, monkeypatch: Any) -> Any:
    from tests.badluck.world import build  # models cannot be imported before Django is set up
    from yitong.cases.tests.conftest import Office
    from yitong.cases.tests.items import item

    settings.MEDIA_ROOT = tmp_path / "media"
    office = Office(cast, item(cast.department("market").pk, cast.now), cast.now)
    monkeypatch.setattr("django.utils.timezone.now", lambda: office.now)
    return build(office)
