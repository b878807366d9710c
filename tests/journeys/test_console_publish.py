"""An author edits an item, a second author publishes it, and the public guide shows it; a revoked letter stops a chief."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.desk_office import log_in_fixture, office_fixture, open_act, open_case, send  # noqa: F401
from tests.journeys.guide_city import log_in as log_in_as
from tests.journeys.looks import go
from yitong.catalog.models import ItemVersion
from yitong.parties.models import Account, Staff, StaffRole

pytestmark = pytest.mark.browser


def second_author(office) -> str:
    """Somebody else who may publish; the log-in name."""
    service = office.cast.department("service")
    staff = Staff.objects.create(
        name="钱进", number="S900", department=service, region=service.region, phone="13900000099"
    )
    StaffRole.objects.create(staff=staff, role="author")
    Account.objects.create(kind="staff", username="qianjin", staff=staff, password="!", opened_at=office.now)
    return "qianjin"


def test_an_author_edits_and_another_publishes_until_the_guide_shows_it(office, log_in, new_page):
    case = office.accepted()
    reader = new_page({"width": 375, "height": 812})
    reader.goto(f"/guide/{office.item.basic_code}/")
    expect(reader.locator(".guide-figures")).to_contain_text("10 个工作日")

    author = log_in_as(new_page(), "zhengbian")
    author.goto(f"/console/catalog/items/{office.item.item_id}/")
    go(author.get_by_role("button", name="编制新版本"))
    author.get_by_label("承诺期限", exact=True).fill("25")
    go(author.get_by_role("button", name="保存草稿"))
    # A promise longer than the law allows is saved, and can't be handed on.
    expect(author.get_by_role("button", name="提交审核")).to_be_disabled()
    go(author.get_by_role("link", name="编辑").first)
    author.get_by_label("承诺期限", exact=True).fill("6")
    go(author.get_by_role("button", name="保存草稿"))
    go(author.get_by_role("button", name="提交审核"))
    expect(author.get_by_text("已提交，由他人审核发布。")).to_be_visible()
    # Four eyes: the author's own button tells why not.
    expect(author.get_by_role("button", name="发布", exact=True)).to_be_disabled()
    expect(author.locator("#v-refusals")).to_have_text(re.compile(r"\S"), use_inner_text=True)

    office.later(minutes=5)
    reviewer = log_in_as(new_page(), second_author(office))
    reviewer.goto(author.url)
    expect(reviewer.locator(".diff-new", has_text="6")).to_be_visible()
    reviewer.get_by_role("button", name="发布", exact=True).click()
    reviewer.get_by_text("已发布：办事指南和新的申请即刻使用本版本。").wait_for()

    reviewer.goto(f"/console/catalog/items/{office.item.item_id}/")
    reviewer.get_by_role("button", name="比较").click()
    expect(reviewer.locator(".diff-old")).to_have_text("10")
    expect(reviewer.locator(".diff-new")).to_have_text("6")
    reader.reload()
    expect(reader.locator(".guide-figures")).to_contain_text("6 个工作日")
    states = ItemVersion.objects.filter(item_id=office.item.item_id).order_by("number").values_list("state", flat=True)
    assert list(states) == ["retired", "published"]

    # A case under way keeps the limit it was accepted with.
    officer = log_in(new_page(), "reviewer")
    open_case(officer, case)
    expect(officer.locator(".desk-terms")).to_contain_text("2026年10月15日")


def test_a_revoked_letter_takes_the_decision_from_the_chief(office, log_in, new_page):
    case = office.deciding()
    chief = log_in(new_page(), "chief")
    open_case(chief, case)
    expect(chief.locator("#act-decide")).to_have_count(1)

    admin = log_in_as(new_page(), "admin")
    admin.goto("/console/parties/letters/")
    go(admin.get_by_role("link", name=office.cast.letter.number))
    admin.get_by_label("原因").fill("调离岗位")
    admin.get_by_role("button", name="自今天起撤销").click()
    admin.get_by_text("授权委托书自今天起撤销。").wait_for()

    # The page that was open before does not help: the act is checked again.
    open_act(chief, "decide").locator("input[name=outcome][value=granted]").check()
    send(chief, "decide")
    case.refresh_from_db()
    assert case.state == "deciding"
    open_case(chief, case)
    expect(chief.get_by_role("button", name="作出决定")).to_be_disabled()
    reason = chief.locator("#why-decide")
    expect(reason).to_contain_text("示市监授〔2026〕1号", use_inner_text=True)
    expect(reason).to_contain_text("撤销", use_inner_text=True)
