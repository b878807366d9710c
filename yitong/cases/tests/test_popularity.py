"""How often an item is applied for reaches the catalogue."""

from __future__ import annotations

from datetime import timedelta

import pytest

from yitong.cases.commands.popularity import count_applications
from yitong.cases.tests.conftest import Office
from yitong.catalog.models import ItemSearch
from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import system


def test_the_applications_of_the_past_year_are_counted_and_forgotten_with_time(office: Office) -> None:
    office.submitted()
    office.draft()
    row = ItemSearch.objects.filter(item_id=office.item.item_id)
    assert count_applications(actor=system("tests"), now=office.now) == 1
    assert row.get().popularity == 1
    assert count_applications(actor=system("tests"), now=office.now) == 0
    assert count_applications(actor=system("tests"), now=office.now + timedelta(days=366)) == 1
    assert row.get().popularity == 0


def test_nobody_else_writes_the_ranking(office: Office) -> None:
    with pytest.raises(NotAllowed):
        count_applications(actor=office.actor("author"), now=office.now)
