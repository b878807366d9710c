"""A licence goes by post: to the address the citizen gave, with a tracking number, until the post says it arrived."""

import pytest
from playwright.sync_api import expect

from tests.journeys.desk_office import log_in_fixture, office_fixture, open_act, open_case, send  # noqa: F401
from tests.journeys.guide_city import log_in as log_in_as
from yitong.cases import commands
from yitong.cases.models import Case, Delivery

pytestmark = pytest.mark.browser
ADDRESS = "示范市朝晖区春风路8号2幢301室"


def test_a_licence_goes_by_post_and_comes_back_once(office, log_in, new_page):
    draft = office.draft()
    commands.choose_delivery(
        actor=office.actor("citizen"), case_id=draft.pk, method="post", address=ADDRESS, now=office.now
    )
    office.draft = lambda **_options: draft
    case = office.granted()
    assert case.state == "delivering"

    citizen = log_in_as(new_page({"width": 375, "height": 812}), "13800000001")
    citizen.goto(f"/my/cases/{case.number}/")
    expect(citizen.get_by_text(f"将邮寄至：{ADDRESS}")).to_be_visible()

    clerk = log_in(new_page(), "clerk")
    open_case(clerk, case)
    act = open_act(clerk, "deliver")
    # The wish of the applicant is filled in already.
    expect(act.locator("input[name=method][value=post]")).to_be_checked()
    expect(act.locator("input[name=address]")).to_have_value(ADDRESS)
    send(clerk, "deliver")
    expect(clerk.locator("#act-deliver")).to_contain_text("邮寄须填写邮件号码", use_inner_text=True)
    assert not Delivery.objects.exists()
    clerk.locator("#act-deliver input[name=carrier]").fill("中国邮政EMS")
    clerk.locator("#act-deliver input[name=tracking]").fill("1098765432100")
    send(clerk, "deliver")
    citizen.reload()
    expect(citizen.locator(".case-timeline")).to_contain_text("1098765432100")
    expect(citizen.locator(".case-timeline")).to_contain_text("中国邮政EMS")

    office.later(days=2)
    clerk = log_in(clerk, "clerk")
    open_case(clerk, case)
    act = open_act(clerk, "confirm_delivery")
    act.locator("input[name=delivered][value=no]").check()
    send(clerk, "confirm_delivery")
    # Coming back needs its reason.
    assert Delivery.objects.get().state == "sent"
    clerk.locator("#act-confirm_delivery input[name=delivered][value=no]").check()
    clerk.locator("#act-confirm_delivery textarea[name=note]").fill("查无此人，退回")
    send(clerk, "confirm_delivery")
    assert Delivery.objects.get().state == "returned"

    act = open_act(clerk, "deliver")
    act.locator("input[name=tracking]").fill("1098765432101")
    send(clerk, "deliver")
    send_confirmation(clerk)
    after = Case.objects.get(pk=case.pk)
    assert (after.state, after.outcome) == ("closed", "granted") and after.closed_at
    assert list(Delivery.objects.order_by("id").values_list("state", flat=True)) == ["returned", "delivered"]

    citizen = log_in_as(citizen, "13800000001")
    citizen.goto(f"/my/cases/{case.number}/")
    expect(citizen.locator(".material-row", has_text="送达回证")).to_be_visible()
    expect(citizen.get_by_role("link", name="评价本次服务")).to_be_visible()


def send_confirmation(page):
    """The post arrived."""
    act = open_act(page, "confirm_delivery")
    act.locator("input[name=delivered][value=yes]").check()
    send(page, "confirm_delivery")
