"""Two people at once, on two connections: one wins, the other is told; nothing is half done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from tests.cast import NOW, build
from yitong.audit.models import Entry
from yitong.catalog.commands import drafts, publishing
from yitong.catalog.models import ItemVersion
from yitong.catalog.tests.records import record
from yitong.kernel.reasons import Conflict, Refused

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
