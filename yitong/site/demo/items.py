"""The city's catalogue: every prepared item, published on the opening day; some of them in an earlier wording first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

import yaml

from yitong.catalog.commands import synonyms
from yitong.catalog.commands.drafts import create_item, save_draft
from yitong.catalog.commands.imports import read
from yitong.catalog.commands.publishing import publish
from yitong.catalog.exchange.envelope import Envelope
from yitong.catalog.queries.items import PublishedItem, published
from yitong.catalog.records import ItemRecord
from yitong.parties.actors import system
from yitong.parties.commands.delegations import delegate
from yitong.parties.queries.organisation import departments, regions
from yitong.site.demo.calendar import History, at, back
from yitong.site.demo.places_data import TOWN_ORGANS

ACTOR = system("demo")
DATA = Path(__file__).parents[2] / "catalog" / "data"
REVISED = {"000131002000": 3, "000105001000": 5, "000709004000": 5}
"""Items with an earlier version, which promised so many days more: 食品经营许可, 教师资格认定, 居住证申领."""
REVISED_BEFORE = 120
"""Working days ago on which the present version of those items came into force."""


@cache
def envelopes() -> tuple[Envelope, ...]:
    """Every prepared item, by basic code. ValueError for a file that cannot be read."""
    found: list[Envelope] = []
    for file in sorted((DATA / "items").glob("*.yaml")):
        content = read(file.read_bytes(), file.name)
        if content.errors:
            raise ValueError(f"{file.name}: {content.errors[0]}")
        found += content.envelopes
    return tuple(sorted(found, key=lambda one: one.basic_code))


def earlier(record: ItemRecord, basic_code: str) -> ItemRecord:
    """The record as first published: with the longer committed limit, if it is one of ``REVISED``."""
    return _promising(record, REVISED.get(basic_code, 0))


def _promising(record: ItemRecord, more: int) -> ItemRecord:
    """The record with ``more`` days in its committed limit."""
    limit = record.committed_limit.model_copy(update={"amount": record.committed_limit.amount + more})
    return record.model_copy(update={"committed_limit": limit})


def load_items(history: History, only: Collection[str] = ()) -> None:
    """Enter and publish all items (or those with the basic codes ``only``), delegate them, add the everyday words."""
    organs = {row.code: row.pk for row in departments()}
    wanted = [one for one in envelopes() if not only or one.basic_code in only]
    for one in wanted:
        # An earlier wording is history, which those who want a few items do not ask for.
        record = one.record if only else earlier(one.record, one.basic_code)
        draft = create_item(
            actor=ACTOR,
            basic_code=one.basic_code,
            department_id=organs[one.department],
            record=record,
            now=history.opening,
        )
        publish(actor=ACTOR, version_id=draft.pk, rev=draft.rev, now=history.opening)
    _delegations(wanted, history)
    synonyms.ensure_synonyms(actor=ACTOR, now=history.opening)
    extra = yaml.safe_load((DATA / "synonyms.yaml").read_text(encoding="utf-8"))
    for word, means in extra.items():
        synonyms.save_synonym(actor=ACTOR, word=str(word), means=means, now=history.opening)


def _delegations(wanted: Sequence[Envelope], history: History) -> None:
    organs = {row.code: row.pk for row in departments()}
    places = {row.code: row.pk for row in regions()}
    for envelope in wanted:
        for number, town in enumerate(envelope.record.delegated_to, start=1):
            delegate(
                actor=ACTOR,
                item_code=envelope.basic_code,
                department_id=organs[envelope.department],
                region_id=places[town],
                town_department_id=organs[TOWN_ORGANS[town][0]],
                valid_from=history.opening.date(),
                letter_number=f"放权〔{history.opening.year}〕{envelope.basic_code[-6:-3]}-{number}号",
                now=history.opening,
            )


def present(item: PublishedItem) -> ItemRecord:
    """The record as it is today, whichever version of the item is in force while the past is played."""
    first = item.version_number == 1
    return _promising(item.record, -REVISED.get(item.basic_code, 0) if first else 0)


def revise(history: History, basic_code: str) -> None:
    """Bring the present version of an item into force, on the day of ``at_revision``. Harmless when it is already."""
    item = published(basic_code)
    if item.version_number > 1:
        return
    now = at_revision(history)
    draft = save_draft(actor=ACTOR, item_id=item.item_id, record=present(item), now=now)
    publish(actor=ACTOR, version_id=draft.pk, rev=draft.rev, now=now + timedelta(minutes=1))


def at_revision(history: History) -> datetime:
    """The instant at which the present versions were written."""
    return at(back(history.today, REVISED_BEFORE), time(8, 30))
