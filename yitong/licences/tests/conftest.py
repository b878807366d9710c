"""What the tests of this context share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cast import NOW, Cast
from yitong.licences.commands import issue
from yitong.licences.models import Licence
from yitong.licences.types_data import BY_NAME


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR = tmp_path / "var"
    return tmp_path / "media"


@pytest.fixture
def granted(cast: Cast) -> Callable[..., Licence]:
    """Issue a licence to 李梅 by the chief representative; keyword arguments replace what they name."""

    def make(**changes: Any) -> Licence:
        person = cast.person("citizen")
        values: dict[str, Any] = {
            "type_code": BY_NAME["食品经营许可证"].code,
            "holder_person_id": person.pk,
            "holder_enterprise_id": None,
            "holder_name": person.name,
            "data": {"address": "朝晖区和平路1号", "scope": "预包装食品销售", "business_kind": "食品销售经营者"},
            "issuer_department_id": cast.department("market").pk,
            "region_id": cast.region().pk,
            "case_number": "1143990000000000001",
            "valid_years": 5,
            "actor": cast.actor("chief"),
            "now": NOW,
        }
        return issue(**{**values, **changes})

    return make
