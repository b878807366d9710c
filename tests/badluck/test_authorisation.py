"""Who gets where: every page and every operation, asked by nobody, by a stranger and by an officer of another office."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client
from django.urls import reverse

from tests.badluck.addresses import AUDIENCE, OPERATION_AUDIENCE, For, arguments, patterns
from tests.badluck.world import World
from yitong.site.api import api

ANYBODY = ("anonymous", "stranger", "town_official")
CONTEXTS = (
    "cases", "catalog", "documents", "licences", "notifications", "parties", "feedback", "audit", "certificates", "exchange",
    "archive", "consents",
)  # fmt: skip
CLERKS = {
    "cases:desk_filing", "cases:desk_discard", "cases:desk_receipt", "licences:revoke", "licences:reissue", "licences:opened",
    "parties:desk_person", "parties:desk_person_mandate", "parties:desk_enterprise", "parties:desk_enterprise_mandate",
    "parties:desk_revoke_mandate", "certificates:window", "certificates:drawn",
}  # fmt: skip
"""Pages of an office that its accepter does not need."""
COUNTERS = {"consents.scancount", "documents.lookupcount", "exchange.requestcount", "parties.loginattempt"}
"""Tables in which asking itself is counted."""


def rows() -> dict[str, list[str]]:
    """Everything the contexts have stored."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label in CONTEXTS and model._meta.label_lower not in COUNTERS:
            found[model._meta.label] = sorted(
                serializers.serialize("json", [row]) for row in model._default_manager.all()
            )
    return found


def browser(world: World, who: str) -> Client:
    client = Client(raise_request_exception=False)
    if who != "anonymous":
        client.force_login(world.office.cast.account(who))
    return client


def log_in_page(answer: Any) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith(("/login/", "/desk/login/"))


def text_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")


def allowed(name: str, who: str, answer: Any) -> bool:
    """Whether ``answer`` is what ``who``, to whom nothing of it belongs, may get from the page ``name``."""
    audience = AUDIENCE[name]
    nothing = answer.status_code in (404, 405) or log_in_page(answer)
    if audience is For.ALL:
        return answer.status_code < 500
    if (audience is For.CITIZEN and who == "stranger") or (audience is For.STAFF and who == "town_official"):
        return answer.status_code < 500 and answer.status_code != 403
    if audience is For.MEMBER and who != "anonymous":
        # Another person's message counts as none: the answer is that of one's own read before, and nothing changes.
        return answer.status_code < 400 or answer.status_code == 405
    return nothing


def test_every_page_says_whom_it_is_for() -> None:
    existing = {name for name, _, _ in patterns()}
    assert existing - set(AUDIENCE) == set(), "Say in tests/badluck/addresses.py whom these pages are for."
    assert set(AUDIENCE) - existing == set(), "These pages are no more; take them off tests/badluck/addresses.py."


def test_every_operation_says_whom_it_is_for() -> None:
    existing = set(api.get_openapi_schema()["paths"])
    assert existing - set(OPERATION_AUDIENCE) == set(), "Say in tests/badluck/addresses.py whom these are for."
    assert set(OPERATION_AUDIENCE) - existing == set(), "These operations are no more."


@pytest.mark.parametrize("who", ANYBODY)
def test_nobody_gets_to_what_is_not_his(world: World, who: str) -> None:
    client, wrong = browser(world, who), []
    before = rows()
    for name, _, parts in patterns():
        address = reverse(name, kwargs=arguments(name, parts, world.ids))
        for method in ("get", "post"):
            if name == "parties:logout" and method == "post":
                continue
            answer = getattr(client, method)(address)
            if not allowed(name, who, answer):
                wrong.append(f"{method} {address} ({AUDIENCE[name].value}): {answer.status_code}")
            text = text_of(answer)
            # Who asks with the number or code in hand meets it again in the address and on public verification.
            told = {world.case.number} if AUDIENCE[name] is not For.CITIZEN else set()
            wrong += [f"{method} {address} shows {each}" for each in set(world.secrets) - told if each in text]
    after = rows()
    wrong += [f"{label} was changed" for label in before if before[label] != after[label]]
    assert not wrong, "\n".join(wrong)


def bodies(world: World) -> dict[str, dict[str, Any]]:
    """A body each operation would take from whom it belongs to."""
    file = {"material_code": "layout", "stored_file_id": world.ids["file_id"]}
    correction = {"items": [{"material": "layout", "problem": "缺", "remedy": "补"}]}
    return {
        "materials": file,
        "refuse-acceptance": {"right_organ": "别处", "reason": "不归我们"},
        "request-correction": correction,
        "complete-step": {"step_id": 1, "opinion": "agree", "text": ""},
        "decide": {"outcome": "refused", "reasons": "无", "remedies": "无"},
        "withdraw": {"reason": "不办了"},
        "code": {"purpose": "nowhere"},
        "scan": {"token": "x", "purpose": "nowhere"},
        "take": {"licence_ids": [1], "case_number": "1"},
        "answer": {"outcome": "confirmed", "text": "属实"},
        "instant": {"type": "firm_registration", "purpose": "投标", "confirmed": True},
        "confirm": {"values": {"name": "外人"}},
    }


@pytest.mark.parametrize("who", ANYBODY)
def test_no_operation_gives_or_changes_what_is_somebody_elses(world: World, who: str) -> None:
    client, wrong, sent = browser(world, who), [], bodies(world)
    before = rows()
    for path, methods in api.get_openapi_schema()["paths"].items():
        audience = OPERATION_AUDIENCE[path]
        address = path.format(**world.ids)
        for method in methods:
            body = json.dumps(sent.get(path.rsplit("/", 1)[-1], {}))
            more = {} if method == "get" else {"data": body, "content_type": "application/json"}
            answer = getattr(client, method)(address, **more)
            status, text = answer.status_code, answer.content.decode()
            closed = status in (401, 404) or (status == 200 and "read" in path and answer.json() == {"read": 0})
            own = audience in (For.ALL, For.CITIZEN, For.STAFF) and (who != "anonymous" or audience is For.ALL)
            if not (closed or (own and status < 500)):
                wrong.append(f"{method} {address} ({audience.value}): {status} {text[:200]}")
            wrong += [f"{method} {address} shows {each}" for each in world.secrets if each in text]
    after = rows()
    wrong += [f"{label} was changed" for label in before if before[label] != after[label]]
    assert not wrong, "\n".join(wrong)


def test_a_search_and_an_export_hold_nothing_of_another_office(world: World) -> None:
    for who in ANYBODY:
        client = browser(world, who)
        for word in ("李梅", world.case.number, world.case.number[-6:], "13800000001", "食品"):
            for address in (
                "/desk/search/",
                "/desk/search/export.csv",
                "/desk/",
                "/desk/export.csv",
                "/api/cases/search",
            ):
                answer = client.get(address, {"q": word, "text": word})
                text = text_of(answer).replace(word, "")
                assert answer.status_code < 500
                assert not [each for each in world.secrets if each in text], (who, address, word)


def test_the_owner_and_her_office_do_get_in(world: World) -> None:
    """Otherwise closed doors would prove nothing."""
    for who, audience in (("citizen", For.OWNER), ("accepter", For.OFFICE)):
        client, shut = browser(world, who), []
        for name, _, parts in patterns():
            if AUDIENCE[name] is audience and name not in CLERKS:
                answer = client.get(reverse(name, kwargs=arguments(name, parts, world.ids)))
                if answer.status_code == 404 or log_in_page(answer):
                    shut.append(f"{name}: {answer.status_code}")
        assert not shut, who
