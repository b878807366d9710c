"""What the tests of this context share: a media folder of their own, and documents to play with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cast import NOW, Cast
from yitong.documents.commands import issue
from yitong.documents.models import Document
from yitong.documents.rules.kinds import kind_of


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR = tmp_path / "var"
    return tmp_path / "media"


def sample(kind: str, **changes: Any) -> dict[str, Any]:
    """A complete context of ``kind``."""
    known = kind_of(kind)
    platform = {"number", "issuer_name", "issued_on"}
    values = {name: field.sample for name, field in known.all_fields.items() if name not in platform}
    return {**values, **changes}


@pytest.fixture
def issued(cast: Cast) -> Callable[..., Document]:
    """Issue a document: ``issued("acceptance_notice", department="market", applicant_name=…)``."""

    def make(
        kind: str = "acceptance_notice", department: str = "market", now: datetime = NOW, **changes: Any
    ) -> Document:
        return issue(
            kind=kind,
            subject="case:1",
            issuer_department_id=cast.department(department).pk,
            region_id=cast.region("city").pk,
            recipient_person_id=cast.person("citizen").pk,
            context=sample(kind, **changes),
            actor=cast.actor("accepter"),
            now=now,
        )

    return make
