"""李梅 with her licences, and a case the market department handles for her."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import NOW, Cast
from yitong.consents import commands, holders, permissions
from yitong.consents.models import HolderConsent
from yitong.consents.permissions import CaseFacts
from yitong.licences.holders import holder_of_person
from yitong.licences.models import Licence
from yitong.licences.rules.holders import Holder
from yitong.licences.tests.conftest import granted, media  # noqa: F401 - fixtures
from yitong.licences.types_data import BY_NAME
from yitong.parties.actors import Actor

CASE = "439900202609240001"
DRAFT = "draft:7"
WHO_SEES = frozenset({"王强", "孙丽", "陈静", "刘洋"})
"""The clerk who filed it and the officers of the market department."""
FOOD = BY_NAME["食品经营许可证"].code


@dataclass
class World:
    """``licence``: a food permit of 李梅; ``card``: her identity card."""

    cast: Cast
    licence: Licence
    card: Licence
    now: datetime = NOW

    def actor(self, name: str) -> Actor:
        return self.cast.actor(name)

    def holder(self, name: str = "citizen") -> Holder:
        return holder_of_person(self.cast.person(name))

    def grant(self, who: str = "citizen", **changes: Any) -> HolderConsent:
        values: dict[str, Any] = {
            "holder": self.holder(),
            "licence_ids": [self.licence.pk],
            "purpose": "办理食品经营许可延续",
            "department_id": self.cast.department("market").pk,
            "case_number": CASE,
            "until": self.now + timedelta(days=30),
            "uses": 3,
        }
        return commands.grant(actor=self.actor(who), now=self.now, **{**values, **changes})

    def use(self, who: str = "reviewer", **changes: Any) -> commands.LicenceView:
        values: dict[str, Any] = {"licence_id": self.licence.pk, "case_number": CASE, "purpose": "审查申请材料"}
        return commands.use(actor=self.actor(who), **{"now": self.now, **values, **changes})


@pytest.fixture
def world(cast: Cast, granted: Callable[..., Licence]) -> Iterator[World]:  # noqa: F811
    person = cast.person("citizen")
    licence = granted()
    card = granted(
        type_code=BY_NAME["居民身份证"].code,
        data={"idcard": person.idcard, "sex": "女", "birth_on": "1990-05-20", "address": "示范市朝晖区春风路8号"},
        case_number="1143990000000000002",
    )
    parties = frozenset({holders.key_of(holder_of_person(person))})

    def policy(actor: Actor, reference: str) -> CaseFacts | None:
        if reference in (CASE, DRAFT) and actor.name in WHO_SEES:
            return CaseFacts(cast.department("market").pk, parties, frozenset({CASE, DRAFT}))
        return None

    before = permissions._policies[:]
    permissions.register_case_policy(policy)
    yield World(cast, Licence.objects.select_related("type").get(pk=licence.pk), card)
    permissions._policies[:] = before
