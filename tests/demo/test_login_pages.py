"""The log-in pages show the demonstration's accounts, and only the demonstration's."""

from __future__ import annotations

from typing import Any

import pytest

from yitong.site.demo.accounts import ACCOUNTS, PASSWORD

PAGES = ("/login/", "/desk/login/")


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_accounts_are_listed_in_the_demonstration(page: str, client: Any, settings: Any) -> None:
    settings.YITONG_DEMO = True
    text = client.get(page).content.decode()
    assert "演示账号" in text
    assert all(account.login in text for account in ACCOUNTS)


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_accounts_are_not_listed_elsewhere(page: str, client: Any, settings: Any) -> None:
    settings.YITONG_DEMO = False
    text = client.get(page).content.decode()
    assert "演示账号" not in text and PASSWORD not in text
