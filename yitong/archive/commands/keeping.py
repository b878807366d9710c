"""留存复用: what an owner submits in cases is kept for the next one, as long as he agrees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from yitong.archive.commands.forgetting import forget_row
from yitong.archive.commands.uploading import new_row
from yitong.archive.commands.writing import noted, owner_columns
from yitong.archive.models import ArchivedFile, KeepingConsent
from yitong.archive.permissions import pending_case, require_owner
from yitong.archive.rules.papers import Kind, paper_of
from yitong.archive.rules.retention import keep_until, term_of
from yitong.audit.commands import record
from yitong.kernel.reasons import NotAllowed
from yitong.licences.queries import library
from yitong.licences.rules.holders import ENTERPRISE, Holder
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission


@dataclass(frozen=True, slots=True)
class CaseMaterial:
    """One material of a finished case. ``licence_type``: 21-character code, empty when it stands for none.

    ``seen``: an officer saw the original when it was handed in at a counter; ``issued``: it is a licence of the library.
    """

    name: str
    stored_file_id: int
    licence_type: str = ""
    seen: bool = False
    seen_by_staff_id: int | None = None
    seen_at: datetime | None = None


@transaction.atomic
def agree_to_keeping(*, actor: Actor, holder: Holder, now: datetime) -> KeepingConsent:
    """From now on what is submitted in cases is kept. Idempotent: agreeing twice is one row. Raises NotAllowed."""
    require_owner(actor, holder)
    columns = owner_columns(holder)
    consent, created = KeepingConsent.objects.get_or_create(
        **columns, withdrawn_at=None, defaults={"given_at": now, "given_by_ref": actor.ref}
    )
    if created:
        _record(actor, "archive:keeping:agreed", holder, {}, now)
    return consent


@transaction.atomic
def withdraw_from_keeping(*, actor: Actor, holder: Holder, now: datetime) -> tuple[int, int]:
    """Nothing is kept any more, and what was kept is forgotten: (papers deleted, papers locked until a law's term ends).

    What an open case relies on stays until that case is closed; the daily sweep takes it then. Raises NotAllowed.
    """
    require_owner(actor, holder)
    columns = owner_columns(holder)
    ended = KeepingConsent.objects.filter(**columns, withdrawn_at=None).update(
        withdrawn_at=now, withdrawn_by_ref=actor.ref
    )
    outcomes = [_forgotten(file, actor, now) for file in _kept_rows(columns)]
    deleted, locked = outcomes.count("deleted"), outcomes.count("locked")
    if ended:
        _record(actor, "archive:keeping:withdrawn", holder, {"deleted": deleted, "locked": locked}, now)
    return deleted, locked


@transaction.atomic
def keep_from_case(
    *,
    actor: Actor,
    holder: Holder,
    case_number: str,
    item_type: str,
    decided: bool,
    closed_on: date,
    materials: Iterable[CaseMaterial],
    now: datetime,
) -> list[ArchivedFile]:
    """Keep the materials of a finished case if its applicant agreed; the new rows. Idempotent by case and file.

    ``item_type``: 事项类型 of GB/T 39046 (``01`` … ``20``), which with ``decided`` (was anything decided) tells how long a law
    asks for storage. Raises NotAllowed for anybody but the platform itself.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed(Permission.ARCHIVE_OWN)
    if not _agreed(holder):
        return []
    term = term_of(item_type, decided)
    until = keep_until(term, closed_on)
    types = library.types_by_code()
    made = []
    for material in materials:
        kind = types.get(material.licence_type)
        paper = paper_of(material.name, kind.name if kind is not None else "")
        seen = material.seen and material.seen_at is not None
        file, created = ArchivedFile.objects.get_or_create(
            case_number=case_number,
            stored_file_id=material.stored_file_id,
            defaults={
                **new_row(holder, actor, now),
                "kind": Kind.BUSINESS if holder.kind == ENTERPRISE else paper.kind,
                "paper": paper.code,
                "name": material.name[:100],
                "material_name": material.name[:200],
                "licence_type": material.licence_type,
                "trust": ArchivedFile.Trust.VERIFIED if seen else ArchivedFile.Trust.UPLOADED,
                "verified_at": material.seen_at if seen else None,
                "verified_by_id": material.seen_by_staff_id if seen else None,
                "reading": ArchivedFile.Reading.WAITING if paper.is_read else ArchivedFile.Reading.NONE,
                "keep_until": until,
                "keep_rule": term.code,
            },
        )
        if created:
            noted(file, "kept", actor=actor, now=now, case_number=case_number)
            made.append(file)
    return made


def _agreed(holder: Holder) -> bool:
    return KeepingConsent.objects.filter(**owner_columns(holder), withdrawn_at=None).exists()


def _kept_rows(columns: dict[str, int | None]) -> list[ArchivedFile]:
    rows = ArchivedFile.objects.select_for_update(of=("self",)).filter(**columns, state="kept")
    return list(rows.exclude(case_number="").order_by("id"))


def _forgotten(file: ArchivedFile, actor: Actor, now: datetime) -> str:
    return "" if pending_case(file) else forget_row(file, actor, now).outcome


def _record(actor: Actor, tag: str, holder: Holder, detail: dict[str, int], now: datetime) -> None:
    subject = f"enterprise:{holder.enterprise_id}" if holder.enterprise_id is not None else f"person:{holder.person_id}"
    record(actor_ref=actor.ref, tag=tag, subject=subject, detail=detail, now=now)
