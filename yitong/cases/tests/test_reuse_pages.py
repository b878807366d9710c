"""The pages of reuse: the wizard's offer, the counter's code, the officer's red box, and the way to bring another proof."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yitong.cases import commands
from yitong.cases.commands import Applicant
from yitong.cases.models import Case, CaseMaterial
from yitong.cases.tests.conftest import PNG
from yitong.cases.tests.desk_fixtures import enter_fixture  # noqa: F401
from yitong.cases.tests.reuse_fixtures import (  # noqa: F401
    ADDRESS,
    DIPLOMA,
    ID_CARD,
    begin_fixture,
    hold_fixture,
    reuse_item_fixture,
    reused_fixture,
)
from yitong.consents.commands import codes, revoke
from yitong.consents.models import AccessEntry, HolderConsent
from yitong.licences.commands import cancel
from yitong.licences.models import Licence

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_commit(monkeypatch):
    """What waits for the commit runs at once: these tests never commit."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, using=None, robust=False: act())


def text(page):
    return page.content.decode()


def end_card(office):
    office.later(minutes=1)
    card = Licence.objects.get(type__code=ID_CARD, status="valid")
    cancel(licence_id=card.pk, reason="户口注销", actor=office.actor("chief"), now=office.now)


def test_the_wizard_shows_what_was_found_and_one_press_takes_it_all(office, enter, hold, begin):
    card, diploma = hold(ID_CARD), hold(DIPLOMA)
    case, client = begin(), enter("citizen")
    url = f"/apply/drafts/{case.pk}/materials/"
    page = client.get(url)
    assert "可以免提交" in text(page) and card.issuer_name in text(page) and "100 天前的" not in text(page)
    assert "约 3 个月前的" in text(page) and "公民身份号码" in text(page)
    chosen = {"found": [f"id_card|licence:{card.pk}", f"diploma|licence:{diploma.pk}"]}
    refused = client.post(url, {**chosen, "act": "agree"})
    assert refused.status_code == 422 and "请勾选同意提供敏感个人信息" in text(refused)
    assert not CaseMaterial.objects.exists()
    done = client.post(url, {**chosen, "act": "agree", "sensitive": "yes"})
    assert done.status_code == 302
    assert CaseMaterial.objects.filter(case=case, source="licence").count() == 2
    page = client.get(url)
    assert "共 4 项材料，2 项免提交。" in text(page)


def test_one_material_is_agreed_to_or_brought(office, enter, hold, begin):
    card = hold(ID_CARD)
    case, client = begin(), enter("citizen")
    url = f"/apply/drafts/{case.pk}/materials/id_card/"
    page = client.get(url)
    assert "同意使用" in text(page) and "自己上传" in text(page)
    posted = {"act": "agree", "found": f"licence:{card.pk}", "sensitive": "yes"}
    assert client.post(url, posted).status_code == 302
    page = client.get(url)
    assert "来源：" in text(page) and CaseMaterial.objects.get(case=case).source == "licence"
    row = CaseMaterial.objects.get(case=case)
    assert client.post(url, {"act": "remove", "code": "id_card", "material": row.pk}).status_code == 302
    client.post(url, {"act": "next", "files": SimpleUploadedFile("证.png", PNG)})
    assert CaseMaterial.objects.get(case=case).source == "file"


def test_the_form_says_where_a_value_came_from_and_marks_a_changed_one(office, enter, hold, begin):
    from yitong.cases.models import MaterialReuse

    card = hold(ID_CARD)
    case, client = begin(), enter("citizen")
    actor = office.actor("citizen")
    commands.agree(
        actor=actor,
        case_id=case.pk,
        choices=[commands.Choice("id_card", "licence", str(card.pk))],
        sensitive=True,
        now=office.now,
    )
    url = f"/apply/drafts/{case.pk}/form/1/"
    assert MaterialReuse.objects.get().filled == {"address": ADDRESS}
    assert ADDRESS in text(client.get(url)) and "来自居民身份证" in text(client.get(url))
    client.post(url, {"shop": "李梅小吃店", "phone": "13800000001", "address": "新址1号"})
    assert "与居民身份证不一致" in text(client.get(url))


def test_a_stranger_finds_no_such_draft(office, enter, hold, begin):
    hold(ID_CARD)
    case, client = begin(), enter("stranger")
    for path in ("materials/", "materials/id_card/", "form/1/"):
        assert client.get(f"/apply/drafts/{case.pk}/{path}").status_code == 404
        assert client.post(f"/apply/drafts/{case.pk}/{path}", {"act": "agree"}).status_code == 404


def test_the_officer_opens_the_contents_by_a_press_and_not_by_a_link(office, enter, reused):
    case = reused()
    row = CaseMaterial.objects.get(case=case, code="id_card")
    client = enter("accepter")
    page = client.get(f"/desk/cases/{case.number}/")
    assert "查看内容（留痕）" in text(page) and Licence.objects.get(pk=row.licence_id).number not in text(page)
    url = f"/desk/cases/{case.number}/materials/{row.pk}/contents/"
    assert client.get(url).status_code == 405 and not AccessEntry.objects.exists()
    page = client.post(url)
    assert ADDRESS in text(page) and page["Cache-Control"] and AccessEntry.objects.count() == 1
    assert enter("outsider").post(url).status_code == 404
    assert AccessEntry.objects.count() == 1


def test_after_a_withdrawal_only_that_it_was_given_is_shown(office, enter, reused):
    case = reused()
    row = CaseMaterial.objects.get(case=case, code="id_card")
    card = Licence.objects.get(pk=row.licence_id)
    office.later(minutes=1)
    revoke(actor=office.actor("citizen"), consent_id=HolderConsent.objects.get().pk, now=office.now)
    client = enter("accepter")
    page = client.get(f"/desk/cases/{case.number}/")
    assert "持证人已撤回授权" in text(page) and "查看内容（留痕）" not in text(page)
    assert (
        card.number not in text(page)
        and card.issuer_name not in text(page).split('id="materials"')[1].split("</ol>")[0]
    )
    refused = client.post(f"/desk/cases/{case.number}/materials/{row.pk}/contents/")
    assert refused.status_code == 422 and ADDRESS not in text(refused)


def test_the_red_box_says_what_to_do_next_and_the_list_can_be_filtered(office, enter, reused):
    case, other = reused(), office.submitted()
    end_card(office)
    client = enter("accepter")
    page = client.get(f"/desk/cases/{case.number}/")
    assert "本办件的依据失效" in text(page) and "证照已注销" in text(page) and "act-request_correction" in text(page)
    listed = text(client.get("/desk/?lost=on"))
    assert case.number in listed and other.number not in listed and "依据失效" in listed
    exported = b"".join(client.get("/desk/export.csv?lost=on").streaming_content).decode()
    assert case.number in exported and other.number not in exported
    assert case.number not in text(enter("outsider").get("/desk/?lost=on"))


def test_the_officer_asks_by_the_panel_and_the_applicant_brings_another_proof(office, enter, reused):
    case = office.do(commands.accept, "accepter", reused())
    end_card(office)
    case = Case.objects.get(pk=case.pk)
    client = enter("reviewer")
    posted = {
        "rev": case.rev,
        "materials": ["id_card"],
        "remedy": "提交现行有效的身份证件",
        "supply_by_on": case.committed_due_on.isoformat(),
    }
    done = client.post(f"/desk/cases/{case.number}/do/ask_basis/", posted)
    assert done.status_code == 302, text(done)
    mine = enter("citizen")
    assert "需要补交替代材料" in text(mine.get(f"/my/cases/{case.number}/"))
    assert "需要补交替代材料" in text(mine.get("/my/"))
    url = f"/my/cases/{case.number}/replace/"
    page = mine.get(url)
    assert "提交现行有效的身份证件" in text(page) and "证照已注销" in text(page)
    wrong = mine.post(url, {"code": "diploma", "act": "upload", "files": SimpleUploadedFile("证.png", PNG)})
    assert wrong.status_code == 422
    done = mine.post(url, {"code": "id_card", "act": "upload", "files": SimpleUploadedFile("证.png", PNG)})
    assert done.status_code == 302 and not Case.objects.get(pk=case.pk).basis_lost
    assert enter("stranger").get(url).status_code == 404


@pytest.fixture(name="counter_draft")
def counter_draft_fixture(office, reuse_item):
    """A draft 王强 fills in for 李梅, who stands before him."""
    return commands.start_draft(
        actor=office.actor("clerk"),
        item_code=reuse_item.implementation_code,
        applicant=Applicant(person_id=office.cast.person("citizen").pk),
        now=office.now,
        channel="window",
    )


def show(office, *licences, who="citizen"):
    shown = codes.issue_code(
        actor=office.actor(who),
        purpose="hall",
        licence_ids=[each.pk for each in licences],
        sensitive=True,
        now=office.now,
    )
    return shown.token


def test_a_code_at_the_counter_brings_the_licences_into_the_case(office, enter, hold, counter_draft):
    card, diploma = hold(ID_CARD), hold(DIPLOMA)
    client, url = enter("clerk"), f"/desk/counter/{counter_draft.pk}/"
    form = {"f_shop": "李梅小吃店", "f_phone": "13800000001"}
    # The scanner ends with Enter, which presses the page's first button.
    page = client.post(url, {**form, "token": show(office, card, diploma), "do": "save"})
    assert page.status_code == 302, text(page)
    page = client.get(url)
    assert "取用所选" in text(page) and "李梅" in text(page) and "人脸核验" in text(page)
    found = [f"id_card|licence:{card.pk}", f"diploma|licence:{diploma.pk}"]
    page = client.post(url, {**form, "found": found, "do": "take"})
    assert page.status_code == 302, text(page)
    rows = CaseMaterial.objects.filter(case=counter_draft).select_related("reuse__consent")
    assert {(row.code, row.reuse.consent.way) for row in rows} == {("id_card", "code"), ("diploma", "code")}
    assert Case.objects.get(pk=counter_draft.pk).form["address"] == ADDRESS
    assert "免提交" in text(client.get(url))
    assert AccessEntry.objects.get().case_number == f"draft:{counter_draft.pk}"


@pytest.mark.parametrize("what", ["replayed", "forged", "empty-handed", "somebody else's"])
def test_a_code_that_is_no_good_brings_nothing(office, enter, hold, counter_draft, what):
    card = hold(ID_CARD)
    client, url = enter("clerk"), f"/desk/counter/{counter_draft.pk}/"
    token = show(office, card)
    if what == "replayed":
        client.post(url, {"token": token, "do": "scan"})
    if what == "somebody else's":
        token = show(office, hold(ID_CARD, who="stranger"), who="stranger")
    if what == "forged":
        token = token[:-4] + "AAAA"
    if what == "empty-handed":
        page = client.post(url, {"found": [f"id_card|licence:{card.pk}"], "do": "take"})
    else:
        page = client.post(url, {"token": token, "do": "scan"})
    assert page.status_code == 422 and not CaseMaterial.objects.exists()


def test_a_clerk_cannot_take_what_the_holder_did_not_offer(office, enter, hold, counter_draft):
    card, diploma = hold(ID_CARD), hold(DIPLOMA)
    client, url = enter("clerk"), f"/desk/counter/{counter_draft.pk}/"
    client.post(url, {"token": show(office, card), "do": "scan"})
    assert f"licence:{diploma.pk}" not in text(client.get(url))
    page = client.post(url, {"found": [f"diploma|licence:{diploma.pk}"], "do": "take"})
    assert page.status_code == 422 and not CaseMaterial.objects.exists()
