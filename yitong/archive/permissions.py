"""Who sees an archive: its owner, and the handlers of an enterprise that owns it. Nobody else, by any list, page or endpoint.

Staff reach a paper only through a case of its owner that has it or took it up, and each look is logged: who sees a case and
whose it is say the policies of ``consents.permissions``; which cases still rely on a paper, the context above registers
(``register_pending_use``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from yitong.archive.models import ArchivedFile, ArchiveUse
from yitong.consents.permissions import case_facts
from yitong.kernel.reasons import NotAllowed
from yitong.licences.holders import key_of_holder
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission

PendingUse = Callable[[Collection[int]], dict[int, str]]


def _unused(stored_file_ids: Collection[int]) -> dict[int, str]:
    return {}


_pending: PendingUse = _unused


def register_pending_use(pending: PendingUse) -> None:
    """``pending(stored file ids)``: number of an open case by the id of each stored file that it relies on."""
    global _pending
    _pending = pending


def pending_case(file: ArchivedFile) -> str:
    """The number of an open case that relies on the paper; empty when none does."""
    return _pending([file.stored_file_id]).get(file.stored_file_id, "") if file.stored_file_id else ""


def visible_to(actor: Actor) -> QuerySet[ArchivedFile]:
    """The papers of the actor and of enterprises he handles, without those deleted or locked. Of staff: none."""
    if not actor.may(Permission.ARCHIVE_OWN):
        return ArchivedFile.objects.none()
    rows = ArchivedFile.objects.exclude(state__in=["locked", "deleted"])
    if actor.kind is ActorKind.SYSTEM:
        return rows
    return rows.filter(_owned_by(actor)) if actor.kind is ActorKind.CITIZEN else rows.none()


def traces_visible_to(actor: Actor) -> QuerySet[ArchivedFile]:
    """What the same people had deleted: locked rows and the proof of deleted ones."""
    if not actor.may(Permission.ARCHIVE_OWN) or actor.kind is not ActorKind.CITIZEN:
        return ArchivedFile.objects.none()
    return ArchivedFile.objects.filter(_owned_by(actor), state__in=["locked", "deleted"])


def visible_in_case(actor: Actor, case_number: str) -> QuerySet[ArchivedFile]:
    """For staff: the applicant's papers that came from this case or were taken up in it, to those who see the case.

    A paper taken up in the draft counts by the reference the draft had.
    """
    facts = case_facts(actor, case_number) if actor.is_staff else None
    if facts is None:
        return ArchivedFile.objects.none()
    names = sorted(facts.references)
    reused = Exists(ArchiveUse.objects.filter(file=OuterRef("pk"), act="reused", case_number__in=names))
    rows = ArchivedFile.objects.filter(holder_key__in=sorted(facts.holder_keys), state="kept")
    return rows.filter(reused | Q(case_number__in=names))


def sees_case_of(actor: Actor, case_number: str, holder: Holder) -> bool:
    """Whether ``actor`` sees this case, and ``holder`` is its applicant."""
    facts = case_facts(actor, case_number)
    return facts is not None and key_of_holder(holder) in facts.holder_keys


def can_own(actor: Actor, holder: Holder) -> bool:
    """Whether this archive is the actor's own, or of an enterprise he handles."""
    if not actor.may(Permission.ARCHIVE_OWN) or actor.kind is not ActorKind.CITIZEN:
        return False
    if holder.enterprise_id is not None:
        return holder.enterprise_id in actor.enterprise_ids
    return holder.person_id is not None and holder.person_id == actor.person_id


def require_owner(actor: Actor, holder: Holder) -> None:
    """NotAllowed unless it is the actor's archive."""
    if not can_own(actor, holder):
        raise NotAllowed(Permission.ARCHIVE_OWN)


def may_see_subject(actor: Actor, subject: str) -> bool:
    """The policy of stored files of ``archive:<id>``: the owner. Staff look through the desk page, which logs."""
    pk = subject.removeprefix("archive:")
    return pk.isdecimal() and len(pk) < 19 and visible_to(actor).filter(pk=int(pk)).exists()


def _owned_by(actor: Actor) -> Q:
    own = Q(owner_person_id=actor.person_id) if actor.person_id is not None else Q(pk__in=())
    return own | Q(owner_enterprise_id__in=sorted(actor.enterprise_ids)) if actor.enterprise_ids else own
