"""Requests no browser makes: odd values in addresses, queries and forms. None may end in a server error."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.urls.converters import IntConverter

from tests.badluck.addresses import AUDIENCE, For, arguments, patterns
from tests.badluck.world import World

BIG = "9" * 30
NUMBERS = (0, 2**63, int(BIG))
TEXTS = ("a\x00b", "长" * 3000, "../../etc/passwd", "💥\u202e\ufffe")
VALUES = (*TEXTS, "", "-1", BIG, "²", "٣", "1.5", "2026-02-30", "9999999999-01-01", "'; DROP TABLE cases_case; --")
ROUNDS = 3
OWNERS = {
    For.OWNER: "citizen",
    For.CITIZEN: "citizen",
    For.MEMBER: "citizen",
    For.ALL: "citizen",
    For.STAFF: "accepter",
    For.OFFICE: "accepter",
    For.ROOM: "admin",
}
ROOM_OWNERS = {
    "cases": "head",
    "consents": "supervisor",
    "catalog": "author",
    "supervision": "supervisor",
    "waiving": "registrar",
    "feedback": "supervisor",
    "licences": "author",
}
MENTIONED = re.compile(r"""(?:GET|POST)(?:\.get|\.getlist)?[\(\[]\s*f?["'](\w+)["']""")
FIELD = re.compile(r"^    (\w+) = (?:forms\.\w+|_\w+|\w+Field)\(", re.MULTILINE)


def parameters() -> list[str]:
    """Every name the delivery code reads from a query or a form, found in its source."""
    names = {"page", "q", "before"}
    for path in Path(settings.BASE_DIR, "yitong").rglob("*.py"):
        if {"views", "forms"} & set(path.parts):
            text = path.read_text(encoding="utf-8")
            names |= set(MENTIONED.findall(text)) | set(FIELD.findall(text))
    return sorted(names)


def browser(world: World, who: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.office.cast.account(who))
    return client


def owner_of(name: str) -> str:
    context = name.split(":")[0]
    audience = AUDIENCE[name]
    return ROOM_OWNERS.get(context, "admin") if audience is For.ROOM else OWNERS[audience]


def filled(names: list[str], round_: int) -> dict[str, str]:
    """An odd value for every name, another one each round."""
    return {name: VALUES[(place * 5 + round_ * 4) % len(VALUES)] for place, name in enumerate(names)}


@pytest.fixture
def ask(world: World) -> Any:
    """``ask(method, who, address, data)``: the status; what the request changed is undone."""
    browsers: dict[str, Client] = {}

    def asked(method: str, who: str, address: str, data: dict[str, Any] | None = None) -> int:
        client = browsers.setdefault(who, browser(world, who))
        with transaction.atomic():
            answer = getattr(client, method)(address, data or {})
            transaction.set_rollback(True)
        return answer.status_code

    return asked


def test_the_sweep_knows_the_names_it_needs() -> None:
    assert {"page", "q", "rev", "reason", "phone", "idcard", "department", "role", "level"} <= set(parameters())


def test_odd_values_in_the_address(world: World, ask: Any) -> None:
    failed = []
    for name, pattern, parts in patterns():
        converters = pattern.pattern.converters
        for part, converter in converters.items():
            for value in NUMBERS if isinstance(converter, IntConverter) else TEXTS:
                try:
                    address = reverse(name, kwargs={**arguments(name, parts, world.ids), part: value})
                except NoReverseMatch:
                    continue  # The address's own pattern excludes it: 404 before any code of ours.
                for method in ("get", "post"):
                    if (status := ask(method, owner_of(name), address)) >= 500:
                        failed.append(f"{method} {name} {part}={value!r:.40}: {status}")
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize("method", ["get", "post"])
def test_odd_values_in_query_and_form(world: World, ask: Any, method: str) -> None:
    failed, names = [], parameters()
    for name, _, parts in patterns():
        address = reverse(name, kwargs=arguments(name, parts, world.ids))
        for round_ in range(ROUNDS):
            status = ask(method, owner_of(name), address, filled(names, round_))
            if status >= 500:
                failed.append(f"{method} {name} round {round_}: {status}")
            if status == 405:
                break
    assert not failed, "\n".join(failed)
