"""Ask a register about a holder.

Three parts, and only the first and the last in a transaction: write down who asks what for; ask, repeat, wait; write down
what came. A source that takes seconds holds no connection's transaction meanwhile, and a caller's neither: within one,
``look_up`` refuses to begin (RuntimeError of the durable block).
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from yitong.audit.commands import record
from yitong.exchange.commands import answers_kept, circuits
from yitong.exchange.models import Call, CallResult, Connector
from yitong.exchange.permissions import ground_of, open_to, require
from yitong.exchange.providers import PROVIDERS, Target
from yitong.exchange.rules import patience
from yitong.exchange.rules.answers import Answer, LookUp, NoAnswer, Outcome, Question
from yitong.exchange.rules.breaker import Gate
from yitong.exchange.rules.mapping import mapped
from yitong.kernel.clock import SHANGHAI
from yitong.kernel.identifiers import idcard, uscc
from yitong.kernel.identifiers.errors import InvalidIdentifier
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences import holders
from yitong.licences.rules.holders import Holder, normalised
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

PROBE_MARGIN = timedelta(seconds=5)
NOT_THE_SOURCE = frozenset({"refused", "forbidden"})
"""Failures after which a circuit need not open: the source lives and turns us away, or we must not go there."""
TEST_LAW = "系统连通性测试"
NOT_A_CALLER = Reason(
    "not_a_caller",
    N_(
        "Licences of this type are not open to the department that would get the answer. Ask for the document, or ask the "
        "registrar of licence types."
    ),
    field="connector",
)


@dataclass(slots=True)
class Attempted:
    """What asking came to: an answer or a failure, after how many attempts and milliseconds."""

    answer: Answer | None
    failure: NoAnswer | None
    attempts: int
    milliseconds: int
    finished_at: datetime


def look_up(
    *,
    actor: Actor,
    connector_code: str,
    holder: Holder,
    purpose: str,
    case_number: str = "",
    law: str = "",
    fresh: bool = False,
    now: datetime,
) -> LookUp:
    """What the register behind ``connector_code`` says about ``holder``; every call is logged with case (or law) and purpose.

    Not found and not to be had are answers, not exceptions, see ``LookUp``. ``law``: for staff the code of a provision in
    the table of ``consents``. ``fresh``: do not take a kept answer. Raises NotAllowed (see ``permissions.ground_of``),
    Refused (no such connector, a number that is none, no purpose or ground, ``not_a_caller``) and RuntimeError inside a transaction.
    """
    connector = _connector(connector_code)
    reasons = _input_reasons(connector, holder, purpose, case_number, law)
    if reasons:
        raise Refused(*reasons)
    key = holders.key_of_holder(holder)
    ground = ground_of(actor, key, connector.licence_type, case_number, law, now)
    if ground is None:
        raise NotAllowed(Permission.LICENCE_OPEN)
    if not ground and not case_number:
        text = N_("Name the case it is for, or the law that allows asking.")
        raise Refused(Reason("no_ground", text, law="《中华人民共和国个人信息保护法》第十三条", field="case_number"))
    # Before a kept answer as well: it may have been another department's.
    if not open_to(actor, connector, case_number, law, now):
        raise Refused(NOT_A_CALLER)
    return _look_up(
        actor, connector, holder, key, purpose.strip(), case_number, ground, fresh=fresh, test=False, now=now
    )


def test_call(*, actor: Actor, connector_code: str, id_number: str, now: datetime) -> LookUp:
    """Ask about the number the register's owner agreed for tests, past the cache. Values stay here: the answer's data is
    emptied of them (every field found is named with an empty text). NotAllowed, Refused."""
    require(actor, Permission.CONNECTOR_MANAGE)
    connector = _connector(connector_code)
    if not connector.test_number or normalised(id_number) != connector.test_number:
        text = N_("A test asks about the number agreed with the register's owner, and nobody else's.")
        raise Refused(Reason("not_the_test_number", text, field="id_number"))
    holder = Holder(connector.subject, connector.test_number, connector.test_name)
    key = holders.key_of_holder(holder)
    found = _look_up(actor, connector, holder, key, "connectivity test", "", TEST_LAW, fresh=True, test=True, now=now)
    return LookUp(
        found.outcome, dict.fromkeys(found.data, ""), found.fetched_at, False, found.source_name, found.connector_code,
        found.call_id, found.reason,
    )  # fmt: skip


def _connector(code: str) -> Connector:
    found = Connector.objects.select_related("circuit").filter(code=code).first()
    if found is None:
        text = N_("There is no connector called %(code)s. Choose one of the list.")
        raise Refused(Reason("no_connector", text, field="connector", params={"code": code}))
    return found


def _input_reasons(connector: Connector, holder: Holder, purpose: str, case_number: str, law: str) -> list[Reason]:
    reasons = []
    if not purpose.strip():
        reasons.append(Reason("no_purpose", N_("Say what the answer is for."), field="purpose"))
    if len(purpose) > 200 or len(case_number) > 50 or len(law) > 200:
        reasons.append(Reason("too_long", N_("Purpose and law: at most 200 characters each."), field="purpose"))
    if holder.kind != connector.subject:
        text = N_("This register holds records of persons.")
        if connector.subject == "enterprise":
            text = N_("This register holds records of enterprises.")
        reasons.append(Reason("wrong_kind", text, field="holder"))
        return reasons
    try:
        (idcard if holder.kind == "person" else uscc).parse(normalised(holder.id_number))
    except InvalidIdentifier as error:
        reasons.append(Reason("bad_number", error.reason, field="id_number", params=error.params))
    return reasons


def _look_up(
    actor: Actor,
    connector: Connector,
    holder: Holder,
    key: bytes,
    purpose: str,
    case_number: str,
    law: str,
    *,
    fresh: bool,
    test: bool,
    now: datetime,
) -> LookUp:
    longest = timedelta(seconds=patience.longest_look_up(connector.timeout_ms, connector.retries)) + PROBE_MARGIN
    with transaction.atomic(durable=True):
        call = _begin(actor, connector, holder, key, purpose, case_number, law, test, now)
        if not connector.enabled:
            off = NoAnswer("disabled", again=False, params={"why": connector.disabled_reason})
            return _nothing(connector, call, off, 0, 0, now)
        kept = None if fresh else answers_kept.kept_answer(connector, key, now)
        if kept is not None:
            _conclude(connector, call, kept.outcome, cached=True, field_names=list(kept.data), now=now)
            return _said(connector, call, kept.outcome, kept.data, kept.fetched_at, cached=True)
        gate = circuits.pass_gate(connector.circuit, now, longest)
        if gate in (Gate.OPEN, Gate.PROBING):
            return _nothing(connector, call, _shut(connector, gate), 0, 0, now)
    question = Question(
        holder.kind, normalised(holder.id_number), holder.name, purpose, case_number, now, f"yitong-{call.pk}"
    )
    return _finish(connector, call, key, _attempt(connector, question, now), probe=gate is Gate.PROBE, test=test)


def _begin(
    actor: Actor,
    connector: Connector,
    holder: Holder,
    key: bytes,
    purpose: str,
    case_number: str,
    law: str,
    test: bool,
    now: datetime,
) -> Call:
    call = Call.objects.create(
        connector=connector,
        at=now,
        actor_ref=actor.ref,
        actor_name=actor.name[:80],
        department_id=min(actor.department_ids) if actor.is_staff and actor.department_ids else None,
        case_number=case_number,
        law=law,
        purpose=purpose,
        holder_kind=holder.kind,
        holder_key=key,
        test=test,
    )
    record(
        actor_ref=actor.ref,
        tag="exchange:connector:asked",
        subject=f"connector:{connector.code}",
        detail={"call": call.pk, "case": case_number, "test": test},
        now=now,
    )
    return call


def _shut(connector: Connector, gate: Gate) -> NoAnswer:
    """Why nobody is asked while the circuit is open."""
    retry_at = connector.circuit.retry_at
    if gate is Gate.PROBING or retry_at is None:
        return NoAnswer("probing", again=False)
    return NoAnswer("circuit_open", again=False, params={"until": f"{retry_at.astimezone(SHANGHAI):%H:%M:%S}"})


def _attempt(connector: Connector, question: Question, now: datetime) -> Attempted:
    """Ask until there is an answer, the failure is one that stays, or the attempts are used up. No transaction is open."""
    provider = PROVIDERS[connector.provider]
    target = Target(
        connector.code, connector.url, connector.timeout_ms / 1000, connector.licence_type, connector.envelope
    )
    begun, attempt = time.monotonic(), 0
    answer, failure = None, None
    while answer is None:
        attempt += 1
        try:
            answer, failure = provider.ask(target, question), None
        except NoAnswer as error:
            failure = error
            wait = patience.pause(attempt, secrets.randbelow(1000) / 1000, error.wait)
            if not error.again or attempt > connector.retries or not connector.idempotent or wait is None:
                break
            time.sleep(wait)
    elapsed = time.monotonic() - begun
    return Attempted(answer, failure, attempt, round(elapsed * 1000), now + timedelta(seconds=elapsed))


def _finish(connector: Connector, call: Call, key: bytes, got: Attempted, *, probe: bool, test: bool) -> LookUp:
    """Check the answer, write down what came, keep it, and tell the circuit."""
    now, failure, data = got.finished_at, got.failure, {}
    problems: list[dict[str, str]] = []
    if got.answer is not None and got.answer.payload is not None:
        checked = mapped(got.answer.payload, connector.fields)
        data = checked.data
        if checked.problems:
            problems = [{"path": each.path, "why": each.why} for each in checked.problems]
            names = ", ".join(sorted({each.path for each in checked.problems}))[:200]
            failure = NoAnswer(
                "wrong_shape", again=False, params={"fields": names}, raw=got.answer.raw, status=got.answer.status
            )
    with transaction.atomic(durable=True):
        circuits.settle(connector, ok=failure is None or failure.code in NOT_THE_SOURCE, probe=probe, now=now)
        if failure is not None:
            if failure.raw:
                answers_kept.keep_odd(connector, call, failure, problems, now)
            return _nothing(connector, call, failure, got.attempts, got.milliseconds, now)
        outcome = Outcome.FOUND if got.answer is not None and got.answer.payload is not None else Outcome.ABSENT
        status = got.answer.status if got.answer is not None else None
        if not test:
            answers_kept.keep(connector, key, outcome, data, now)
        _conclude(
            connector, call, outcome, attempts=got.attempts, milliseconds=got.milliseconds, status=status,
            field_names=list(data), now=now,
        )  # fmt: skip
        return _said(connector, call, outcome, data, now, cached=False)


def _conclude(
    connector: Connector,
    call: Call,
    outcome: Outcome,
    *,
    code: str = "",
    params: dict[str, Any] | None = None,
    cached: bool = False,
    attempts: int = 0,
    milliseconds: int = 0,
    status: int | None = None,
    field_names: list[str] | None = None,
    now: datetime,
) -> None:
    CallResult.objects.create(
        call=call,
        connector=connector,
        at=now,
        outcome=outcome,
        code=code,
        params=params or {},
        cached=cached,
        attempts=attempts,
        latency_ms=milliseconds,
        status=status,
        field_names=field_names or [],
    )


def _nothing(
    connector: Connector, call: Call, failure: NoAnswer, attempts: int, milliseconds: int, now: datetime
) -> LookUp:
    _conclude(
        connector, call, Outcome.UNAVAILABLE, code=failure.code, params=failure.params, attempts=attempts,
        milliseconds=milliseconds, status=failure.status, now=now,
    )  # fmt: skip
    return LookUp(Outcome.UNAVAILABLE, {}, None, False, connector.source_name, connector.code, call.pk, failure.reason)


def _said(
    connector: Connector, call: Call, outcome: Outcome, data: dict[str, Any], fetched_at: datetime, *, cached: bool
) -> LookUp:
    return LookUp(outcome, data, fetched_at, cached, connector.source_name, connector.code, call.pk)
