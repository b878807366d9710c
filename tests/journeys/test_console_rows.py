"""An author edits questions and steps as rows in a browser without JavaScript, and plans the day of the new version."""

import pytest
from playwright.sync_api import expect

from tests.journeys.desk_office import log_in_fixture, office_fixture  # noqa: F401
from tests.journeys.guide_city import log_in as log_in_as
from tests.journeys.looks import go, shot
from tests.journeys.test_console_publish import second_author
from yitong.catalog.commands.planned import begin_planned
from yitong.catalog.models import ItemVersion
from yitong.parties.actors import system

pytestmark = pytest.mark.browser


def test_steps_and_questions_are_rows_and_the_day_is_planned(office, new_page):
    author = log_in_as(new_page(java_script_enabled=False), "zhengbian")
    author.goto(f"/console/catalog/items/{office.item.item_id}/")
    go(author.get_by_role("button", name="编制新版本"))
    go(author.get_by_role("link", name="审查环节"))
    expect(author.get_by_role("heading", level=1)).to_contain_text("审查环节")
    rows = author.locator(".row-editor")
    count = rows.count()
    shot(author, "rows-steps")
    go(author.get_by_role("button", name="添加环节"))
    expect(rows).to_have_count(count + 1)
    new = rows.nth(count)
    new.get_by_label("环节名称").fill("专家评议")
    new.get_by_label("代码", exact=True).fill("experts")
    new.get_by_label("阶段", exact=True).fill("1")
    new.get_by_label("适用条件").fill("nobody == 1")
    go(author.get_by_role("button", name="保存草稿").first)
    # The mistake names its row and its input, and leads there.
    summary = author.locator("#error-summary")
    expect(summary).to_contain_text(f"环节 {count + 1} 专家评议 · 适用条件")
    summary.get_by_role("link").first.click()
    shot(author, "rows-mistake")
    rows.nth(count).get_by_label("适用条件").fill("")
    for _ in range(count):
        go(author.get_by_role("button", name="上移 专家评议"))
    expect(rows.first.get_by_label("环节名称")).to_have_value("专家评议")
    go(author.get_by_role("button", name="保存草稿").first)
    expect(author.get_by_role("heading", name="可否发布")).to_be_visible()
    version = ItemVersion.objects.get(item_id=office.item.item_id, state="draft")
    assert version.record["steps"][0]["code"] == "experts" and len(version.record["steps"]) == count + 1

    go(author.get_by_role("link", name="编辑", exact=True))
    go(author.get_by_role("link", name="申请表字段"))
    shot(author, "rows-fields")
    go(author.get_by_role("link", name="情形问题"))
    shot(author, "rows-questions")
    go(author.get_by_role("link", name="不保存返回"))
    author.get_by_label("计划生效日期").fill("2027-03-01")
    go(author.get_by_role("button", name="提交审核"))
    expect(author.get_by_text("已提交，由他人审核发布。")).to_be_visible()

    office.later(minutes=5)
    reviewer = log_in_as(new_page({"width": 375, "height": 812}), second_author(office))
    reviewer.goto(author.url)
    expect(reviewer.get_by_label("计划生效日期")).to_have_value("2027-03-01")
    shot(reviewer, "rows-review-phone")
    go(reviewer.get_by_role("button", name="发布", exact=True))
    expect(reviewer.get_by_text("待生效").first).to_be_visible()
    reader = new_page()
    reader.goto(f"/guide/{office.item.basic_code}/")
    expect(reader.get_by_text("自2027年3月1日 (周一)起执行新版本。")).to_be_visible()
    shot(reader, "rows-guide")

    office.later(days=160)
    assert begin_planned(actor=system("catalog_plan"), now=office.now) == 1
    reader.reload()
    expect(reader.get_by_text("起执行新版本")).to_have_count(0)
    version.refresh_from_db()
    assert version.state == "published"
