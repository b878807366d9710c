"""Check a scanned code and spend it: one signature check and one statement."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from yitong.audit.commands import Act, insert_from, insert_values, record
from yitong.consents.commands.keys import genuine
from yitong.consents.models import CodeScan, PresentationCode
from yitong.consents.rules.outcomes import MESSAGES, Outcome
from yitong.consents.rules.token import AHEAD, BadToken, Signed, parse
from yitong.consents.scenes import scene as scene_of
from yitong.kernel.reasons import Reason, Refused
from yitong.parties.actors import Actor
from yitong.storage import writes

SHANGHAI = ZoneInfo("Asia/Shanghai")

# The row is found unused, in time and for this scene by the UPDATE itself; of two scanners at once the second waits for the
# first, looks again and finds it used. The scan and the entry of the audit log are written by the same statement: no
# acceptance without its lines, and one round trip.
_SPEND = f"""
WITH spent AS (
    UPDATE consents_presentationcode SET used_at = %s, used_by_ref = %s, used_by_name = %s, case_number = %s
    WHERE token_id = %s AND used_at IS NULL AND expires_at > %s AND scene = %s
    RETURNING id, holder_key, person_id, holder_enterprise_id, licence_ids, sensitive
), scanned AS (
    INSERT INTO consents_codescan
        (at, actor_ref, actor_name, department_id, region_id, scene, outcome, code_id, holder_key, case_number)
    SELECT %s, %s, %s, %s::bigint, %s::bigint, %s, 'ok', id, holder_key, %s FROM spent
), logged AS ({insert_from("spent")})
SELECT id, holder_key, person_id, holder_enterprise_id, licence_ids, sensitive FROM spent
"""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A code spent just now, and what it offers."""

    code_id: int
    scene: str
    holder_key: bytes
    person_id: int
    enterprise_id: int | None
    licence_ids: tuple[int, ...]
    sensitive: bool


@dataclass(frozen=True, slots=True)
class Scanner:
    """Who scans, where."""

    actor: Actor
    department_id: int | None
    words: str
    scene: str
    case_number: str


def redeem(*, scanner: Scanner, text: str, now: datetime) -> Redeemed:
    """Spend the code, or refuse with what is wrong with it (reason code = ``Outcome``). Both are logged.

    Call it outside of a transaction of your own: a refusal must stay in the log when the exception passes by.
    """
    answer = _judge(scanner, text, now)
    if isinstance(answer, Redeemed):
        return answer
    raise Refused(answer)


def _judge(scanner: Scanner, text: str, now: datetime) -> Redeemed | Reason:
    try:
        token = parse(text)
    except BadToken:
        return _refuse(scanner, Outcome.FORGED, None, None, now)
    if not genuine(token):
        return _refuse(scanner, Outcome.FORGED, None, None, now)
    if token.claims.issued_at > now + AHEAD:
        return _refuse(scanner, Outcome.STALE, token, None, now)
    return _spend(scanner, token, now) or _why_not(scanner, token, now)


def _spend(scanner: Scanner, token: Signed, now: datetime) -> Redeemed | None:
    actor, case = scanner.actor, scanner.case_number
    act = Act(actor.ref, "consents:code:accepted", _subject(token), {"scene": scanner.scene, "case": case})
    with writes.prepared_cursor() as cursor:
        cursor.execute(
            _SPEND,
            [now, actor.ref, scanner.words, case, token.claims.token_id, now, scanner.scene,
             now, actor.ref, actor.name, scanner.department_id, actor.region_id, scanner.scene, case,
             *insert_values(act, now=now)],
        )  # fmt: skip
        row: Any = cursor.fetchone()
    if row is None:
        return None
    code_id, key, person_id, enterprise_id, licence_ids, sensitive = row
    ids = json.loads(licence_ids) if isinstance(licence_ids, str) else licence_ids
    return Redeemed(code_id, scanner.scene, bytes(key), person_id, enterprise_id, tuple(ids), sensitive)


def _why_not(scanner: Scanner, token: Signed, now: datetime) -> Reason:
    code = PresentationCode.objects.filter(token_id=token.claims.token_id).first()
    if code is None:
        late = token.claims.expires_at <= now
        return _refuse(scanner, Outcome.STALE if late else Outcome.UNKNOWN, token, None, now)
    if code.used_at is not None:
        at = code.used_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
        return _refuse(scanner, Outcome.REPLAY, token, code, now, at=at)
    if code.expires_at <= now:
        return _refuse(scanner, Outcome.STALE, token, code, now)
    shown_for = scene_of(code.scene)
    return _refuse(
        scanner, Outcome.WRONG_PURPOSE, token, code, now, shown_for=shown_for.purpose if shown_for else code.scene
    )


@transaction.atomic
def _refuse(
    scanner: Scanner,
    outcome: Outcome,
    token: Signed | None,
    code: PresentationCode | None,
    now: datetime,
    **params: str,
) -> Reason:
    CodeScan.objects.create(
        at=now,
        actor_ref=scanner.actor.ref,
        actor_name=scanner.actor.name,
        department_id=scanner.department_id,
        region_id=scanner.actor.region_id,
        scene=scanner.scene,
        outcome=outcome.value,
        code_id=code.pk if code else None,
        holder_key=bytes(code.holder_key) if code else None,
        case_number=scanner.case_number,
    )
    record(
        actor_ref=scanner.actor.ref,
        tag="consents:code:refused",
        subject=_subject(token),
        detail={"scene": scanner.scene, "outcome": outcome.value},
        now=now,
    )
    return Reason(outcome.value, MESSAGES[outcome], field="token", params=params)


def _subject(token: Signed | None) -> str:
    """What the audit log calls the code: its token's id, which says nothing of its holder."""
    return f"code:{token.claims.token_id.hex()}" if token is not None else "code:unknown"
