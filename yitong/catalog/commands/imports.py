"""Reading a file of items: all of it or nothing, every mistake named by its place, refused rows kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yitong.audit.commands.record import record as audit
from yitong.catalog import permissions
from yitong.catalog.commands import drafts, publishing
from yitong.catalog.exchange import yaml_files
from yitong.catalog.exchange.envelope import Envelope, ReadFile, RowError
from yitong.catalog.models import ImportBatch, ImportRowError, ItemVersion, ServiceItem
from yitong.catalog.rules import publishing as publishing_rules
from yitong.catalog.rules import shape
from yitong.kernel.identifiers import InvalidIdentifier
from yitong.kernel.identifiers.item import compose_implementation, parse_basic
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.queries import organisation
from yitong.parties.roles import Permission

MOST_BYTES = 20 * 1024 * 1024
MOST_ERRORS = 1000  # kept of one file; more would only repeat themselves
Progress = Callable[[int, int], None]  # items done, items in all


@dataclass(frozen=True, slots=True)
class _Target:
    """An envelope with the rows it concerns. ``unchanged``: the item has exactly this record already."""

    envelope: Envelope
    department_id: int
    region_id: int
    item: ServiceItem | None
    draft: ItemVersion | None
    unchanged: bool


def import_file(
    *,
    actor: Actor,
    content: bytes,
    file_name: str,
    now: datetime,
    publish: bool = False,
    progress: Progress | None = None,
) -> ImportBatch:
    """Save every item of a YAML or Excel file as a draft, or none of them. Returns the batch, imported or rejected.

    A rejected batch keeps each mistake with the row it stands in. An item that is there already with the same record is
    left alone, so that the same file may be imported again. ``publish`` brings the items into force at once: only the
    system may (loading a prepared catalogue), and the publishing rules hold.
    """
    if not actor.may(Permission.CATALOG_EDIT) or (publish and actor.kind is not ActorKind.SYSTEM):
        raise NotAllowed(Permission.CATALOG_EDIT.value)
    found = read(content, file_name)
    targets, errors = ([], list(found.errors)) if found.errors else check(actor, found.envelopes)
    if publish and not errors:
        errors = [error for target in targets for error in unpublishable(target.envelope)]
    if not errors:
        try:
            return _save_all(actor, found, targets, content, file_name, now, publish, progress)
        except (Refused, Conflict) as refusal:
            # Somebody changed an item between the check and the write: everything was undone.
            errors = [_as_error(targets[0].envelope, refusal)]
    return _reject(actor, found, errors, content, file_name, now)


def read(content: bytes, file_name: str) -> ReadFile:
    """The file's items by its ending and content; never raises for what it holds."""
    if len(content) > MOST_BYTES:
        message = N_("The file is larger than %(most)s MB; split it.")
        error = RowError(yaml_files.Place(file_name, 1), "too_large", message, {"most": MOST_BYTES // 1024 // 1024})
        return ReadFile("yaml", (), (error,))
    if content[:2] == b"PK" or file_name.lower().endswith((".xlsx", ".xlsm", ".xls")):
        from yitong.catalog.exchange import workbook  # 27 MB, for the few who bring Excel

        return workbook.read(content, file_name)
    return yaml_files.read(content, file_name)


def check(actor: Actor, envelopes: tuple[Envelope, ...]) -> tuple[list[_Target], list[RowError]]:
    """What each envelope would change, and what stands against taking them in. Writes nothing."""
    departments = {row.code: row for row in organisation.departments()}
    regions = {row.code: row for row in organisation.regions()}
    errors: list[RowError] = []
    targets: list[_Target] = []
    seen: dict[str, Envelope] = {}
    for envelope in envelopes:
        before = len(errors)
        department, region = departments.get(envelope.department), regions.get(envelope.region)
        if department is None:
            message = N_("There is no department with the code %(code)s.")
            params = {"code": envelope.department}
            errors.append(envelope.source.error("/department", "department_unknown", message, params))
        if region is None:
            message = N_("There is no region with the code %(code)s.")
            errors.append(envelope.source.error("/region", "region_unknown", message, {"code": envelope.region}))
        elif not permissions.may_manage_region(actor, Permission.CATALOG_EDIT, region.pk):
            message = N_("You may not edit items of %(region)s.")
            errors.append(envelope.source.error("/region", "region_foreign", message, {"region": region.name}))
        try:
            parse_basic(envelope.basic_code)
        except InvalidIdentifier as error:
            errors.append(envelope.source.error("/basic_code", error.code, error.reason, error.params))
        if len(errors) > before or department is None or region is None:
            continue
        code = compose_implementation(department.uscc, envelope.record.level, envelope.basic_code)
        if code in seen:
            message = N_("The file has this item twice; remove one.")
            errors.append(envelope.source.error("/basic_code", "item_twice", message))
            continue
        seen[code] = envelope
        target, problem = _target(actor, envelope, code, department.pk, region.pk)
        errors += [problem] if problem else []
        targets.append(target)
    return targets, errors


def unpublishable(envelope: Envelope) -> list[RowError]:
    """What stands against publishing the envelope's record, by its place in the file."""
    return [
        envelope.source.error(reason.field, reason.code, reason.message, reason.params)
        for reason in publishing_rules.reasons(envelope.record)
    ]


def _target(
    actor: Actor, envelope: Envelope, code: str, department_id: int, region_id: int
) -> tuple[_Target, RowError | None]:
    item = ServiceItem.objects.filter(implementation_code=code).select_related("current_version").first()
    draft = None
    if item:
        draft = item.versions.filter(state__in=ItemVersion.PREPARING).first()
    data = shape.dump(envelope.record)
    latest = draft or (item.current_version if item and item.state == ServiceItem.State.PUBLISHED else None)
    target = _Target(envelope, department_id, region_id, item, draft, bool(latest and latest.record == data))
    if target.unchanged or draft is None:
        return target, None
    if draft.state == ItemVersion.State.REVIEW:
        message = N_("This item is under review; it must be sent back before a file can change it.")
        return target, envelope.source.error("/basic_code", "under_review", message)
    if draft.state == ItemVersion.State.SCHEDULED:
        message = N_("A version of this item waits for its day; it must be sent back before a file can change it.")
        return target, envelope.source.error("/basic_code", "waits", message)
    if draft.author_ref != actor.ref:
        message = N_("%(who)s is preparing this item; publish or discard that draft first.")
        params = {"who": draft.author_name or draft.author_ref}
        return target, envelope.source.error("/basic_code", "foreign_draft", message, params)
    return target, None


@transaction.atomic
def _save_all(
    actor: Actor,
    found: ReadFile,
    targets: list[_Target],
    content: bytes,
    file_name: str,
    now: datetime,
    publish: bool,
    progress: Progress | None,
) -> ImportBatch:
    changed = 0
    # In the order of ids, so that two imports at once lock the same items in the same order.
    for done, target in enumerate(sorted(targets, key=lambda each: each.item.pk if each.item else 0), start=1):
        version = target.draft
        if not target.unchanged:
            version = _save_one(actor, target, now)
            changed += 1
        if publish and version is not None:
            publishing.publish(actor=actor, version_id=version.pk, rev=version.rev, now=now)
        if progress:
            progress(done, len(targets))
    batch = _batch(actor, found, content, file_name, now, ImportBatch.State.IMPORTED)
    batch.items, batch.changed = len(targets), changed
    batch.save()
    _audit(actor, batch, now)
    return batch


def _save_one(actor: Actor, target: _Target, now: datetime) -> ItemVersion:
    envelope = target.envelope
    if target.item is None:
        return drafts.create_item(
            actor=actor,
            basic_code=envelope.basic_code,
            department_id=target.department_id,
            region_id=target.region_id,
            record=envelope.record,
            now=now,
        )
    rev = target.draft.rev if target.draft else None
    return drafts.save_draft(actor=actor, item_id=target.item.pk, record=envelope.record, rev=rev, now=now)


@transaction.atomic
def _reject(
    actor: Actor, found: ReadFile, errors: list[RowError], content: bytes, file_name: str, now: datetime
) -> ImportBatch:
    batch = _batch(actor, found, content, file_name, now, ImportBatch.State.REJECTED)
    batch.items = len(found.envelopes)
    batch.save()
    ImportRowError.objects.bulk_create(
        ImportRowError(
            batch=batch,
            sheet=error.place.sheet[:80],
            row=error.place.row,
            column=error.place.column[:200],
            code=error.code[:60],
            message=error.message,
            params=error.params,
            content=error.content,
        )
        for error in errors[:MOST_ERRORS]
    )
    _audit(actor, batch, now)
    return batch


def _batch(
    actor: Actor, found: ReadFile, content: bytes, file_name: str, now: datetime, state: ImportBatch.State
) -> ImportBatch:
    return ImportBatch(
        file_name=file_name[-200:],
        kind=found.kind,
        sha256=hashlib.sha256(content).hexdigest(),
        actor_ref=actor.ref,
        actor_name=actor.name,
        state=state,
        at=now,
    )


def _audit(actor: Actor, batch: ImportBatch, now: datetime) -> None:
    tag = "catalog:file:imported" if batch.state == ImportBatch.State.IMPORTED else "catalog:file:rejected"
    detail = {"sha256": batch.sha256, "items": batch.items, "changed": batch.changed}
    audit(actor_ref=actor.ref, tag=tag, subject=f"import:{batch.pk}", detail=detail, now=now)


def _as_error(envelope: Envelope, refusal: Refused | Conflict) -> RowError:
    reason: Reason = refusal.reasons[0] if isinstance(refusal, Refused) else refusal.reason
    return envelope.source.error("/basic_code", reason.code, reason.message, reason.params)
