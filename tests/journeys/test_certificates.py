"""Certificates: at once in under ten clicks and seconds; reviewed, and the paper by post."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.journeys.desk_office import log_in_fixture  # noqa: F401
from tests.journeys.guide_city import log_in as log_in_as
from tests.journeys.looks import enter, go
from yitong.certificates import commands, sources
from yitong.certificates.models import CertificateRequest, WindowConsent
from yitong.certificates.tests.conftest import PNG, VALUES, Registers, add_departments
from yitong.documents.models import Document
from yitong.parties.actors import system

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 375, "height": 812}
HOUSE = {"count": 1, "place": "朝晖区春风路8号2幢301室", "area": 89, "land_use": "住宅"}


@pytest.fixture(name="city")
def city_fixture(cast: Cast, settings: Any, tmp_path: Path, monkeypatch: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: cast.now)
    add_departments(cast)
    commands.ensure_types(actor=system("tests"), now=cast.now)
    with sources.using(Registers({"real-estate": None})) as registers:
        yield cast, registers


class Clicks:
    """A page whose clicks are counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def __call__(self, role: Any, name: str, **more: Any) -> None:
        self.page.get_by_role(role, name=name, **more).first.click()
        self.count += 1


def test_an_instant_certificate_takes_seconds_and_few_clicks(city, new_page):
    page = log_in_as(new_page(PHONE, has_touch=True, is_mobile=True), "13800000001")
    page.goto("/certificates/")
    begun, click = time.monotonic(), Clicks(page)
    click("link", "有无房证明 示范市real_estate局 即时开具")
    click("radio", "公租房申请")
    click("checkbox", "是本人办理，并同意查询本人的数据。")
    click("button", "立即开具")
    expect(page.get_by_role("status").get_by_text("未查询到记录")).to_be_visible()
    expect(page.get_by_text("自然资源厅不动产登记平台")).to_be_visible()
    with page.expect_download() as download:
        click("link", "下载")
    assert click.count < 10 and time.monotonic() - begun < 10

    stranger = new_page()
    stranger.goto("/verify/")
    stranger.locator("input[type=file]").set_input_files(download.value.path())
    stranger.locator("form[enctype] button").click()
    finding = stranger.get_by_role("status")
    expect(finding).to_contain_text("真实")
    expect(finding).to_contain_text("有无房证明")
    expect(finding).to_contain_text("自然资源厅不动产登记平台，2026年9月24日09:57")
    stranger.goto(f"/verify/?q={CertificateRequest.objects.get().document.code}")
    expect(stranger.get_by_role("status")).to_contain_text("李*")
    expect(stranger.get_by_text("李梅")).to_have_count(0)


def test_a_reviewed_certificate_goes_by_post(city, new_page, log_in):
    citizen = log_in_as(new_page(PHONE, has_touch=True, is_mobile=True), "13800000001")
    citizen.goto("/certificates/?q=医师")
    citizen.get_by_role("link", name="医师执业注册证明").click()
    citizen.get_by_role("radio", name="职称评审").check()
    citizen.get_by_role("radio", name="同时邮寄纸质证明").check()
    citizen.get_by_label("邮寄地址").fill("示范市朝晖区春风路8号2幢301室")
    citizen.get_by_role("button", name="提交申请").click()
    expect(citizen.get_by_role("status").get_by_text("待审核")).to_be_visible()
    number = CertificateRequest.objects.get().number

    officer = log_in(new_page(), "outsider")
    officer.goto("/desk/certificates/")
    go(officer.get_by_role("link", name="医师执业注册证明"))
    go(officer.get_by_role("button", name="领取申请"))
    form = officer.locator("#act-approve")
    form.get_by_label("执业类别").fill("执业医师（临床）")
    go(form.get_by_role("button", name="开具证明"))
    expect(form.get_by_text("请填写").first).to_be_visible()
    form.get_by_label("执业地点").fill("示范市人民医院")
    form.get_by_label("执业证书编号").fill("110439900000123")
    go(form.get_by_role("button", name="开具证明"))
    expect(officer.get_by_text("证明已开具。")).to_be_visible()
    citizen.reload()
    expect(citizen.get_by_role("link", name="下载")).to_be_visible()
    expect(citizen.get_by_text("待寄出")).to_be_visible()

    post = officer.locator("#act-post")
    expect(post.get_by_label("邮寄地址")).to_have_value("示范市朝晖区春风路8号2幢301室")
    post.get_by_label("运单号").or_(post.get_by_label("邮件号码")).fill("EB123456789CN")
    go(post.get_by_role("button", name="交寄"))
    arrived = officer.locator("#act-arrived")
    arrived.get_by_role("radio", name="已送达").check()
    go(arrived.get_by_role("button", name="登记邮件结果"))
    citizen.goto(f"/my/certificates/{number}/")
    expect(citizen.get_by_text("EB123456789CN").first).to_be_visible()
    expect(citizen.get_by_text("已送达").first).to_be_visible()
    document = Document.objects.get(subject=f"certificate:{number}")
    assert "已注册为执业医师（临床）" in document.context["statement"]
    with citizen.expect_download() as download:
        citizen.get_by_role("link", name="下载").click()
    assert Path(download.value.path()).read_bytes()[:5] == b"%PDF-"


def test_a_data_sheet_is_drawn_at_the_window(city, new_page, log_in, tmp_path):
    cast, registers = city
    registers.answers["real-estate"] = HOUSE
    scan = tmp_path / "授权书.png"
    scan.write_bytes(PNG)
    clerk = log_in(new_page(), "clerk")
    clerk.goto("/desk/window/")
    clerk.get_by_label("身份证号或统一社会信用代码").fill(cast.person("citizen").idcard)
    clerk.get_by_label("签字授权书扫描件").set_input_files(scan)
    go(clerk.get_by_role("button", name="下一步"))
    expect(clerk.get_by_text("已核对本人与身份证件").first).to_be_visible()
    clerk.get_by_label("签字授权书扫描件").set_input_files(scan)
    clerk.get_by_role("checkbox", name="已核对本人与身份证件。").check()
    go(clerk.get_by_role("button", name="下一步"))
    clerk.get_by_role("checkbox", name="登记套数").check()
    clerk.get_by_role("checkbox", name="坐落").check()
    clerk.get_by_role("button", name="生成查询单").click()
    expect(clerk.get_by_role("link", name="打开并打印")).to_be_visible()
    made = CertificateRequest.objects.get()
    rows = {row["label"]: row["value"] for row in made.document.context["rows"]}
    assert rows == {"登记套数": "1", "坐落": "朝晖区春风路8号2幢301室"} and made.window == WindowConsent.objects.get()


def test_the_code_on_the_phone_opens_the_window(city, new_page, log_in):
    _cast, registers = city
    phone = log_in_as(new_page(PHONE, has_touch=True, is_mobile=True), "13800000001")
    phone.goto("/my/code/")
    phone.get_by_role("link", name="窗口开具证明、查询数据").click()
    expect(phone.get_by_text("您同意本窗口在半小时内").first).to_be_visible()
    phone.locator("#id_confirmed").check()
    phone.get_by_role("button", name="亮码").click()
    token = str(phone.locator("#code-card code").text_content())
    clerk = log_in(new_page(), "clerk")
    clerk.goto("/desk/window/")
    clerk.locator("#id_token").fill(token)
    enter(clerk.locator("#id_token"))
    expect(clerk.get_by_text("请核对窗口申请人的身份证件").first).to_be_visible()
    clerk.locator("#id_code_card_checked").check()
    enter(clerk.locator("#id_token"))
    expect(clerk.get_by_role("heading", name="李梅")).to_be_visible()
    clerk.get_by_role("button", name="开具 有无房证明").click()
    expect(clerk.get_by_role("link", name="打开并打印")).to_be_visible()
    made = CertificateRequest.objects.get()
    assert made.window == WindowConsent.objects.get() and made.window.scan_id is None
    assert registers.asked[0][3] == made.window.number
    phone.goto("/my/certificates/")
    expect(phone.get_by_role("link", name="有无房证明", exact=True)).to_be_visible()


def test_a_wrong_certificate_is_revoked_and_verification_says_so(city, new_page, log_in):
    cast, _registers = city
    made = commands.request(actor=cast.actor("citizen"), type_code="doctor_practice", purpose="职称评审", now=cast.now)
    commands.claim(actor=cast.actor("outsider"), request_id=made.pk, now=cast.now)
    made = commands.approve(actor=cast.actor("outsider"), request_id=made.pk, values=VALUES, now=cast.now)
    officer = log_in(new_page(), "outsider")
    officer.goto("/desk/certificates/?show=issued")
    go(officer.get_by_role("link", name="医师执业注册证明"))
    go(officer.get_by_role("link", name="撤销"))
    go(officer.get_by_role("button", name="撤销这份证明"))
    expect(officer.get_by_text("请填写。").first).to_be_visible()
    officer.get_by_label("撤销原因").fill("执业地点登记有误")
    officer.get_by_role("button", name="撤销这份证明").click()
    expect(officer.get_by_text("证明已撤销，今后查验都会显示已撤销。")).to_be_visible()
    anybody = new_page(PHONE)
    anybody.goto(f"/verify/?q={made.document.code}")
    finding = anybody.get_by_role("status")
    expect(finding).to_contain_text("已撤销")
    expect(finding).to_contain_text("2026年9月24日")
    citizen = log_in_as(new_page(PHONE), "13800000001")
    citizen.goto(f"/my/certificates/{made.number}/")
    expect(citizen.get_by_text("执业地点登记有误").first).to_be_visible()
    expect(citizen.get_by_role("link", name="下载")).to_have_count(0)
