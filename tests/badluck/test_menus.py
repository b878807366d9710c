"""Nobody logs in to a door that is shut, and no menu offers a page its reader may not see."""

from __future__ import annotations

import re

from django.test import Client

from tests.badluck.world import World

OFFICIALS = (
    "clerk", "accepter", "reviewer", "chief", "head", "supervisor", "registrar", "author", "admin", "outsider", "town_official",
)  # fmt: skip
LINK = re.compile(r'<a href="(/[^"#]*)"')


def menu(html: str) -> list[str]:
    found = re.search(r'<aside class="side-nav.*?</aside>', html, re.DOTALL)
    return LINK.findall(found.group()) if found else []


def shut_doors(world: World, who: str) -> list[str]:
    client = Client()
    client.force_login(world.office.cast.account(who))
    waiting, seen, shut = ["/office/"], set(), []
    while waiting:
        link = waiting.pop()
        if link in seen:
            continue
        seen.add(link)
        page = client.get(link, follow=True)
        if page.status_code == 200:
            waiting += menu(page.text)
        else:
            shut.append(f"{who}: {link} {page.redirect_chain} {page.status_code}")
    assert len(seen) > 2, who
    return shut


def test_log_in_leads_to_work_and_every_link_of_the_menus_opens(world: World) -> None:
    assert [door for who in OFFICIALS for door in shut_doors(world, who)] == []
