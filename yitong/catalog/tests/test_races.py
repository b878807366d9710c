"""Two people at once, on two connections: one wins, the other is told; nothing is half done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from tests.cast import NOW, build
from yitong.audit.models import Entry
from yitong.catalog.commands import drafts, publishing
from yitong.catalog.commands.planned import begin_planned
from yitong.catalog.models import ItemVersion
from yitong.catalog.rules.plan import Plan
from yitong.catalog.tests.records import record
from yitong.kernel.reasons import Conflict, Refused
from yitong.parties.actors import system

pytestmark = pytest.mark.django_db(transaction=True)
CODE = "430117001000"


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """What became of each act: done, conflict or refused."""
    start, outcomes = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            start.wait()
            act()
            outcomes[place] = "done"
        except Conflict:
            outcomes[place] = "conflict"
        except Refused as refusal:
            outcomes[place] = refusal.reasons[0].code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.fixture
def author() -> Any:
    return build().actor("author")


@pytest.fixture
def draft(author: Any) -> ItemVersion:
    from yitong.parties.queries import organisation

    department = organisation.departments().filter(region_id__in=author.region_ids)[0]
    return drafts.create_item(actor=author, basic_code=CODE, department_id=department.pk, record=record(), now=NOW)


def test_two_authors_saving_the_same_draft_lose_nothing(author: Any, draft: ItemVersion) -> None:
    def save(text: str) -> Callable[[], Any]:
        return lambda: drafts.save_draft(
            actor=author, item_id=draft.item_id, record=record(summary=text), rev=draft.rev, now=NOW
        )

    assert at_once(save("一"), save("二")) == ["conflict", "done"]
    draft.refresh_from_db()
    assert (draft.rev, draft.record["summary"] in ("一", "二")) == (2, True)
    assert Entry.objects.filter(tag="catalog:version:saved").count() == 1


def test_two_reviewers_publishing_at_once_publish_once(author: Any, draft: ItemVersion) -> None:
    sent = drafts.submit_for_review(actor=author, version_id=draft.pk, rev=draft.rev, now=NOW)
    reviewers = [replace(author, ref=f"staff:{number}") for number in (9001, 9002)]

    def publish(actor: Any) -> Callable[[], Any]:
        return lambda: publishing.publish(actor=actor, version_id=sent.pk, rev=sent.rev, now=NOW)

    assert at_once(*(publish(actor) for actor in reviewers)) == ["done", "wrong_state"]
    assert Entry.objects.filter(tag="catalog:version:published").count() == 1


def test_the_same_item_created_twice_at_once_exists_once(author: Any, draft: ItemVersion) -> None:
    def create() -> Any:
        return drafts.create_item(
            actor=author,
            basic_code="430117002000",
            department_id=draft.item.department_id,
            record=record(),
            now=NOW,
        )

    assert at_once(create, create) == ["done", "item_exists"]


def test_two_new_drafts_at_once_become_one(author: Any, draft: ItemVersion) -> None:
    sent = drafts.submit_for_review(actor=author, version_id=draft.pk, rev=draft.rev, now=NOW)
    publishing.publish(actor=replace(author, ref="staff:9001"), version_id=sent.pk, rev=sent.rev, now=NOW)

    def begin() -> Any:
        return drafts.save_draft(actor=author, item_id=draft.item_id, record=record(summary="新"), now=NOW)

    assert at_once(begin, begin) == ["conflict", "done"]
    assert ItemVersion.objects.filter(item_id=draft.item_id, state="draft").count() == 1


@pytest.fixture
def waiting(author: Any, draft: ItemVersion) -> ItemVersion:
    """A version that waits for the day after tomorrow."""
    sent = drafts.submit_for_review(actor=author, version_id=draft.pk, rev=draft.rev, now=NOW)
    plan = Plan(NOW.date() + timedelta(days=2))
    reviewer = replace(author, ref="staff:9001")
    return publishing.publish(actor=reviewer, version_id=sent.pk, rev=sent.rev, now=NOW, plan=plan)


def test_two_workers_put_a_waiting_version_in_force_once(waiting: ItemVersion) -> None:
    day, begun = NOW + timedelta(days=2), []

    def begin() -> None:
        begun.append(begin_planned(actor=system("catalog_plan"), now=day))

    assert at_once(begin, begin, begin) == ["done"] * 3
    assert sum(begun) == 1
    assert Entry.objects.filter(tag="catalog:version:published").count() == 1


def test_taking_a_version_back_on_its_day_and_the_calendar_leave_one_truth(author: Any, waiting: ItemVersion) -> None:
    day = NOW + timedelta(days=2)

    def take_back() -> Any:
        return drafts.send_back(actor=author, version_id=waiting.pk, rev=waiting.rev, remark="改期", now=day)

    def begin() -> Any:
        return begin_planned(actor=system("catalog_plan"), now=day)

    outcomes = at_once(take_back, begin)
    waiting.refresh_from_db()
    assert (outcomes, waiting.state) in ((["done", "done"], "draft"), (["done", "wrong_state"], "published"))


def test_moving_a_draft_to_a_level_the_department_has_is_refused(author: Any, draft: ItemVersion) -> None:
    other = drafts.create_item(
        actor=author, basic_code=CODE, department_id=draft.item.department_id, record=record(level="4"), now=NOW
    )
    with pytest.raises(Refused) as refusal:
        drafts.save_draft(actor=author, item_id=other.item_id, record=record(level="3"), rev=other.rev, now=NOW)
    assert [(r.code, r.field) for r in refusal.value.reasons] == [("item_exists", "level")]


def test_two_administrators_entering_one_code_on_the_page(author: Any, draft: ItemVersion) -> None:
    from django.test import Client

    from yitong.parties.models import Account

    account = Account.objects.get(staff_id=author.staff_id)
    values = {"department": draft.item.department_id, "basic_code": "430117002000", "name": "新事项", "level": "3"}
    pages: list[Any] = []

    def enter() -> None:
        client = Client()
        client.force_login(account)
        pages.append(client.post("/console/catalog/new/", values))

    assert at_once(enter, enter) == ["done", "done"]
    assert sorted(page.status_code for page in pages) == [302, 422]
    told = next(page for page in pages if page.status_code == 422).content.decode()
    assert "新事项" in told and "430117002000" in told and "已有" in told
