"""A clerk files for somebody who stands at the counter."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yitong.cases import commands
from yitong.cases.models import Case, CaseMaterial
from yitong.cases.tests.conftest import PNG
from yitong.cases.tests.desk_fixtures import enter_fixture  # noqa: F401
from yitong.documents.models import Document, QuarantinedFile
from yitong.kernel.identifiers import idcard, uscc
from yitong.parties.models import Enterprise, Mandate, Person


def identify(client: Client, office, who: str = "citizen", **more):
    return client.post(
        "/desk/counter/", {"idcard": office.cast.person(who).idcard, "role": "self", **more}, follow=True
    )


def begin(client: Client, office, token: str = "one") -> Case:
    data = {"item_code": office.item.implementation_code, "token": token}
    answer = client.post("/desk/counter/start/", data)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return Case.objects.get(pk=int(answer["Location"].rstrip("/").rpartition("/")[2]))


def scan(name: str = "扫描.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PNG, "image/png")


def fill(client: Client, case: Case, do: str = "submit", **more):
    data = {"q_scope": "retail", "f_shop": "李梅小吃店", "f_phone": "13800000001", "do": do, **more}
    return client.post(f"/desk/counter/{case.pk}/", data)


def test_only_clerks_have_a_counter(office, enter):
    assert enter("reviewer").get("/desk/counter/").status_code == 404
    assert Client().get("/desk/counter/").status_code == 302
    assert "本地读卡器" in enter("clerk").get("/desk/counter/").content.decode()


def test_a_known_person_is_found_by_the_card_and_the_form_is_filled_in(office, enter):
    client = enter("clerk")
    page = identify(client, office)
    assert page.context["here"].person == office.cast.person("citizen")
    assert office.item.name in page.content.decode()
    case = begin(client, office)
    assert (case.channel, case.applicant_person_id) == ("window", office.cast.person("citizen").pk)
    html = client.get(f"/desk/counter/{case.pk}/").content.decode()
    assert 'value="13800000001"' in html and "已预填" in html


def test_a_wrong_number_is_told_beside_the_field_and_stays(enter):
    good = idcard.compose("439901", date(1990, 5, 20), 24)
    wrong = good[:-1] + ("1" if good[-1] != "1" else "2")
    page = enter("clerk").post("/desk/counter/", {"idcard": wrong, "role": "self"})
    assert page.status_code == 422
    assert "idcard" in page.context["form"].errors
    assert f'value="{wrong}"' in page.content.decode()


def test_a_new_person_is_registered_on_the_spot(office, enter):
    client = enter("clerk")
    number = idcard.compose("439901", date(1979, 1, 2), 11)
    page = client.post("/desk/counter/", {"idcard": number, "role": "self"})
    assert page.context["register_person"].initial["idcard"] == number
    data = {"idcard": number, "name": "周大山", "phone": "12", "address": "望江村1组", "region_id": ""}
    assert client.post("/desk/counter/person/", data).status_code == 422
    data["phone"] = "13900001111"
    client.post("/desk/counter/person/", data)
    assert Person.objects.get(idcard=number).name == "周大山"
    assert client.get("/desk/counter/").context["here"].person.name == "周大山"


def test_an_enterprise_is_registered_and_applied_for(office, enter):
    client = enter("clerk")
    code = uscc.compose("9", "1", "439901", "MA000077")
    page = identify(client, office, role="enterprise", uscc=code)
    assert page.context["register_enterprise"].initial["uscc"] == code
    person = office.cast.person("citizen")
    data = {"uscc": code, "name": "示范市山泉饮料有限公司", "legal_representative": person.idcard, "region_id": ""}
    client.post("/desk/counter/enterprise/", data)
    case = begin(client, office)
    assert case.applicant_enterprise_id == Enterprise.objects.get(uscc=code).pk
    assert case.agent_person_id == person.pk


def test_an_agent_needs_a_mandate_which_may_be_entered_from_paper(office, enter):
    client, principal = enter("clerk"), office.cast.person("citizen")
    identify(client, office, "stranger", role="agent", principal_idcard=principal.idcard)
    data = {"item_code": office.item.implementation_code, "token": "t"}
    refused = client.post("/desk/counter/start/", data)
    assert refused.status_code == 422
    assert "mandate_missing" in [reason.code for reason in refused.context["refusal"].reasons]
    paper = {"valid_from": "2026-09-01", "valid_until": "2027-01-01", "paper": scan("委托书.png")}
    assert client.post("/desk/counter/mandate/", paper).status_code == 302
    assert Mandate.objects.get().document_ref.startswith("file:")
    case = begin(client, office)
    assert (case.applicant_person_id, case.agent_person_id) == (principal.pk, office.cast.person("stranger").pk)


def test_everything_is_filed_on_one_page_and_the_receipt_has_a_qr_code(office, enter):
    client = enter("clerk")
    identify(client, office)
    case = begin(client, office)
    files = {"m_application": scan(), "m_layout": scan("图.png"), "paper_rules": "1"}
    answer = fill(client, case, **files)
    case.refresh_from_db()
    assert answer["Location"] == f"/desk/cases/{case.number}/receipt/"
    assert case.state == "submitted"
    sources = CaseMaterial.objects.filter(case=case).values_list("code", "source")
    assert dict(sources) == {"application": "file", "layout": "file", "rules": "paper"}
    html = client.get(answer["Location"]).content.decode()
    assert "<svg" in html and case.number in html and "经营场所平面图" in html
    assert Document.objects.filter(subject=f"case:{case.pk}", kind="receipt_of_materials").exists()
    assert client.get(f"/desk/counter/{case.pk}/").status_code == 404


def test_what_is_missing_is_told_and_what_was_typed_and_scanned_is_kept(office, enter):
    client = enter("clerk")
    identify(client, office)
    case = begin(client, office)
    page = fill(client, case, f_shop="", m_application=scan())
    assert page.status_code == 422
    codes = {reason.code for reason in page.context["faults"]}
    assert {"form_required", "material_missing"} <= codes
    case.refresh_from_db()
    assert case.state == "draft"
    assert case.answers == {"scope": "retail"}
    assert case.form["phone"] == "13800000001"
    assert CaseMaterial.objects.get(case=case).code == "application"


def test_a_bad_file_is_refused_beside_its_material_and_the_rest_is_kept(office, enter):
    client = enter("clerk")
    identify(client, office)
    case = begin(client, office)
    bad = SimpleUploadedFile("图.pdf", b"MZ not a pdf at all", "application/pdf")
    page = fill(client, case, m_application=scan(), m_layout=bad)
    assert page.status_code == 422
    row = next(row for row in page.context["materials"] if row.material.code == "layout")
    assert row.errors
    assert CaseMaterial.objects.filter(case=case).count() == 1
    assert QuarantinedFile.objects.count() == 1


def test_a_material_can_be_taken_out_again(office, enter):
    client = enter("clerk")
    identify(client, office)
    case = begin(client, office)
    fill(client, case, do="save", m_application=scan())
    row = CaseMaterial.objects.get(case=case)
    fill(client, case, do=f"remove:{row.pk}")
    assert not CaseMaterial.objects.filter(case=case).exists()


def test_missing_secondary_materials_are_promised_voluntarily(office, enter):
    client = enter("clerk")
    identify(client, office)
    case = begin(client, office)
    given = {"m_application": scan(), "paper_rules": "1", "promised": "layout"}
    day = (office.now + timedelta(days=7)).date().isoformat()
    unasked = fill(client, case, promised_on=day, **given)
    assert unasked.status_code == 422
    assert "voluntary" in [reason.field for reason in unasked.context["faults"]]
    assert fill(client, case, promised="layout", promised_on=day, voluntary="on").status_code == 302
    case.refresh_from_db()
    assert (case.state, case.provisional_offer["materials"]) == ("submitted", ["layout"])
    office.do(commands.accept_provisionally, "accepter", case)


def test_commitment_and_delivery_are_chosen_at_the_counter(office, enter):
    client = enter("clerk")
    identify(client, office)
    case = begin(client, office)
    given = {"m_application": scan(), "paper_layout": "1", "sign_commitment": "1"}
    page = fill(client, case, method="post", post_address="", **given)
    assert "post_address" in [reason.field for reason in page.context["faults"]]
    assert fill(client, case, method="post", post_address="春风路8号").status_code == 302
    case.refresh_from_db()
    assert (case.state, case.committed_by_promise) == ("submitted", True)
    assert (case.delivery_wish["method"], case.delivery_wish["address"]) == ("post", "春风路8号")


def test_a_double_click_begins_one_case(office, enter):
    client = enter("clerk")
    identify(client, office)
    assert begin(client, office, "same").pk == begin(client, office, "same").pk
    assert begin(client, office, "other").pk != Case.objects.order_by("id").first().pk


def test_drafts_wait_at_the_counter_and_belong_to_their_clerk(office, enter):
    client = enter("clerk")
    identify(client, office)
    case = begin(client, office)
    assert list(client.get("/desk/counter/").context["drafts"]) == [case]
    client.post("/desk/counter/next/")
    assert "here" not in client.get("/desk/counter/").context
    assert enter("accepter").get(f"/desk/counter/{case.pk}/").status_code == 404
    client.post(f"/desk/counter/{case.pk}/discard/")
    assert not Case.objects.filter(pk=case.pk).exists()
