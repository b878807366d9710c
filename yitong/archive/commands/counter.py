"""What staff do with a paper, always within a case of its owner: look, verify against the original; and its use in a case."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from yitong.archive.commands.writing import noted, own_locked
from yitong.archive.models import ArchivedFile
from yitong.archive.permissions import visible_in_case
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

ONE_LOOK = timedelta(minutes=10)
"""For so long after an opening its picture and the page shown again are part of the same look."""


@transaction.atomic
def open_in_case(*, actor: Actor, file_id: int, case_number: str, now: datetime) -> ArchivedFile:
    """An officer looks at a paper for a case that has it; the owner sees that he did. Raises NotAllowed."""
    file = visible_in_case(actor, case_number).select_related("stored_file").filter(pk=file_id).first()
    if file is None:
        raise NotAllowed(Permission.CASE_VIEW)
    noted(file, "opened", actor=actor, now=now, case_number=case_number)
    return file


def look_on_in_case(*, actor: Actor, file_id: int, case_number: str, now: datetime) -> ArchivedFile:
    """Part of a look: the picture, or the page once more. Without an opening by this officer just before it is one itself.

    Raises NotAllowed.
    """
    look = {"act": "opened", "actor_ref": actor.ref, "case_number": case_number, "at__gt": now - ONE_LOOK}
    rows = visible_in_case(actor, case_number).select_related("stored_file")
    file = rows.filter(pk=file_id).first()
    if file is not None and file.uses.filter(**look).exists():
        return file
    return open_in_case(actor=actor, file_id=file_id, case_number=case_number, now=now)


@transaction.atomic
def verify_at_counter(
    *, actor: Actor, file_id: int, case_number: str, original_seen: bool, now: datetime
) -> ArchivedFile:
    """A clerk has compared the paper with its original: trust rises to ``verified``.

    Raises NotAllowed (no permission, or no case of the owner that has the paper), Refused (the original was not there, nothing
    to compare), Conflict (somebody else verified it first).
    """
    if not (actor.is_staff and actor.may(Permission.ARCHIVE_VERIFY)):
        raise NotAllowed(Permission.ARCHIVE_VERIFY)
    file = visible_in_case(actor, case_number).select_for_update(of=("self",)).filter(pk=file_id).first()
    if file is None:
        raise NotAllowed(Permission.ARCHIVE_VERIFY)
    if not original_seen:
        message = N_(
            "Say that you have seen the original. Without it a picture stays what it is: uploaded by its owner."
        )
        raise Refused(Reason("original_not_seen", message, field="original_seen"))
    if file.is_vouched_for:
        raise Conflict(Reason("verified_already", N_("This paper is already verified; nothing more is needed.")))
    if file.trust == ArchivedFile.Trust.DECLARED:
        message = N_("There is no picture to compare with. Ask the owner to upload the paper.")
        raise Refused(Reason("no_picture", message))
    file.trust, file.verified_at, file.verified_by_id = ArchivedFile.Trust.VERIFIED, now, actor.staff_id
    file.save(update_fields=["trust", "verified_at", "verified_by"])
    noted(file, "verified", actor=actor, now=now, case_number=case_number)
    return file


@transaction.atomic
def reuse(*, actor: Actor, file_id: int, case_number: str, purpose: str, now: datetime) -> ArchivedFile:
    """The owner takes a paper up in a case; from now on the officers of that case reach it. The caller attaches its file.

    Again for the same case: one more line in the log and nothing else. Raises NotAllowed; Refused for a paper past its term.
    """
    file = own_locked(actor, file_id)
    if file.stored_file_id is None:
        raise Refused(Reason("no_paper", N_("There is no paper behind this entry. Upload one first.")))
    noted(file, "reused", actor=actor, now=now, case_number=case_number, purpose=purpose[:200])
    return file
