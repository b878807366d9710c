"""A city with one source."""

from __future__ import annotations

import pytest

from tests.cast import NOW, Cast, build
from yitong.ingest.commands import sources
from yitong.ingest.models import Source
from yitong.licences.commands import ensure_types
from yitong.licences.models import LicenceType
from yitong.parties.actors import Actor


@pytest.fixture
def cast(db) -> Cast:
    ensure_types(NOW)
    return build()


@pytest.fixture
def registrar(cast: Cast) -> Actor:
    return cast.actor("registrar")


@pytest.fixture
def source(cast: Cast, registrar: Actor) -> Source:
    return sources.save_source(
        actor=registrar,
        code="police.residence",
        name="居住证归集",
        department_id=cast.department("health").pk,
        type_code=LicenceType.objects.get(name="居住证").code,
        expected_hours=24,
        active=True,
        now=NOW,
    )
