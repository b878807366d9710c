"""The same day gives the same city."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.demo.conftest import NOW
from yitong.cases.models import Case, CaseEvent
from yitong.feedback.models import Rating
from yitong.parties.models import Enterprise, Person, Staff
from yitong.site.demo.load import Silent, load_city


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("YITONG_DEMO_SCALE", "0.01")
    settings.MEDIA_ROOT = tmp_path
    yield


def digest() -> str:
    """Everything but ids and what is drawn by chance: verification codes, serials of licences."""
    told: list[Any] = [
        [
            case.client_token,
            case.number,
            case.applicant_name,
            case.channel,
            case.state,
            case.outcome,
            case.form,
            case.answers,
            case.statutory_due_at,
            case.committed_due_at,
            list(CaseEvent.objects.filter(case=case).order_by("seq").values_list("kind", "at", "actor_name")),
        ]
        for case in Case.objects.order_by("client_token")
    ]
    told.append(list(Person.objects.order_by("idcard").values_list("idcard", "name", "phone", "address")))
    told.append(list(Enterprise.objects.order_by("uscc").values_list("uscc", "name", "address")))
    told.append(list(Staff.objects.order_by("number").values_list("number", "name")))
    told.append(list(Rating.objects.order_by("case_number").values_list("case_number", "level", "text", "at")))
    return hashlib.sha256(json.dumps(told, default=str, ensure_ascii=False).encode()).hexdigest()


@pytest.mark.django_db
def test_two_loads_of_one_day_are_equal() -> None:
    digests = []
    # The hour differs, the day does not.
    for now in (NOW, NOW.replace(hour=22)):
        with transaction.atomic():
            assert load_city(now, Silent(), processes=0)
            assert Case.objects.count() >= 28
            digests.append(digest())
            transaction.set_rollback(True)
    assert digests[0] == digests[1]


@pytest.mark.django_db
def test_a_database_with_accounts_of_its_own_is_left_alone(cast: Any) -> None:
    before = Person.objects.count()
    assert load_city(NOW, Silent(), processes=0) is False
    assert Person.objects.count() == before


@pytest.mark.parametrize("value", ["none", "0", "-1", "11", "nan"])
def test_a_wrong_scale_is_refused_by_its_name(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from yitong.site.demo.scale import Scale
    from yitong.site.env import BadSetting

    monkeypatch.setenv("YITONG_DEMO_SCALE", value)
    with pytest.raises(BadSetting, match="YITONG_DEMO_SCALE"):
        Scale.chosen()
