"""Rows in quarantine: mended and brought in again, or discarded with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from yitong.audit.commands import record
from yitong.ingest.commands.sources import alone
from yitong.ingest.commands.storing import TAKEN
from yitong.ingest.models import RejectedRow, Source
from yitong.ingest.permissions import require_manage, visible_to
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.licences import sealing
from yitong.licences.commands.arriving import arrive, target, written_at
from yitong.licences.rules.arrivals import Arrival, reader
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

MOST_REASON = 200
NEWER = N_(
    "The licence was changed on %(at)s, after this row came: the row would put old data in place of new. Nothing was changed; "
    "discard the row."
)


def resubmit(*, actor: Actor, row_id: int, values: Mapping[str, str], now: datetime) -> RejectedRow:
    """Bring the row in with ``values``. Still wrong: Refused with every reason.

    Conflict when the row is settled, when the library has newer data of it, or while a batch of its source is running.
    """
    require_manage(actor)
    source = Source.objects.filter(pk__in=visible_to(actor).filter(pk=row_id).values("batch__source")).first()
    if source is None:
        raise NotAllowed(Permission.INGEST_MANAGE)
    with alone(source), transaction.atomic():
        return _bring(_waiting(actor, row_id), source, values, actor, now)


def _bring(row: RejectedRow, source: Source, values: Mapping[str, str], actor: Actor, now: datetime) -> RejectedRow:
    to, shape = target(type_code=source.type_code, source_code=source.code, region_id=source.region_id)
    outcome = reader(shape)({name: value for name, value in values.items() if value != ""})
    if not isinstance(outcome, Arrival):
        raise Refused(*outcome)
    written = written_at(to, outcome.source_id)
    began, named = row.batch.started_at, outcome.source_id == row.source_id
    # A row that gets its number only now may have stood before what its own batch brought under it.
    if written is not None and (written > began if named else written >= began):
        raise Conflict(Reason("newer", NEWER, params={"at": timezone.localtime(written).strftime("%Y-%m-%d %H:%M")}))
    try:
        with transaction.atomic():
            arrive([outcome], to, actor_ref=actor.ref, now=now)
    except IntegrityError:
        raise Refused(Reason("taken", TAKEN, field="number")) from None
    return _settle(row, RejectedRow.State.MENDED, "", actor, now)


@transaction.atomic
def discard(*, actor: Actor, row_ids: list[int], reason: str, now: datetime) -> int:
    """Give the rows up, for a reason; they stay on file. Returns how many."""
    require_manage(actor)
    if not row_ids:
        raise Refused(Reason("no_rows", N_("Mark the rows to discard."), field="row"))
    reason = reason.strip()
    if not reason or len(reason) > MOST_REASON:
        message = N_("Give the reason in 1 to %(most)s characters.")
        raise Refused(Reason("reason_needed", message, field="reason", params={"most": MOST_REASON}))
    rows = visible_to(actor).select_for_update(of=("self",)).filter(pk__in=row_ids, state=RejectedRow.State.WAITING)
    for row in rows:
        _settle(row, RejectedRow.State.DISCARDED, reason, actor, now)
    return len(rows)


def values_of(row: RejectedRow) -> dict[str, str]:
    """What the row holds, by column."""
    return {name: str(value) for name, value in sealing.unseal(row.sealed, row.sealed_key).items()}


def _waiting(actor: Actor, row_id: int) -> RejectedRow:
    require_manage(actor)
    row = visible_to(actor).select_related("batch__source").select_for_update(of=("self",)).filter(pk=row_id).first()
    if row is None:
        raise NotAllowed(Permission.INGEST_MANAGE)
    if row.state != RejectedRow.State.WAITING:
        raise Conflict(Reason("settled", N_("Somebody has settled this row already. Nothing was changed.")))
    return row


def _settle(row: RejectedRow, state: str, reason: str, actor: Actor, now: datetime) -> RejectedRow:
    row.state, row.settled_at, row.settled_by_ref, row.settled_reason = state, now, actor.ref, reason
    row.save(update_fields=["state", "settled_at", "settled_by_ref", "settled_reason"])
    detail = {"batch": row.batch_id, "line": row.line}
    record(actor_ref=actor.ref, tag=f"ingest:row:{state}", subject=f"batch:{row.batch_id}", detail=detail, now=now)
    return row
