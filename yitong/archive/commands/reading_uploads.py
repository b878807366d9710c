"""Let waiting papers be read, and what was read be confirmed by the owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from yitong.archive import contents
from yitong.archive.commands.writing import noted, own_locked
from yitong.archive.models import ArchivedFile
from yitong.archive.reading import CannotRead, Reading, read
from yitong.archive.rules.entries import value_refusals
from yitong.archive.rules.papers import fields_of
from yitong.audit.commands import record
from yitong.documents import queries as documents
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission

GIVEN_UP_AFTER = timedelta(minutes=5)
"""A paper being read for longer was left behind by a worker that died; somebody else reads it."""
MOST_ATTEMPTS = 3
UNCHANGEABLE: dict[str, Reason] = {
    ArchivedFile.Trust.VERIFIED: Reason(
        "verified_already",
        N_("What was verified at a counter is not changed. Upload the paper again if it is another one now."),
    ),
    ArchivedFile.Trust.ISSUED: Reason(
        "issued", N_("What a department issued is not changed. If it is wrong, ask that department to mend it.")
    ),
}


def read_waiting(*, actor: Actor, now: datetime, limit: int) -> int:
    """Read up to ``limit`` waiting papers, one after the other, each in a transaction of its own; how many were read.

    The reading itself holds no lock: an owner may delete a paper meanwhile, and then nothing is written.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed(Permission.ARCHIVE_OWN)
    done = 0
    while done < limit and (file := _claimed(now)) is not None:
        _read_one(file, actor, now)
        done += 1
    return done


@transaction.atomic
def confirm(*, actor: Actor, file_id: int, values: Mapping[str, str], now: datetime) -> ArchivedFile:
    """Keep the owner's word for each field; later forms are filled from it. Again: the newer word counts.

    Raises NotAllowed; Refused when a number's check character does not fit (by field), while the paper is being read, and for
    a paper that an office has verified or issued.
    """
    file = own_locked(actor, file_id)
    if file.reading in (ArchivedFile.Reading.WAITING, ArchivedFile.Reading.READING):
        message = N_("This paper is still being read. Wait a moment and look again.")
        raise Refused(Reason("still_reading", message))
    if not fields_of(file.paper):
        raise Refused(Reason("nothing_to_confirm", N_("This kind of paper has no fields to confirm.")))
    if file.is_vouched_for:
        raise Refused(UNCHANGEABLE[file.trust])
    kept, wrong = value_refusals(file.paper, values, needed=True)
    if wrong:
        raise Refused(*wrong)
    contents.put(file, replace(contents.of(file), confirmed=kept))
    file.confirmed_at = now
    file.save(update_fields=["sealed", "sealed_key", "read_until", "confirmed_at"])
    noted(file, "confirmed", actor=actor, now=now)
    return file


@transaction.atomic
def read_again(*, actor: Actor, file_id: int, now: datetime) -> ArchivedFile:
    """Put a paper whose reading failed, or which nobody has read, back into the queue. Raises NotAllowed, Refused."""
    file = own_locked(actor, file_id)
    if file.reading not in (ArchivedFile.Reading.FAILED, ArchivedFile.Reading.READ) or file.stored_file_id is None:
        raise Refused(Reason("not_readable", N_("This paper is not waiting to be read again.")))
    if file.confirmed_at is not None:
        raise Refused(
            Reason("confirmed_already", N_("You confirmed what this paper says. Correct the fields instead."))
        )
    file.reading, file.reading_attempts, file.reading_problem = ArchivedFile.Reading.WAITING, 0, ""
    file.save(update_fields=["reading", "reading_attempts", "reading_problem"])
    record(
        actor_ref=actor.ref,
        tag="archive:file:queued",
        subject=f"archive:{file.pk}",
        detail={"kind": file.kind},
        now=now,
    )
    return file


@transaction.atomic
def _claimed(now: datetime) -> ArchivedFile | None:
    """The next paper to read, marked as being read; workers never wait for each other.

    Owners take turns, the one served longest ago first, so that nobody's pile keeps the others waiting.
    """
    left = Q(reading="reading", reading_since__lt=now - GIVEN_UP_AFTER)
    rows = ArchivedFile.objects.select_for_update(skip_locked=True, of=("self",)).select_related("stored_file")
    served = ArchivedFile.objects.filter(holder_key=OuterRef("holder_key"), reading_since__isnull=False)
    turn = Subquery(served.order_by("-reading_since").values("reading_since")[:1])
    rows = rows.filter(Q(reading="waiting") | left, state="kept")
    file = rows.order_by(turn.asc(nulls_first=True), "id").first()
    if file is None:
        return None
    file.reading, file.reading_since = ArchivedFile.Reading.READING, now
    file.reading_attempts = F("reading_attempts") + 1
    file.save(update_fields=["reading", "reading_since", "reading_attempts"])
    file.refresh_from_db(fields=["reading_attempts"])
    return file


def _read_one(file: ArchivedFile, actor: Actor, now: datetime) -> None:
    problem, found = "", None
    assert file.stored_file is not None
    if file.reading_attempts > MOST_ATTEMPTS:
        problem = "stopped"
    else:
        try:
            found = read(documents.read_file(file.stored_file), file.paper)
        except CannotRead as error:
            problem = error.code
        except FileNotFoundError:
            problem = "missing"
    _keep(file.pk, found, problem, actor, now)


@transaction.atomic
def _keep(file_id: int, found: Reading | None, problem: str, actor: Actor, now: datetime) -> None:
    file = ArchivedFile.objects.select_for_update().filter(pk=file_id, state="kept", reading="reading").first()
    if file is None:
        return
    if found is None:
        file.reading, file.reading_problem = ArchivedFile.Reading.FAILED, problem
        file.save(update_fields=["reading", "reading_problem"])
        return
    # What the owner has confirmed stays his word, whatever a second reading finds.
    contents.put(file, replace(contents.read(found), confirmed=contents.of(file).confirmed))
    file.reading, file.reading_problem, file.stamps = ArchivedFile.Reading.READ, "", list(found.seals)
    file.save(update_fields=["reading", "reading_problem", "stamps", "sealed", "sealed_key", "read_until"])
    noted(file, "read", actor=actor, now=now)
