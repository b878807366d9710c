"""Commands of the catalogue, each for: works, refuses a stranger, refuses the wrong state, one audit entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import NOW
from yitong.audit.models import Entry
from yitong.catalog.commands import drafts, publishing
from yitong.catalog.commands.search_index import set_popularity
from yitong.catalog.commands.synonyms import ensure_synonyms, remove_synonym, save_synonym
from yitong.catalog.events import ItemRetired, VersionPublished
from yitong.catalog.models import ItemSearch, ItemVersion, ServiceItem, Synonym
from yitong.catalog.queries import items
from yitong.catalog.tests.records import record
from yitong.kernel import events
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.parties.actors import Actor, system

CODE = "430117001000"


@pytest.fixture
def author(cast: Any) -> Actor:
    return cast.actor("author")


@pytest.fixture
def publisher(author: Actor) -> Actor:
    """A second author of the same region."""
    return replace(author, ref="staff:9001", name="何审", staff_id=9001)


@pytest.fixture
def draft(cast: Any, author: Actor) -> ItemVersion:
    return create(cast, author)


def create(cast: Any, actor: Actor, code: str = CODE, **changes: Any) -> ItemVersion:
    department = cast.department("market").pk
    return drafts.create_item(actor=actor, basic_code=code, department_id=department, record=record(**changes), now=NOW)


def released(version: ItemVersion, author: Actor, publisher: Actor) -> ItemVersion:
    sent = drafts.submit_for_review(actor=author, version_id=version.pk, rev=version.rev, now=NOW)
    return publishing.publish(actor=publisher, version_id=sent.pk, rev=sent.rev, now=NOW)


def tags(subject: str = "item:") -> list[str]:
    return list(Entry.objects.filter(subject__startswith=subject).order_by("id").values_list("tag", flat=True))


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def test_a_new_item_gets_its_code_from_department_level_and_basic_code(cast: Any, draft: ItemVersion) -> None:
    assert draft.item.implementation_code == f"{cast.department('market').uscc}3{CODE}"
    assert (draft.number, draft.state, draft.item.state) == (1, "draft", "draft")
    assert tags() == ["catalog:item:created"]


def test_the_same_item_twice_is_refused(cast: Any, author: Actor, draft: ItemVersion) -> None:
    with pytest.raises(Refused) as refusal:
        create(cast, author)
    assert codes(refusal) == ["item_exists"]


@pytest.mark.parametrize("name", ["citizen", "stranger", "clerk", "chief"])
def test_nobody_but_authors_writes_the_catalogue(cast: Any, draft: ItemVersion, name: str) -> None:
    actor = cast.actor(name)
    with pytest.raises(NotAllowed):
        create(cast, actor, "430117002000")
    with pytest.raises(NotAllowed):
        drafts.save_draft(actor=actor, item_id=draft.item_id, record=record(), rev=draft.rev, now=NOW)
    with pytest.raises(NotAllowed):
        drafts.submit_for_review(actor=actor, version_id=draft.pk, rev=draft.rev, now=NOW)
    with pytest.raises(NotAllowed):
        publishing.publish(actor=actor, version_id=draft.pk, rev=draft.rev, now=NOW)
    with pytest.raises(NotAllowed):
        publishing.retire(actor=actor, item_id=draft.item_id, reason="x", now=NOW)


def test_an_author_of_another_region_is_a_stranger(cast: Any, author: Actor, draft: ItemVersion) -> None:
    elsewhere = replace(author, region_ids=frozenset({cast.region("other_district").pk}))
    with pytest.raises(NotAllowed):
        drafts.save_draft(actor=elsewhere, item_id=draft.item_id, record=record(), rev=draft.rev, now=NOW)


def test_saving_with_an_old_revision_loses_nothing_and_names_who_was_first(author: Actor, draft: ItemVersion) -> None:
    first = drafts.save_draft(actor=author, item_id=draft.item_id, record=record(summary="一"), rev=draft.rev, now=NOW)
    assert first.rev == draft.rev + 1
    with pytest.raises(Conflict) as conflict:
        drafts.save_draft(actor=author, item_id=draft.item_id, record=record(summary="二"), rev=draft.rev, now=NOW)
    assert author.name in str(conflict.value)
    assert ItemVersion.objects.get(pk=draft.pk).record["summary"] == "一"


def test_publishing_takes_two_people_and_updates_guide_and_search(
    author: Actor, publisher: Actor, draft: ItemVersion
) -> None:
    seen: list[Any] = []
    events.subscribe(VersionPublished, seen.append)
    sent = drafts.submit_for_review(actor=author, version_id=draft.pk, rev=draft.rev, now=NOW)
    with pytest.raises(Refused) as refusal:
        publishing.publish(actor=author, version_id=sent.pk, rev=sent.rev, now=NOW)
    assert codes(refusal) == ["own_version"]
    done = publishing.publish(actor=publisher, version_id=sent.pk, rev=sent.rev, now=NOW)
    assert done.published_at == NOW
    found = items.published(CODE)
    assert (found.version_id, found.record) == (done.pk, record())
    assert items.published(found.implementation_code).item_id == found.item_id
    assert ItemSearch.objects.get(item_id=found.item_id).lists == ["permits"]
    assert seen[-1].version_id == done.pk and seen[-1].previous_version_id is None
    assert tags() == ["catalog:item:created", "catalog:version:submitted", "catalog:version:published"]


def test_a_draft_must_be_reviewed_before_it_is_published(publisher: Actor, draft: ItemVersion) -> None:
    with pytest.raises(Refused) as refusal:
        publishing.publish(actor=publisher, version_id=draft.pk, rev=draft.rev, now=NOW)
    assert codes(refusal) == ["wrong_state"]


def test_a_record_that_breaks_a_rule_is_not_even_reviewed(cast: Any, author: Actor) -> None:
    version = create(cast, author, committed_limit={"amount": 30})
    with pytest.raises(Refused) as refusal:
        drafts.submit_for_review(actor=author, version_id=version.pk, rev=version.rev, now=NOW)
    assert [reason.field for reason in refusal.value.reasons] == ["committed_limit.amount"]


def test_sending_back_needs_a_remark_and_lets_the_author_go_on(
    author: Actor, publisher: Actor, draft: ItemVersion
) -> None:
    sent = drafts.submit_for_review(actor=author, version_id=draft.pk, rev=draft.rev, now=NOW)
    with pytest.raises(Refused) as refusal:
        drafts.save_draft(actor=author, item_id=sent.item_id, record=record(), rev=sent.rev, now=NOW)
    assert codes(refusal) == ["wrong_state"]
    with pytest.raises(Refused):
        drafts.send_back(actor=publisher, version_id=sent.pk, rev=sent.rev, remark=" ", now=NOW)
    back = drafts.send_back(actor=publisher, version_id=sent.pk, rev=sent.rev, remark="补充依据", now=NOW)
    assert (back.state, back.remark) == ("draft", "补充依据")
    saved = drafts.save_draft(actor=author, item_id=back.item_id, record=record(), rev=back.rev, now=NOW)
    assert saved.remark == ""


def test_a_new_version_replaces_the_old_one_at_the_same_instant(
    author: Actor, publisher: Actor, draft: ItemVersion
) -> None:
    old = released(draft, author, publisher)
    changed = record(summary="改")
    new = drafts.save_draft(actor=author, item_id=old.item_id, record=changed, now=NOW)
    assert (new.number, items.published(CODE).version_id) == (2, old.pk)
    later = NOW + timedelta(days=3)
    sent = drafts.submit_for_review(actor=author, version_id=new.pk, rev=new.rev, now=later)
    publishing.publish(actor=publisher, version_id=new.pk, rev=sent.rev, now=later)
    old.refresh_from_db()
    assert (old.state, old.retired_at) == ("retired", later)
    assert items.published(CODE).record == changed
    assert items.version(old.pk).record == record()


def test_published_versions_are_frozen_in_the_database(author: Actor, publisher: Actor, draft: ItemVersion) -> None:
    done = released(draft, author, publisher)
    later = NOW + timedelta(days=1)
    changes: list[dict[str, Any]] = [{"record": {}}, {"name": "别的"}, {"state": "draft"}, {"number": 9}]
    for change in [*changes, {"published_at": later}]:
        with pytest.raises(IntegrityError), transaction.atomic():
            ItemVersion.objects.filter(pk=done.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemSearch.objects.all().delete()
        ServiceItem.objects.filter(pk=done.item_id).update(state="draft", current_version=None)
        ItemVersion.objects.filter(pk=done.pk).delete()


def test_a_retired_item_leaves_the_guide_but_its_version_can_still_be_read(
    author: Actor, publisher: Actor, draft: ItemVersion
) -> None:
    seen: list[Any] = []
    events.subscribe(ItemRetired, seen.append)
    done = released(draft, author, publisher)
    with pytest.raises(Refused) as refusal:
        publishing.retire(actor=publisher, item_id=done.item_id, reason="", now=NOW)
    assert codes(refusal) == ["reason_missing"]
    publishing.retire(actor=publisher, item_id=done.item_id, reason="法律修改", now=NOW)
    with pytest.raises(items.ItemNotFound):
        items.published(CODE)
    assert not ItemSearch.objects.exists()
    assert items.version(done.pk).name == "食品经营许可"
    assert seen[-1].item_id == done.item_id
    with pytest.raises(Refused) as refusal:
        publishing.retire(actor=publisher, item_id=done.item_id, reason="再次", now=NOW)
    assert codes(refusal) == ["wrong_state"]


def test_a_retired_item_can_be_published_again(author: Actor, publisher: Actor, draft: ItemVersion) -> None:
    done = released(draft, author, publisher)
    publishing.retire(actor=publisher, item_id=done.item_id, reason="误", now=NOW)
    again = drafts.save_draft(actor=author, item_id=done.item_id, record=record(), now=NOW)
    assert released(again, author, publisher).number == 2
    assert items.published(CODE).version_number == 2


def test_the_level_of_a_published_item_is_part_of_its_identity(
    author: Actor, publisher: Actor, draft: ItemVersion
) -> None:
    done = released(draft, author, publisher)
    with pytest.raises(Refused) as refusal:
        drafts.save_draft(actor=author, item_id=done.item_id, record=record(level="4"), now=NOW)
    assert codes(refusal) == ["level_fixed"]


def test_before_publication_a_changed_level_changes_the_code(author: Actor, draft: ItemVersion) -> None:
    drafts.save_draft(actor=author, item_id=draft.item_id, record=record(level="4"), rev=draft.rev, now=NOW)
    assert ServiceItem.objects.get(pk=draft.item_id).implementation_code[18] == "4"


def test_discarding_the_only_draft_removes_the_item(author: Actor, draft: ItemVersion) -> None:
    drafts.discard_draft(actor=author, version_id=draft.pk, rev=draft.rev, now=NOW)
    assert not ServiceItem.objects.exists()
    assert tags()[-1] == "catalog:version:discarded"


def test_synonyms_are_seeded_once_edited_and_removed(author: Actor, cast: Any) -> None:
    assert ensure_synonyms(actor=system("setup"), now=NOW) == Synonym.objects.count() > 40
    assert ensure_synonyms(actor=system("setup"), now=NOW) == 0
    save_synonym(actor=author, word=" 开 小店 ".replace(" ", ""), means=["设立登记", "设立登记", ""], now=NOW)
    assert Synonym.objects.get(word="开小店").means == ["设立登记"]
    remove_synonym(actor=author, word="开小店", now=NOW)
    assert not Synonym.objects.filter(word="开小店").exists()
    with pytest.raises(Refused):
        save_synonym(actor=author, word="开店铺", means=[], now=NOW)
    with pytest.raises(NotAllowed):
        save_synonym(actor=cast.actor("citizen"), word="开店铺", means=["x"], now=NOW)


def test_popularity_is_written_by_the_system_only(author: Actor, publisher: Actor, draft: ItemVersion) -> None:
    done = released(draft, author, publisher)
    assert set_popularity(actor=system("statistics"), counts={done.item_id: 7}, now=NOW) == 1
    assert set_popularity(actor=system("statistics"), counts={done.item_id: 7}, now=NOW) == 0
    with pytest.raises(NotAllowed):
        set_popularity(actor=author, counts={}, now=NOW)
