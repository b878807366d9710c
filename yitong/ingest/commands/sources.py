"""Enter, change and watch the sources."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction

from yitong.audit.commands import record
from yitong.ingest.events import SourceWentStale
from yitong.ingest.models import Source
from yitong.ingest.permissions import require_manage
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Conflict, Reason, Refused
from yitong.licences.queries.library import type_by_code
from yitong.parties.actors import Actor
from yitong.parties.commands.first_come import first_come
from yitong.parties.queries import organisation
from yitong.parties.rules.phones import mobile_refusal, normalised

THERE = {
    "ingest_source_code": Reason("code_taken", N_("There is a source with this code. Choose another."), field="code"),
    "ingest_source_name": Reason("name_taken", N_("There is a source with this name. Choose another."), field="name"),
}


def save_source(
    *,
    actor: Actor,
    code: str,
    name: str,
    department_id: int,
    type_code: str,
    expected_hours: int,
    active: bool,
    now: datetime,
    contact_name: str = "",
    contact_phone: str = "",
    source_id: int | None = None,
) -> Source:
    """Enter a source, or change the one with ``source_id`` (its code and type stay). Refused field by field."""
    require_manage(actor)
    reasons: list[Reason] = []
    department = organisation.department(department_id)
    if department is None:
        reasons.append(Reason("no_department", N_("Choose the department it comes from."), field="department"))
    if type_by_code(type_code) is None:
        reasons.append(Reason("unknown_type", N_("Choose a licence type."), field="type_code"))
    if not 1 <= expected_hours <= 24 * 366:
        reasons.append(Reason("bad_hours", N_("Write whole hours, from 1 to a year."), field="expected_hours"))
    phone = normalised(contact_phone)
    if phone and (refusal := mobile_refusal(phone, "contact_phone")):
        reasons.append(refusal)
    if reasons or department is None:
        raise Refused(*reasons)
    with transaction.atomic(), first_come(THERE):
        if source_id is None:
            source = Source(code=code, type_code=type_code, created_at=now)
        else:
            source = Source.objects.select_for_update().get(pk=source_id)
        source.name, source.department_id, source.region_id = name.strip(), department.pk, department.region_id
        source.expected_hours, source.active = expected_hours, active
        source.contact_name, source.contact_phone = contact_name.strip()[:40], phone
        source.save()
        _log(source, "saved", actor, now)
    return source


@transaction.atomic
def give_key(*, actor: Actor, source_id: int, now: datetime) -> str:
    """A new key for the source's machine; the old one ends. The key is shown this once, only its hash is kept."""
    require_manage(actor)
    source = Source.objects.select_for_update().get(pk=source_id)
    key = secrets.token_urlsafe(32)
    source.key_hash = hashlib.sha256(key.encode()).hexdigest()
    source.save(update_fields=["key_hash"])
    _log(source, "key_given", actor, now)
    return key


def source_of_key(code: str, key: str) -> Source | None:
    """The source in service with this code whose key it is; None otherwise."""
    source = Source.objects.filter(code=code, active=True).exclude(key_hash="").first()
    given = hashlib.sha256(key.encode()).hexdigest()
    return source if source is not None and secrets.compare_digest(source.key_hash, given) else None


@contextmanager
def alone(source: Source) -> Iterator[None]:
    """One writer of a source's licences at a time: Conflict for a second. On a connection of its own: the lock falls with the process
    that holds it, and outlasts any transaction in it.
    """
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext('ingest:source'), %s)", [source.pk])
            if not cursor.fetchone()[0]:
                message = N_("A batch of %(code)s is being brought in right now. Wait until it is done.")
                raise Conflict(Reason("busy", message, field="source", params={"code": source.code}))
            try:
                yield
            finally:
                # Closing alone would leave the lock until the server notices, and the next file be refused.
                with suppress(DatabaseError):
                    cursor.execute("SELECT pg_advisory_unlock(hashtext('ingest:source'), %s)", [source.pk])
    finally:
        own.close()


def is_stale(source: Source, now: datetime) -> bool:
    """Whether the source has been silent for longer than it may."""
    since = source.last_arrival_at or source.created_at
    return source.active and now - since > timedelta(hours=source.expected_hours)


@transaction.atomic
def tell_stale(*, now: datetime, limit: int = 100) -> int:
    """Tell of every source that went stale since the last look, once each; returns how many."""
    # There are hundreds of sources, not millions: the rule that marks them on the page decides here too.
    waiting = Source.objects.select_for_update(skip_locked=True).filter(active=True, stale_told_at=None)
    rows = [source for source in waiting if is_stale(source, now)][:limit]
    for source in rows:
        source.stale_told_at = now
        source.save(update_fields=["stale_told_at"])
        publish(
            SourceWentStale(
                source.pk,
                source.code,
                source.name,
                source.contact_name,
                source.contact_phone,
                source.last_arrival_at,
                now,
            )
        )
        record(
            actor_ref="system:freshness", tag="ingest:source:stale", subject=f"source:{source.code}", detail={}, now=now
        )
    return len(rows)


def _log(source: Source, what: str, actor: Actor, now: datetime) -> None:
    detail = {"type": source.type_code, "hours": source.expected_hours, "active": source.active}
    record(actor_ref=actor.ref, tag=f"ingest:source:{what}", subject=f"source:{source.code}", detail=detail, now=now)
