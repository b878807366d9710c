"""Two officers at once in two browsers: one wins, the other is told who did what and keeps his words."""

import pytest
from playwright.sync_api import expect

from tests.journeys.desk_office import log_in_fixture, office_fixture, open_act, open_case, send  # noqa: F401
from tests.journeys.looks import go
from yitong.cases.models import Case, Opinion

pytestmark = pytest.mark.browser


def test_the_slower_officer_is_told_and_loses_no_word(office, log_in, new_page):
    case = office.accepted()
    first, second = log_in(new_page(), "reviewer"), log_in(new_page(), "second_reviewer")
    open_case(first, case)
    open_case(second, case)
    open_act(first, "complete_step").locator("textarea[name=text]").fill("材料齐全，同意。")
    words = "平面图未标明仓库位置，不同意。"
    slow = open_act(second, "complete_step")
    slow.locator("input[name=opinion][value=disagree]").check()
    slow.locator("textarea[name=text]").fill(words)
    send(first, "complete_step")
    expect(first.get_by_text("环节已完成。")).to_be_visible()

    send(second, "complete_step")
    expect(second.locator("#error-summary")).to_contain_text("陈静", use_inner_text=True)
    expect(second.locator("#act-complete_step textarea[name=text]")).to_have_value(words)
    assert Opinion.objects.filter(case=case).count() == 1
    assert Case.objects.get(pk=case.pk).stage == 2


def test_two_officers_claim_one_case_from_their_lists(office, log_in, new_page):
    case = office.submitted()
    first, second = log_in(new_page(), "accepter"), log_in(new_page(), "reviewer")
    go(first.locator("button[data-claim]"))
    expect(first.get_by_text("已认领1件。")).to_be_visible()
    go(second.locator("button[data-claim]"))
    expect(second.get_by_text("孙丽").first).to_be_visible()
    assert Case.objects.get(pk=case.pk).handler_id == office.cast.staff_member("accepter").pk
