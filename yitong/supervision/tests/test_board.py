"""The board shows the same lights as the cases, only to supervisors, in a fixed number of statements."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yitong.cases import commands as cases
from yitong.cases.models import Case
from yitong.cases.queries import light
from yitong.cases.tests.conftest import Office, office  # noqa: F401 - the fixture
from yitong.supervision.queries import board, cases_with, indicators

pytestmark = pytest.mark.django_db


def lights_of(office: Office, at: datetime) -> dict[int, str]:  # noqa: F811
    found = {}
    for case in Case.objects.filter(state__in=["accepted", "deciding"]):
        word = light(at, case.yellow_at, case.committed_due_at, case.statutory_due_at, case.suspended, case.closed_at)
        found[case.pk] = word.value
    return found


def test_the_board_agrees_with_the_rule_at_every_instant(office: Office) -> None:  # noqa: F811
    office.accepted()
    stopped = office.accepted()
    office.do(
        cases.start_special_procedure, "reviewer", stopped, kind="hearing", reason="申请人要求听证", planned_days=5
    )
    supervisor = office.actor("supervisor")
    seen = set()
    for days in range(0, 60):
        at = office.now + timedelta(days=days)
        expected = lights_of(office, at)
        counted = board(supervisor, at)
        for word in ("red", "yellow", "green", "paused"):
            behind = set(cases_with(supervisor, at, word).values_list("id", flat=True))
            assert behind == {pk for pk, value in expected.items() if value == word}, (days, word)
            assert counted.totals[word] == len(behind)
        seen |= set(expected.values())
    assert seen == {"green", "yellow", "red", "paused"}


def test_indicators_show_numerator_and_denominator(office: Office) -> None:  # noqa: F811
    office.granted()
    rows = {
        row.code: row
        for row in indicators(office.actor("supervisor"), office.now - timedelta(9), office.now + timedelta(9))
    }
    assert (rows["in_time"].numerator, rows["in_time"].denominator, rows["in_time"].value) == (1, 1, 100.0)
    assert rows["elapsed"].unit == "days" and rows["elapsed"].denominator == 1
    empty = indicators(office.actor("supervisor"), office.now - timedelta(99), office.now - timedelta(98))
    assert all(row.value is None for row in empty)


def client_of(office: Office, who: str) -> Client:  # noqa: F811
    client = Client()
    client.force_login(office.cast.account(who), "yitong.parties.backends.AccountBackend")
    return client


def test_only_supervisors_see_the_board(office: Office) -> None:  # noqa: F811
    office.accepted()
    assert client_of(office, "supervisor").get("/supervision/").status_code == 200
    assert client_of(office, "reviewer").get("/supervision/").status_code == 404
    assert client_of(office, "citizen").get("/supervision/").status_code == 302
    assert Client().get("/supervision/cases/").status_code == 302


def test_pages_need_the_same_number_of_statements_for_one_case_and_many(office: Office) -> None:  # noqa: F811
    supervisor = client_of(office, "supervisor")

    def statements() -> list[int]:
        counts = []
        for address in ("/supervision/", "/supervision/cases/?light=green", "/supervision/ratings/"):
            with CaptureQueriesContext(
                connection,
            ) as caught:
                assert supervisor.get(address).status_code == 200
            counts.append(len(caught))
        return counts

    office.accepted()
    statements()
    few = statements()
    for _ in range(6):
        office.accepted()
    assert statements() == few


@pytest.mark.parametrize("query", ["light=purple", "page=999", "page=x", "department=99999999999999999999", "days=-1"])
def test_odd_addresses_are_answered(office: Office, query: str) -> None:  # noqa: F811
    supervisor: Any = client_of(office, "supervisor")
    assert supervisor.get(f"/supervision/cases/?{query}").status_code == 200
    assert supervisor.get(f"/supervision/?{query}").status_code == 200
