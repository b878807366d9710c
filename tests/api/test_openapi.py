"""Every operation of the API, fed with generated values valid and invalid: it answers as it says, and never fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.badluck.world import World
from yitong.site.api import api
from yitong.site.wsgi import application

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 6
SESSIONS = ("anonymous", "citizen", "accepter")
Session = dict[str, dict[str, str]]


def operations() -> dict[str, tuple[str, str]]:
    """``{"post /api/cases/drafts": ("post", "/api/cases/drafts")}``."""
    paths = api.get_openapi_schema()["paths"]
    return {f"{method} {path}": (method, path) for path, methods in paths.items() for method in methods}


OPERATIONS = operations()


@pytest.fixture
def session(world: World) -> Callable[[str], Session]:
    """``session("citizen")``: what that person's browser adds to a request: its cookies and the CSRF token."""

    def of(who: str) -> Session:
        client = Client()
        if who != "anonymous":
            client.force_login(world.office.cast.account(who))
        client.get("/login/")
        token = client.cookies["csrftoken"].value
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        return {"cookies": cookies, "headers": {"X-CSRFToken": token}}

    return of


@contextmanager
def one_connection() -> Iterator[None]:
    """A request through WSGI ends with closing old connections; the test's own transaction must outlive it.

    Not a fixture: Django's test client does the same for each of its requests, and connects the signals again.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def real_values(world: World) -> dict[str, list[Any]]:
    """Values that exist, by parameter: with nothing but generated ones every answer would be 404."""
    return {
        "number": [world.case.number, world.correcting.number],
        "case_id": [world.draft.pk, world.case.pk],
        "message_id": [world.ids["message_id"]],
        "code": [world.ids["code"], world.office.item.implementation_code],
    }


def failure_of(operation: Any, mode: GenerationMode, session: Session, known: dict[str, list[Any]]) -> str:
    """The smallest request of this kind that was answered wrongly, with the answer; empty when none was."""

    @seed(20260924)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans(), which=st.integers(0, 1))
    def ask(case: Any, real: bool, which: int) -> None:
        for parameter in set(case.path_parameters or {}) & set(known) if real else ():
            case.path_parameters[parameter] = known[parameter][which % len(known[parameter])]
        with transaction.atomic():
            answer = case.call(**session)
            # What one request changes must not decide what the next one meets.
            transaction.set_rollback(True)
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as failures:
            raise AssertionError("; ".join(str(each) for each in failures.exceptions)) from None

    try:
        ask()
    except AssertionError as error:
        return f"{mode.value} {operation.label}: {error}"
    except Unsatisfiable:
        return ""  # An operation without any parameter cannot be asked wrongly.
    return ""


@pytest.mark.parametrize("who", SESSIONS)
def test_every_operation_answers_as_described_and_never_fails(who: str, world: World, session: Any) -> None:
    known, browser = real_values(world), session(who)
    with one_connection():
        schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
        schema.config.generation.update(modes=list(GenerationMode), with_security_parameters=False)
        failures = [
            failure
            for method, path in OPERATIONS.values()
            for mode in GenerationMode
            if (failure := failure_of(schema[path][method], mode, browser, known))
        ]
    assert not failures, "\n\n".join(failures)
