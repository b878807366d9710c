"""The circuit: opens after repeated failures, lets one request try, closes when it answers; for all processes alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import SHANGHAI
from yitong.audit.models import Entry
from yitong.exchange import commands
from yitong.exchange.commands import circuits
from yitong.exchange.models import Circuit, Connector
from yitong.exchange.rules import breaker
from yitong.exchange.rules.breaker import Gate, State
from yitong.parties.actors import system

START = datetime(2026, 9, 24, 10, 0, tzinfo=SHANGHAI)
SPAN = timedelta(seconds=10)


def broken(exchange) -> None:
    """Three failures in a row open the circuit."""
    exchange.set(retries=0)
    exchange.upstream.mode(degree="error")
    for _ in range(breaker.THRESHOLD):
        assert exchange.look_up().reason.code == "upstream_error"


@pytest.mark.django_db
def test_it_opens_and_then_nobody_is_asked(exchange):
    broken(exchange)
    before = exchange.upstream.asked("degree")
    for _ in range(5):
        found = exchange.look_up()
        assert found.reason.code == "circuit_open"
        assert found.reason.params["until"].startswith("10:00:1")
    assert exchange.upstream.asked("degree") == before
    assert exchange.look_up("marriage").reason is None, "another register has a circuit of its own"
    assert Entry.objects.filter(tag="exchange:circuit:opened", subject="connector:degree").count() == 1


@pytest.mark.django_db
def test_after_the_wait_one_request_tries_and_a_success_closes_it(exchange):
    broken(exchange)
    exchange.upstream.mode(degree="ok")
    exchange.later(seconds=20)
    assert exchange.look_up().data
    row = Circuit.objects.get(connector__code="degree")
    assert (row.state, row.failures, row.openings) == ("closed", 0, 0)
    assert Entry.objects.filter(tag="exchange:circuit:closed").count() == 1


@pytest.mark.django_db
def test_a_failed_try_opens_it_again_for_twice_as_long(exchange):
    broken(exchange)
    exchange.later(seconds=20)
    before = exchange.upstream.asked("degree")
    assert exchange.look_up().reason.code == "upstream_error"
    exchange.later(seconds=20)
    assert exchange.look_up().reason.code == "circuit_open"
    assert exchange.upstream.asked("degree") == before + 1
    assert Circuit.objects.get(connector__code="degree").openings == 2


@pytest.mark.django_db
def test_a_program_that_is_killed_and_comes_back_is_found_again(exchange):
    exchange.set(retries=0)
    exchange.upstream.kill()
    for _ in range(breaker.THRESHOLD):
        assert exchange.look_up().reason.code == "unreachable"
    assert exchange.look_up().reason.code == "circuit_open"
    exchange.upstream.restart()
    exchange.later(seconds=20)
    assert exchange.look_up().data


@pytest.mark.django_db
def test_being_turned_away_or_absent_is_no_failure_of_the_source(exchange):
    exchange.set(url="standin:/v1/nowhere", retries=0)
    for _ in range(breaker.THRESHOLD + 1):
        assert exchange.look_up().reason.code == "refused"
    assert Circuit.objects.get(connector__code="degree").state == "closed"


@pytest.mark.django_db(transaction=True)
def test_of_many_that_find_the_wait_over_one_is_the_probe():
    commands.ensure_connectors(START)
    connector = Connector.objects.get(code="degree")
    Circuit.objects.filter(pk=connector.pk).update(state="open", failures=3, openings=1, retry_at=START)
    gates: list[Gate] = []
    barrier = Barrier(8)

    def arrive() -> None:
        row = Circuit.objects.get(pk=connector.pk)
        barrier.wait()
        gates.append(circuits.pass_gate(row, START + SPAN, SPAN))
        connection.close()

    threads = [Thread(target=arrive) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(gates) == sorted([Gate.PROBE] + [Gate.PROBING] * 7)
    row = Circuit.objects.get(pk=connector.pk)
    assert circuits.pass_gate(row, START + 3 * SPAN, SPAN) is Gate.PROBE, "a probe that never came back is replaced"


@pytest.mark.django_db(transaction=True)
def test_failures_of_many_processes_are_counted_together():
    commands.ensure_connectors(START)
    connector = Connector.objects.get(code="degree")

    def fail() -> None:
        circuits.settle(connector, ok=False, probe=False, now=START)
        connection.close()

    threads = [Thread(target=fail) for _ in range(breaker.THRESHOLD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Circuit.objects.get(pk=connector.pk).state == "open"
    commands.disable(actor=system("tests"), code="degree", reason="坏了", now=START)
    commands.enable(actor=system("tests"), code="degree", reason="修好", now=START)
    assert Circuit.objects.get(pk=connector.pk).state == "closed"


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 400)), max_size=60))
def test_whatever_happens_the_rules_hold(steps: list[tuple[bool, int]]) -> None:
    """Closed never holds THRESHOLD failures; open always ends; while open nobody but one probe asks."""
    circuit, now = breaker.Circuit(), START
    for ok, seconds in steps:
        now += timedelta(seconds=seconds)
        gate = breaker.gate(circuit, now)
        if gate is Gate.ASK:
            circuit = breaker.after(circuit, ok=ok, probe=False, now=now)
        elif gate is Gate.PROBE:
            waiting = breaker.probing(circuit, now, SPAN)
            assert breaker.gate(waiting, now) is Gate.PROBING
            assert breaker.after(waiting, ok=True, probe=False, now=now) == waiting, "an old request closes nothing"
            circuit = breaker.after(waiting, ok=ok, probe=True, now=now)
            assert (circuit.state is State.CLOSED) == ok
        if circuit.state is State.CLOSED:
            assert circuit.failures < breaker.THRESHOLD
        else:
            assert timedelta(0) < circuit.retry_at - now <= breaker.LONGEST_WAIT or gate is Gate.OPEN
