"""Data sharing of the demonstration city."""

from __future__ import annotations

import pytest

from tests.cast import NOW, Cast
from yitong.exchange.models import ApiClient, Connector
from yitong.licences.commands import ensure_types
from yitong.site.demo.calendar import History
from yitong.site.demo.exchange import load_exchange


@pytest.mark.django_db
def test_connectors_ask_the_stand_in_and_one_system_has_a_narrow_scope(cast: Cast) -> None:
    ensure_types(NOW)
    load_exchange(History.before(NOW))
    assert Connector.objects.count() == 10
    assert all(each.is_standin for each in Connector.objects.all())
    client = ApiClient.objects.get()
    assert {len(scope.fields) for scope in client.scopes.all()} == {2, 3}
