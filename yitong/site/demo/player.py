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
from yitong.catalog.queries.items import all_published
from yitong.parties.actors import system
from yitong.parties.queries.organisation import departments
from yitong.site.demo import items as catalogue
from yitong.site.demo import people, plan, progress
from yitong.site.demo.calendar import History
from yitong.site.demo.copying import copy_out
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
    organs = {row.pk: row.code for row in departments()}
    items = {item.basic_code: item for item in all_published()}
    return City(
        records={code: catalogue.present(item) for code, item in items.items()},
        codes={code: item.implementation_code for code, item in items.items()},
        departments={code: organs[item.department_id] for code, item in items.items()},
        persons=folk,
        firms=people.enterprises(scale.enterprises, folk),
        history=history,
    )


def play_share(history: History, scale: Scale, share: int, of: int, report: Report) -> None:
    """Play what is left of a share: ended cases, their copies, then those under way. ``report``: (done, in all)."""
    city = city_of(history, scale)
    slots = plan.slots(city.records, scale.cases)
    codes = plan.shares(slots, of)[share]
    stage = Stage(city, plan.whos(city, slots), Samples(history.opening))
    copies = [slot for slot in slots if slot.item in codes and slot.like is not None]
    ended = plan.acts(city, slots, codes, under_way=False)
    open_ones = plan.acts(city, slots, codes, under_way=True)
    total = len(ended) + len(copies) + len(open_ones)

    def told(before: int) -> Callable[[int], None]:
        return lambda done: report(before + done, total)

    with hasty():
        _play(f"ended {share + 1} of {of}", ended, stage, told(0))
        copy_out(f"copies {share + 1} of {of}", copies, slots, city, stage, told(len(ended)))
        _play(f"under way {share + 1} of {of}", open_ones, stage, told(len(ended) + len(copies)))


@contextmanager
def hasty() -> Iterator[None]:
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


def _play(phase: str, acts: list[Act], stage: Stage, report: Callable[[int], None]) -> None:
    played = -1
    while played < len(acts):
        with transaction.atomic():
            done = progress.done(phase, lock=True)
            for act in acts[done : done + BATCH]:
                stage.play(act)
            played = min(len(acts), done + BATCH)
            progress.keep(phase, played)
        report(played)
