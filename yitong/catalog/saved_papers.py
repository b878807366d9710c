"""What the guide says beside a material: 免提交, and why. Which sources supply what is known above; the wiring tells us here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from yitong.catalog.queries.items import PublishedItem
from yitong.kernel.reasons import Reason


@dataclass(frozen=True, slots=True)
class Saved:
    """One material nobody brings. ``at_once``: taken from data; else somebody has to act first. ``why``: in words."""

    at_once: bool
    why: Reason


Source = Callable[[PublishedItem, datetime], Mapping[str, Saved]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """``source`` gives the saved materials of an item by their code. Called once, by the composition root."""
    _sources[:] = [source]


def saved(item: PublishedItem, now: datetime) -> Mapping[str, Saved]:
    """The materials of ``item`` nobody brings, by code; none while no source is registered."""
    return _sources[0](item, now) if _sources else {}
