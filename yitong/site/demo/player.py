"""Plays one share of the city's cases.

The acts of a share are played in the order of time, some in a transaction that also notes how many were played: a load
that is cut off goes on with the next act. Two players of one share take turns at its row and never play an act twice.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Count

from yitong.cases.permissions import visible_to
from yitong.catalog.queries.items import published
from yitong.parties.actors import system
from yitong.site.demo import items as catalogue
from yitong.site.demo import people, plan, progress
from yitong.site.demo.calendar import History
from yitong.site.demo.plan import City
from yitong.site.demo.samples import Samples
from yitong.site.demo.scale import Scale
from yitong.site.demo.script import Act
from yitong.site.demo.stage import Stage

BATCH = 150
"""Acts in one transaction: some 50 cases' worth of a day."""
Report = Callable[[int, int], None]


def city_of(history: History, scale: Scale) -> City:
    """The city as the database has it after people and items were loaded."""
    folk = people.persons(scale.persons, history)
    envelopes = catalogue.envelopes()
    return City(
        records={one.basic_code: one.record for one in envelopes},
        codes={one.basic_code: published(one.basic_code).implementation_code for one in envelopes},
        departments={one.basic_code: one.department for one in envelopes},
        persons=folk,
        firms=people.enterprises(scale.enterprises, folk),
        history=history,
    )


def play_share(history: History, scale: Scale, share: int, of: int, report: Report) -> None:
    """Play what is left of a share. ``report`` is called with acts played and acts in all."""
    city = city_of(history, scale)
    slots = plan.slots(city.records, scale.cases)
    acts = plan.acts(city, slots, plan.shares(slots, of)[share])
    stage = Stage(city, plan.whos(city, slots), Samples(history.opening))
    phase = f"cases {share + 1} of {of}"
    with _hasty():
        while _batch(phase, acts, stage, report):
            pass


@contextmanager
def _hasty() -> Iterator[None]:
    """Spare what only matters when acts may fail or be lost: here one refusal ends the load, and the next one goes on."""
    savepoints = connection.features.uses_savepoints
    # A third of all statements would be savepoints around commands, to which nobody ever returns.
    connection.features.uses_savepoints = False
    with connection.cursor() as cursor:
        # A crash of the server may lose the last moments of a load, which then plays them again.
        cursor.execute("SET synchronous_commit = off")
    # The collector would walk all acts again and again.
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        connection.features.uses_savepoints = savepoints
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


def applications() -> dict[int, int]:
    """Applications of the past year by item id."""
    rows = visible_to(system("demo")).exclude(number=None).values_list("item_id").annotate(times=Count("id"))
    return dict(rows)


def _batch(phase: str, acts: list[Act], stage: Stage, report: Report) -> bool:
    with transaction.atomic():
        done = progress.done(phase, lock=True)
        for act in acts[done : done + BATCH]:
            stage.play(act)
        played = min(len(acts), done + BATCH)
        progress.keep(phase, played)
    report(played, len(acts))
    return played < len(acts)
