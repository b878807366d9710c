"""A refusal is written with its reasons and remedies, and its sealed decision is there at once."""

import pytest

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
    assert page.locator("#act-decide .invalid-feedback").count() == 2
    assert not Decision.objects.exists()

    act = open_act(page, "decide")
    act.locator("textarea[name=reasons]").fill("经营场所与居民住宅相通，不符合食品经营许可的条件。")
    act.locator("textarea[name=remedies]").fill("可以自收到本决定书之日起六十日内申请行政复议。")
    send(page, "decide")
    page.get_by_text("已作出决定，决定书已制发。").wait_for()
    assert Case.objects.get(pk=case.pk).outcome == "refused"
    steps = page.locator("#steps").inner_text()
    assert "经营场所与居民住宅相通" in steps and "行政复议" in steps
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
    assert button.is_disabled()
    reason = page.locator("#why-decide").inner_text()
    assert "示市监授〔2026〕1号" in reason and "2026-09-01" in reason
    assert button.get_attribute("aria-describedby") == "why-decide"
    assert page.locator("#act-decide").count() == 0
