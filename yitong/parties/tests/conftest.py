"""Fixtures of this context's tests: codes as the phone would show them, the log of a test."""

from __future__ import annotations

import pytest

from yitong.audit.models import Entry
from yitong.kernel import events
from yitong.parties.events import CodeRequested


@pytest.fixture
def codes(monkeypatch):
    """Every code sent during the test, newest last."""
    sent: list[CodeRequested] = []
    monkeypatch.setitem(events._handlers, CodeRequested, [sent.append])
    return sent


@pytest.fixture
def tags(db):
    """Tags of the entries written so far, oldest first."""

    def read() -> list[str]:
        return list(Entry.objects.order_by("id").values_list("tag", flat=True))

    return read
