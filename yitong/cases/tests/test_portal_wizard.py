"""The wizard: from the start page to the confirmation, what it keeps, what it refuses, and that it hands in once."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yitong.cases import commands
from yitong.cases.models import Case, CaseMaterial, Commitment
from yitong.cases.tests.conftest import PNG
from yitong.cases.tests.desk_fixtures import enter_fixture  # noqa: F401
from yitong.cases.tests.items import item
from yitong.cases.tests.portal_fixtures import me_fixture, walker_fixture, wizard_item_fixture  # noqa: F401
from yitong.documents.models import QuarantinedFile
from yitong.parties.models import Mandate


def text_of(page) -> str:
    return page.content.decode()


def test_anybody_reads_the_start_page_and_logs_in_to_apply(wizard_item):
    page = Client().get(f"/apply/{wizard_item.basic_code}/")
    assert page.status_code == 200
    assert "小餐饮店登记" in text_of(page) and "门头照片" in text_of(page)
    assert f"/login/?next=/apply/{wizard_item.basic_code}/" in text_of(page)
    page = Client().post(f"/apply/{wizard_item.basic_code}/", {"applicant": "person:1"})
    assert page.status_code == 302 and page["Location"].startswith("/login/?next=%2Fapply%2F")


def test_an_unknown_item_is_not_found(wizard_item):
    assert Client().get("/apply/999999999999/").status_code == 404


def test_a_citizen_walks_the_whole_way(walker, me):
    assert walker.start(me).endswith("/questions/scope/")
    page = walker.post("questions/scope/", answer="retail")
    assert page["Location"].endswith("/form/1/")
    page = walker.post("form/1/", phone="13800000001")
    assert page["Location"].endswith("/form/2/")
    page = walker.post("form/2/", shop="李梅小吃店")
    assert page["Location"].endswith("/materials/")
    overview = text_of(walker.client.get(page["Location"]))
    assert "登记申请书" in overview and "食品安全管理制度" not in overview
    assert walker.give("application")["Location"].endswith("/materials/layout/")
    assert walker.give("layout")["Location"].endswith("/materials/photo/")
    assert walker.post("materials/photo/", act="next")["Location"].endswith("/delivery/")
    page = walker.post("delivery/", method="post", receiver="李梅", address="示范市朝晖区春风路8号")
    assert page["Location"].endswith("/review/")
    review = text_of(walker.client.get(page["Location"]))
    assert "食品销售" in review and "李梅小吃店" in review and "春风路8号" in review and "图.png" in review
    page = walker.submit()
    case = walker.case
    assert page["Location"] == f"/my/cases/{case.number}/submitted/"
    assert (case.state, case.channel, case.answers) == ("submitted", "web", {"scope": "retail"})
    assert case.form["name"] == "李梅" and case.form["shop"] == "李梅小吃店"
    done = text_of(walker.client.get(page["Location"]))
    assert case.number in done and "audit-receipt.json" in done and "/documents/" in done


def test_a_phone_is_noted_as_such(walker, me):
    page = walker.client.post(
        f"/apply/{walker.item.basic_code}/", {"applicant": me, "token": "x"}, headers={"User-Agent": "Mobile Mobi"}
    )
    assert Case.objects.get(pk=int(page["Location"].split("/")[3])).channel == "mobile"


def test_two_clicks_begin_one_draft_and_hand_in_one_case(walker, me):
    first = walker.start(me, token="same")
    assert walker.start(me, token="same") == first
    assert Case.objects.filter(state="draft").count() == 1
    walker.fill()
    token = walker.case.client_token
    once, twice = walker.submit(), walker.submit(rev=0, token=token)
    assert once["Location"] == twice["Location"] == f"/my/cases/{walker.case.number}/submitted/"
    assert Case.objects.exclude(number=None).count() == 1
    assert walker.client.get(f"{walker.base}/form/1/")["Location"] == once["Location"]


def test_answers_are_kept_when_one_goes_back(walker, me):
    walker.start(me)
    assert walker.post("questions/scope/", answer="catering")["Location"].endswith("/questions/kitchen/")
    walker.post("questions/kitchen/", answer="true")
    page = text_of(walker.client.get(f"{walker.base}/questions/scope/"))
    assert 'value="catering" checked' in page
    walker.post("questions/scope/", answer="retail")
    walker.post("questions/scope/", answer="catering")
    assert walker.case.answers == {"scope": "catering", "kitchen": True}
    overview = text_of(walker.client.get(f"{walker.base}/materials/"))
    assert "食品安全管理制度" in overview


def test_a_question_without_an_answer_says_what_to_do(walker, me):
    walker.start(me)
    for answer in ("", "nonsense"):
        page = walker.post("questions/scope/", answer=answer)
        assert page.status_code == 422 and "error-summary" in text_of(page)
    assert walker.case.answers == {}


def test_what_is_known_is_filled_in_and_identity_cannot_be_typed_over(walker, me, office):
    walker.start(me)
    page = text_of(walker.client.get(f"{walker.base}/form/1/"))
    person = office.cast.person("citizen")
    assert person.idcard in page and 'name="idcard"' not in page and 'name="name"' not in page
    assert 'name="phone" value="13800000001"' in page
    walker.post("form/1/", phone="13900000009", idcard="439901198503080355", name="外人")
    assert (walker.case.form["idcard"], walker.case.form["name"]) == (person.idcard, "李梅")
    assert walker.case.form["phone"] == "13900000009"


def test_a_wrong_field_is_named_and_what_was_typed_is_kept(walker, me):
    walker.start(me)
    walker.post("questions/scope/", answer="catering")
    walker.post("questions/kitchen/", answer="true")
    page = walker.post("form/2/", shop="李", seats="zwei", open_on="2026-02-30")
    assert page.status_code == 422
    body = text_of(page)
    for name in ("shop", "seats", "open_on"):
        assert f'href="#id_{name}"' in body
    assert 'value="zwei"' in body and walker.case.form["shop"] == "李"


def test_nul_and_too_much_text_are_no_server_error(walker, me):
    walker.start(me)
    assert walker.post("form/2/", shop="李梅\x00小吃店").status_code == 302
    assert walker.case.form["shop"] == "李梅小吃店"
    assert walker.post("form/2/", shop="长" * 100_000).status_code == 422
    assert walker.post("questions/scope/", answer="re\x00tail").status_code == 422


def test_a_missing_required_file_is_asked_for(walker, me):
    walker.start(me)
    page = walker.post("materials/application/", act="next")
    assert page.status_code == 422 and "登记申请书" in text_of(page)


def test_files_are_checked_by_content_and_good_ones_stay(walker, me):
    walker.start(me)
    page = walker.give("application", "假的.pdf", b"this is no pdf at all")
    assert page.status_code == 422 and "假的.pdf" in text_of(page)
    assert QuarantinedFile.objects.count() == 1 and not CaseMaterial.objects.exists()
    files = [SimpleUploadedFile("好.png", PNG), SimpleUploadedFile("空.png", b"")]
    page = walker.client.post(f"{walker.base}/materials/application/", {"files": files, "act": "next"})
    assert page.status_code == 422 and "空.png" in text_of(page)
    assert [row.stored_file.original_name for row in CaseMaterial.objects.all()] == ["好.png"]


def test_a_kind_that_is_not_asked_for_is_refused(walker, me):
    walker.start(me)
    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>"
    page = walker.give("photo", "照片.pdf", pdf)
    assert page.status_code == 422 and not CaseMaterial.objects.exists()


def test_a_file_is_looked_at_replaced_and_removed(walker, me, enter):
    walker.start(me)
    walker.give("application", "旧.png")
    old = CaseMaterial.objects.get()
    address = f"{walker.base}/materials/application/{old.pk}/"
    page = walker.client.get(address)
    assert page.status_code == 200 and page["Content-Type"] == "image/png"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert enter("stranger").get(address).status_code == 404
    walker.give("application", "新.png", replaces=old.pk)
    new = CaseMaterial.objects.get()
    assert new.stored_file.original_name == "新.png"
    assert walker.post("materials/application/", act="remove", material=new.pk).status_code == 302
    assert not CaseMaterial.objects.exists()
    assert walker.post("materials/application/", act="remove", material="9" * 18).status_code == 422


def test_a_secondary_material_may_be_promised(walker, me, office):
    walker.start(me)
    walker.post("questions/scope/", answer="retail")
    day = office.now.date() + timedelta(days=5)
    page = walker.post("materials/layout/", act="promise", promised_on=day.isoformat())
    assert page.status_code == 422 and "id_voluntary" in text_of(page)
    far = (office.now.date() + timedelta(days=90)).isoformat()
    page = walker.post("materials/layout/", act="promise", promised_on=far, voluntary="yes")
    assert page.status_code == 422
    page = walker.post("materials/layout/", act="promise", promised_on="soon", voluntary="yes")
    assert page.status_code == 422
    page = walker.post("materials/layout/", act="promise", promised_on=day.isoformat(), voluntary="yes")
    assert page.status_code == 302
    assert walker.case.provisional_offer["materials"] == ["layout"]
    assert date.fromisoformat(walker.case.provisional_offer["promised_on"]) == day
    page = walker.post("materials/application/", act="promise", promised_on=day.isoformat(), voluntary="yes")
    assert page.status_code == 422
    walker.post("materials/layout/", act="unpromise")
    assert walker.case.provisional_offer is None


def test_a_commitment_is_read_and_signed_by_name(walker, me):
    walker.start(me)
    walker.post("questions/scope/", answer="catering")
    walker.post("questions/kitchen/", answer="true")
    page = walker.client.get(f"{walker.base}/commitment/")
    assert "承诺不实的，撤销许可并记入信用记录。" in text_of(page)
    page = walker.post("commitment/", understood="yes", signature="王强")
    assert page.status_code == 422 and not Commitment.objects.exists()
    page = walker.post("commitment/", signature="李梅")
    assert page.status_code == 422
    page = walker.post("commitment/", understood="yes", signature=" 李梅 ")
    assert page.status_code == 302 and Commitment.objects.get().signed_by_name == "李梅"
    assert walker.post("materials/rules/", act="next").status_code == 302
    assert walker.post("commitment/", understood="yes", signature="李梅").status_code == 200


def test_by_post_needs_an_address(walker, me):
    walker.start(me)
    page = walker.post("delivery/", method="post", receiver="李梅", address="")
    assert page.status_code == 422 and 'href="#id_address"' in text_of(page)
    page = walker.post("delivery/", receiver="李梅")
    assert page.status_code == 422 and 'href="#id_method"' in text_of(page)
    assert walker.post("delivery/", method="balloon").status_code == 422


def test_an_incomplete_draft_is_not_handed_in_and_every_reason_has_its_page(walker, me):
    walker.start(me)
    page = walker.submit()
    assert page.status_code == 422
    body = text_of(page)
    for place in ("questions/scope/", "form/2/#id_shop", "materials/application/", "materials/layout/"):
        assert f'href="{walker.base}/{place}"' in body
    assert walker.case.state == "draft"


def test_nothing_is_handed_in_without_the_declaration(walker, me):
    walker.start(me)
    walker.fill()
    page = walker.submit(declared="")
    assert page.status_code == 422 and walker.case.state == "draft"


def test_what_was_changed_elsewhere_is_read_again_first(walker, me):
    walker.start(me)
    walker.fill()
    seen = walker.case.rev
    walker.post("form/2/", shop="别的店名")
    page = walker.submit(rev=seen)
    assert page.status_code == 409 and "别的店名" in text_of(page) and walker.case.state == "draft"
    page = walker.submit()
    assert page.status_code == 302, page.context["problems"]


def test_too_many_submissions_keep_the_draft(walker, me, settings):
    settings.YITONG_RATE_LIMITS = {**settings.YITONG_RATE_LIMITS, "case_submit": (0, 3600)}
    walker.start(me)
    walker.fill()
    assert walker.submit().status_code == 429 and walker.case.state == "draft"


def test_changing_from_the_review_leads_back_to_it(walker, me):
    walker.start(me)
    walker.fill()
    page = walker.client.get(f"{walker.base}/form/2/?from=review")
    assert 'name="from" value="review"' in text_of(page)
    page = walker.client.post(f"{walker.base}/form/2/", {"shop": "新店名", "from": "review"})
    assert page["Location"].endswith("/review/")


def test_a_draft_is_continued_where_it_was_left(walker, me):
    walker.start(me)
    walker.post("questions/scope/", answer="retail")
    assert walker.client.get(f"{walker.base}/")["Location"].endswith("/form/2/")
    assert "小餐饮店登记" in text_of(walker.client.get("/my/drafts/"))
    assert f"{walker.base}/" in text_of(walker.client.get(f"/apply/{walker.item.basic_code}/"))
    assert walker.client.get(f"{walker.base}/delete/").status_code == 200
    assert walker.post("delete/")["Location"] == "/my/drafts/"
    assert not Case.objects.filter(pk=walker.case_id).exists()


def test_a_strangers_draft_does_not_exist(walker, me, enter):
    walker.start(me)
    stranger = enter("stranger")
    pages = (
        "",
        "delete/",
        "questions/scope/",
        "form/1/",
        "materials/",
        "materials/layout/",
        "commitment/",
        "delivery/",
        "review/",
    )
    for page in pages:
        assert stranger.get(f"{walker.base}/{page}").status_code == 404, page
        assert stranger.post(f"{walker.base}/{page}", {"act": "next"}).status_code in (404, 405), page
    for name in ("clerk", "chief"):
        assert enter(name).get(f"{walker.base}/form/1/")["Location"].startswith("/login/")


def test_what_a_clerk_fills_in_at_the_window_is_no_draft_of_the_portal(office, walker):
    case = commands.start_draft(
        actor=office.actor("clerk"),
        item_code=walker.item.implementation_code,
        applicant=commands.Applicant(person_id=office.cast.person("citizen").pk),
        now=office.now,
        channel="window",
    )
    assert walker.client.get(f"/apply/drafts/{case.pk}/review/").status_code == 404
    assert "小餐饮店登记" not in text_of(walker.client.get("/my/drafts/"))


def test_one_applies_for_an_enterprise_and_by_mandate(office, walker):
    page = text_of(walker.client.get(f"/apply/{walker.item.basic_code}/"))
    enterprise = office.cast.enterprise()
    assert enterprise.name in page
    walker.start(f"enterprise:{enterprise.pk}")
    assert walker.case.applicant_enterprise_id == enterprise.pk
    stranger = office.cast.person("stranger")
    page = walker.client.post(f"/apply/{walker.item.basic_code}/", {"applicant": f"person:{stranger.pk}", "token": "2"})
    assert page.status_code == 422
    today = office.now.date()
    Mandate.objects.create(
        agent=office.cast.person("citizen"),
        principal_person=stranger,
        scope="all",
        valid_from=today,
        valid_until=today + timedelta(days=9),
        given_at=office.now,
    )
    assert "外人" in text_of(walker.client.get(f"/apply/{walker.item.basic_code}/"))
    walker.start(f"person:{stranger.pk}", token="3")
    assert (walker.case.applicant_name, walker.case.agent_person_id) == ("外人", office.cast.person("citizen").pk)


def test_nonsense_applicants_are_refused(walker):
    for value in ("", "person:", "person:abc", "robot:1", "person:" + "9" * 30, "enterprise:999999"):
        page = walker.client.post(f"/apply/{walker.item.basic_code}/", {"applicant": value, "token": "n"})
        assert page.status_code == 422, value


def test_an_item_for_the_window_alone_says_so(office, walker):
    offline = item(
        office.cast.department("market").pk, office.now, "000131003000", name="窗口事项", channels=["window"]
    )
    page = text_of(walker.client.get(f"/apply/{offline.basic_code}/"))
    assert "政务大厅一楼B区" in page and 'name="applicant"' not in page


def test_the_blank_form_offers_every_field(walker):
    page = text_of(Client().get(f"/apply/{walker.item.basic_code}/blank-form/"))
    for title in ("姓名", "门店名称", "座位数", "开业日期"):
        assert title in page
