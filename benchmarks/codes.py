"""Presentation codes: verifications a second beside a bare signature check and UPDATE, and two scanners with one code.

A verification is ``consents.commands.redeeming.redeem``: token taken apart, Ed25519 checked, the code spent by one UPDATE that
writes its line in the log of scans, an entry of the audit log, one transaction. The baseline checks the same signature and
sends the bare UPDATE by psycopg, committed each. Limits: 1,000 verifications a second; in 10,000 races never two winners.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context
from threading import Barrier, Thread
from typing import Any

from benchmarks.case_writers import recreate
from benchmarks.frame import Result, at_least, at_most, percentile

LIMIT = 1000.0
COUNT = {True: 2_000, False: 12_000}
RACES = {True: 200, False: 10_000}
PROCESSES, THREADS = 2, 6
SCENE = "transit"
BATCH = 2_000
_BARE = """
UPDATE consents_presentationcode SET used_at = %s, used_by_ref = 'bare' WHERE token_id = %s AND used_at IS NULL AND expires_at > %s
"""


def run(quick: bool = False) -> list[Result]:
    """The rate beside its baseline, then the races."""
    place = prepare()
    warm = issue(place, PROCESSES * THREADS * 5)
    race(_verify, warm, place)
    rate, times = race(_verify, issue(place, COUNT[quick]), place)
    bare, _ = race(_bare, issue(place, COUNT[quick]), place)
    both, neither = duel(issue(place, RACES[quick]), place)
    note = f"{PROCESSES} processes of {THREADS} threads, p50 {percentile(times, 0.5):.1f} ms, p99 {percentile(times, 0.99):.1f} ms"
    return [
        at_least(
            "verifications of presentation codes",
            rate,
            "/s",
            LIMIT,
            baseline_name="bare Ed25519 check and one UPDATE",
            baseline=bare,
            note=note,
        ),
        at_most("races with two winners", both, "races", 0, note=f"{RACES[quick]} races of two scanners with one code"),
        at_most("races with no winner", neither, "races", 0),
    ]


def prepare() -> dict[str, Any]:
    """An empty database with the cast; two scanners, a person who shows codes, and the key that signs them."""
    from django.core.management import call_command
    from django.utils import timezone

    from tests import cast as city
    from yitong.consents.commands.keys import key_in_use
    from yitong.licences.holders import holder_of_person, key_of_holder

    recreate()
    call_command("migrate", verbosity=0)
    now = timezone.now()
    cast = city.build(now)
    person = cast.person("citizen")
    return {
        "now": now,
        "person_id": person.pk,
        "holder_key": key_of_holder(holder_of_person(person)),
        "key_id": key_in_use(now).pk,
        "scanners": [cast.actor(name, now) for name in ("clerk", "accepter")],
    }


def issue(place: dict[str, Any], count: int) -> list[str]:
    """Tokens of ``count`` fresh codes, each with its row; they live for an hour, longer than any run."""
    from yitong.consents.commands.keys import short_id, sign
    from yitong.consents.models import CodeKey, PresentationCode
    from yitong.consents.rules.token import NONCE, TOKEN_ID, Claims, compose

    key = CodeKey.objects.get(pk=place["key_id"])
    issued = place["now"].replace(microsecond=0)
    tokens: list[str] = []
    rows: list[PresentationCode] = []
    for _ in range(count):
        claims = Claims(short_id(key), secrets.token_bytes(TOKEN_ID), issued, secrets.token_bytes(NONCE))
        tokens.append(compose(claims, lambda message: sign(key, message)))
        rows.append(
            PresentationCode(
                token_id=claims.token_id,
                nonce=claims.nonce,
                key=key,
                scene=SCENE,
                person_id=place["person_id"],
                holder_key=place["holder_key"],
                issued_at=issued,
                expires_at=issued + timedelta(hours=1),
            )
        )
    PresentationCode.objects.bulk_create(rows, batch_size=BATCH)
    return tokens


def race(work: Callable[..., list[float]], tokens: list[str], place: dict[str, Any]) -> tuple[float, list[float]]:
    """Codes a second with all processes and threads at work, and the milliseconds of each."""
    shares = [tokens[n::PROCESSES] for n in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), initializer=_set_up) as pool:
        list(pool.map(_ready, range(PROCESSES)))
        began = time.perf_counter()
        answers = list(pool.map(_share, [work] * PROCESSES, shares, [place] * PROCESSES))
        seconds = time.perf_counter() - began
    return len(tokens) / seconds, [each for answer in answers for each in answer]


def _set_up() -> None:
    import django

    django.setup()


def _ready(_: int) -> None:
    """Imports and the first connection are not what is measured."""
    from django.db import connection

    import yitong.consents.commands.codes  # noqa: F401

    connection.ensure_connection()
    time.sleep(0.2)


def _share(work: Callable[..., list[float]], tokens: list[str], place: dict[str, Any]) -> list[float]:
    parts = [tokens[n::THREADS] for n in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(work, parts, [place] * THREADS))
    return [each for answer in answers for each in answer]


def _verify(tokens: Sequence[str], place: dict[str, Any]) -> list[float]:
    from django.db import connection

    from yitong.consents.commands.redeeming import Scanner, redeem

    scanner = Scanner(place["scanners"][0], None, "窗口", SCENE, "")
    times = []
    for token in tokens:
        began = time.perf_counter()
        redeem(scanner=scanner, text=token, now=place["now"])
        times.append(1000 * (time.perf_counter() - began))
    connection.close()
    return times


def _bare(tokens: Sequence[str], place: dict[str, Any]) -> list[float]:
    import psycopg
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from benchmarks.case_writers import _address
    from yitong.consents.models import CodeKey
    from yitong.consents.rules.token import parse

    public = Ed25519PublicKey.from_public_bytes(bytes(CodeKey.objects.get(pk=place["key_id"]).public_key))
    signed = [parse(token) for token in tokens]
    times = []
    with psycopg.connect(**_address(), autocommit=True, prepare_threshold=1) as connection:
        for each in signed:
            began = time.perf_counter()
            public.verify(each.signature, each.message)
            connection.execute(_BARE, [place["now"], each.claims.token_id, place["now"]])
            times.append(1000 * (time.perf_counter() - began))
    return times


def duel(tokens: list[str], place: dict[str, Any]) -> tuple[int, int]:
    """Two scanners, each with a connection of its own, scan every code at the same moment: (both won, nobody won)."""
    start = Barrier(2)
    won = [[False] * len(tokens), [False] * len(tokens)]
    threads = [Thread(target=_scan_all, args=(which, tokens, place, start, won[which])) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = [first + second for first, second in zip(*won, strict=True)]
    return counts.count(2), counts.count(0)


def _scan_all(which: int, tokens: list[str], place: dict[str, Any], start: Barrier, won: list[bool]) -> None:
    from django.db import connection

    from yitong.consents.commands.redeeming import Scanner, redeem
    from yitong.kernel.reasons import Refused

    now: datetime = place["now"]
    scanner = Scanner(place["scanners"][which], None, "窗口", SCENE, "")
    try:
        for n, token in enumerate(tokens):
            start.wait()
            try:
                redeem(scanner=scanner, text=token, now=now)
                won[n] = True
            except Refused as refusal:
                if refusal.reasons[0].code != "replay":
                    raise
    except BaseException:
        start.abort()  # the other scanner would wait for ever
        raise
    finally:
        connection.close()
