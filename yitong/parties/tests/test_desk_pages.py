"""What a clerk does for somebody who stands at the counter: register, change a phone, enter and revoke a mandate."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from yitong.audit.models import Entry
from yitong.documents.models import StoredFile
from yitong.kernel.identifiers import idcard, uscc
from yitong.notifications.models import Message
from yitong.parties.models import Account, Enterprise, Mandate, Person

NEW_PHONE = "13700000077"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000"
    "000049454e44ae426082"
)


@pytest.fixture
def clerk(client: Client, cast: Cast, settings: Any, tmp_path: Any) -> Client:
    settings.MEDIA_ROOT = tmp_path / "media"
    client.force_login(cast.account("王强"))
    return client


def scan(name: str = "委托书.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PNG, content_type="image/png")


def mandate_form(cast: Cast, **changes: Any) -> dict[str, Any]:
    today, agent = timezone.localdate(), cast.person("外人")
    return {
        "agent_name": agent.name,
        "agent_idcard": agent.idcard,
        "item_codes": "",
        "valid_from": today.isoformat(),
        "valid_until": (today + timedelta(days=30)).isoformat(),
        **changes,
    }


def test_a_person_is_found_by_the_whole_number_and_by_nothing_less(clerk: Client, cast: Cast) -> None:
    person = cast.person("李梅")
    page = f"/desk/people/{person.pk}/"
    assert clerk.post("/desk/people/", {"number": person.idcard})["Location"] == page
    assert clerk.post("/desk/people/", {"number": cast.enterprise().uscc.lower()})["Location"].startswith(
        "/desk/enterprises/"
    )
    shown = clerk.get(page).text
    assert person.idcard in shown and "13800000001" in shown and "恒信" in shown
    for less in (person.idcard[:6], person.name, "%", "x\x00"):
        answer = clerk.post("/desk/people/", {"number": less})
        assert answer.status_code == 422 and person.idcard not in answer.text


def test_an_unknown_number_goes_on_to_registering_with_the_number_filled_in(clerk: Client, cast: Cast) -> None:
    number = idcard.compose("439902", timezone.localdate().replace(year=1991, day=1), 8)
    assert "没有用这个号码登记" in clerk.post("/desk/people/", {"number": number}).text
    assert f'value="{number}"' in clerk.post("/desk/people/new/", {"prefill": number}).text
    wrong = clerk.post("/desk/people/new/", {"idcard": number[:-1], "name": "钱多", "phone": "1"})
    assert wrong.status_code == 422 and 'value="钱多"' in wrong.text and "id_idcard_error" in wrong.text
    answer = clerk.post("/desk/people/new/", {"idcard": number, "name": "钱多", "phone": NEW_PHONE}, follow=True)
    assert "钱多已登记" in answer.text and Person.objects.get(idcard=number).phone == NEW_PHONE


def test_somebody_registered_before_is_told_in_words_and_left_as_is(clerk: Client, cast: Cast) -> None:
    person = cast.person("李梅")
    form = {"idcard": person.idcard, "name": "李梅", "phone": NEW_PHONE}
    answer = clerk.post("/desk/people/new/", form, follow=True)
    assert "李梅此前已登记" in answer.text
    assert Person.objects.get(pk=person.pk).phone == "13800000001"
    other = clerk.post("/desk/people/new/", form | {"name": "王梅"})
    assert other.status_code == 422 and "id_name_error" in other.text


def test_an_enterprise_is_registered_with_its_representative(clerk: Client, cast: Cast) -> None:
    code = uscc.compose("9", "1", "439902", "MA000031")
    form = {"uscc": code, "name": "示范市新风有限公司", "legal_representative": cast.person("外人").idcard}
    unknown = clerk.post("/desk/enterprises/new/", form | {"legal_representative": "1"})
    assert unknown.status_code == 422 and "id_legal_representative_error" in unknown.text
    assert "示范市新风有限公司已登记" in clerk.post("/desk/enterprises/new/", form, follow=True).text
    assert Enterprise.objects.get(uscc=code).legal_representative == cast.person("外人")
    assert "此前已登记" in clerk.post("/desk/enterprises/new/", form, follow=True).text


def test_a_changed_phone_logs_in_the_old_one_is_told_and_its_session_ends(clerk: Client, cast: Cast) -> None:
    person, citizen = cast.person("李梅"), Client()
    citizen.force_login(cast.account("李梅"))
    assert citizen.get("/api/parties/me").json()["kind"] == "citizen"
    form = {"phone": "137 0000 0077", "reason": "lost", "card_seen": "on"}
    answer = clerk.post(f"/desk/people/{person.pk}/", form, follow=True)
    assert "新旧号码都会收到通知" in answer.text
    person.refresh_from_db()
    assert person.phone == NEW_PHONE and Account.objects.get(person=person).phone == NEW_PHONE
    assert citizen.get("/api/parties/me").json()["kind"] == "anonymous"
    told = {(row.phone, row.channel, row.template) for row in Message.objects.all()}
    assert told == {
        ("13800000001", "sms", "phone_changed"),
        (NEW_PHONE, "sms", "phone_confirmed"),
        (NEW_PHONE, "inapp", "phone_confirmed"),
    }
    entry = Entry.objects.get(tag="parties:person:phone_changed")
    assert entry.detail == {"reason": "lost", "logs_in": True} and entry.subject == f"person:{person.pk}"
    assert NEW_PHONE not in str(entry.detail)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"phone": "123"}, "phone", "手机号"),
        ({"phone": "13800000002"}, "phone", "外*已使用该手机号登录"),
        ({"phone": "13800000001"}, "phone", "登记的就是这个手机号"),
        ({"reason": ""}, "reason", ""),
        ({"reason": "whim"}, "reason", ""),
        ({"card_seen": ""}, "card_seen", "请核对来人与身份证一致"),
    ],
)
def test_a_phone_is_not_changed_and_the_field_is_named(
    clerk: Client, cast: Cast, change: dict[str, str], field: str, words: str
) -> None:
    person = cast.person("李梅")
    form = {"phone": NEW_PHONE, "reason": "new_number", "card_seen": "on", **change}
    answer = clerk.post(f"/desk/people/{person.pk}/", form)
    assert answer.status_code == 422 and f"id_{field}_error" in answer.text and words in answer.text
    assert Account.objects.get(person=person).phone == "13800000001"
    assert not Message.objects.exists() and not Entry.objects.filter(tag="parties:person:phone_changed").exists()


def test_a_paper_mandate_is_entered_read_and_revoked(clerk: Client, cast: Cast) -> None:
    principal = cast.person("李梅")
    page = f"/desk/people/{principal.pk}/mandate/"
    answer = clerk.post(page, {**mandate_form(cast, item_codes="430121001000"), "file": scan()}, follow=True)
    assert "委托书已录入" in answer.text
    row = Mandate.objects.get()
    assert (row.principal_person, row.agent, row.item_codes) == (principal, cast.person("外人"), ["430121001000"])
    file = StoredFile.objects.get()
    assert row.document_ref == f"file:{file.pk}" and file.subject == f"mandate:{row.pk}"
    for who, status in (("李梅", 200), ("外人", 200), ("田镇", 404), ("陈静", 404)):
        reader = Client()
        reader.force_login(cast.account(who))
        assert reader.get(f"/files/{file.pk}/").status_code == status, who
    again = clerk.post(page, {**mandate_form(cast, item_codes="430121001000"), "file": scan()})
    assert again.status_code == 422 and "已有同样的委托" in again.text
    revoke = f"/desk/mandates/{row.pk}/revoke/"
    assert "外人" in clerk.get(revoke).text
    assert clerk.post(revoke, {"asked_by": ""}).status_code == 422
    assert "撤销" in clerk.post(revoke, {"asked_by": "principal"}, follow=True).text
    row.refresh_from_db()
    assert row.revoked_at is not None
    assert Entry.objects.get(tag="parties:mandate:revoked").detail == {"asked_by": "principal"}
    assert clerk.post(revoke, {"asked_by": "agent"}).status_code == 422
    assert clerk.post(page, {**mandate_form(cast, item_codes="430121001000"), "file": scan()}).status_code == 302


def test_a_scan_sent_once_is_kept_when_something_else_is_wrong(clerk: Client, cast: Cast) -> None:
    page = f"/desk/enterprises/{cast.enterprise().pk}/mandate/"
    without = clerk.post(page, mandate_form(cast))
    assert without.status_code == 422 and "id_file_error" in without.text
    wrong = clerk.post(page, {**mandate_form(cast, agent_name="别人"), "file": scan()})
    assert wrong.status_code == 422 and "扫描件仍保留" in wrong.text
    kept = wrong.context["kept"]
    assert clerk.post(page, mandate_form(cast, kept=kept)).status_code == 302
    assert Mandate.objects.get().principal_enterprise == cast.enterprise() and StoredFile.objects.count() == 1
    other = Client()
    other.force_login(cast.account("admin"))
    later = mandate_form(cast, kept=kept, item_codes="430121001000")
    assert other.post(page, later).status_code == 422, "a scan is its clerk's own"
    assert clerk.post(page, mandate_form(cast, kept=kept + "x", item_codes="430121001000")).status_code == 422


def test_a_file_that_is_no_scan_is_refused_beside_its_field(clerk: Client, cast: Cast) -> None:
    page = f"/desk/people/{cast.person('李梅').pk}/mandate/"
    answer = clerk.post(page, {**mandate_form(cast), "file": SimpleUploadedFile("a.pdf", b"<html>")})
    assert answer.status_code == 422 and "id_file_error" in answer.text and not Mandate.objects.exists()


ADDRESSES = ("/desk/people/", "/desk/people/new/", "/desk/enterprises/new/")


def test_nobody_else_gets_there(client: Client, cast: Cast) -> None:
    mandate = Mandate.objects.create(
        agent=cast.person("外人"),
        principal_person=cast.person("李梅"),
        scope="all",
        valid_from=timezone.localdate(),
        valid_until=timezone.localdate() + timedelta(days=9),
        given_at=timezone.now(),
    )
    one = (
        f"/desk/people/{cast.person('李梅').pk}/",
        f"/desk/people/{cast.person('李梅').pk}/mandate/",
        f"/desk/enterprises/{cast.enterprise().pk}/",
        f"/desk/enterprises/{cast.enterprise().pk}/mandate/",
        f"/desk/mandates/{mandate.pk}/revoke/",
    )
    for who in ("陈静", "田镇", "赵监察"):
        client.force_login(cast.account(who))
        for address in (*ADDRESSES, *one):
            assert client.get(address).status_code == 404, (who, address)
            assert client.post(address, {"asked_by": "agent"}).status_code == 404, (who, address)
    client.force_login(cast.account("李梅"))
    assert client.get(one[0])["Location"].startswith("/desk/login/")


def test_a_clerk_of_another_district_opens_nothing(clerk: Client, cast: Cast) -> None:
    member = cast.staff_member("王强")
    member.region = cast.region("other_district")
    member.save()
    person = cast.person("李梅")
    told = clerk.post("/desk/people/", {"number": person.idcard}, follow=True).text
    assert "属于其他区域" in told and "13800000001" not in told
    for address in (f"/desk/people/{person.pk}/", f"/desk/people/{person.pk}/mandate/"):
        assert clerk.get(address).status_code == 404
    form = {"phone": NEW_PHONE, "reason": "lost", "card_seen": "on"}
    assert clerk.post(f"/desk/people/{person.pk}/", form).status_code == 404
    assert clerk.get(f"/desk/people/{2**62}/").status_code == 404
    assert Account.objects.get(person=person).phone == "13800000001"
