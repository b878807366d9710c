"""Planned days: approved versions wait, begin and end by the calendar; the public is told; nobody loses a race with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import NOW
from yitong.audit.models import Entry
from yitong.catalog import tasks
from yitong.catalog.commands import drafts, imports, publishing
from yitong.catalog.commands.planned import begin_planned, end_planned
from yitong.catalog.events import ItemRetired, VersionPublished
from yitong.catalog.exchange import yaml_files
from yitong.catalog.models import ItemVersion, ServiceItem
from yitong.catalog.queries import items
from yitong.catalog.rules.plan import Plan, reasons
from yitong.catalog.tests.records import record
from yitong.kernel import events
from yitong.kernel.reasons import NotAllowed, Reason, Refused
from yitong.parties.actors import Actor, system

CODE = "430117001000"
TODAY = NOW.date()
DAY = TODAY + timedelta(days=30)
CALENDAR = system("catalog_plan")


@pytest.fixture
def author(cast: Any) -> Actor:
    return cast.actor("author")


@pytest.fixture
def publisher(author: Actor) -> Actor:
    return replace(author, ref="staff:9001", name="何审", staff_id=9001)


@pytest.fixture
def item(cast: Any, author: Actor, publisher: Actor) -> ServiceItem:
    """An item in force."""
    department = cast.department("market").pk
    first = drafts.create_item(actor=author, basic_code=CODE, department_id=department, record=record(), now=NOW)
    return approved(author, publisher, first).item


def approved(author: Actor, publisher: Actor, draft: ItemVersion, **plan: date) -> ItemVersion:
    sent = drafts.submit_for_review(actor=author, version_id=draft.pk, rev=draft.rev, now=NOW)
    return publishing.publish(actor=publisher, version_id=sent.pk, rev=sent.rev, now=NOW, plan=Plan(**plan))


def next_version(author: Actor, publisher: Actor, item: ServiceItem, **plan: date) -> ItemVersion:
    draft = drafts.save_draft(actor=author, item_id=item.pk, record=record(summary="新规定"), now=NOW)
    return approved(author, publisher, draft, **plan)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def test_a_plan_ends_after_it_begins_and_is_near() -> None:
    assert reasons(Plan(), TODAY) == []
    assert reasons(Plan(TODAY - timedelta(days=3)), TODAY) == [], "a day gone by means at once"
    assert reasons(Plan(DAY, DAY + timedelta(days=1)), TODAY) == []
    assert [r.field for r in reasons(Plan(DAY, DAY), TODAY)] == ["ends_on"]
    assert [r.code for r in reasons(Plan(None, TODAY), TODAY)] == ["plan_backwards"]
    assert [r.field for r in reasons(Plan(date(2226, 1, 1)), TODAY)] == ["effective_on"]
    assert Plan(DAY).waits(TODAY) and not Plan(TODAY).waits(TODAY) and not Plan().waits(TODAY)


def test_a_version_with_a_day_ahead_waits_and_the_one_in_force_stays(
    author: Actor, publisher: Actor, item: ServiceItem
) -> None:
    seen: list[Any] = []
    events.subscribe(VersionPublished, seen.append)
    waiting = next_version(author, publisher, item, effective_on=DAY)
    assert (waiting.state, waiting.effective_on, waiting.published_at) == ("scheduled", DAY, None)
    assert items.published(CODE).version_id == item.current_version_id and not seen
    assert Entry.objects.filter(tag="catalog:version:scheduled").count() == 1
    before = NOW + timedelta(days=29)
    assert begin_planned(actor=CALENDAR, now=before) == 0
    day = NOW + timedelta(days=30)
    assert begin_planned(actor=CALENDAR, now=day) == 1
    found = items.published(CODE)
    assert (found.version_id, found.record.summary, found.published_at) == (waiting.pk, "新规定", day)
    old = ItemVersion.objects.get(pk=item.current_version_id)
    assert (old.state, old.retired_at) == ("retired", day)
    assert [event.version_id for event in seen] == [waiting.pk]
    assert begin_planned(actor=CALENDAR, now=day) == 0, "once"
    assert Entry.objects.filter(tag="catalog:version:published").count() == 2


def test_a_missed_day_is_caught_up_with(author: Actor, publisher: Actor, item: ServiceItem) -> None:
    waiting = next_version(author, publisher, item, effective_on=DAY)
    late = NOW + timedelta(days=45)
    assert begin_planned(actor=CALENDAR, now=late) == 1
    waiting.refresh_from_db()
    assert waiting.published_at == late, "it was not in force before somebody could see it"


def test_the_author_plans_and_the_publisher_has_the_last_word(
    author: Actor, publisher: Actor, item: ServiceItem
) -> None:
    draft = drafts.save_draft(actor=author, item_id=item.pk, record=record(summary="二"), now=NOW)
    sent = drafts.submit_for_review(actor=author, version_id=draft.pk, rev=draft.rev, now=NOW, plan=Plan(DAY))
    assert sent.effective_on == DAY
    kept = publishing.publish(actor=publisher, version_id=sent.pk, rev=sent.rev, now=NOW)
    assert kept.state == "scheduled"
    back = drafts.send_back(actor=publisher, version_id=kept.pk, rev=kept.rev, remark="改期", now=NOW)
    assert (back.state, back.remark) == ("draft", "改期")
    now_sent = drafts.submit_for_review(actor=author, version_id=back.pk, rev=back.rev, now=NOW)
    done = publishing.publish(actor=publisher, version_id=now_sent.pk, rev=now_sent.rev, now=NOW, plan=Plan())
    assert (done.state, done.effective_on) == ("published", None)


def test_a_waiting_version_is_frozen_and_keeps_the_item_busy(
    author: Actor, publisher: Actor, item: ServiceItem
) -> None:
    waiting = next_version(author, publisher, item, effective_on=DAY)
    changes: tuple[dict[str, Any], ...] = (
        {"name": "别的"},
        {"record": {}},
        {"effective_on": TODAY},
        {"state": "review"},
    )
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            ItemVersion.objects.filter(pk=waiting.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemVersion.objects.filter(pk=waiting.pk).delete()
    for attempt in (
        lambda: drafts.save_draft(actor=author, item_id=item.pk, record=record(), rev=waiting.rev, now=NOW),
        lambda: drafts.discard_draft(actor=author, version_id=waiting.pk, rev=waiting.rev, now=NOW),
        lambda: publishing.publish(actor=publisher, version_id=waiting.pk, rev=waiting.rev, now=NOW),
    ):
        with pytest.raises(Refused) as refusal:
            attempt()
        assert codes(refusal) == ["wrong_state"]
    with pytest.raises(Refused) as refusal:
        publishing.retire(actor=publisher, item_id=item.pk, reason="并入", now=NOW)
    assert codes(refusal) == ["version_waits"]
    with pytest.raises(NotAllowed):
        stranger = replace(author, region_ids=frozenset())
        drafts.send_back(actor=stranger, version_id=waiting.pk, rev=waiting.rev, remark="x", now=NOW)
    assert ItemVersion.objects.get(pk=waiting.pk).state == "scheduled"


def test_a_version_ends_on_its_day_unless_another_takes_over(
    author: Actor, publisher: Actor, item: ServiceItem
) -> None:
    seen: list[Any] = []
    events.subscribe(ItemRetired, seen.append)
    second = next_version(author, publisher, item, ends_on=DAY)
    assert second.state == "published" and items.published(CODE).ends_on == DAY
    assert end_planned(actor=CALENDAR, now=NOW + timedelta(days=29)) == 0
    third = next_version(author, publisher, item, effective_on=DAY, ends_on=DAY + timedelta(days=5))
    day = NOW + timedelta(days=30)
    assert (begin_planned(actor=CALENDAR, now=day), end_planned(actor=CALENDAR, now=day)) == (1, 0)
    assert items.published(CODE).version_id == third.pk
    last = day + timedelta(days=5)
    assert end_planned(actor=CALENDAR, now=last) == 1 and end_planned(actor=CALENDAR, now=last) == 0
    item.refresh_from_db()
    assert item.state == "retired" and len(seen) == 1
    with pytest.raises(items.ItemNotFound):
        items.published(CODE)


def test_the_worker_runs_both_rounds(author: Actor, publisher: Actor, item: ServiceItem, monkeypatch: Any) -> None:
    next_version(author, publisher, item, effective_on=DAY, ends_on=DAY + timedelta(days=1))
    monkeypatch.setattr(tasks.timezone, "now", lambda: NOW + timedelta(days=30))
    assert tasks.planned_days(0) == 1
    monkeypatch.setattr(tasks.timezone, "now", lambda: NOW + timedelta(days=31))
    assert tasks.planned_days(0) == 1
    item.refresh_from_db()
    assert item.state == "retired"


def test_a_version_that_a_later_rule_refuses_does_not_stop_the_others(
    cast: Any, author: Actor, publisher: Actor, item: ServiceItem, monkeypatch: Any, caplog: Any
) -> None:
    stuck = next_version(author, publisher, item, effective_on=DAY)
    other = drafts.create_item(
        actor=author,
        basic_code="430117002000",
        department_id=item.department_id,
        record=record(summary="另一个"),
        now=NOW,
    )
    other = approved(author, publisher, other, effective_on=DAY)
    rule = Reason("new_rule", "refused", field="summary")
    monkeypatch.setattr(drafts.publishing, "reasons", lambda each: [rule] if each.summary == "新规定" else [])
    assert begin_planned(actor=CALENDAR, now=NOW + timedelta(days=30)) == 1
    assert [ItemVersion.objects.get(pk=v.pk).state for v in (stuck, other)] == ["scheduled", "published"]
    assert str(stuck.pk) in caplog.text


def test_a_file_cannot_change_what_waits(cast: Any, author: Actor, publisher: Actor, item: ServiceItem) -> None:
    next_version(author, publisher, item, effective_on=DAY)
    content = yaml_files.write([(CODE, cast.department("market").code, "439900", record(summary="三"))]).encode()
    batch = imports.import_file(actor=author, content=content, file_name="a.yaml", now=NOW)
    assert (batch.state, [error.code for error in batch.errors.all()]) == ("rejected", ["waits"])


def test_the_pages_plan_tell_and_take_back(
    client: Client, cast: Any, author: Actor, publisher: Actor, item: ServiceItem
) -> None:
    draft = drafts.save_draft(actor=publisher, item_id=item.pk, record=record(summary="新规定"), now=NOW)
    sent = drafts.submit_for_review(actor=publisher, version_id=draft.pk, rev=draft.rev, now=NOW)
    client.force_login(cast.account("author"))
    address = f"/console/catalog/versions/{sent.pk}/"
    wrong = client.post(f"{address}publish/", {"rev": sent.rev, "effective_on": "soon"})
    assert wrong.status_code == 422 and 'value="soon"' in wrong.content.decode()
    backwards = {"rev": sent.rev, "effective_on": "2027-03-01", "ends_on": "2027-02-01"}
    page = client.post(f"{address}publish/", backwards)
    assert page.status_code == 422 and 'value="2027-02-01"' in page.content.decode()
    assert page.context["plan"].errors["ends_on"]
    done = client.post(f"{address}publish/", {"rev": sent.rev, "effective_on": "2027-03-01"}, follow=True)
    sent.refresh_from_db()
    assert sent.state == "scheduled" and "2027年3月1日" in done.content.decode()
    assert "待生效" in client.get("/console/catalog/?state=scheduled").content.decode()
    assert "待生效" in client.get(f"/console/catalog/items/{item.pk}/").content.decode()
    public = Client().get(f"/guide/{CODE}/").content.decode()
    assert "自2027年3月1日 (周一)起执行新版本" in public and "新规定" in public
    assert Client().get(f"/api/catalog/items/{CODE}").json()["record"]["summary"] != "新规定"
    assert client.post(f"{address}send-back/", {"rev": sent.rev, "remark": ""}, follow=True).status_code == 200
    client.post(f"{address}send-back/", {"rev": sent.rev, "remark": "改期"})
    sent.refresh_from_db()
    assert sent.state == "draft"
    assert "执行新版本" not in Client().get(f"/guide/{CODE}/").content.decode()


def test_the_guide_tells_when_a_service_ends(author: Actor, publisher: Actor, item: ServiceItem) -> None:
    next_version(author, publisher, item, ends_on=date(2027, 3, 1))
    assert "自2027年3月1日 (周一)起不再办理本事项" in Client().get(f"/guide/{CODE}/").content.decode()
