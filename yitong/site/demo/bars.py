"""What a load shows while it runs: a bar on a terminal, lines elsewhere, nothing in tests."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

LABELS = {
    "places": "Places, departments, counters",
    "staff": "Officials, posts, letters",
    "people": "Persons and enterprises",
    "items": "Service items",
    "certificates": "Certificates",
    "history": "Notices of the past year",
    "exchange": "Data sharing",
    "archives": "Archives",
    "personal_licences": "Personal licences",
    "library_states": "Licences that end",
    "consents": "Consents",
    "sources": "Sources of licences",
    "library_count": "Count of the library",
}


class Bars:
    """Progress of a load with a bar for each phase."""

    def __init__(self) -> None:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, disable=not sys.stdout.isatty())
        self._counts: dict[int, tuple[int, int]] = {}
        self._cases: TaskID | None = None
        self._told = 0.0

    def __enter__(self) -> Bars:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Show one phase while it runs."""
        task = self._progress.add_task(LABELS[name], total=1)
        begun = time.monotonic()
        yield
        self._progress.update(task, completed=1)
        self._line(f"{time.monotonic() - begun:6.2f} s  {LABELS[name]}")

    def report(self, share: int) -> Callable[[int, int], None]:
        """What a player of ``share`` calls with acts played and acts in all; the bar shows the sum."""
        if self._cases is None:
            self._cases = self._progress.add_task("A year of cases", total=None)

        def told(played: int, total: int) -> None:
            self._counts[share] = (played, total)
            done, whole = (sum(each) for each in zip(*self._counts.values(), strict=True))
            assert self._cases is not None
            self._progress.update(self._cases, completed=done, total=whole)
            if time.monotonic() - self._told > 5 or done == whole:
                self._told = time.monotonic()
                self._line(f"{done:6d} of {whole} acts and cases of the past year")

        return told

    @contextmanager
    def cases(self, share: int) -> Iterator[Callable[[int, int], None]]:
        """As ``report``, for a share played here."""
        yield self.report(share)

    def _line(self, text: str) -> None:
        if self._progress.disable:
            print(f"    {text}", flush=True)


class Silent(Bars):
    """Shows nothing."""

    def _line(self, text: str) -> None:
        pass

    def __init__(self) -> None:
        super().__init__()
        self._progress = Progress(disable=True)
