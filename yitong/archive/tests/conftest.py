"""What the tests of the archive share: folders of their own, and papers to play with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import NOW, Cast
from yitong.archive import commands, permissions, queries, reading
from yitong.archive.models import ArchivedFile
from yitong.archive.rules.extraction import ReadField
from yitong.archive.rules.lines import Line
from yitong.archive.rules.papers import PAPERS
from yitong.audit.commands import ensure_keys
from yitong.cases.tests.conftest import PNG
from yitong.consents import permissions as case_policies
from yitong.consents.permissions import CaseFacts
from yitong.licences.holders import holder_of_person, key_of_holder
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor

CASE = "1143990000000000012439901000131009000202609240001"
OTHER_CASE = "1143990000000000012439901000131009000202609240002"
DRAFT = "draft:7"
"""What CASE was called before it was handed in."""


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR = tmp_path / "var"
    settings.VAR.mkdir()
    return tmp_path / "media"


@pytest.fixture(autouse=True)
def policies(monkeypatch: pytest.MonkeyPatch) -> None:
    """No case knows anybody unless a test says so."""
    monkeypatch.setattr(case_policies, "_policies", [])
    monkeypatch.setattr(permissions, "_pending", permissions._unused)


@pytest.fixture(scope="session")
def reader() -> Iterator[None]:
    """The reading process stays for the whole session and is ended with it."""
    yield
    reading.stop()


@pytest.fixture
def mine(cast: Cast) -> Holder:
    holder = queries.holder_for(cast.actor("citizen"))
    assert holder is not None
    return holder


@pytest.fixture
def added(cast: Cast, mine: Holder) -> Callable[..., ArchivedFile]:
    """李梅 puts a paper into her archive: ``added("id_card")``."""

    def make(paper: str = "id_card", content: bytes = PNG, file_name: str = "纸.png", **changes: Any) -> ArchivedFile:
        values: dict[str, Any] = {
            "actor": cast.actor("citizen"),
            "holder": mine,
            "kind": PAPERS[paper].kind,
            "paper": paper,
            "name": "",
            "now": NOW,
            **changes,
        }
        return commands.upload(upload=SimpleUploadedFile(file_name, content), **values)

    return make


@pytest.fixture
def in_case(cast: Cast) -> None:
    """王强 and 陈静 handle CASE, which was DRAFT, and whose applicant is 李梅; 冯卫 handles OTHER_CASE of 外人."""
    seen = {CASE: {"王强", "陈静"}, DRAFT: {"王强", "陈静"}, OTHER_CASE: {"冯卫"}}

    def policy(actor: Actor, reference: str) -> CaseFacts | None:
        if actor.name not in seen.get(reference, ()):
            return None
        whose = cast.person("stranger" if reference == OTHER_CASE else "citizen")
        names = {OTHER_CASE} if reference == OTHER_CASE else {CASE, DRAFT}
        return CaseFacts(None, frozenset({key_of_holder(holder_of_person(whose))}), frozenset(names))

    case_policies.register_case_policy(policy)


def fake_reading(
    values: dict[str, str], paper: str = "id_card", **more: Any
) -> Callable[[bytes, str], reading.Reading]:
    """A reader that sees ``values`` in any picture, for tests that are not about seeing."""

    def read(content: bytes, asked: str) -> reading.Reading:
        fields = tuple(
            ReadField(field.name, field.label, values.get(field.name, ""), 0.98 if field.name in values else 0.0)
            for field in PAPERS[paper].fields
        )
        lines = tuple(Line(text, 0, 0, 10, 10, 0.98) for text in values.values())
        return reading.Reading(lines, fields, paper=paper, size=(100, 60), **more)

    return read


@pytest.fixture(autouse=True)
def log_keys(request: pytest.FixtureRequest) -> None:
    """Tests with a database have a log that can be written."""
    if request.node.get_closest_marker("django_db") is not None:
        request.getfixturevalue("transactional_db" if _transactional(request) else "db")
        ensure_keys(now=NOW)


def _transactional(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker is not None and marker.kwargs.get("transaction"))
