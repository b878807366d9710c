"""A refusal is written with its reasons and remedies, and its sealed decision is there at once."""

import pytest
from playwright.sync_api import expect

from tests.journeys.desk_office import log_in_fixture, office_fixture, open_act, open_case, send  # noqa: F401
from yitong.cases.models import Case, Decision

pytestmark = pytest.mark.browser


def test_the_chief_representative_refuses_with_reasons(office, log_in, desktop_page):
    case = office.deciding()
    page = log_in(desktop_page, "chief")
    open_case(page, case)
    act = open_act(page, "decide")
    act.locator("input[name=outcome][value=refused]").check()
    act.locator("textarea[name=remedies]").fill("")
    send(page, "decide")
    # Nothing was decided: both fields say what they need.
    expect(page.locator("#act-decide .invalid-feedback")).to_have_count(2)
    assert not Decision.objects.exists()

    act = open_act(page, "decide")
    act.locator("textarea[name=reasons]").fill("经营场所与居民住宅相通，不符合食品经营许可的条件。")
    act.locator("textarea[name=remedies]").fill("可以自收到本决定书之日起六十日内申请行政复议。")
    send(page, "decide")
    expect(page.get_by_text("已作出决定，决定书已制发。")).to_be_visible()
    assert Case.objects.get(pk=case.pk).outcome == "refused"
    expect(page.locator("#steps")).to_contain_text("经营场所与居民住宅相通", use_inner_text=True)
    expect(page.locator("#steps")).to_contain_text("行政复议", use_inner_text=True)
    row = page.locator("#documents tr", has_text="不予许可决定书")
    answer = page.request.get(row.locator("a").get_attribute("href"))
    assert answer.body()[:5] == b"%PDF-"


def test_an_expired_authorisation_disables_the_decision_and_says_why(office, log_in, desktop_page):
    from datetime import date

    from yitong.parties.models import AuthorisationLetter

    case = office.deciding()
    AuthorisationLetter.objects.update(valid_until=date(2026, 9, 1))
    page = log_in(desktop_page, "chief")
    open_case(page, case)
    button = page.get_by_role("button", name="作出决定")
    expect(button).to_be_disabled()
    reason = page.locator("#why-decide")
    expect(reason).to_contain_text("示市监授〔2026〕1号", use_inner_text=True)
    expect(reason).to_contain_text("2026-09-01", use_inner_text=True)
    expect(button).to_have_attribute("aria-describedby", "why-decide")
    expect(page.locator("#act-decide")).to_have_count(0)
