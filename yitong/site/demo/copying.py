"""Chooses for every copied case which played one it follows and where in the year it lies, and writes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
    moved = _moved(copies, samples, city)
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


def _moved(copies: Sequence[Slot], samples: dict[int, Sample], city: City) -> list[tuple[date, int, int]]:
    """(first day, index, days moved) of every copy, in the order of time.

    Each goes where it can and the fewest have gone yet: the weeks without holidays could hold them all, and would look it.
    """
    history, revision = city.history, at_revision(city.history).date()
    away = [(since, until) for _, since, until in absences(history)]
    taken: Counter[int] = Counter()
    ways: dict[int, list[int]] = {}
    found = []
    for slot in copies:
        assert slot.like is not None  # a copy
        sample = samples[slot.like]
        if slot.like not in ways:
            fits = _Fits(sample, revision if slot.item in REVISED else None, away)
            ways[slot.like] = shifts(sample, history.first, history.last, fits)
        week = {days: (sample.first + timedelta(days=days)).toordinal() // 7 for days in ways[slot.like]}
        least = min(taken[each] for each in week.values())
        random = Random(f"{history.today}:copy:{slot.index}")
        days = random.choice([each for each in week if taken[week[each]] == least])
        taken[week[days]] += 1
        found.append((sample.first + timedelta(days=days), slot.index, days))
    return sorted(found)


@dataclass(frozen=True, slots=True)
class _Fits:
    """Whether a sample may move to some days: the version in force is the same, and nobody is on leave."""

    sample: Sample
    revision: date | None
    away: list[tuple[date, date]]

    def __call__(self, first: date, last: date) -> bool:
        same = self.revision is None or (first < self.revision) == (self.sample.first < self.revision)
        return same and all(last < since or until <= first for since, until in self.away)
