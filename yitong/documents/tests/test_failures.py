"""The list of documents that could not be sealed: who sees it, what it tells, trying again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from yitong.audit.models import Entry
from yitong.documents.commands import retry, retry_all, seal_pending
from yitong.documents.commands.sealing import MOST_ATTEMPTS
from yitong.documents.models import Document
from yitong.kernel.reasons import Conflict, NotAllowed
from yitong.parties.models import Region

Make = Callable[..., Document]
ADDRESS = "/console/documents/failed/"


@pytest.fixture
def broken(issued: Make, monkeypatch: Any) -> tuple[Document, Document]:
    """One document given up, one whose first attempt failed an hour later; both can be made from now on."""

    def fault(*args: object, **kwargs: object) -> None:
        raise ValueError("no such glyph")

    monkeypatch.setattr("yitong.documents.commands.sealing.render_piece", fault)
    first = issued()
    for attempt in range(MOST_ATTEMPTS):
        seal_pending(now=NOW + timedelta(hours=2 * attempt))
    second = issued("receipt_of_materials")
    seal_pending(now=NOW + timedelta(days=1))
    monkeypatch.undo()
    return first, second


def test_the_list_says_why_when_and_how_often_and_nothing_of_what_it_says(
    cast: Cast, client: Client, broken: tuple[Document, Document], media: Any, settings: Any
) -> None:
    client.force_login(cast.account("admin"))
    page = client.get(ADDRESS).text
    assert "受理通知书" in page and "收件凭证" in page and "no such glyph" in page
    assert f'data-label="尝试次数">{MOST_ATTEMPTS}</td>' in page and "2026年9月25日" in page
    assert "李梅" not in page and broken[0].code not in page
    only = client.get(ADDRESS, {"state": "failed"}).text
    assert "受理通知书" in only and "收件凭证" not in only


def test_one_is_tried_again_and_is_sealed(cast: Cast, broken: tuple[Document, Document]) -> None:
    admin, later = cast.actor("admin"), NOW + timedelta(days=2)
    again = retry(document_id=broken[0].pk, actor=admin, now=later)
    assert (again.state, again.attempts, again.last_error != "") == ("pending", 0, True)
    assert seal_pending(now=later) == 2, "The other one's own time has come as well"
    assert not Document.objects.filter(failed_at__isnull=False).exists()
    with pytest.raises(Conflict):
        retry(document_id=broken[0].pk, actor=admin, now=later)
    assert Entry.objects.filter(tag="documents:document:retried").count() == 1


def test_all_given_up_are_tried_again_once(cast: Cast, client: Client, broken: tuple[Document, Document]) -> None:
    client.force_login(cast.account("admin"))
    assert "1 份文书" in client.post(f"{ADDRESS}retry/", follow=True).text
    assert Document.objects.get(pk=broken[0].pk).state == "pending"
    assert "没有已放弃的文书" in client.post(f"{ADDRESS}retry/", follow=True).text
    assert Entry.objects.filter(tag="documents:document:retried").count() == 1
    client.post(f"{ADDRESS}{broken[1].pk}/retry/")
    assert Document.objects.get(pk=broken[1].pk).attempts == 0


def test_others_see_nothing_and_change_nothing(cast: Cast, client: Client, broken: tuple[Document, Document]) -> None:
    for name in ("clerk", "author", "supervisor"):
        client.force_login(cast.account(name))
        assert client.get(ADDRESS).status_code == 404
        assert client.post(f"{ADDRESS}{broken[0].pk}/retry/").status_code == 404
        with pytest.raises(NotAllowed):
            retry_all(actor=cast.actor(name), now=NOW)
    client.force_login(cast.account("stranger"))
    assert client.get(ADDRESS).status_code == 302
    assert Document.objects.get(pk=broken[0].pk).state == "failed"


def test_an_administrator_of_a_district_looks_after_his_district_only(
    cast: Cast, client: Client, broken: tuple[Document, Document]
) -> None:
    staff = cast.staff_member("admin")
    staff.region = cast.region("district")
    staff.save()
    client.force_login(cast.account("admin"))
    assert "全部文书均已盖章" in client.get(ADDRESS).text
    assert client.post(f"{ADDRESS}{broken[0].pk}/retry/").status_code == 404
    assert retry_all(actor=cast.actor("admin"), now=NOW) == 0
    assert Region.objects.filter(pk=broken[0].region_id, code="439900").exists()


def test_many_failures_cost_no_more_statements(
    cast: Cast, client: Client, issued: Make, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        Document.objects.filter(pk=issued().pk).update(
            state="failed", failed_at=NOW, last_error=f"storage_full: {number}"
        )
    client.force_login(cast.account("admin"))
    with django_assert_max_num_queries(12):
        page = client.get(ADDRESS)
    assert "磁盘已满" in page.text and "?page=2" in page.text
