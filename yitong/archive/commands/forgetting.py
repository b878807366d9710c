"""Delete what may be deleted; lock what a law asks to store, and delete that when its term has ended."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from yitong.archive.commands.writing import noted, own_locked
from yitong.archive.models import ArchivedFile, KeepingConsent
from yitong.archive.permissions import pending_case
from yitong.archive.rules.retention import Standing, in_use, on_request
from yitong.documents.commands import removing
from yitong.kernel.reasons import NotAllowed, Refused
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission


@transaction.atomic
def forget(*, actor: Actor, file_id: int, now: datetime) -> Standing:
    """Delete the owner's paper, or lock it for the term a law sets; which of the two, until when and why.

    Cannot be undone. Raises NotAllowed; Refused while an open case relies on the paper.
    """
    file = own_locked(actor, file_id)
    pending = pending_case(file)
    if pending:
        raise Refused(in_use(pending))
    return forget_row(file, actor, now)


def forget_row(file: ArchivedFile, actor: Actor, now: datetime) -> Standing:
    """As ``forget``, for a row the caller has locked and settled the right to."""
    standing = on_request(file.keep_rule, file.keep_until, timezone.localtime(now).date())
    if standing.outcome == "locked":
        file.state = ArchivedFile.State.LOCKED
        file.save(update_fields=["state"])
        noted(file, "locked", actor=actor, now=now)
    else:
        _delete(file, actor, now)
    return standing


def forget_due(*, actor: Actor, now: datetime, limit: int) -> int:
    """Delete locked papers whose term has ended, and kept ones whose owner no longer agrees; how many. Only the platform."""
    if actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed(Permission.ARCHIVE_OWN)
    done = 0
    for file_id in _due(now):
        if done >= limit:
            break
        with transaction.atomic():
            file = ArchivedFile.objects.select_for_update(of=("self",)).filter(pk=file_id).first()
            if file is None or file.state == ArchivedFile.State.DELETED or pending_case(file):
                continue
            if file.state == ArchivedFile.State.LOCKED:
                _delete(file, actor, now)
            else:
                forget_row(file, actor, now)
            done += 1
    return done


def sweep_bytes(*, now: datetime, limit: int) -> int:
    """Delete the bytes of deleted papers from the store; how many papers are done with. Idempotent."""
    done = 0
    for file in ArchivedFile.objects.exclude(bytes_left="").order_by("id")[:limit]:
        if removing.sweep(sha256=file.bytes_left, now=now):
            done += ArchivedFile.objects.filter(pk=file.pk).update(bytes_left="")
    return done


def _due(now: datetime) -> list[int]:
    today = timezone.localtime(now).date()
    agreed = Q(owner_person=OuterRef("owner_person"), owner_person__isnull=False) | Q(
        owner_enterprise=OuterRef("owner_enterprise"), owner_enterprise__isnull=False
    )
    willing = Exists(KeepingConsent.objects.filter(agreed, withdrawn_at=None))
    ended = Q(state="locked", keep_until__lt=today)
    unwanted = Q(state="kept") & ~Q(case_number="") & ~willing
    rows = ArchivedFile.objects.filter(ended | unwanted)
    return list(rows.order_by("id").values_list("id", flat=True))


def _delete(file: ArchivedFile, actor: Actor, now: datetime) -> None:
    """The row stays as the proof; the picture, what was read and the seals found go."""
    stored_file_id = file.stored_file_id
    file.state, file.deleted_at = ArchivedFile.State.DELETED, now
    file.stored_file = None
    file.sealed, file.sealed_key, file.stamps, file.read_until = None, None, [], None
    file.reading, file.reading_problem = ArchivedFile.Reading.NONE, ""
    # The upload of a case belongs to the case; only what was uploaded to the archive itself is the archive's to remove.
    if stored_file_id is not None and not file.case_number:
        file.save()
        sha256 = removing.remove(stored_file_id=stored_file_id, subject=f"archive:{file.pk}", actor=actor, now=now)
        if sha256:
            ArchivedFile.objects.filter(pk=file.pk).update(bytes_left=sha256)
    else:
        file.save()
    noted(file, "deleted", actor=actor, now=now)
