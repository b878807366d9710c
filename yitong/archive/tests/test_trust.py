"""What counts as issued and for how long, whose turn it is to be read, and that every look of an officer leaves a trace."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from yitong.archive import commands, contents, permissions, queries
from yitong.archive.commands import reading_uploads
from yitong.archive.commands.uploading import MOST_WAITING
from yitong.archive.models import ArchivedFile, ArchiveUse
from yitong.archive.tests.conftest import CASE, DRAFT, fake_reading
from yitong.archive.tests.shorthand import WORKER, Added
from yitong.cases.tests.conftest import PNG
from yitong.documents import commands as documents
from yitong.documents import queries as sealed
from yitong.kernel.reasons import NotAllowed, Refused
from yitong.licences.commands import ensure_types, issue, revoke
from yitong.licences.models import Licence
from yitong.licences.rules.holders import Holder
from yitong.licences.types_data import BY_NAME
from yitong.parties.actors import system

pytestmark = pytest.mark.django_db(transaction=True)
CARD, DIPLOMA = BY_NAME["居民身份证"].code, BY_NAME["学历证书"].code


@pytest.fixture(autouse=True)
def types(db: None) -> None:
    ensure_types(NOW)


@pytest.fixture
def card(cast: Cast) -> Licence:
    """The identity card of 李梅, issued here."""
    person = cast.person("citizen")
    return issue(
        type_code=CARD,
        holder_person_id=person.pk,
        holder_enterprise_id=None,
        holder_name=person.name,
        data={"idcard": person.idcard, "sex": "女", "birth_on": "1990-05-20", "address": "示范市朝晖区春风路8号"},
        issuer_department_id=cast.department("market").pk,
        region_id=cast.region().pk,
        case_number="1143990000000000009",
        valid_years=None,
        actor=cast.actor("chief"),
        now=NOW,
    )


@pytest.fixture
def its_pdf(card: Licence) -> bytes:
    return sealed.pdf(card.document, NOW)


def receipt(cast: Cast) -> bytes:
    """A sealed PDF of ours, addressed to 李梅, that says nothing about a diploma."""
    person = cast.person("citizen")
    materials = [{"name": "身份证", "copies": "1", "form": "原件", "count": "1"}]
    document = documents.issue(
        kind="receipt_of_materials",
        subject="case:1",
        issuer_department_id=cast.department("market").pk,
        region_id=cast.region().pk,
        recipient_person_id=person.pk,
        context={
            "applicant_name": person.name,
            "item_name": "某事项",
            "case_number": "X1",
            "materials": materials,
            "received_on": NOW.date(),
            "received_at": NOW,
        },
        actor=system("t"),
        now=NOW,
    )
    return sealed.pdf(document, NOW)


def reusable(holder: Holder, type_code: str, *names: str) -> list[ArchivedFile]:
    return queries.reusable_among(holder, licence_types={type_code}, names=names, on=NOW.date())


# --- issued ----------------------------------------------------------------------------------------------------------


def test_a_licence_of_ours_is_issued_and_called_what_it_is(mine: Holder, added: Added, its_pdf: bytes) -> None:
    file = added("id_card", its_pdf, "证.pdf", name="学历证书")
    assert (file.trust, file.licence_type, file.name) == ("issued", CARD, "居民身份证（人像面）")
    assert reusable(mine, CARD) == [file]
    assert reusable(mine, DIPLOMA, "学历证书") == []


def test_another_document_of_ours_makes_no_diploma(cast: Cast, added: Added, its_pdf: bytes) -> None:
    assert added("diploma", receipt(cast), "x.pdf").trust == "uploaded"
    assert added("diploma", its_pdf, "x.pdf").trust == "uploaded"
    assert added("school", its_pdf, "x.pdf").trust == "uploaded"


def test_anothers_licence_is_not_issued_to_me(cast: Cast, added: Added, its_pdf: bytes) -> None:
    stranger = queries.holder_for(cast.actor("stranger"))
    assert added("id_card", its_pdf, "x.pdf", actor=cast.actor("stranger"), holder=stranger).trust == "uploaded"


def test_what_was_issued_serves_no_more_once_the_licence_is_revoked(
    cast: Cast, mine: Holder, added: Added, card: Licence, its_pdf: bytes, in_case: None
) -> None:
    file, picture = added("id_card", its_pdf, "x.pdf"), added("id_card")
    commands.reuse(actor=cast.actor("citizen"), file_id=file.pk, case_number=CASE, purpose="办件", now=NOW)
    assert reusable(mine, CARD) == [picture, file] and queries.ended([file, picture], NOW.date()) == set()
    revoke(licence_id=card.pk, reason="以欺骗手段取得，依法予以撤销。", actor=cast.actor("chief"), now=NOW)
    assert reusable(mine, CARD) == [picture] and queries.ended([file, picture], NOW.date()) == {file.pk}
    for who, addresses in {
        "citizen": ("/my/archive/", f"/my/archive/{file.pk}/"),
        "clerk": (f"/desk/archive/?case={CASE}", f"/desk/archive/{CASE}/{file.pk}/"),
    }.items():
        client = Client()
        client.force_login(cast.account(who))
        for address in addresses:
            assert "部门签发，现已失效" in client.get(address).content.decode()


def test_the_owner_does_not_rewrite_what_an_office_answers_for(
    cast: Cast, added: Added, its_pdf: bytes, monkeypatch: pytest.MonkeyPatch, in_case: None
) -> None:
    monkeypatch.setattr(reading_uploads, "read", fake_reading({"period": "2016-01-01/2030-01-01"}, "driving_licence"))
    seen = added("driving_licence")
    commands.read_waiting(actor=WORKER, now=NOW, limit=1)
    citizen = cast.actor("citizen")
    commands.reuse(actor=citizen, file_id=seen.pk, case_number=CASE, purpose="办件", now=NOW)
    commands.verify_at_counter(
        actor=cast.actor("clerk"), file_id=seen.pk, case_number=CASE, original_seen=True, now=NOW
    )
    monkeypatch.setattr(reading_uploads, "read", fake_reading({"name": "李梅"}))
    issued = added("id_card", its_pdf, "x.pdf")
    commands.read_waiting(actor=WORKER, now=NOW, limit=1)
    for file, values, code in (
        (seen, {"period": "2016-01-01/2099-01-01"}, "verified_already"),
        (issued, {"name": "李海"}, "issued"),
    ):
        with pytest.raises(Refused) as refused:
            commands.confirm(actor=citizen, file_id=file.pk, values=values, now=NOW)
        assert [reason.code for reason in refused.value.reasons] == [code]
        file.refresh_from_db()
        assert contents.of(file).confirmed == {}
    assert seen.read_until == date(2030, 1, 1)
    client = Client()
    client.force_login(cast.account("citizen"))
    text = client.get(f"/my/archive/{issued.pk}/").content.decode()
    assert "李梅" in text and 'id="id_name"' not in text and "请核对" not in text


# --- looks -----------------------------------------------------------------------------------------------------------


def test_the_picture_alone_is_a_look_and_with_its_page_one(cast: Cast, added: Added, in_case: None) -> None:
    file = added()
    commands.reuse(actor=cast.actor("citizen"), file_id=file.pk, case_number=CASE, purpose="办件", now=NOW)
    address = f"/desk/archive/{CASE}/{file.pk}/"

    def looks() -> int:
        return ArchiveUse.objects.filter(file=file, act="opened").count()

    clerk, reviewer = Client(), Client()
    clerk.force_login(cast.account("clerk"))
    reviewer.force_login(cast.account("reviewer"))
    assert clerk.get(f"{address}file/").content == PNG and looks() == 1
    clerk.get(f"{address}file/")
    assert looks() == 1
    assert reviewer.get(address).status_code == 200 and looks() == 2
    assert reviewer.get(f"{address}file/").status_code == 200 and looks() == 2
    ten = {"actor": cast.actor("reviewer"), "file_id": file.pk, "case_number": CASE}
    commands.look_on_in_case(**ten, now=queries.log(file)[0].at + timedelta(minutes=10))
    assert looks() == 3


def test_the_page_shown_after_a_refusal_is_a_look(cast: Cast, added: Added, in_case: None) -> None:
    file = added()
    commands.reuse(actor=cast.actor("citizen"), file_id=file.pk, case_number=CASE, purpose="办件", now=NOW)
    client = Client()
    client.force_login(cast.account("clerk"))
    assert client.post(f"/desk/archive/{CASE}/{file.pk}/").status_code == 422
    assert ArchiveUse.objects.filter(file=file, act="opened", actor_name="王强").count() == 1


def test_what_was_taken_up_in_the_draft_is_reached_by_the_number(cast: Cast, added: Added, in_case: None) -> None:
    file, unused = added(), added("photo")
    commands.reuse(actor=cast.actor("citizen"), file_id=file.pk, case_number=DRAFT, purpose="办件", now=NOW)
    clerk = cast.actor("clerk")
    assert list(permissions.visible_in_case(clerk, CASE)) == [file]
    commands.verify_at_counter(actor=clerk, file_id=file.pk, case_number=CASE, original_seen=True, now=NOW)
    file.refresh_from_db()
    assert file.trust == "verified"
    with pytest.raises(NotAllowed):
        commands.open_in_case(actor=clerk, file_id=unused.pk, case_number=CASE, now=NOW)
    assert not permissions.visible_in_case(cast.actor("outsider"), CASE).exists()


# --- the queue -------------------------------------------------------------------------------------------------------


def test_owners_take_turns_whatever_one_of_them_piles_up(
    cast: Cast, mine: Holder, added: Added, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_uploads, "read", fake_reading({"name": "李梅"}))
    pile = [added() for _ in range(4)]
    stranger: dict[str, Any] = {"actor": cast.actor("stranger"), "holder": queries.holder_for(cast.actor("stranger"))}
    others = [added(**stranger), added(**stranger)]
    order: list[int] = []
    for minute in range(6):
        commands.read_waiting(actor=WORKER, now=NOW + timedelta(minutes=minute), limit=1)
        (read,) = ArchivedFile.objects.filter(reading="read").exclude(pk__in=order)
        order.append(read.pk)
    assert order == [pile[0].pk, others[0].pk, pile[1].pk, others[1].pk, pile[2].pk, pile[3].pk]


def test_an_archive_with_a_full_queue_takes_nothing_more_to_read(
    cast: Cast, added: Added, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(MOST_WAITING):
        added(content=PNG)
    with pytest.raises(Refused) as refused:
        added()
    assert [(reason.code, reason.field) for reason in refused.value.reasons] == [("too_many_waiting", "file")]
    assert ArchivedFile.objects.count() == MOST_WAITING
    assert added("photo").reading == "none"
    assert added(actor=cast.actor("stranger"), holder=queries.holder_for(cast.actor("stranger"))).reading == "waiting"
    monkeypatch.setattr(reading_uploads, "read", fake_reading({"name": "李梅"}))
    commands.read_waiting(actor=WORKER, now=NOW, limit=2)
    assert added().reading == "waiting"
