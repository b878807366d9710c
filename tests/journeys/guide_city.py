"""The demonstration city behind a real browser: what the user guides show."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page

from yitong.parties.models import Account
from yitong.site.demo import load
from yitong.site.demo.bars import Silent

KEEP = os.environ.get("YITONG_SHOTS") == "1"
"""Whether the pictures of the guides are taken anew."""
SCALE = "0.01"
"""A case of each course and a few more; items, places and officials are all there at any scale."""


def log_in(page: Page, login: str | Account) -> Page:
    """Give the browser a session of an account, or of that with this phone or user name, as the log-in pages do."""
    if isinstance(login, str):
        account = Account.objects.get(**{"phone" if login.isdecimal() else "username": login})
    else:
        account = login
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "yitong.parties.backends.AccountBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    page.goto("/healthz")
    name = django_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": str(session.session_key), "url": page.url}])
    return page


@pytest.fixture(name="demo_city")
def demo_city_fixture(transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.YITONG_DEMO = True
    monkeypatch.setenv("YITONG_DEMO_SCALE", SCALE)
    load.load_city(bars=Silent(), processes=0)
