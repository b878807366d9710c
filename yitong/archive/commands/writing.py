"""What every act on an archive leaves behind: a line for its owner and an entry of the audit log."""

from __future__ import annotations

from datetime import datetime

from yitong.archive.models import ArchivedFile, ArchiveUse
from yitong.archive.permissions import visible_to
from yitong.audit.commands import record
from yitong.kernel.reasons import NotAllowed
from yitong.licences.rules.holders import ENTERPRISE, PERSON, Holder
from yitong.parties.actors import Actor
from yitong.parties.queries.organisation import staff_member
from yitong.parties.roles import Permission

TAGS = {
    "added": "archive:file:added",
    "kept": "archive:file:kept",
    "read": "archive:file:read",
    "confirmed": "archive:file:confirmed",
    "verified": "archive:file:verified",
    "opened": "archive:file:opened",
    "reused": "archive:file:reused",
    "exported": "archive:file:exported",
    "locked": "archive:file:locked",
    "deleted": "archive:file:deleted",
}


def noted(
    file: ArchivedFile, act: str, *, actor: Actor, now: datetime, case_number: str = "", purpose: str = ""
) -> ArchiveUse:
    """Write the act into the owner's log and the audit log: two INSERTs."""
    use = ArchiveUse.objects.create(
        file=file,
        at=now,
        act=act,
        actor_ref=actor.ref,
        actor_name=actor.name if actor.is_staff or actor.person_id is not None else "",
        department_name=_department(actor),
        case_number=case_number,
        purpose=purpose,
    )
    record(
        actor_ref=actor.ref,
        tag=TAGS[act],
        subject=f"archive:{file.pk}",
        detail={"kind": file.kind, "paper": file.paper, "trust": file.trust, "case": case_number},
        now=now,
    )
    return use


def own_locked(actor: Actor, file_id: int) -> ArchivedFile:
    """The actor's own paper, its row locked. Raises NotAllowed, also when there is no such paper: the two must look alike."""
    file = visible_to(actor).select_for_update(of=("self",)).filter(pk=file_id).first()
    if file is None:
        raise NotAllowed(Permission.ARCHIVE_OWN)
    return file


def owner_columns(holder: Holder) -> dict[str, int | None]:
    """The columns that say whose: a registered person or enterprise. ValueError for a holder nobody registered."""
    if holder.kind == ENTERPRISE and holder.enterprise_id is not None:
        return {"owner_person_id": None, "owner_enterprise_id": holder.enterprise_id}
    if holder.kind == PERSON and holder.person_id is not None:
        return {"owner_person_id": holder.person_id, "owner_enterprise_id": None}
    raise ValueError("an archive belongs to a registered person or enterprise")


def _department(actor: Actor) -> str:
    staff = staff_member(actor.staff_id) if actor.staff_id is not None else None
    return staff.department.name if staff is not None else ""
