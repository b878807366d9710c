"""The user guides, page by page: each page is opened as the guide says and shows what the guide promises.

With YITONG_SHOTS=1 the pictures of the guides are taken anew into ``docs/guide/images``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.album import DESK, GUIDE, IMAGES, MOST_BYTES, PHONE_OPTIONS, Album
from tests.journeys.conftest import PHONE
from tests.journeys.desk_office import begin_at_counter
from tests.journeys.guide_city import demo_city_fixture, log_in  # noqa: F401
from tests.journeys.looks import go
from yitong.cases.models import Case
from yitong.catalog.models import ServiceItem
from yitong.parties.models import Account, AuthorisationLetter, Person
from yitong.site.demo.samples import sheet

RESIDENCE, FOOD = "000709004000", "000131002000"
NewPage = Callable[..., Page]
ALBUM = Album()
show = ALBUM.show


def of_a_person(**wanted: object) -> Case:
    """A case of a person, of 李梅 if she has such a one."""
    cases = Case.objects.filter(applicant_person__isnull=False, **wanted).order_by("-id")
    return sorted(cases, key=lambda case: case.applicant_name != "李梅")[0]


def own(page: Page, case: Case) -> Page:
    """Logged in as the applicant of the case."""
    return log_in(page, Account.objects.get(person_id=case.applicant_person_id))


def press(page: Page, name: str) -> None:
    """Press the button of exactly this name and wait for the page it leads to."""
    go(page.get_by_role("button", name=name, exact=True).first)


def citizen(new_page: NewPage, tmp_path: Path) -> None:
    """docs/guide/citizen.md"""
    page = new_page(PHONE, **PHONE_OPTIONS)
    page.goto("/")
    show(page, "citizen-home", "您想办什么事？")
    page.locator("#guide-q").fill("开饭店")
    press(page, "搜索")
    go(page.get_by_role("link", name="食品经营许可").first)
    show(page, "citizen-guide-phone", "食品经营许可")
    log_in(page, "19900000001")
    apply_for_a_residence_permit(page, tmp_path)
    correct_and_follow(page)
    done = of_a_person(licence__isnull=False, state="closed")
    own(page, done).goto("/my/licences/")
    show(page, "citizen-licences", "我的证照")
    unrated = of_a_person(state="closed", outcome="granted", number__isnull=False)
    own(page, unrated).goto(f"/my/cases/{unrated.number}/")
    expect(page.locator(".case-timeline")).to_contain_text("准予")
    page.goto("/verify/")
    expect(page.get_by_role("heading", level=1)).to_have_text("文书核验")


def apply_for_a_residence_permit(page: Page, tmp_path: Path) -> None:
    page.goto(f"/apply/{RESIDENCE}/")
    if page.get_by_text("本人办理").count():
        page.get_by_text("本人办理").first.click()
    go(page.locator("main form .btn-primary").last)
    expect(page).to_have_url(re.compile("/questions/"))
    expect(page.locator(".choice-card").first).to_be_visible()
    page.locator(".choice-card").first.click()
    show(page, "citizen-question", page.locator("h1").inner_text())
    draft = re.search(r"/drafts/(\d+)/", page.url)
    assert draft
    page.goto(f"/apply/drafts/{draft[1]}/materials/photo/")
    photo = tmp_path / "证件照.jpg"
    photo.write_bytes(sheet("jpg"))
    page.get_by_label("拍照或选择文件").set_input_files(photo)
    press(page, "上传并停留")
    expect(page.get_by_role("link", name="证件照.jpg")).to_be_visible()
    show(page, "citizen-material", page.locator("h1").inner_text())


def correct_and_follow(page: Page) -> None:
    wanted = of_a_person(state="correcting")
    own(page, wanted).goto(f"/my/cases/{wanted.number}/correction/")
    show(page, "citizen-correction", "需要补正")
    running = of_a_person(state="accepted", suspended=False)
    own(page, running).goto(f"/my/cases/{running.number}/")
    show(page, "citizen-case", running.item_name)


def clerk(new_page: NewPage) -> None:
    """docs/guide/clerk.md"""
    page = log_in(new_page(DESK), "clerk.1")
    page.goto("/desk/counter/")
    show(page, "clerk-counter", "谁来办事？")
    begin_at_counter(page, Person.objects.get(phone="19900000001").idcard, "居住证")
    show(page, "clerk-filing", "居住证申领")


def officer(new_page: NewPage) -> None:
    """docs/guide/officer.md"""
    page = log_in(new_page(DESK), "market.review1")
    page.goto("/desk/")
    show(page, "officer-inbox", "待办")
    sent = Case.objects.filter(state="accepted", channel="web", department__code="market").order_by("-id")[0]
    go(page.locator(f"a[href*='{sent.number}']").first)
    expect(page.locator("#act-complete_step")).to_be_visible()
    show(page, "officer-case", sent.item_name)
    page.locator("#clock details summary").first.click()
    show(page, "officer-clock", "期限计算", at="#clock")
    ready = Case.objects.filter(state="deciding", department__code="market").order_by("-id")[0]
    page = log_in(new_page(DESK), "market.chief2")
    page.goto(f"/desk/cases/{ready.number}/")
    expect(page.locator("#why-decide")).to_contain_text("已过期")
    show(page, "officer-letter-expired", ready.item_name)


def supervisor(new_page: NewPage) -> None:
    """docs/guide/supervisor.md"""
    page = log_in(new_page(DESK), "supervisor")
    page.goto("/supervision/")
    show(page, "supervisor-board", "在办件红黄绿灯")
    go(page.locator(".board-red"))
    show(page, "supervisor-cases", "在办件")
    go(page.locator("main tbody a").first)
    expect(page).to_have_url(re.compile("/desk/cases/"))
    expect(page.locator(".desk-head .light-red")).to_be_visible()


def console(new_page: NewPage) -> None:
    """docs/guide/console.md"""
    page = log_in(new_page(DESK), "author")
    page.goto("/console/catalog/")
    show(page, "console-items", "事项管理")
    item = ServiceItem.objects.get(basic_code=FOOD)
    page.goto(f"/console/catalog/items/{item.pk}/")
    press(page, "编制新版本")
    limit = page.get_by_label("承诺期限", exact=True)
    limit.fill(str(int(limit.input_value()) + 1))
    show(page, "console-edit", "编辑")
    press(page, "保存草稿")
    press(page, "提交审核")
    expect(page.get_by_text("已提交，由他人审核发布。")).to_be_visible()
    second = log_in(new_page(DESK), "author2")
    second.goto(page.url)
    show(second, "console-review", "可否发布")
    press(second, "发布")
    expect(second.get_by_text("已发布").first).to_be_visible()
    second.goto(f"/console/catalog/items/{item.pk}/")
    press(second, "比较")
    show(second, "console-compare", "版本比较")
    letter = AuthorisationLetter.objects.filter(staff__account__username="market.chief").order_by("-valid_until")[0]
    admin = log_in(new_page(DESK), "admin")
    admin.goto(f"/console/parties/letters/{letter.pk}/")
    show(admin, "console-letter", "首席代表授权委托书")


@pytest.mark.browser
def test_the_guides_show_the_pages_as_they_are(demo_city: None, new_page: NewPage, tmp_path: Path) -> None:
    citizen(new_page, tmp_path)
    clerk(new_page)
    officer(new_page)
    supervisor(new_page)
    console(new_page)
    assert ALBUM.pictured() == ALBUM.taken


def test_every_picture_of_the_guides_is_there_and_small() -> None:
    for album in (ALBUM, Album("library")):
        kept = {file.stem: file.stat().st_size for file in (IMAGES / album.folder).glob("*.png")}
        assert set(kept) == album.pictured()
        assert max(kept.values()) < MOST_BYTES
    for page in GUIDE.glob("*.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (GUIDE / target).exists(), f"{page.name}: {target}"
