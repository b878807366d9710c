"""Chooses for every copied case which played one it follows and where in the year it lies, and writes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

from django.db import transaction

from yitong.cases.queries.reading import case_of_token
from yitong.site.demo import progress
from yitong.site.demo.copies import Copier, Sample, shifts
from yitong.site.demo.items import REVISED, at_revision
from yitong.site.demo.places import absences
from yitong.site.demo.plan import City, Slot
from yitong.site.demo.stage import Stage, token

BATCH = 40
"""Copies in one transaction."""


def copy_out(
    phase: str, copies: Sequence[Slot], slots: Sequence[Slot], city: City, stage: Stage, report: Callable[[int], None]
) -> None:
    """Write the copies that are not there yet, in the order of time. ``report`` is called with how many are there."""
    copier = Copier()
    samples = {
        index: _sample(copier, index) for index in sorted({slot.like for slot in copies if slot.like is not None})
    }
    moved = sorted(_moved(slot, samples, city) for slot in copies)
    written = -1
    while written < len(moved):
        with transaction.atomic():
            done = progress.done(phase, lock=True)
            rows = []
            for _, index, days in moved[done : done + BATCH]:
                slot = slots[index]
                assert slot.like is not None  # a copy
                rows.append(
                    copier.copy(
                        samples[slot.like],
                        days=days,
                        old=stage.row_person(stage.who(slot.like)),
                        new=stage.row_person(stage.who(index)),
                        token=token(index),
                        item_code=city.codes[slot.item],
                        random=Random(f"copy:{index}"),
                    )
                )
            copier.write(rows)
            written = min(len(moved), done + BATCH)
            progress.keep(phase, written)
        report(written)


def _sample(copier: Copier, index: int) -> Sample:
    case = case_of_token(token(index))
    if case is None:
        raise LookupError(f"case {index} of the demonstration was not played")
    return copier.read(case.pk)


def _moved(slot: Slot, samples: dict[int, Sample], city: City) -> tuple[date, int, int]:
    """(first day, index, days moved) of a copy."""
    assert slot.like is not None  # a copy
    sample, history = samples[slot.like], city.history
    random = Random(f"{history.today}:copy:{slot.index}")
    revision = at_revision(history).date()
    away = [(since, until) for _, since, until in absences(history)]

    def fits(first: date, last: date) -> bool:
        # The version in force must be the same, and everybody who acts must be there.
        same = slot.item not in REVISED or (first < revision) == (sample.first < revision)
        return same and all(last < since or until <= first for since, until in away)

    days = random.choice(shifts(sample, history.first, history.last, fits))
    return sample.first + timedelta(days=days), slot.index, days
