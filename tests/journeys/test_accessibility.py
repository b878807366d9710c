"""Every page of the city before axe, wide and on a phone: no serious or critical violation, nothing beside the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as configuration
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, ViewportSize

from tests.badluck.addresses import arguments, patterns
from tests.badluck.conftest import world as world_fixture
from tests.badluck.world import World
from tests.journeys.conftest import DESKTOP, PHONE

world = world_fixture
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = configuration.BASE_DIR / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = {
    "": (
        "catalog:home", "catalog:guide", "catalog:list", "catalog:item", "documents:verify", "documents:short",
        "documents:trust", "licences:short", "audit:checkpoint", "cases:progress", "parties:login", "parties:login_staff",
        "cases:apply", "certificates:catalogue",
    ),
    "citizen": (
        "consents:consents", "consents:revoke", "consents:grant", "consents:looks", "consents:code",
        "certificates:apply", "certificates:mine", "certificates:one", "certificates:supply", "certificates:sheet",
        "cases:my", "cases:drafts", "cases:cases", "cases:question", "cases:form", "cases:materials", "cases:material",
        "cases:commitment", "cases:delivery", "cases:review", "cases:case", "cases:withdraw", "feedback:rate",
        "licences:mine", "licences:one", "licences:proofs", "licences:share", "notifications:mine", "parties:profile",
        "parties:enterprises",
        "parties:enterprise", "parties:mandates",
        "archive:mine", "archive:one", "archive:add", "archive:declare", "archive:keeping", "archive:log", "archive:delete",
    ),
    "accepter": (
        "consents:scan", "consents:scanned",
        "certificates:desk", "certificates:desk_one", "certificates:questions", "certificates:question", "certificates:ask",
        "cases:desk_inbox", "cases:desk_search", "cases:desk_case", "licences:desk", "parties:change_password"),
    "registrar": ("consents:bases", "consents:basis", "certificates:types", "certificates:type"),
    "clerk": (
        "certificates:window_begin", "certificates:window", "certificates:drawn",
        "archive:desk", "cases:desk_counter", "parties:desk_people", "parties:desk_new_person", "parties:desk_new_enterprise",
        "parties:desk_person", "parties:desk_person_mandate", "parties:desk_enterprise", "parties:desk_revoke_mandate",
    ),
    "supervisor": ("consents:board_looks", "consents:anomalies", "consents:thresholds",
        "supervision:board", "supervision:cases", "feedback:ratings", "audit:entries", "audit:entry",
        "waiving:overview", "waiving:items", "waiving:item", "waiving:next", "waiving:report",
    ),
    "author": (
        "catalog:items", "catalog:new_item", "catalog:manage", "catalog:compare", "catalog:version", "catalog:edit",
        "catalog:edit_part", "catalog:edit_yaml", "catalog:import", "catalog:report", "catalog:synonyms", "documents:templates",
        "documents:template", "licences:types",
    ),
    "admin": (
        "parties:overview", "parties:regions", "parties:region", "parties:departments", "parties:department",
        "parties:counters", "parties:staff", "parties:new_staff", "parties:staff_member", "parties:posts", "parties:post",
        "parties:letters", "parties:letter", "parties:delegations", "notifications:deliveries", "documents:quarantine",
        "documents:failed", "notifications:templates", "notifications:template",
    ),
}  # fmt: skip
RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']});
  return found.violations.filter(each => ['serious', 'critical'].includes(each.impact))
    .map(each => each.id + ': ' + each.nodes.slice(0, 3).map(node => node.target.join(' ')).join(' | '));
}"""
OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return '';
  const out = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > wide + 1)
    .filter(e => { for (let p = e.parentElement; p; p = p.parentElement)
      if (getComputedStyle(p).overflowX !== 'visible') return false; return true; });
  return document.documentElement.scrollWidth + ' > ' + wide + ' ' + out.slice(0, 3)
    .map(e => e.tagName.toLowerCase() + '.' + e.className).join(' | ');
}"""


def log_in(context: BrowserContext, world: World, who: str, address: str) -> None:
    account = world.office.cast.account(who)
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = configuration.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    cookie = {"name": configuration.SESSION_COOKIE_NAME, "value": session.session_key, "url": address}
    context.add_cookies([cookie])  # type: ignore[list-item]


def faults(page: Page) -> list[str]:
    """What axe and the width say of the page that is open: on a desktop, on a phone, and there with large letters."""
    page.add_script_tag(path=AXE)
    found = []
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(ViewportSize(width=size["width"], height=size["height"]))
        found += [f"{size['width']}: {fault}" for fault in page.evaluate(RUN)]
        wide = page.evaluate(OVERFLOW)
        found += [f"wider than the screen: {wide}"] if wide else []
    page.add_style_tag(content="html { font-size: 200% !important }")
    wide = page.evaluate(OVERFLOW)
    return found + ([f"wider than the screen with letters twice as large: {wide}"] if wide else [])


@pytest.mark.parametrize("who", PAGES)
def test_pages_can_be_read_by_everybody(
    live_server: Any, world: World, new_page: Callable[..., Page], who: str
) -> None:
    page = new_page(DESKTOP, bypass_csp=True, reduced_motion="reduce", has_touch=True)
    if who:
        log_in(page.context, world, who, live_server.url)
    parts = {name: found for name, _, found in patterns()}
    wrong = []
    for name in PAGES[who]:
        answer = page.goto(reverse(name, kwargs=arguments(name, parts[name], world.ids)), wait_until="load")
        assert answer is not None and answer.status == 200, (name, answer and answer.status)
        wrong += [f"{name}: {fault}" for fault in faults(page)]
    assert not wrong, "\n".join(wrong)
