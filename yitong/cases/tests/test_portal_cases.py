"""One's own cases: what stands there, what is to do, supplying afterwards, taking back, and the public look-up."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yitong.audit.commands import ensure_keys, sequence_all
from yitong.audit.offline import verify
from yitong.cases import commands
from yitong.cases.models import Case, CaseMaterial, CorrectionNotice, ProvisionalAcceptance
from yitong.cases.tests.conftest import PNG
from yitong.cases.tests.desk_fixtures import enter_fixture  # noqa: F401
from yitong.cases.tests.portal_fixtures import me_fixture, walker_fixture, wizard_item_fixture  # noqa: F401

NOTICE = [
    {"material": "layout", "problem": "图上没有标出仓库", "remedy": "补画仓库并注明面积"},
    {"field": "shop", "problem": "与招牌不一致", "remedy": "按招牌填写"},
]


def text_of(page) -> str:
    return page.content.decode()


@pytest.fixture
def citizen(enter) -> Client:
    return enter("citizen")


@pytest.fixture
def correcting(office) -> Case:
    return office.do(commands.request_correction, "accepter", office.submitted(), items=NOTICE)


def address(case: Case, tail: str = "") -> str:
    return f"/my/cases/{case.number}/{tail}"


def upload(
    client: Client, case: Case, code: str, name: str = "新图.png", content: bytes = PNG, page: str = "correction"
):
    files = SimpleUploadedFile(name, content)
    return client.post(address(case, f"{page}/"), {"act": "upload", "code": code, "files": files})


def test_a_case_says_where_it_stands_and_what_to_do(office, citizen):
    case = office.submitted()
    page = text_of(citizen.get(address(case)))
    assert case.number in page and "李梅" in page and "data-print" in page
    case = office.do(commands.accept, "accepter", case)
    response = citizen.get(address(case))
    promised, by_law = response.context["terms"]
    assert (promised.due_on, by_law.due_on) == (case.committed_due_on, case.statutory_due_on)
    assert promised.left and len(promised.ledger.days) > 10
    assert response.context["light"] == "green"
    titles = [row.title for row in response.context["events"]]
    assert len(titles) == 2 and not any(name in text_of(response) for name in ("孙丽", "王强"))


def test_the_page_of_a_case_costs_a_fixed_number_of_queries(office, citizen):
    case = office.submitted()
    citizen.get(address(case))
    with CaptureQueriesContext(connection) as few:
        citizen.get(address(case))
    case = office.do(commands.accept, "accepter", case)
    with CaptureQueriesContext(connection) as more:
        citizen.get(address(case))
    assert len(more) <= len(few) + 1 <= 26


def test_everybody_elses_case_does_not_exist(office, enter, correcting):
    pages = (
        "",
        "submitted/",
        "correction/",
        "provisional/",
        "withdraw/",
        "licence.pdf",
        "audit-receipt.json",
        "documents/1.pdf",
    )
    stranger = enter("stranger")
    for page in pages:
        assert stranger.get(address(correcting, page)).status_code == 404, page
        assert stranger.post(address(correcting, page), {"act": "supply"}).status_code in (404, 405), page
        assert Client().get(address(correcting, page))["Location"].startswith("/login/?next="), page
        assert enter("accepter").get(address(correcting, page))["Location"].startswith("/login/"), page
    material = CaseMaterial.objects.filter(case=correcting).first()
    assert stranger.get(address(correcting, f"materials/{material.pk}/")).status_code == 404
    assert stranger.get("/my/cases/no-such-number/").status_code == 404


def test_documents_and_materials_are_the_applicants_to_open(office, citizen):
    case = office.submitted()
    receipt = citizen.get(address(case)).context["documents"][0][1]
    page = citizen.get(address(case, f"documents/{receipt.pk}.pdf"))
    assert page["Content-Type"] == "application/pdf" and page.content.startswith(b"%PDF")
    material = CaseMaterial.objects.filter(case=case).first()
    assert citizen.get(address(case, f"materials/{material.pk}/"))["Content-Type"] == "image/png"
    assert citizen.get(address(case, "documents/999999.pdf")).status_code == 404
    assert citizen.get(address(case, "materials/999999/")).status_code == 404
    assert citizen.get(address(case, "licence.pdf")).status_code == 404


def test_the_audit_receipt_is_checked_offline(office, citizen):
    case = office.submitted()
    assert citizen.get(address(case, "audit-receipt.json"))["Location"].endswith("/submitted/")
    ensure_keys(now=office.now)
    sequence_all(now=office.now)
    page = citizen.get(address(case, "audit-receipt.json"))
    proof = json.loads(page.content)
    assert "attachment" in page["Content-Disposition"]
    assert verify(proof).valid and proof["entry"]["subject"] == f"case:{case.number}"


def test_a_correction_is_supplied_thing_by_thing(office, citizen, correcting):
    page = citizen.get(address(correcting))
    step = page.context["steps"][0]
    assert step.urgent and step.url == address(correcting, "correction/")
    page = text_of(citizen.get(step.url))
    for words in ("图上没有标出仓库", "补画仓库并注明面积", "与招牌不一致", "经营场所平面图", "门店名称"):
        assert words in page
    early = citizen.post(step.url, {"act": "supply", "rev": correcting.rev})
    assert early.status_code == 422 and "经营场所平面图" in text_of(early)
    office.later(minutes=5)
    assert upload(citizen, correcting, "layout").status_code == 302
    old, new = CaseMaterial.objects.filter(case=correcting, code="layout").order_by("id")
    assert old.superseded_at and new.stored_file.original_name == "新图.png"
    wrong = citizen.post(step.url, {"act": "field", "code": "shop", "shop": "李"})
    assert wrong.status_code == 422 and 'href="#id_shop"' in text_of(wrong)
    assert citizen.post(step.url, {"act": "field", "code": "shop", "shop": "李梅面馆"}).status_code == 302
    rev = Case.objects.get(pk=correcting.pk).rev
    assert citizen.post(step.url, {"act": "supply", "rev": rev})["Location"] == address(correcting)
    case = Case.objects.get(pk=correcting.pk)
    assert (case.state, case.form["shop"]) == ("submitted", "李梅面馆")
    assert CorrectionNotice.objects.get(case=case).state == "supplied"
    assert citizen.get(step.url)["Location"] == address(correcting)


def test_only_what_the_notice_names_can_be_changed(office, citizen, correcting):
    url = address(correcting, "correction/")
    office.later(minutes=5)
    assert upload(citizen, correcting, "rules").status_code == 422
    assert citizen.post(url, {"act": "field", "code": "phone", "phone": "13900000000"}).status_code == 422
    assert upload(citizen, correcting, "layout", "坏.pdf", b"nothing").status_code == 422
    assert citizen.post(url, {"act": "upload", "code": "layout"}).status_code == 422
    assert citizen.post(url, {"act": "supply", "rev": correcting.rev - 1}).status_code == 422
    assert Case.objects.get(pk=correcting.pk).state == "correcting"


def test_a_new_file_of_a_correction_can_be_taken_out_again(office, citizen, correcting):
    office.later(minutes=5)
    upload(citizen, correcting, "layout")
    row = CaseMaterial.objects.get(case=correcting, code="layout", superseded_at=None)
    page = citizen.post(address(correcting, "correction/"), {"act": "remove", "code": "layout", "material": row.pk})
    assert page.status_code == 302 and not CaseMaterial.objects.filter(pk=row.pk).exists()


def test_promised_materials_are_supplied_with_the_days_that_are_left(office, citizen):
    case = office.draft(materials=("application", "rules"))
    day = office.now.date() + timedelta(days=12)
    promise = {"materials": ["layout"], "promised_on": day}
    case = office.do(commands.offer_provisional, "citizen", case, **promise)
    case = office.do(commands.submit, "citizen", case)
    case = office.do(commands.accept_provisionally, "accepter", case)
    step = citizen.get(address(case)).context["steps"][0]
    assert step.urgent and step.url == address(case, "provisional/")
    page = citizen.get(step.url)
    assert page.context["left"] and "经营场所平面图" in text_of(page)
    assert citizen.post(step.url, {"act": "supply", "rev": case.rev}).status_code == 422
    assert upload(citizen, case, "rules", page="provisional").status_code == 422
    office.later(minutes=5)
    assert upload(citizen, case, "layout", page="provisional").status_code == 302
    rev = Case.objects.get(pk=case.pk).rev
    assert citizen.post(step.url, {"act": "supply", "rev": rev}).status_code == 302
    assert ProvisionalAcceptance.objects.get(case=case).state == "supplied"
    assert citizen.get(step.url)["Location"] == address(case)


def test_withdrawing_asks_first_and_closes_the_case(office, citizen):
    case = office.submitted()
    url = address(case, "withdraw/")
    assert citizen.get(url).status_code == 200
    assert citizen.post(url, {"rev": case.rev, "reason": "不办了"}).status_code == 422
    stale = citizen.post(url, {"sure": "yes", "rev": case.rev - 1})
    assert stale.status_code == 422 and Case.objects.get(pk=case.pk).state == "submitted"
    assert citizen.post(url, {"sure": "yes", "rev": case.rev, "reason": "不办了"})["Location"] == address(case)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "withdrawn")
    again = citizen.post(url, {"sure": "yes", "rev": case.rev})
    assert again.status_code == 422 and case.number in text_of(again)


def test_a_granted_case_offers_the_licence_and_a_closed_one_the_rating(office, citizen):
    case = office.granted()
    page = citizen.get(address(case))
    assert case.licence.number in text_of(page) and page.context["light"] == "none"
    licence = citizen.get(address(case, "licence.pdf"))
    assert licence.content.startswith(b"%PDF")
    case = office.do(commands.deliver, "clerk", case, method="window", receiver="李梅", receiver_idcard_tail="0024")
    assert f"/my/cases/{case.number}/rate/" in text_of(citizen.get(address(case)))


def test_the_list_filters_and_searches(office, citizen, correcting):
    other = office.submitted()
    page = citizen.get("/my/cases/")
    assert {row["case"].pk for row in page.context["rows"]} == {correcting.pk, other.pk}
    assert [(code, count) for code, _, count, _ in page.context["tabs"]] == [
        ("all", 2),
        ("todo", 1),
        ("running", 1),
        ("done", 0),
    ]
    assert [row["case"].pk for row in citizen.get("/my/cases/?show=todo").context["rows"]] == [correcting.pk]
    found = citizen.get("/my/cases/", {"q": f"食品 {other.number}"}).context["rows"]
    assert [row["case"].pk for row in found] == [other.pk]
    for query in ("?show=done", "?q=没有这个", "?show=nonsense&page=99", "?q=%00", "?page=abc"):
        assert citizen.get(f"/my/cases/{query}").status_code == 200, query


def test_the_front_page_names_what_is_to_do(office, citizen, correcting, enter):
    office.draft()
    page = citizen.get("/my/")
    assert [row["case"].pk for row in page.context["todo"]] == [correcting.pk]
    assert len(page.context["drafts"]) == 1
    assert address(correcting, "correction/") in text_of(page)
    empty = enter("stranger").get("/my/")
    assert not empty.context["todo"] and not empty.context["drafts"]
    assert Client().get("/my/")["Location"].startswith("/login/")


def test_progress_tells_the_minimum_to_who_knows_number_and_id(office, correcting):
    tail = office.cast.person("citizen").idcard[-4:]
    client = Client()
    assert client.get(f"/progress/?number={correcting.number}").context["number"] == correcting.number
    page = client.post("/progress/", {"number": f" {correcting.number} ", "tail": tail.lower()})
    assert page.status_code == 200 and "食品经营许可" in text_of(page)
    for private in ("李梅", "13800000001", "平面图", "图上没有标出仓库"):
        assert private not in text_of(page)


def test_progress_tells_nobody_else_anything(office, correcting):
    client, tail = Client(), office.cast.person("citizen").idcard[-4:]
    wrong_tail = client.post("/progress/", {"number": correcting.number, "tail": "0000"})
    wrong_number = client.post("/progress/", {"number": "1" * 40, "tail": tail})
    assert wrong_tail.status_code == wrong_number.status_code == 404
    assert wrong_tail.context["reasons"] == wrong_number.context["reasons"]
    for fields in ({}, {"number": correcting.number}, {"number": correcting.number, "tail": "1"}, {"tail": tail}):
        assert client.post("/progress/", fields).status_code == 422
    assert client.post("/progress/", {"number": "\x00", "tail": "\x00\x00\x00\x00"}).status_code == 422
    assert client.post("/progress/", {"number": correcting.number, "tail": "四个汉字"}).status_code == 404


def test_progress_is_limited_by_address_and_by_number(office, correcting, settings):
    tail = office.cast.person("citizen").idcard[-4:]
    asked = {"number": correcting.number, "tail": tail}
    settings.YITONG_RATE_LIMITS = {**settings.YITONG_RATE_LIMITS, "case_progress_number": (2, 600)}
    answers = [Client(REMOTE_ADDR=f"10.0.0.{n}").post("/progress/", asked).status_code for n in range(3)]
    assert answers == [200, 200, 429]
    settings.YITONG_RATE_LIMITS = {**settings.YITONG_RATE_LIMITS, "case_progress": (1, 60)}
    client = Client(REMOTE_ADDR="10.0.1.1")
    assert [client.post("/progress/", {"number": f"{n}", "tail": "0000"}).status_code for n in range(2)] == [404, 429]
