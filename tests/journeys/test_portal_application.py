"""A citizen applies on a phone: with a correction on the way, until the sealed licence and the rating."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.looks import fits, go
from yitong.cases import commands
from yitong.cases.models import Case, CaseStep
from yitong.cases.tests.conftest import PNG
from yitong.cases.tests.items import item
from yitong.cases.tests.portal_fixtures import WIZARD_ITEM
from yitong.catalog.queries.items import PublishedItem
from yitong.feedback.models import Rating
from yitong.parties.models import Account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = django_settings.BASE_DIR / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TELL = [
    {"material": "layout", "problem": "图上没有标出仓库", "remedy": "补画仓库并注明面积"},
    {"field": "shop", "problem": "与招牌不一致", "remedy": "按招牌填写"},
]


@pytest.fixture
def city(live_server: Any, cast: Cast, settings: Any, tmp_path: Path) -> Cast:
    settings.MEDIA_ROOT = tmp_path / "media"
    return cast


@pytest.fixture
def shop_item(city: Cast) -> PublishedItem:
    return item(city.department("market").pk, timezone.now() - timedelta(days=1), "000131002000", **WIZARD_ITEM)


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[str], Path]:
    """``picture("图.png")``: a picture file of that name."""

    def make(name: str, content: bytes = PNG) -> Path:
        file = tmp_path / name
        file.write_bytes(content)
        return file

    return make


def log_in(page: Page, account: Account) -> None:
    """Give the browser a session of this account, as the log-in pages do at their end."""
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "yitong.parties.backends.AccountBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    page.goto("/healthz")
    cookie = {"name": django_settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": page.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]


def officer(city: Cast, name: str, command: Callable[..., Any], case: Case, **arguments: Any) -> Case:
    """An officer acts meanwhile, at his own desk."""
    now = timezone.now()
    command(actor=city.actor(name, now), case_id=case.pk, now=now, **arguments)
    return Case.objects.get(pk=case.pk)


def go_on(page: Page, name: str = "保存并继续") -> None:
    go(page.get_by_role("button", name=name, exact=True))


def no_barriers(page: Page, place: str = "") -> None:
    """axe finds nothing against WCAG 2.2 A and AA on the page."""
    if place:
        page.goto(place)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = page.evaluate("tags => axe.run(document, {runOnly: tags}).then(r => r.violations)", tags)
    assert not found, [(page.url, each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found]


def fill_in(page: Page, found: PublishedItem, picture: Callable[..., Path]) -> None:
    """From the start page to the review."""
    page.goto(f"/apply/{found.basic_code}/")
    fits(page)
    page.get_by_text("本人办理").click()
    go_on(page, "开始办理")
    page.get_by_text("食品销售").click()
    fits(page)
    go_on(page, "继续")
    expect(page.get_by_text("来自登记信息").first).to_be_visible()
    fits(page)
    go_on(page)
    page.get_by_label("门店名称").fill("李梅小吃店")
    go_on(page)
    go(page.get_by_role("link", name="继续", exact=True))
    for code in ("application", "layout"):
        page.get_by_label("拍照或选择文件").set_input_files(picture(f"{code}.png"))
        fits(page)
        go_on(page, "上传并继续")
    go_on(page, "继续")
    page.get_by_text("电子送达").click()
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("核对并提交")
    fits(page)


def test_citizen_applies_on_a_phone_with_a_correction_until_licence_and_rating(
    city: Cast, shop_item: PublishedItem, phone_page: Page, picture: Callable[..., Path]
) -> None:
    page = phone_page
    log_in(page, city.account("citizen"))
    fill_in(page, shop_item, picture)
    page.get_by_text("我所提交的内容真实、完整").click()
    go_on(page, "提交申请")
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
    case = Case.objects.get()
    expect(page.locator(".case-number")).to_have_text(case.number or "")
    fits(page)

    case = officer(city, "accepter", commands.request_correction, case, items=TELL)
    page.goto("/my/")
    go(page.get_by_role("link", name="查看并补正"))
    expect(page.get_by_text("图上没有标出仓库")).to_be_visible()
    fits(page)
    page.locator("#id_layout").set_input_files(picture("新平面图.png"))
    go(page.locator("#item-layout").get_by_role("button", name="上传"))
    page.get_by_label("门店名称").fill("李梅面馆")
    go(page.locator("#item-shop").get_by_role("button", name="保存"))
    expect(page.get_by_text("已保存。")).to_be_visible()
    go_on(page, "全部提交")
    expect(page.get_by_text("全部补正已提交")).to_be_visible()
    assert Case.objects.get().form["shop"] == "李梅面馆"

    case = officer(city, "accepter", commands.accept, case)
    page.reload()
    expect(page.get_by_text("部门承诺", exact=True)).to_be_visible()
    page.get_by_text("期限计算").first.click()
    expect(page.get_by_role("cell", name="第 1 天").first).to_be_visible()
    fits(page)

    grant(city, case)
    page.reload()
    fits(page)
    expect(page.get_by_role("link", name="电子证照 (PDF)")).to_be_visible()
    answer = page.request.get(f"/my/cases/{case.number}/licence.pdf")
    assert answer.headers["content-type"] == "application/pdf" and b"/ByteRange" in answer.body()
    sealed = picture("证照.pdf", answer.body())
    page.goto("/verify/")
    page.locator("input[type=file]").set_input_files(sealed)
    go_on(page, "查验文件")
    expect(page.locator("main")).to_contain_text("食品经营许可证")
    expect(page.locator("main")).to_contain_text("真实有效")
    page.goto(f"/my/cases/{case.number}/")
    go(page.get_by_role("link", name="评价本次服务"))
    page.get_by_text("非常满意", exact=True).click()
    go(page.locator("main form button").last)
    assert Rating.objects.get().level == 1


def grant(city: Cast, case: Case) -> Case:
    """The review and the decision; electronic delivery closes the case."""
    agree = {"opinion": "agree", "text": ""}
    officers = [city.staff_member("reviewer").pk, city.staff_member("second_reviewer").pk]

    def step(code: str) -> int:
        return CaseStep.objects.get(case=case, code=code).pk

    case = officer(city, "reviewer", commands.complete_step, case, step_id=step("review"), **agree)
    findings = {"officer_ids": officers, "findings": "场所与图纸一致。"}
    case = officer(city, "reviewer", commands.record_site_check, case, step_id=step("site"), **findings)
    case = officer(city, "reviewer", commands.complete_step, case, step_id=step("site"), **agree)
    case = officer(city, "outsider", commands.complete_step, case, step_id=step("health"), **agree)
    case = officer(city, "chief", commands.decide, case, outcome="granted")
    assert case.state == "closed"
    return case


def test_pressing_twice_hands_in_once(
    city: Cast, shop_item: PublishedItem, new_page: Callable[..., Page], picture: Callable[..., Path]
) -> None:
    page = new_page(DESKTOP)
    log_in(page, city.account("citizen"))
    fill_in(page, shop_item, picture)
    other = page.context.new_page()
    other.goto(page.url)
    for each in (page, other):
        each.get_by_text("我所提交的内容真实、完整").click()
        each.get_by_role("button", name="提交申请").dblclick()
    for each in (page, other):
        expect(each.get_by_role("heading", level=1)).to_have_text("申请已提交")
    assert page.url == other.url
    assert Case.objects.exclude(number=None).count() == 1


def test_another_persons_case_is_not_there(
    city: Cast, shop_item: PublishedItem, new_page: Callable[..., Page], picture: Callable[..., Path]
) -> None:
    page = new_page(DESKTOP)
    log_in(page, city.account("citizen"))
    fill_in(page, shop_item, picture)
    draft_url = page.url
    page.get_by_text("我所提交的内容真实、完整").click()
    go_on(page, "提交申请")
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
    case = Case.objects.get()
    stranger = new_page(DESKTOP)
    log_in(stranger, city.account("stranger"))
    for url in (draft_url, f"/my/cases/{case.number}/", f"/my/cases/{case.number}/withdraw/"):
        answer = stranger.goto(url)
        assert answer is not None and answer.status == 404
        expect(stranger.get_by_text("李梅")).to_have_count(0)


def test_bad_files_are_refused_by_name_and_nothing_is_lost(
    city: Cast, shop_item: PublishedItem, phone_page: Page, picture: Callable[..., Path]
) -> None:
    page = phone_page
    log_in(page, city.account("citizen"))
    page.goto(f"/apply/{shop_item.basic_code}/")
    page.get_by_text("本人办理").click()
    go_on(page, "开始办理")
    page.goto(f"{page.url.split('/questions/')[0]}/materials/application/")
    field = page.get_by_label("拍照或选择文件")
    field.set_input_files(picture("好.png"))
    go_on(page, "上传并停留")
    expect(page.get_by_role("link", name="好.png")).to_be_visible()
    for name, content in (
        ("假的.pdf", b"plain words"),
        ("空.png", b""),
        ("页面.png", b"<html><script>alert(1)</script>"),
    ):
        page.locator("#id_files").set_input_files(picture(name, content))
        go_on(page, "上传并停留")
        expect(page.locator("#error-summary")).to_contain_text(name)
        expect(page.get_by_role("link", name="好.png")).to_be_visible()
        fits(page)
    # A file too large is told before it travels.
    page.locator("#id_files").set_input_files(picture("大.png", PNG + b"0" * (11 * 1024 * 1024)))
    assert "大.png" in page.evaluate("document.getElementById('id_files').validationMessage")


def test_everything_works_without_javascript(
    city: Cast, shop_item: PublishedItem, new_page: Callable[..., Page], picture: Callable[..., Path]
) -> None:
    page = new_page(PHONE, java_script_enabled=False)
    log_in(page, city.account("citizen"))
    fill_in(page, shop_item, picture)
    page.get_by_text("我所提交的内容真实、完整").click()
    go_on(page, "提交申请")
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
    case = Case.objects.exclude(number=None).get()
    officer(city, "accepter", commands.request_correction, case, items=TELL)
    page.goto(f"/my/cases/{case.number}/correction/")
    page.locator("#id_layout").set_input_files(picture("新平面图.png"))
    go(page.locator("#item-layout").get_by_role("button", name="上传"))
    go_on(page, "全部提交")
    expect(page.get_by_text("全部补正已提交")).to_be_visible()
    assert Case.objects.get().state == "submitted"
    page.goto(f"/my/cases/{case.number}/withdraw/")
    page.get_by_text("是的，我要撤回这份申请。").click()
    go_on(page, "撤回申请")
    assert Case.objects.get().outcome == "withdrawn"


def test_the_pages_have_no_barriers(
    city: Cast, shop_item: PublishedItem, phone_page: Page, picture: Callable[..., Path]
) -> None:
    page = phone_page
    no_barriers(page, f"/apply/{shop_item.basic_code}/")
    log_in(page, city.account("citizen"))
    fill_in(page, shop_item, picture)
    draft = page.url.removesuffix("review/")
    for place in ("questions/scope/", "form/1/", "form/2/", "materials/", "materials/layout/", "delivery/", "review/"):
        no_barriers(page, f"{draft}{place}")
    go_on(page, "提交申请")
    expect(page.locator("#error-summary")).to_be_visible()
    no_barriers(page)
    page.get_by_text("我所提交的内容真实、完整").click()
    go_on(page, "提交申请")
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
    no_barriers(page)
    case = officer(city, "accepter", commands.request_correction, Case.objects.get(), items=TELL)
    for place in ("/my/", "/my/cases/", "/my/drafts/", "/progress/", f"/apply/{shop_item.basic_code}/blank-form/"):
        no_barriers(page, place)
    for place in ("", "correction/", "withdraw/"):
        no_barriers(page, f"/my/cases/{case.number}/{place}")
