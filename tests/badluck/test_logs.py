"""The log of a day's work: no citizen number, no phone, no name of an applicant."""

from __future__ import annotations

import io
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.log import configure_logging

from tests.badluck.addresses import AUDIENCE, For, arguments, patterns
from tests.badluck.test_hostile_requests import owner_of
from tests.badluck.world import SHOP, World
from yitong.documents.commands import seal_pending
from yitong.notifications.commands import drain
from yitong.parties.models import Person

NUMBER = re.compile(r"(?<!\d)(\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that reaches the log as it is configured, from the level INFO on, in every logger."""
    written = io.StringIO()
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    handlers = {id(each): each for name in ("", "django.server") for each in logging.getLogger(name).handlers}
    streams = [(each, each.setStream(written)) for each in handlers.values() if isinstance(each, logging.StreamHandler)]
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.INFO)
    logging.getLogger("django.request").setLevel(logging.INFO)
    yield written
    logging.getLogger().setLevel(level)
    for handler, former in streams:
        handler.setStream(former or sys.stderr)


def test_pages_acts_and_refusals_leave_no_personal_number_in_the_log(world: World, log: Any) -> None:
    person: Person = world.office.cast.person("citizen")
    browsers: dict[str, Client] = {}
    for name, _, parts in patterns():
        who = owner_of(name)
        client = browsers.setdefault(who, Client(raise_request_exception=False))
        if not client.session.keys():
            client.force_login(world.office.cast.account(who))
        address = arguments(name, parts, world.ids)
        query = {"q": person.idcard, "number": person.phone, "text": person.idcard}
        client.get(reverse(name, kwargs=address), query)
        if AUDIENCE[name] is not For.ALL:
            client.post(reverse(name, kwargs=address), {"phone": person.phone, "idcard": person.idcard, "rev": "0"})
    anonymous = Client(raise_request_exception=False)
    for phone in (person.phone, "13800000999", "12"):
        anonymous.post("/login/", {"phone": phone})
        anonymous.post("/login/code/", {"code": "000000"})
    anonymous.post("/desk/login/", {"username": person.phone, "password": person.idcard})
    anonymous.get(f"/no/such/page/{person.idcard}/", {"phone": person.phone})
    seal_pending(now=world.office.later(minutes=1), limit=100)
    drain(now=world.office.now)
    logging.getLogger("yitong.tests").error("about %s, %s", person.idcard, person.phone)
    try:
        raise ValueError(f"trouble with {person.idcard}")
    except ValueError:
        logging.getLogger("yitong.tests").exception("it failed")

    text = log.getvalue()
    assert "about 439***************" in text, "The log was written to, through the filter."
    found = NUMBER.findall(text)
    assert not found, [line for line in text.splitlines() if NUMBER.search(line)][:5]
    assert SHOP not in text
