"""Load the demonstration city: phases that are each done once, the cases in processes of their own.

Set-up calls ``load_city``. A load that was cut off goes on: a phase is written in one transaction with the note that it is
over, and the cases act by act.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from threading import Thread
from urllib.parse import quote, urlencode

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone

from yitong.catalog.commands.search_index import set_popularity
from yitong.documents.commands.sealing import leave_unopened
from yitong.documents.commands.templates import ensure_templates
from yitong.licences.commands import ensure_types
from yitong.notifications.commands.history import settle_history
from yitong.parties.actors import system
from yitong.site.demo import (
    archives,
    certificates,
    consents,
    exchange,
    items,
    library_states,
    people,
    personal_licences,
    places,
    player,
    progress,
    sources,
)
from yitong.site.demo.bars import Bars, Silent
from yitong.site.demo.calendar import History
from yitong.site.demo.scale import Scale
from yitong.site.env import BASE_DIR
from yitong.waiving.commands import count_library

ACTOR = system("demo")
SHARES = 2
"""Always two, so that the same acts are played in the same order however many processes play them."""


def load_city(now: datetime | None = None, bars: Bars | None = None, *, processes: int = SHARES) -> bool:
    """Load what is missing of the city as of the day of ``now``; whether anything was loaded.

    A database with accounts of its own, which no load made, is left alone. ``processes`` 0 plays the cases in this one
    (tests whose database no other process sees).
    """
    now = now or timezone.now()
    if not progress.begun() and get_user_model()._default_manager.exists():
        return False
    progress.begin()
    if progress.done("all") == progress.DONE:
        return False
    scale, history = Scale.chosen(), _history(now)
    bars = bars or Bars()
    with bars, player.hasty(), _players(processes, history, scale) as go:
        _phase("places", bars, lambda: places.load_places(history))
        _phase("staff", bars, lambda: places.load_staff(history))
        _phase("people", bars, lambda: people.load_people(history, scale.persons, scale.enterprises))
        _phase("items", bars, lambda: _items(history))
        count_rows()
        go(bars)
        _phase("certificates", bars, lambda: certificates.load_certificates(history))
        _phase("exchange", bars, lambda: exchange.load_exchange(history))
        _phase("archives", bars, lambda: archives.load_archives(history))
        _phase("personal_licences", bars, lambda: personal_licences.load_personal_licences(history))
        _phase("library_states", bars, lambda: library_states.load_library_states(history))
        _phase("consents", bars, lambda: consents.load_consents(history))
        _phase("sources", bars, lambda: sources.load_sources(history))
        _phase("history", bars, lambda: _settle(now))
        # Last: the guide tells from it what need not be brought.
        _phase("library_count", bars, lambda: count_library(actor=ACTOR, now=now))
        progress.keep("all", progress.DONE)
    return True


def count_rows() -> None:
    """Tell the planner how long the tables are now: the acts read them by the thousand before the server counts them itself."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _history(now: datetime) -> History:
    """The year before today, or before the day on which an unfinished load began."""
    begun = progress.done("day")
    if begun:
        return History(date.fromordinal(begun))
    history = History.before(now)
    progress.keep("day", history.today.toordinal())
    return history


def _phase(name: str, bars: Bars, work: Callable[[], object]) -> None:
    with bars.phase(name), transaction.atomic():
        if progress.done(name, lock=True) != progress.DONE:
            work()
            progress.keep(name, progress.DONE)


def _items(history: History) -> None:
    ensure_templates(history.opening)
    ensure_types(history.opening)
    items.load_items(history)


def _settle(now: datetime) -> None:
    """What the city told people in the past was delivered then; its documents are sealed when somebody opens them."""
    settle_history(before=now)
    leave_unopened(issued_before=now)
    set_popularity(actor=ACTOR, counts=player.applications(), now=now)


@contextmanager
def _players(processes: int, history: History, scale: Scale) -> Iterator[Callable[[Bars], None]]:
    """Players that start up while the city is laid out, and a function that lets them play and waits for them."""
    if not processes:
        yield lambda bars: _play_here(history, scale, bars)
        return
    running = [_start(share, history, scale) for share in range(SHARES)]
    try:
        yield lambda bars: _let_play(running, bars)
    finally:
        for process in running:
            if process.poll() is None:
                process.terminate()
            process.wait()


def _play_here(history: History, scale: Scale, bars: Bars) -> None:
    for share in range(SHARES):
        with bars.cases(share) as report:
            player.play_share(history, scale, share, SHARES, report)


def _start(share: int, history: History, scale: Scale) -> subprocess.Popen[str]:
    arguments = [str(share), str(SHARES), str(scale.cases), history.today.isoformat()]
    return subprocess.Popen(
        [sys.executable, "-m", "yitong.site.demo.player_process", *arguments],
        env=os.environ | {"DATABASE_URL": database_url()},
        cwd=BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _let_play(running: list[subprocess.Popen[str]], bars: Bars) -> None:
    def follow(process: subprocess.Popen[str], report: player.Report) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            played, total = line.split()
            report(int(played), int(total))

    followers = []
    for share, process in enumerate(running):
        assert process.stdin is not None
        process.stdin.write("play\n")
        process.stdin.flush()
        followers.append(Thread(target=follow, args=(process, bars.report(share)), daemon=True))
        followers[-1].start()
    for process, follower in zip(running, followers, strict=True):
        follower.join()
        if process.wait():
            raise RuntimeError("a player of the demonstration city ended before its last act; start again to go on")


def database_url() -> str:
    """The address of the database this process is connected to, for another process."""
    found = connection.settings_dict
    options = {"host": found["HOST"], "port": str(found["PORT"] or 5432)}
    user = quote(found["USER"] or "", safe="")
    password = f":{quote(found['PASSWORD'], safe='')}" if found.get("PASSWORD") else ""
    return f"postgresql://{user}{password}@/{quote(found['NAME'])}?{urlencode(options)}"


__all__ = ["Bars", "Silent", "database_url", "load_city"]
