"""A paper of somebody who stands at the counter, taken up in his case by the clerk."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.archive.commands.writing import noted
from yitong.archive.models import ArchivedFile
from yitong.archive.permissions import sees_case_of
from yitong.kernel.reasons import NotAllowed
from yitong.licences.holders import key_of_holder
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission


@transaction.atomic
def reuse_present(
    *, actor: Actor, holder: Holder, file_id: int, case_number: str, purpose: str, now: datetime
) -> ArchivedFile:
    """As ``counter.reuse``, for the owner present: the caller has seen him show his presentation code for this case.

    Raises NotAllowed for anybody but a clerk who sees the case, and for a paper that is not the applicant's.
    """
    if not (actor.is_staff and actor.may(Permission.ARCHIVE_VERIFY) and sees_case_of(actor, case_number, holder)):
        raise NotAllowed(Permission.ARCHIVE_VERIFY)
    rows = ArchivedFile.objects.select_for_update(of=("self",)).filter(
        holder_key=key_of_holder(holder), state="kept", stored_file__isnull=False
    )
    file = rows.filter(pk=file_id).first()
    if file is None:
        raise NotAllowed(Permission.ARCHIVE_VERIFY)
    noted(file, "reused", actor=actor, now=now, case_number=case_number, purpose=purpose[:200])
    return file
