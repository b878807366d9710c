"""The phone's side: make a code to show, and forget those nobody scanned."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from yitong.consents import holders, library
from yitong.consents.commands.codes.limits import forget_counts
from yitong.consents.commands.keys import key_in_use, short_id, sign
from yitong.consents.models import PresentationCode
from yitong.consents.rules.token import LIFE, NONCE, TOKEN_ID, Claims, compose
from yitong.consents.scenes import scene as scene_of
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

MOST_OFFERED = 30
KEEP = timedelta(days=1)
FRESH = timedelta(seconds=5)
"""A code with less life than this left is not shown again: it would be stale when the scanner reads it."""
NO_SCENE = Reason("no_scene", N_("Choose where the code is shown."), field="purpose")


@dataclass(frozen=True, slots=True)
class Issued:
    """A code to show. ``used_at`` is set when it has been scanned already."""

    code_id: int
    token: str
    scene: str
    expires_at: datetime


def issue_code(
    *,
    actor: Actor,
    purpose: str,
    licence_ids: Sequence[int] = (),
    enterprise_id: int | None = None,
    sensitive: bool = False,
    now: datetime,
) -> Issued:
    """A code for the scene ``purpose``, good for 60 seconds and one scan; the one shown now while it has life left.

    ``licence_ids``: those offered, of the person or, with ``enterprise_id``, of an enterprise he acts for. ``sensitive``: he
    agreed separately that sensitive fields go along. The row is the record: showing a code is not an entry of the log,
    its scan is. NotAllowed for staff; Refused for an unknown scene or somebody else's licences.
    """
    if not actor.may(Permission.CODE_PRESENT) or actor.person_id is None:
        raise NotAllowed(Permission.CODE_PRESENT)
    key = _holder_key(actor, enterprise_id)
    ids = sorted(set(licence_ids))
    reasons = _code_refusals(purpose, key, ids, now)
    if reasons:
        raise Refused(*reasons)
    with transaction.atomic():
        known = PresentationCode.objects.select_related("key").filter(person_id=actor.person_id).order_by("-id").first()
        same = known is not None and (known.scene, known.licence_ids, known.sensitive) == (purpose, ids, sensitive)
        if (
            known
            and same
            and bytes(known.holder_key) == key
            and known.used_at is None
            and known.expires_at > now + FRESH
        ):
            return _shown(known)
        signer = key_in_use(now)
        issued = now.replace(microsecond=0)
        code = PresentationCode.objects.create(
            token_id=secrets.token_bytes(TOKEN_ID),
            nonce=secrets.token_bytes(NONCE),
            key=signer,
            scene=purpose,
            person_id=actor.person_id,
            holder_enterprise_id=enterprise_id,
            holder_key=key,
            licence_ids=ids,
            sensitive=sensitive,
            issued_at=issued,
            expires_at=issued + timedelta(seconds=LIFE),
        )
    return _shown(code)


def forget(*, now: datetime) -> int:
    """Delete codes nobody scanned, a day after they went stale; returns how many."""
    deleted, _ = PresentationCode.objects.filter(used_at__isnull=True, expires_at__lt=now - KEEP).delete()
    forget_counts(now)
    return deleted


def _holder_key(actor: Actor, enterprise_id: int | None) -> bytes:
    for key, holder in holders.of_actor(actor).items():
        own = holder.person_id == actor.person_id if enterprise_id is None else holder.enterprise_id == enterprise_id
        if own:
            return key
    raise NotAllowed(Permission.CODE_PRESENT)


def _code_refusals(purpose: str, key: bytes, ids: list[int], now: datetime) -> list[Reason]:
    reasons = [] if scene_of(purpose) else [NO_SCENE]
    if len(ids) > MOST_OFFERED:
        text = N_("Offer at most %(most)s licences at once.")
        reasons.append(Reason("too_many", text, field="licences", params={"most": MOST_OFFERED}))
    elif ids:
        found = [library.offer(licence, now) for licence in library.chosen(key, ids)]
        if len(found) != len(ids) or not all(each.valid for each in found):
            text = N_("Some of the chosen licences are not in force any more. Choose again.")
            reasons.append(Reason("not_in_force", text, field="licences"))
    return reasons


def _shown(code: PresentationCode) -> Issued:
    claims = Claims(short_id(code.key), bytes(code.token_id), code.issued_at, bytes(code.nonce), LIFE)
    token = compose(claims, lambda message: sign(code.key, message))
    return Issued(code.pk, token, code.scene, code.expires_at)
