"""A written mandate is for a matter: it opens neither its principal's library nor his log, codes or registers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from yitong.consents import commands, holders
from yitong.consents.commands import codes
from yitong.consents.models import HolderConsent
from yitong.consents.permissions import visible_to
from yitong.consents.queries import log_of, scans_of
from yitong.consents.tests.conftest import World
from yitong.exchange.permissions import ground_of
from yitong.kernel.reasons import NotAllowed
from yitong.licences import commands as licences
from yitong.licences import queries as library
from yitong.licences.permissions import may_see_subject
from yitong.licences.permissions import visible_to as licences_of
from yitong.parties.models import Mandate

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["listed", "all"])
def agent(request: pytest.FixtureRequest, world: World) -> str:
    """外人 with a mandate of 李梅 and one of her enterprise, of either scope."""
    today = world.now.date()
    for principal in (
        {"principal_person": world.cast.person("citizen")},
        {"principal_enterprise": world.cast.enterprise()},
    ):
        Mandate.objects.create(
            agent=world.cast.person("stranger"),
            scope=request.param,
            item_codes=["000131007000"] if request.param == "listed" else [],
            valid_from=today - timedelta(days=1),
            valid_until=today + timedelta(days=9),
            given_at=world.now,
            document_ref="file:1",
            **principal,
        )
    return "stranger"


def test_nothing_of_the_principal_is_the_agents_own(world: World, agent: str) -> None:
    world.use(consent_id=world.grant().pk)
    actor, owner = world.actor(agent), world.actor("citizen")
    assert len(actor.mandates) == 2 and [each.person_id for each in holders.of_actor(actor).values()] == [
        actor.person_id
    ]
    for mine in (library.of_holder, licences_of, visible_to, log_of, scans_of):
        assert not mine(actor).exists(), mine
    assert library.of_holder(owner).count() == 2 and log_of(owner).count() == 1
    assert not may_see_subject(actor, f"licence:{world.licence.number}")
    assert ground_of(actor, holders.key_of(world.holder()), "", "", "", world.now) is None


def test_an_agent_neither_consents_nor_acts_on_licences_nor_shows_codes(world: World, agent: str) -> None:
    actor: Any = world.actor(agent)
    for changes in ({}, {"case_number": ""}, {"case_number": "", "fields": ["idcard"], "uses": 100}):
        with pytest.raises(NotAllowed):
            world.grant(agent, **{"licence_ids": [world.card.pk], **changes})
    with pytest.raises(NotAllowed):
        licences.report_lost(licence_id=world.licence.pk, reason="遗失", actor=actor, now=world.now)
    with pytest.raises(NotAllowed):
        commands.revoke(actor=actor, consent_id=world.grant().pk, now=world.now)
    with pytest.raises(NotAllowed):
        codes.issue_code(actor=actor, purpose="hall", enterprise_id=world.cast.enterprise().pk, now=world.now)
    assert HolderConsent.objects.count() == 1
