"""Preparing a version: save, submit for review, send back, discard."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from yitong.audit.commands.record import record as audit
from yitong.catalog import permissions
from yitong.catalog.known_sources import source_reasons
from yitong.catalog.models import ItemVersion, ServiceItem
from yitong.catalog.records import ItemRecord
from yitong.catalog.rules import plan as planning
from yitong.catalog.rules import publishing, shape
from yitong.catalog.rules.plan import Plan
from yitong.kernel.identifiers import InvalidIdentifier
from yitong.kernel.identifiers.item import compose_implementation
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor
from yitong.parties.queries import organisation
from yitong.parties.roles import Permission

State = ItemVersion.State


@transaction.atomic
def create_item(
    *,
    actor: Actor,
    basic_code: str,
    department_id: int,
    record: ItemRecord,
    now: datetime,
    region_id: int | None = None,
) -> ItemVersion:
    """A new item of a department with its first draft. Refused when the department has the item already.

    ``region_id``: where it is implemented, the department's region if None. The implementation code is the department's
    credit code, the record's level and ``basic_code``.
    """
    department = organisation.department(department_id)
    if department is None:
        raise Refused(Reason("department_unknown", N_("This department does not exist."), field="department"))
    region_id = region_id or department.region_id
    permissions.require(actor, Permission.CATALOG_EDIT, region_id)
    item = ServiceItem(
        basic_code=basic_code,
        implementation_code=_implementation_code(department.uscc, record.level, basic_code),
        department=department,
        region_id=region_id,
        created_at=now,
    )
    try:
        with transaction.atomic():
            item.save(force_insert=True)
    except IntegrityError as error:
        if "item_implementation_code_unique" not in str(error):
            raise
        message = N_("%(department)s has an item with this code already; edit that one.")
        raise Refused(
            Reason("item_exists", message, field="basic_code", params={"department": department.name})
        ) from None
    version = _new_draft(item, 1, record, actor, now)
    _audit(actor, "catalog:item:created", version, now)
    return version


@transaction.atomic
def save_draft(*, actor: Actor, item_id: int, record: ItemRecord, now: datetime, rev: int | None = None) -> ItemVersion:
    """Write the item's draft; without one a new draft begins, numbered after the last version.

    ``rev``: that of the draft the author saw, None when he saw none. Conflict when the draft is another by now; nothing
    is overwritten. Refused while the version is under review or waits for its day.
    """
    item = _locked_item(actor, item_id, Permission.CATALOG_EDIT)
    _check_level(item, record)
    version = item.versions.filter(state__in=ItemVersion.PREPARING).first()
    if version is None:
        last = item.versions.order_by("-number").values_list("number", flat=True).first() or 0
        version = _new_draft(item, last + 1, record, actor, now)
    else:
        _check_state(version, State.DRAFT)
        _check_rev(version, rev)
        if item.state == ServiceItem.State.DRAFT and not item.current_version_id:
            _move_level(item, record)
        version.record, version.name = shape.dump(record), record.name
        version.author_ref, version.author_name, version.updated_at = actor.ref, actor.name, now
        version.remark = ""
        _bump(version)
    _audit(actor, "catalog:version:saved", version, now)
    return version


@transaction.atomic
def submit_for_review(
    *, actor: Actor, version_id: int, rev: int, now: datetime, plan: Plan | None = None
) -> ItemVersion:
    """Hand a draft to somebody else for review. Refused with every reason that would stand against publishing it.

    ``plan``: when the version is to begin and to end; None leaves what was planned before.
    """
    version = locked_version(actor, version_id, Permission.CATALOG_EDIT)
    _check_state(version, State.DRAFT)
    _check_rev(version, rev)
    refuse_unpublishable(version)
    take_plan(version, plan, timezone.localtime(now).date())
    version.state, version.submitted_at, version.updated_at = State.REVIEW, now, now
    _bump(version)
    _audit(actor, "catalog:version:submitted", version, now)
    return version


@transaction.atomic
def send_back(*, actor: Actor, version_id: int, rev: int, remark: str, now: datetime) -> ItemVersion:
    """Give a version under review back to its author, or take back one that waits for its day.

    ``remark`` says what to change.
    """
    version = locked_version(actor, version_id, Permission.CATALOG_PUBLISH)
    if version.state != State.SCHEDULED:
        _check_state(version, State.REVIEW)
    _check_rev(version, rev)
    if not remark.strip():
        raise Refused(Reason("remark_missing", N_("Say what is to be changed."), field="remark"))
    version.state, version.remark, version.updated_at, version.submitted_at = State.DRAFT, remark.strip(), now, None
    version.reviewer_ref, version.reviewer_name = actor.ref, actor.name
    _bump(version)
    _audit(actor, "catalog:version:returned", version, now)
    return version


@transaction.atomic
def discard_draft(*, actor: Actor, version_id: int, rev: int, now: datetime) -> None:
    """Delete a draft; an item that was never published and has nothing else goes with it."""
    version = locked_version(actor, version_id, Permission.CATALOG_EDIT)
    _check_state(version, State.DRAFT)
    _check_rev(version, rev)
    item = version.item
    _audit(actor, "catalog:version:discarded", version, now)
    version.delete()
    if item.state == ServiceItem.State.DRAFT and not item.versions.exists():
        item.delete()


def locked_version(actor: Actor, version_id: int, permission: Permission) -> ItemVersion:
    """The version with its item locked; NotAllowed when it does not exist for this actor. Lock order: item, version."""
    item_id = ItemVersion.objects.filter(id=version_id).values_list("item_id", flat=True).first()
    if item_id is None:
        raise NotAllowed(permission.value)
    _locked_item(actor, item_id, permission)
    found = ItemVersion.objects.select_related("item__department", "item__region").filter(id=version_id).first()
    if found is None:
        raise NotAllowed(permission.value)
    return found


def _locked_item(actor: Actor, item_id: int, permission: Permission) -> ServiceItem:
    item = ServiceItem.objects.select_for_update().filter(id=item_id).first()
    if item is None:
        raise NotAllowed(permission.value)
    permissions.require(actor, permission, item.region_id)
    return item


def refuse_unpublishable(version: ItemVersion) -> ItemRecord:
    """The version's record; Refused with every reason that stands against publishing it."""
    try:
        record = shape.parse(version.record)
    except shape.WrongShape as error:
        raise Refused(*error.reasons) from None
    reasons = [*publishing.reasons(record), *source_reasons(record)]
    if reasons:
        raise Refused(*reasons)
    return record


def take_plan(version: ItemVersion, plan: Plan | None, today: date) -> Plan:
    """Write the planned days into the version, unsaved; those it has when ``plan`` is None. Refused when they can't be."""
    plan = plan if plan is not None else Plan(version.effective_on, version.ends_on)
    found = planning.reasons(plan, today)
    if found:
        raise Refused(*found)
    version.effective_on, version.ends_on = plan.effective_on, plan.ends_on
    return plan


def _new_draft(item: ServiceItem, number: int, record: ItemRecord, actor: Actor, now: datetime) -> ItemVersion:
    return ItemVersion.objects.create(
        item=item,
        number=number,
        name=record.name,
        record=shape.dump(record),
        author_ref=actor.ref,
        author_name=actor.name,
        created_at=now,
        updated_at=now,
    )


def _bump(version: ItemVersion) -> None:
    version.rev += 1
    version.save()


def _check_state(version: ItemVersion, wanted: str) -> None:
    if version.state == wanted:
        return
    messages = {
        State.REVIEW: N_("This version is under review; it must be sent back before it can be changed."),
        State.SCHEDULED: N_("This version waits for its day; it must be sent back before it can be changed."),
        State.PUBLISHED: N_("This version is published and cannot be changed; begin a new draft."),
        State.RETIRED: N_("This version is retired and cannot be changed; begin a new draft."),
        State.DRAFT: N_("This version is still a draft; submit it for review first."),
    }
    raise Refused(Reason("wrong_state", messages[State(version.state)], params={}))


def _check_rev(version: ItemVersion, rev: int | None) -> None:
    if version.rev == rev:
        return
    message = N_("%(who)s changed this draft at %(at)s. Your text is kept below; compare and save again.")
    params = {"who": version.author_name or version.author_ref, "at": version.updated_at.isoformat(timespec="minutes")}
    raise Conflict(Reason("stale_draft", message, params=params))


def _check_level(item: ServiceItem, record: ItemRecord) -> None:
    if item.current_version_id and record.level != item.implementation_code[18]:
        message = N_("The level is part of the published code; an item at another level is another item.")
        raise Refused(Reason("level_fixed", message, field="level"))


def _move_level(item: ServiceItem, record: ItemRecord) -> None:
    if record.level == item.implementation_code[18]:
        return
    item.implementation_code = _implementation_code(item.implementation_code[:18], record.level, item.basic_code)
    try:
        with transaction.atomic():
            item.save(update_fields=["implementation_code"])
    except IntegrityError as error:
        if "item_implementation_code_unique" not in str(error):
            raise
        message = N_("The department has this item at that level already; edit that one, or choose another level.")
        raise Refused(Reason("item_exists", message, field="level")) from None


def _implementation_code(uscc: str, level: str, basic_code: str) -> str:
    try:
        return compose_implementation(uscc, level, basic_code)
    except InvalidIdentifier as error:
        raise Refused(
            Reason(f"code_{error.code}", error.reason, law="GB/T 39554.1-2020", field="basic_code", params=error.params)
        ) from None


def _audit(actor: Actor, tag: str, version: ItemVersion, now: datetime) -> None:
    detail: dict[str, Any] = {"version": version.number, "state": str(version.state), "rev": version.rev}
    audit(actor_ref=actor.ref, tag=tag, subject=f"item:{version.item.implementation_code}", detail=detail, now=now)
