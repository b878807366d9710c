"""The pages: what is typed is kept, refusals stand beside their field, strangers find nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yitong.certificates.forms.console import TypeForm
from yitong.certificates.models import CertificateRequest, CertificateType, Verification, WindowConsent
from yitong.certificates.tests.conftest import CITATION, LAW, PNG, VALUES, Bench
from yitong.certificates.tests.test_verifying import ask

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(bench: Bench, monkeypatch: Any) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: bench.now)


def browser(bench: Bench, who: str) -> Client:
    client = Client()
    client.force_login(bench.cast.account(who), "yitong.parties.backends.AccountBackend")
    return client


def png(name: str = "材料.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PNG)


def test_the_catalogue_is_public_and_searched(bench: Bench) -> None:
    page = Client().get("/certificates/").text
    assert "有无房证明" in page and "户籍证明" in page and "政务数据查询单" in page and "居住事实核验" not in page
    found = Client().get("/certificates/", {"q": "律师"}).text
    assert "律师无行政处罚证明" in found and "户籍证明" not in found
    assert "没有这个名称的证明" in Client().get("/certificates/", {"q": "没有"}).text
    assert Client().get("/certificates/housing/")["Location"].startswith("/login/?next=")


def test_an_instant_certificate_in_one_form(bench: Bench) -> None:
    citizen = browser(bench, "citizen")
    assert "立即开具" in citizen.get("/certificates/housing/").text
    wrong = citizen.post("/certificates/housing/", {"purpose": "子女入学"})
    assert (
        wrong.status_code == 422
        and "身份核验没有通过" in wrong.text
        and re.search(r'value="子女入学"[^>]*checked', wrong.text)
    )
    done = citizen.post("/certificates/housing/", {"purpose": "其他", "other": "租房", "confirmed": "yes"}, follow=True)
    made = CertificateRequest.objects.get()
    assert made.purpose == "租房" and made.document.code in done.text and "未查询到记录" in done.text
    assert "证明" in citizen.get("/my/certificates/").text
    assert citizen.get(f"/documents/{made.document.code}.pdf").status_code == 200
    for who in ("stranger", "reviewer"):
        assert browser(bench, who).get(f"/my/certificates/{made.number}/").status_code in (302, 404)
        assert browser(bench, who).get(f"/documents/{made.document.code}.pdf").status_code == 404
    public = Client().get(f"/d/{made.document.code}").text
    assert (
        "自然资源厅不动产登记平台" in public and "李*" in public and bench.cast.person("citizen").idcard not in public
    )


def test_what_is_typed_wrongly_is_said_at_its_field(bench: Bench) -> None:
    citizen, address = browser(bench, "citizen"), "/certificates/housing/"
    said = {"purpose": "其他", "confirmed": "yes"}
    assert "请填写用途" in citizen.post(address, said).text
    assert "现有 150 个字" in citizen.post(address, {**said, "other": "长" * 150}).text
    assert "请选择一项" in citizen.post(address, {"confirmed": "yes"}).text
    assert citizen.post(address, {**said, "other": "半\x00字"}).status_code == 422
    assert not CertificateRequest.objects.exists()


def test_a_source_that_is_down_is_told_in_words(bench: Bench) -> None:
    bench.registers.answers.clear()
    page = browser(bench, "citizen").post("/certificates/housing/", {"purpose": "子女入学", "confirmed": "yes"})
    assert page.status_code == 422 and "暂时没有应答" in page.text and "<title>" in page.text


def test_a_reviewed_request_from_form_to_letter(bench: Bench) -> None:
    citizen, officer = browser(bench, "citizen"), browser(bench, "outsider")
    said = {"purpose": "职称评审", "reason": "单位要求", "delivery": "post", "receiver": "李梅", "address": ""}
    wrong = citizen.post("/certificates/doctor_practice/", said)
    assert wrong.status_code == 422 and "单位要求" in wrong.text
    citizen.post("/certificates/doctor_practice/", {**said, "address": "春风路8号", "extra": png()})
    made = CertificateRequest.objects.get()
    assert made.materials.count() == 1
    again = citizen.post("/certificates/doctor_practice/", said | {"delivery": "electronic"})
    assert again.status_code == 422 and "您已经申请过" in again.text
    address = f"/desk/certificates/{made.number}/"
    assert made.number in officer.get("/desk/certificates/").text
    assert "领取申请" in officer.get(address).text
    officer.post(address, {"act": "claim", "rev": made.rev})
    asked = officer.post(address, {"act": "ask_back", "text": "请补充资格证书"}, follow=True)
    assert "期限暂停计算" in asked.text
    assert "请补充资格证书" in citizen.get(f"/my/certificates/{made.number}/").text
    empty = citizen.post(f"/my/certificates/{made.number}/supply/", {"text": ""})
    assert empty.status_code == 422
    citizen.post(f"/my/certificates/{made.number}/supply/", {"text": "已补充", "name": "资格证书", "file": png()})
    lacking = officer.post(address, {"act": "approve", "category": "执业医师", "statement": made.type.statement})
    assert lacking.status_code == 422 and "执业地点" in lacking.text and 'value="执业医师"' in lacking.text
    officer.post(address, {"act": "approve", **VALUES, "statement": made.type.statement})
    made.refresh_from_db()
    assert made.state == "issued"
    officer.post(address, {"act": "post", "carrier": "邮政EMS", "tracking": "EX1", "address": "春风路8号"})
    assert "EX1" in citizen.get(f"/my/certificates/{made.number}/").text
    officer.post(address, {"act": "arrived", "delivered": "yes", "note": ""})
    made.refresh_from_db()
    assert made.post == "delivered"
    listed = b"".join(officer.get("/desk/certificates/export.csv", {"show": "all"})).decode()
    assert made.number in listed and "李*" in listed and "李梅" not in listed
    for who in ("reviewer", "clerk", "stranger"):
        other = browser(bench, who)
        assert other.get(address).status_code in (302, 404)
        assert made.number not in other.get("/desk/certificates/", {"show": "all", "q": "李梅"}).text


def test_a_stale_form_is_told(bench: Bench) -> None:
    made = bench.claimed()
    page = browser(bench, "outsider").post(
        f"/desk/certificates/{made.number}/", {"act": "refuse", "reason": "x", "rev": "1"}
    )
    assert page.status_code == 422 and "刚刚有变动" in page.text


def test_withdrawing_asks_first(bench: Bench) -> None:
    made, citizen = bench.request(), browser(bench, "citizen")
    assert "不能恢复" in citizen.get(f"/my/certificates/{made.number}/withdraw/").text
    citizen.post(f"/my/certificates/{made.number}/withdraw/")
    made.refresh_from_db()
    assert made.state == "withdrawn"


def test_a_sheet_is_drawn_online(bench: Bench) -> None:
    citizen = browser(bench, "citizen")
    assert "登记套数" in citizen.get("/my/data-sheet/").text
    wrong = citizen.post("/my/data-sheet/", {"purpose": "本人查阅", "confirmed": "yes"})
    assert wrong.status_code == 422 and "至少选择一项" in wrong.text
    chosen = ["housing-fund.status", "real-estate.count"]
    done = citizen.post("/my/data-sheet/", {"purpose": "本人查阅", "confirmed": "yes", "chosen": chosen}, follow=True)
    assert "住房公积金管理中心" in done.text and CertificateRequest.objects.get().way == "sheet"


def test_at_the_window_with_signed_consent(bench: Bench) -> None:
    clerk = browser(bench, "clerk")
    number = bench.cast.person("citizen").idcard
    said = {"number": number, "purpose": "窗口核验", "card_checked": "on"}
    assert "签字的授权书" in clerk.post("/desk/window/", said).text
    assert "没有这个号码" in clerk.post("/desk/window/", {**said, "number": "1", "scan": png()}).text
    opened = clerk.post("/desk/window/", {**said, "scan": png()})
    window = WindowConsent.objects.get()
    assert opened["Location"] == f"/desk/window/{window.pk}/"
    assert "李梅" in clerk.get(opened["Location"]).text
    sheet = clerk.post(opened["Location"], {"purpose": "窗口核验", "chosen": ["real-estate.count"]}, follow=True)
    assert "打开并打印" in sheet.text
    clerk.post(opened["Location"], {"type": "housing", "purpose": "子女入学"})
    assert set(CertificateRequest.objects.values_list("way", flat=True)) == {"sheet", "instant"}
    assert "没有记录" not in clerk.get("/desk/window/").text
    refused = clerk.post(opened["Location"], {"type": "degree", "purpose": "落户"})
    assert refused.status_code == 422 and "暂时没有应答" in refused.text
    assert browser(bench, "accepter").get(opened["Location"]).status_code == 404
    bench.later(minutes=31)
    assert clerk.get(opened["Location"]).status_code == 404


def test_a_question_to_another_department(bench: Bench) -> None:
    asker, asked = browser(bench, "reviewer"), browser(bench, "outsider")
    said = {
        "department": bench.cast.department("health").pk, "number": bench.cast.person("citizen").idcard, "fact": "体检合格。",
        "purpose": "审查", "law": LAW, "type": "", "case_number": "",
    }  # fmt: skip
    assert CITATION in asker.get("/desk/verifications/new/").text
    for law, words in (("", "写明持有人的办件"), (CITATION, "不在可选范围内"), ("statutory-duty", "写明持有人的办件")):
        page = asker.post("/desk/verifications/new/", {**said, "law": law})
        assert page.status_code == 422 and words in page.text, law
    assert not Verification.objects.exists()
    wrong = asker.post("/desk/verifications/new/", {**said, "case_number": "4301"})
    assert wrong.status_code == 422 and "没有这个办件" in wrong.text and "体检合格。" in wrong.text
    asker.post("/desk/verifications/new/", said)
    made = Verification.objects.get()
    address = f"/desk/verifications/{made.number}/"
    assert made.number in asked.get("/desk/verifications/").text
    bench.now = bench.now.replace(month=10, day=9)
    asker, asked = browser(bench, "reviewer"), browser(bench, "outsider")  # sessions have ended meanwhile
    late = asked.get("/desk/verifications/").text
    assert "已超期" in late and "certificate-overdue" in late
    assert asker.post(address, {"act": "answer", "outcome": "confirmed", "text": ""}).status_code == 404
    assert asked.post(address, {"act": "answer", "outcome": "denied", "text": ""}).status_code == 422
    asked.post(address, {"act": "answer", "outcome": "denied", "text": "查无记录。"})
    told = asker.get(address).text
    assert "不属实" in told and "查无记录。" in told and "核验意见（PDF）" in told
    assert "体检合格" in browser(bench, "citizen").get("/my/certificates/").text
    for who in ("town_official", "clerk", "supervisor", "stranger"):
        assert browser(bench, who).get(address).status_code in (302, 404)


def test_the_asker_takes_back_from_the_page(bench: Bench) -> None:
    made = ask(bench)
    browser(bench, "reviewer").post(f"/desk/verifications/{made.number}/", {"act": "take_back"})
    made.refresh_from_db()
    assert made.state == "taken_back"


def test_types_in_the_console(bench: Bench) -> None:
    registrar = browser(bench, "registrar")
    assert "有无房证明" in registrar.get("/console/certificates/").text
    assert "有无房证明" not in registrar.get("/console/certificates/", {"way": "verified"}).text
    values = {name: value for name, value in TypeForm.initial_of(bench.type("housing")).items() if value is not None}
    form = {**values, "active": "on", "validity_days": "45"}
    wrong = registrar.post("/console/certificates/housing/", {**form, "field_lines": "1坏", "law": "改后的依据"})
    assert wrong.status_code == 422 and "第 1 行" in wrong.text and "改后的依据" in wrong.text
    assert registrar.post("/console/certificates/housing/", form).status_code == 302
    assert bench.type("housing").validity_days == 45 and bench.type("housing").materials == []
    new = {**form, "code": "own_type", "name": "自建证明", "material_lines": "身份证*\n照片"}
    registrar.post("/console/certificates/new/", new)
    assert bench.type("own_type").materials == [
        {"name": "身份证", "required": True},
        {"name": "照片", "required": False},
    ]
    taken = registrar.post("/console/certificates/new/", new)
    assert taken.status_code == 422 and "代码已经使用" in taken.text
    CertificateType.objects.filter(code="own_type").delete()
    registrar.post("/console/certificates/seed/")
    assert browser(bench, "reviewer").get("/console/certificates/").status_code == 404


def test_the_interface_for_programs(bench: Bench) -> None:
    citizen, officer = browser(bench, "citizen"), browser(bench, "outsider")
    assert len(Client().get("/api/certificates/types").json()) == 26
    assert Client().get("/api/certificates/mine").status_code == 401
    body = {"type": "housing", "purpose": "子女入学", "confirmed": True}
    made = citizen.post("/api/certificates/instant", body, content_type="application/json")
    assert made.status_code == 200 and made.json()["sources"][0]["outcome"] == "absent"
    assert citizen.get(made.json()["pdf"]).status_code == 200
    refused = citizen.post("/api/certificates/instant", {**body, "type": "degree"}, content_type="application/json")
    assert refused.status_code == 422 and refused.json()["reasons"]
    assert len(citizen.get("/api/certificates/mine").json()["certificates"]) == 1
    assert browser(bench, "stranger").get("/api/certificates/mine").json()["certificates"] == []
    question = ask(bench)
    assert [each["number"] for each in officer.get("/api/certificates/verifications").json()["verifications"]] == [
        question.number
    ]
    address = f"/api/certificates/verifications/{question.number}/answer"
    assert (
        browser(bench, "town_official")
        .post(address, {"outcome": "confirmed"}, content_type="application/json")
        .status_code
        == 404
    )
    answered = officer.post(address, {"outcome": "confirmed"}, content_type="application/json")
    assert answered.json()["answer"] == "confirmed"
    assert officer.post(address, {"outcome": "denied", "text": "x"}, content_type="application/json").status_code == 409


def test_the_interface_takes_no_act_from_another_site(bench: Bench) -> None:
    citizen = Client(enforce_csrf_checks=True)
    citizen.force_login(bench.cast.account("citizen"))
    sent = {"data": '{"type": "housing", "purpose": "子女入学", "confirmed": true}', "content_type": "text/plain"}
    assert citizen.post("/api/certificates/instant", **sent, HTTP_ORIGIN="https://evil.example").status_code == 403
    assert not CertificateRequest.objects.exists()
