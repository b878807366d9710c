"""The city's catalogue: every prepared item, published on the opening day; some of them in an earlier wording first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

import yaml

from yitong.catalog.commands import synonyms
from yitong.catalog.commands.drafts import save_draft
from yitong.catalog.commands.imports import import_file, read
from yitong.catalog.commands.publishing import publish
from yitong.catalog.exchange import yaml_files
from yitong.catalog.exchange.envelope import Envelope
from yitong.catalog.queries.items import published
from yitong.catalog.records import ItemRecord
from yitong.parties.actors import system
from yitong.parties.commands.delegations import delegate
from yitong.parties.queries.organisation import departments, regions
from yitong.site.demo.calendar import History, at, back
from yitong.site.demo.places_data import TOWN_ORGANS

ACTOR = system("demo")
DATA = Path(__file__).parents[2] / "catalog" / "data"
REVISED = {"000131002000": 8, "000105001000": 15, "000709004000": 10}
"""Items with an earlier version: basic code to the committed limit it had. 食品经营许可, 教师资格认定, 居住证申领."""
REVISED_BEFORE = 120
"""Working days ago on which the present version of those items came into force."""


@cache
def envelopes() -> tuple[Envelope, ...]:
    """Every prepared item, by file name. ValueError for a file that cannot be read."""
    found: list[Envelope] = []
    for file in sorted((DATA / "items").glob("*.yaml")):
        content = read(file.read_bytes(), file.name)
        if content.errors:
            raise ValueError(f"{file.name}: {content.errors[0]}")
        found += content.envelopes
    return tuple(sorted(found, key=lambda one: one.basic_code))


def earlier(record: ItemRecord, basic_code: str) -> ItemRecord:
    """The record as first published: with the longer committed limit of ``REVISED``, if it is one of those."""
    if basic_code not in REVISED:
        return record
    limit = record.committed_limit.model_copy(update={"amount": REVISED[basic_code]})
    return record.model_copy(update={"committed_limit": limit})


def load_items(history: History, progress: Callable[[int, int], None] | None = None) -> None:
    """Import and publish all items at once, delegate those the records name, add the everyday words."""
    rows = [(one.basic_code, one.department, one.region, earlier(one.record, one.basic_code)) for one in envelopes()]
    content = yaml_files.write(rows).encode()
    batch = import_file(
        actor=ACTOR, content=content, file_name="示范市事项.yaml", now=history.opening, publish=True, progress=progress
    )
    if batch.state != "imported":
        first = batch.errors.first()
        raise ValueError(f"the prepared catalogue was refused: {first.row}: {first.message % first.params}")
    _delegations(history)
    synonyms.ensure_synonyms(actor=ACTOR, now=history.opening)
    extra = yaml.safe_load((DATA / "synonyms.yaml").read_text(encoding="utf-8"))
    for word, means in extra.items():
        synonyms.save_synonym(actor=ACTOR, word=str(word), means=means, now=history.opening)


def _delegations(history: History) -> None:
    organs = {row.code: row.pk for row in departments()}
    places = {row.code: row.pk for row in regions()}
    for envelope in envelopes():
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


def revise(history: History, basic_code: str) -> None:
    """Bring the present version of an item into force, on the day of ``revised_at``. Harmless when it is already."""
    item = published(basic_code)
    record = next(one.record for one in envelopes() if one.basic_code == basic_code)
    if item.record == record:
        return
    now = at_revision(history)
    draft = save_draft(actor=ACTOR, item_id=item.item_id, record=record, now=now)
    publish(actor=ACTOR, version_id=draft.pk, rev=draft.rev, now=now + timedelta(minutes=1))


def at_revision(history: History) -> datetime:
    """The instant at which the present versions were written."""
    return at(back(history.today, REVISED_BEFORE), time(8, 30))
