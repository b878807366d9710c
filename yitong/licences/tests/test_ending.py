"""Licences end: cancelled, lost, transferred out; a lost one is issued again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from yitong.audit.models import Entry
from yitong.documents.queries.verification import by_code
from yitong.kernel import events
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.licences.commands import cancel, reissue, report_lost, revoke, transfer_out
from yitong.licences.events import LicenceEnded, LicenceIssued
from yitong.licences.models import Licence
from yitong.licences.queries import contents, library
from yitong.licences.rules.status import ENDED, Standing, may_become

Grant = Callable[..., Licence]


@pytest.fixture
def heard() -> Iterator[list[Any]]:
    """What the library publishes meanwhile."""
    found: list[Any] = []
    for kind in (LicenceEnded, LicenceIssued):
        events.subscribe(kind, found.append)
    yield found
    for kind in (LicenceEnded, LicenceIssued):
        events._handlers[kind].remove(found.append)


@pytest.mark.parametrize(
    ("command", "status", "law"),
    [
        (revoke, "revoked", "第六十九条"),
        (cancel, "cancelled", "第七十条"),
        (report_lost, "lost", ""),
        (transfer_out, "transferred", ""),
    ],
)
def test_each_end_has_its_reason_law_entry_and_event(
    granted: Grant, cast: Cast, heard: list[Any], command: Any, status: str, law: str
) -> None:
    licence = granted()
    heard.clear()
    command(licence_id=licence.pk, reason="据实", actor=cast.actor("chief"), now=NOW)
    licence.refresh_from_db()
    last = licence.events.last()
    assert last is not None and licence.status == last.status == last.what == status
    assert law in last.law and bool(law) == bool(last.law) and last.reason == "据实"
    assert Entry.objects.filter(tag=f"licences:licence:{status}").count() == 1
    (event,) = heard
    assert (event.licence_id, event.status, event.reason) == (licence.pk, status, "据实")
    finding = by_code(licence.code or "", NOW)
    assert finding is not None and finding.verdict == ("lost" if status == "lost" else "revoked")
    with pytest.raises(Conflict, match="刘洋"):
        command(licence_id=licence.pk, reason="再次", actor=cast.actor("chief"), now=NOW)
    for stranger in ("stranger", "accepter", "outsider", "registrar"):
        with pytest.raises(NotAllowed):
            command(licence_id=licence.pk, reason="据实", actor=cast.actor(stranger), now=NOW)


def test_the_holder_may_report_a_loss_and_nothing_else(granted: Grant, cast: Cast) -> None:
    licence = granted()
    for command in (revoke, cancel, transfer_out, reissue):
        with pytest.raises(NotAllowed):
            command(licence_id=licence.pk, reason="x", actor=cast.actor("citizen"), now=NOW)
    report_lost(licence_id=licence.pk, reason="钱包丢失", actor=cast.actor("citizen"), now=NOW)
    revoke(licence_id=licence.pk, reason="以欺骗手段取得", actor=cast.actor("chief"), now=NOW)
    with pytest.raises(Conflict):
        report_lost(licence_id=licence.pk, reason="又丢", actor=cast.actor("citizen"), now=NOW)


def test_a_lost_licence_comes_back_as_its_next_version(granted: Grant, cast: Cast, heard: list[Any]) -> None:
    licence, chief = granted(), cast.actor("chief")
    with pytest.raises(Refused):
        reissue(licence_id=licence.pk, reason="补领", actor=chief, now=NOW)
    report_lost(licence_id=licence.pk, reason="遗失", actor=cast.actor("citizen"), now=NOW)
    heard.clear()
    later = NOW + timedelta(days=3)
    new = reissue(licence_id=licence.pk, reason="补领", actor=chief, now=later)
    licence.refresh_from_db()
    assert licence.status == "lost" and new.previous_id == licence.pk and new.version == 2
    assert new.number == licence.number and new.identifier.split(".")[-2] == "002"
    assert new.identifier.split(".")[5:8] == licence.identifier.split(".")[5:8]
    assert new.valid_until == licence.valid_until and new.valid_from == later.date()
    assert contents.whole(new) == contents.whole(licence)
    assert [event.way for event in heard] == ["reissued"]
    assert library.by_number(licence.number) == new and library.following(licence) == new
    with pytest.raises(Conflict):
        reissue(licence_id=licence.pk, reason="再补", actor=chief, now=later)


def test_a_new_versions_document_has_a_number_of_its_own(granted: Grant, cast: Cast) -> None:
    from yitong.documents import queries as documents

    licence = granted()
    documents.pdf(licence.document, NOW)
    report_lost(licence_id=licence.pk, reason="遗失", actor=cast.actor("citizen"), now=NOW)
    new = reissue(licence_id=licence.pk, reason="补领", actor=cast.actor("chief"), now=NOW)
    documents.pdf(new.document, NOW)
    new.document.refresh_from_db()
    assert new.document.number == f"{licence.number}-002"


def test_after_its_term_a_lost_licence_is_not_issued_again(granted: Grant, cast: Cast) -> None:
    licence = granted(valid_years=1)
    report_lost(licence_id=licence.pk, reason="遗失", actor=cast.actor("citizen"), now=NOW)
    with pytest.raises(Refused, match="term is over"):
        reissue(licence_id=licence.pk, reason="补领", actor=cast.actor("chief"), now=NOW + timedelta(days=400))


def test_nothing_follows_a_final_end() -> None:
    for status in ENDED - {Standing.LOST}:
        assert not any(may_become(status, wanted) for wanted in Standing)
    assert may_become("lost", "revoked") and not may_become("lost", "valid")


def test_the_pages_of_a_loss(granted: Grant, cast: Cast, client: Client) -> None:
    licence = granted()
    address = f"/my/licences/{licence.pk}/"
    client.force_login(cast.account("citizen"))
    assert f"{address}lost/" in client.get(address).content.decode()
    assert client.post(f"{address}lost/", {"reason": ""}).status_code == 422
    for late in (
        f"{address}lost/",
        f"{address}renew/",
        f"/desk/licences/{licence.pk}/revoke/",
        "/desk/licences/holder/",
    ):
        assert "/login/?next=" in Client().post(late, {"reason": "遗失"}).headers["Location"]
    assert client.post(f"{address}lost/", {"reason": "遗失"}).status_code == 302
    assert "已挂失" in client.get(address).content.decode()
    again = client.post(f"{address}lost/", {"reason": "遗失"})
    assert again.status_code == 422 and "李梅" in again.content.decode()
    assert client.get(f"/desk/licences/{licence.pk}/reissue/").status_code == 404
    public = client.get(f"/l/{licence.code}").content.decode()
    assert "挂失" in public and "遗失" not in public.replace("挂失", "")
    client.force_login(cast.account("chief"))
    assert client.post(f"/desk/licences/{licence.pk}/reissue/", {"reason": "补领"}).status_code == 302
    new = Licence.objects.get(previous=licence)
    assert "补发" in client.get(f"/my/licences/{new.pk}/").content.decode()
    assert f"/my/licences/{new.pk}/" in client.get(address).content.decode()
    response = client.post(f"/desk/licences/{new.pk}/revoke/", {"reason": "迁往外省", "kind": "transferred"})
    assert response.status_code == 302 and Licence.objects.get(pk=new.pk).status == "transferred"
