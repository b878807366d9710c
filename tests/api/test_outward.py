"""The operations for outside systems, fed with generated values by a system that holds a token."""

from __future__ import annotations

from typing import Any

import schemathesis
from django.test import Client
from schemathesis.generation import GenerationMode

from tests.api.test_openapi import OPERATIONS, failure_of, one_connection
from tests.badluck.world import World
from yitong.exchange import commands
from yitong.exchange.rules.scopes import WAYS, Scope
from yitong.site.wsgi import application

OUTWARD = {label: each for label, each in OPERATIONS.items() if each[1].startswith("/api/exchange/")}


def token(world: World) -> str:
    """Of a system that may ask for the type of the owner's licence."""
    admin, now, pk = world.office.actor("admin"), world.office.now, world.ids["client_pk"]
    scope = Scope(world.licence.type.code, frozenset({"scope"}), frozenset(WAYS))
    commands.set_scopes(actor=admin, client_pk=pk, scopes=[scope], reason="试用", now=now)
    commands.set_limits(
        actor=admin, client_pk=pk, per_minute=9999, per_day=99_999, token_seconds=600, reason="试用", now=now
    )
    made = commands.rotate_secret(actor=admin, client_pk=pk, reason="试用", now=now)
    body = {"grant_type": "client_credentials", "client_id": made.client.client_id, "client_secret": made.secret}
    return str(Client().post("/api/exchange/token", body).json()["access_token"])


def test_a_system_with_a_token_is_answered_as_described(world: World) -> None:
    session: dict[str, Any] = {"cookies": {}, "headers": {"Authorization": f"Bearer {token(world)}"}}
    known = {"identifier": [world.licence.identifier], "type": [world.licence.type.code]}
    assert len(OUTWARD) == 5
    with one_connection():
        schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
        schema.config.generation.update(modes=list(GenerationMode), with_security_parameters=False)
        failures = [
            failure
            for method, path in OUTWARD.values()
            for mode in GenerationMode
            if (failure := failure_of(schema[path][method], mode, session, known))
        ]
    assert not failures, "\n\n".join(failures)
