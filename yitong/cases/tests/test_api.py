"""The API: the same policy and rules, answered as 401, 404, 409 and 422."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yitong.cases import commands
from yitong.cases.models import Case


@pytest.fixture
def today(office) -> Any:
    """The office an hour ago: views read the clock themselves, and nothing they do may lie before what is there."""
    office.now = timezone.now() - timedelta(hours=1)
    return office


def client(office, who: str) -> Client:
    found = Client()
    found.force_login(office.cast.account(who))
    return found


def post(found: Client, path: str, body: Any = None) -> Any:
    return found.post(f"/api/cases{path}", json.dumps(body or {}), content_type="application/json")


def test_nobody_reads_without_logging_in(today):
    case = today.submitted()
    for path in ("/mine", "/inbox", f"/{case.number}", f"/{case.number}/ledger", "/search?q=李梅"):
        assert Client().get(f"/api/cases{path}").status_code == 401
    assert post(Client(), f"/{case.number}/withdraw").status_code == 401


def test_somebody_elses_case_is_not_there(today):
    case = today.submitted()
    for who in ("stranger", "outsider", "author"):
        found = client(today, who)
        assert found.get(f"/api/cases/{case.number}").status_code == 404
        assert found.get(f"/api/cases/{case.number}/ledger").status_code == 404
        for act in ("accept", "claim", "withdraw", "supply-correction"):
            assert post(found, f"/{case.number}/{act}").status_code == 404, act
        assert found.get("/api/cases/inbox").json()["cases"] == []
        assert found.get("/api/cases/search?q=李梅").json()["cases"] == []


def test_a_citizen_applies_and_follows(today):
    found = client(today, "citizen")
    body = {
        "item_code": today.item.basic_code,
        "answers": {"scope": "retail"},
        "form": {"shop": "李梅小吃店", "phone": "13800000001"},
        "client_token": "api-12345678",
    }
    first = post(found, "/drafts", body)
    assert first.status_code == 201 and post(found, "/drafts", body).json()["id"] == first.json()["id"]
    case_id = first.json()["id"]
    refused = post(found, f"/drafts/{case_id}/submit")
    assert refused.status_code == 422
    assert {reason["field"] for reason in refused.json()["reasons"]} == {"application", "layout", "rules"}
    for code in ("application", "layout", "rules"):
        file_id = today.upload("citizen", f"{code}.png")
        place = f"/drafts/{case_id}/materials"
        assert post(found, place, {"material_code": code, "stored_file_id": file_id}).status_code == 200
    submitted = post(found, f"/drafts/{case_id}/submit")
    assert submitted.status_code == 200
    again = post(found, f"/drafts/{case_id}/submit")
    assert again.status_code == 200 and again.json()["number"] == submitted.json()["number"]
    assert found.get("/api/cases/mine").json()["cases"][0]["number"] == submitted.json()["number"]
    case = found.get(f"/api/cases/{submitted.json()['number']}").json()
    assert [event["kind"] for event in case["timeline"]] == ["submitted"]


def test_an_officer_accepts_and_a_stale_rev_conflicts(today):
    case = today.submitted()
    found = client(today, "accepter")
    assert found.get("/api/cases/inbox?tab=to_accept").json()["cases"][0]["number"] == case.number
    assert post(found, f"/{case.number}/claim", {"rev": case.rev}).status_code == 200
    stale = post(found, f"/{case.number}/accept", {"rev": case.rev})
    assert stale.status_code == 409 and "孙丽" in stale.json()["detail"]
    accepted = post(found, f"/{case.number}/accept", {"rev": case.rev + 1})
    assert accepted.status_code == 200 and accepted.json()["state"] == "accepted"
    days = found.get(f"/api/cases/{case.number}/ledger").json()["statutory"]["days"]
    assert sum(day["counted"] for day in days) == 20
    second = post(found, f"/{case.number}/request-correction", {"items": []})
    assert second.status_code == 422 and second.json()["reasons"][0]["code"] == "correction_after_acceptance"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/drafts", {"item_code": "000000000000"}),
        ("/drafts", {"item_code": "x"}),
        ("/drafts", {"item_code": "000131001000", "form": {"shop": "a\x00b"}}),
        ("/drafts", {"item_code": "000131001000", "form": {"shop": "x" * 300_000}}),
        ("/drafts", {"item_code": "000131001000", "person_id": 2**63}),
        ("/NUMBER/withdraw", {"reason": "\x00"}),
        ("/NUMBER/withdraw", {"rev": "x"}),
        ("/NUMBER/materials", {"material_code": "layout", "stored_file_id": 1}),
    ],
)
def test_bad_input_is_refused_and_changes_nothing(today, path, body):
    case = today.submitted()
    answer = post(client(today, "citizen"), path.replace("NUMBER", case.number), body)
    assert answer.status_code == 422, answer.content
    assert Case.objects.get(pk=case.pk).rev == case.rev


def test_writes_need_the_csrf_token(today):
    case = today.submitted()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(today.cast.account("citizen"))
    assert post(strict, f"/{case.number}/withdraw").status_code == 403
    assert Case.objects.get(pk=case.pk).state == "submitted"


def test_the_queue_is_read_with_one_clock(today):
    case = today.do(commands.accept, "accepter", today.submitted())
    shown = client(today, "citizen").get(f"/api/cases/{case.number}").json()
    assert shown["light"] == "green" and datetime.fromisoformat(shown["accepted_at"]) <= case.accepted_at
