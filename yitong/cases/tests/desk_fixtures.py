"""Officers in a browser without a browser: a test client each, on the office's own clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from yitong.cases.tests.conftest import Office

Enter = Callable[[str], Client]


@pytest.fixture(name="enter")
def enter_fixture(office: Office, monkeypatch: Any) -> Enter:
    """``enter("reviewer")``: a client of that person, logged in; the pages read the office's clock."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: office.now)

    def as_person(name: str) -> Client:
        client = Client()
        backend = "yitong.parties.backends.AccountBackend"
        client.force_login(office.cast.account(name), backend=backend)
        return client

    return as_person
