"""The to-do inbox, its filters, claiming, export; the search."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yitong.cases import commands
from yitong.cases.models import Case, CaseEvent
from yitong.cases.tests.desk_fixtures import enter_fixture  # noqa: F401

INBOX_STATEMENTS = 4
"""The list (2), the counts, the items of the filter. What the session and the actor cost comes on top."""


def listed(client: Client, url: str = "/desk/") -> list[str]:
    page = client.get(url)
    assert page.status_code == 200, page.content[:500]
    return [row.number for row in page.context["rows"]]


def many(office, count: int) -> list[Case]:
    """More submitted cases of the same kind, as rows: what a list costs does not depend on how they came."""
    first = office.submitted()
    rows = []
    for place in range(count - 1):
        row = Case.objects.get(pk=first.pk)
        row.pk, row.number = None, f"{first.number[:-6]}{place:06d}"
        row.client_token = None
        rows.append(row)
    for row in rows:
        row.save(force_insert=True)
    return [first, *rows]


def test_strangers_to_the_desk_are_asked_to_log_in_as_staff(enter):
    page = Client().get("/desk/?tab=mine")
    assert (page.status_code, page["Location"]) == (302, "/desk/login/?next=%2Fdesk%2F%3Ftab%3Dmine")
    assert enter("citizen").get("/desk/")["Location"].startswith("/desk/login/")


def test_an_administrator_sees_no_cases(office, enter):
    office.submitted()
    assert enter("admin").get("/desk/").status_code == 404


def test_every_officer_sees_his_own_departments_cases_alone(office, enter):
    case = office.submitted()
    assert listed(enter("accepter")) == [case.number]
    assert listed(enter("outsider")) == []
    assert listed(enter("supervisor")) == [case.number]


def test_the_tabs_count_and_filter(office, enter):
    waiting, reviewed = office.submitted(), office.accepted()
    client = enter("accepter")
    counts = {str(tab.url): tab.count for tab in client.get("/desk/").context["tabs"]}
    assert counts["?tab=open"] == "2"
    assert counts["?tab=to_accept"] == "1"
    assert counts["?tab=reviewing"] == "1"
    assert listed(client, "/desk/?tab=to_accept") == [waiting.number]
    assert listed(client, "/desk/?tab=reviewing") == [reviewed.number]


def test_filters_stand_in_the_address(office, enter):
    case = office.accepted()
    client, due = enter("reviewer"), case.committed_due_on
    assert listed(client, f"/desk/?item={case.item_code}&channel=web&state=accepted&light=green&q=李梅") == [
        case.number
    ]
    assert listed(client, "/desk/?channel=window") == []
    assert listed(client, "/desk/?light=red") == []
    assert listed(client, f"/desk/?due_from={due}&due_until={due}") == [case.number]
    assert listed(client, f"/desk/?due_from={due + timedelta(days=1)}") == []
    assert listed(client, "/desk/?mine=on") == []
    office.do(commands.claim, "reviewer", case)
    assert listed(client, "/desk/?mine=on") == [case.number]


def test_a_wrong_filter_is_told_beside_its_field_and_breaks_nothing(office, enter):
    case = office.submitted()
    page = enter("accepter").get("/desk/?due_from=2026-10-09&due_until=2026-10-01&light=purple&page=x")
    assert page.status_code == 200
    assert "due_until" in page.context["filters"].errors
    assert [row.number for row in page.context["rows"]] == [case.number]


def test_the_light_has_a_word_and_the_limit_is_counted_in_working_days(office, enter):
    office.accepted()
    html = enter("reviewer").get("/desk/").content.decode()
    # Accepted on 24 September: that day is not counted, so that all ten days are left.
    assert re.search(r"light-green.{0,120}时限内|light-green.{0,120}正常", html, re.S)
    assert "还剩 10 个工作日" in html
    assert "2026年10月15日 (周四)" in html


def test_an_empty_group_says_what_to_do(enter):
    html = enter("accepter").get("/desk/?tab=deciding").content.decode()
    assert "empty-state" in html
    assert "<table" not in html


def test_claiming_several_at_once_tells_what_failed(office, enter):
    first, second = office.submitted(), office.submitted()
    colleague = office.cast.staff_member("second_reviewer")
    office.do(commands.claim, "second_reviewer", second)
    client = enter("accepter")
    page = client.post(
        "/desk/claim/", {"number": [first.number, second.number], "next": "/desk/?tab=to_accept"}, follow=True
    )
    assert page.redirect_chain[-1][0] == "/desk/?tab=to_accept"
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.handler_id == office.cast.staff_member("accepter").pk
    assert second.handler_id == colleague.pk
    told = [str(message) for message in page.context["messages"]]
    assert len(told) == 2 and "周涛" in told[1]


def test_claiming_another_departments_case_changes_nothing(office, enter):
    case = office.submitted()
    enter("outsider").post("/desk/claim/", {"one": case.number})
    case.refresh_from_db()
    assert case.handler_id is None
    assert not CaseEvent.objects.filter(case=case, kind="claimed").exists()


def test_after_claiming_nobody_is_sent_to_another_site(office, enter):
    case = office.submitted()
    for evil in ("https://example.org/desk/", "//example.org/desk/", "/desk/\\example.org", "javascript:alert(1)"):
        answer = enter("accepter").post("/desk/claim/", {"one": case.number, "next": evil})
        assert answer["Location"].startswith("/desk/")


@pytest.mark.parametrize("count", [5, 50])
def test_the_number_of_statements_does_not_depend_on_the_rows(office, enter, count):
    many(office, count)
    client = enter("accepter")
    client.get("/desk/")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        page = client.get("/desk/")
    assert len(page.context["rows"]) == min(count, 20)
    cases = [query["sql"] for query in seen if "cases_case" in query["sql"] or "catalog_serviceitem" in query["sql"]]
    assert len(cases) == INBOX_STATEMENTS, cases
    assert len(seen) <= INBOX_STATEMENTS + 8


def test_pages_follow_each_other_and_keep_the_filters(office, enter):
    cases = many(office, 25)
    client = enter("accepter")
    first, second = listed(client, "/desk/?channel=web"), listed(client, "/desk/?channel=web&page=2")
    assert (len(first), len(second)) == (20, 5)
    assert set(first + second) == {case.number for case in cases}
    assert 'href="?channel=web&amp;page=2"' in client.get("/desk/?channel=web").content.decode()


def test_the_export_has_all_pages_masks_people_and_no_formula_runs(office, enter):
    cases = many(office, 25)
    Case.objects.filter(pk=cases[0].pk).update(item_name="=HYPERLINK(1)", rev=cases[0].rev + 1)
    answer = enter("accepter").get("/desk/export.csv?tab=open")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert answer["Content-Type"].startswith("text/csv")
    lines = text.strip().split("\r\n")
    assert len(lines) == 26
    assert "李梅" not in text and "李*" in text
    assert ",'=HYPERLINK(1)," in text
    assert enter("outsider").get("/desk/export.csv").getvalue().decode("utf-8-sig").count("\r\n") == 1


def test_the_search_finds_by_number_part_name_item_and_date(office, enter):
    case = office.do(commands.withdraw, "citizen", office.submitted(), reason="暂不办理")
    client = enter("reviewer")
    day = case.received_at.date()
    for query in (
        f"q={case.number[-4:]}",
        f"q={case.number}",
        "q=李梅",
        "q=食品",
        f"item={case.item_code}&state=closed",
        f"received_from={day}&received_until={day}&outcome=withdrawn",
    ):
        assert listed(client, f"/desk/search/?{query}") == [case.number], query
    assert listed(client, "/desk/search/?q=张三") == []
    assert listed(client, "/desk/search/") == []
    assert listed(enter("outsider"), f"/desk/search/?q={case.number[-4:]}") == []


def test_the_search_is_exported_under_the_same_scope(office, enter):
    case = office.submitted()
    url = f"/desk/search/export.csv?q={case.number[-6:]}"
    assert case.number in enter("accepter").get(url).getvalue().decode()
    assert case.number not in enter("outsider").get(url).getvalue().decode()
