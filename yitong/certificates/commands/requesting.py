"""The applicant's acts: ask for a certificate, complete the request, withdraw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from yitong.certificates.commands import journal
from yitong.certificates.commands.holders import holder_for, mandate_for
from yitong.certificates.commands.issuing import undrawable
from yitong.certificates.commands.windows import window_of
from yitong.certificates.models import CertificateRequest, CertificateType, RequestMaterial
from yitong.certificates.permissions import require, visible_to
from yitong.certificates.rules import terms
from yitong.certificates.rules.states import OPEN, Post, State, Way
from yitong.certificates.rules.texts import checked
from yitong.documents.commands import uploads
from yitong.kernel.calendar import load_calendar
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor
from yitong.parties.commands.first_come import first_come
from yitong.parties.roles import Permission

MOST_FILES = 10
OPEN_ALREADY = N_("This certificate has been asked for already and is being reviewed. Look under “My certificates”.")


@dataclass(frozen=True, slots=True)
class PostWish:
    """Paper by courier besides the electronic certificate: who receives it, where."""

    receiver: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file uploaded before, and what it is."""

    name: str
    stored_file_id: int


@transaction.atomic
def request(
    *,
    actor: Actor,
    type_code: str,
    purpose: str,
    now: datetime,
    reason: str = "",
    person_id: int | None = None,
    enterprise_id: int | None = None,
    phone: str = "",
    materials: Sequence[Attachment] = (),
    post: PostWish | None = None,
    channel: str = "web",
    window_id: int | None = None,
) -> CertificateRequest:
    """Ask for a certificate that a department reviews; the limit runs from now, in working days. Staff at a window name ``window_id``.

    Raises NotAllowed; Refused naming the field; Conflict ``open_already`` while the same certificate is being reviewed.
    """
    require(actor, Permission.CERTIFICATE_REQUEST)
    kind = usable_type(type_code, Way.REVIEWED)
    window = window_of(actor, window_id, now) if actor.is_staff else None
    if window is not None:
        person_id, enterprise_id = window.holder_person_id, window.holder_enterprise_id
    holder, row = holder_for(actor, person_id=person_id, enterprise_id=enterprise_id)
    check_holder_kind(kind, holder)
    mandate_id = mandate_for(actor, holder, kind.code, now)
    due = terms.due_of(now, kind.limit_days, (), load_calendar())
    made = new_row(kind, holder, row, actor=actor, now=now, purpose=check_purpose(kind, purpose), channel=channel)
    made.number = journal.next_number("ZM", now)
    made.window, made.mandate_id = window, mandate_id
    made.reason = checked("reason", reason, most=1000, required=False)
    made.phone = checked("phone", phone or str(row.phone or ""), most=20, required=False)
    made.state, made.due_on, made.due_at = State.SUBMITTED, due.due_on, due.due_at
    _wish(made, post)
    with first_come({"certificate_one_open": Reason("open_already", OPEN_ALREADY)}):
        made.save(force_insert=True)
    for each in materials:
        _attach(made, each, actor, now)
    _check_materials(kind, made)
    journal.happened(made, "submitted", actor=actor, now=now)
    journal.tell(made, "certificate_submitted", now=now, due_on=journal.words(made.due_on))
    journal.tell_principal(made, "certificate_by_agent", now=now, agent=actor.name, purpose=made.purpose)
    return made


def usable_type(code: str, way: Way) -> CertificateType:
    """The type in use with this code and way; Refused when there is none."""
    # A zero byte is in no code, and PostgreSQL refuses to compare one.
    rows = CertificateType.objects.select_related("department").filter(way=way, active=True)
    found = rows.filter(code=code.replace("\0", "")).first()
    if found is None:
        message = N_("There is no such certificate, or it is not offered now. Choose one from the list.")
        raise Refused(Reason("unknown_type", message, field="type"))
    return found


def check_holder_kind(kind: CertificateType, holder: Holder) -> None:
    """Refused unless the certificate is for such a holder."""
    if kind.holder_kind != holder.kind:
        message = (
            N_("This certificate is for enterprises. Choose one of yours.")
            if kind.holder_kind == "enterprise"
            else N_("This certificate is for persons, not for enterprises.")
        )
        raise Refused(Reason("wrong_holder", message, field="holder"))


def check_purpose(kind: CertificateType, purpose: str) -> str:
    """One of the type's purposes, or one in own words where the type lists 其他."""
    said = checked("purpose", purpose, most=100)
    if said not in kind.purposes and not any(str(known).startswith("其他") for known in kind.purposes):
        message = N_("Choose what the certificate is for from the list.")
        raise Refused(Reason("unknown_purpose", message, field="purpose"))
    reason = undrawable({"purpose": said}, "purpose")
    if reason is not None:
        raise Refused(Reason(reason.code, reason.message, field="purpose", params=reason.params))
    return said


def new_row(
    kind: CertificateType, holder: Holder, row: Any, *, actor: Actor, now: datetime, purpose: str, channel: str
) -> CertificateRequest:
    """A request of ``kind`` about ``holder`` that is not stored yet and has neither number nor state."""
    department = kind.department
    return CertificateRequest(
        type=kind,
        way=kind.way,
        name=kind.name,
        department=department,
        region_id=department.region_id,
        holder_person_id=holder.person_id,
        holder_enterprise_id=holder.enterprise_id,
        holder_name=holder.name,
        requested_by_ref=actor.ref,
        requested_by_name=actor.name,
        phone=str(row.phone or "")[:20],
        channel=channel,
        purpose=purpose,
        submitted_at=now,
    )


def _wish(made: CertificateRequest, post: PostWish | None) -> None:
    if post is None:
        return
    made.post = Post.WANTED
    made.receiver = checked("receiver", post.receiver or made.holder_name, most=100)
    made.address = checked("address", post.address, most=300)


def _attach(made: CertificateRequest, each: Attachment, actor: Actor, now: datetime) -> None:
    name = checked("materials", each.name, most=100)
    if made.materials.count() >= MOST_FILES:
        message = N_("Attach at most %(most)s files.")
        raise Refused(Reason("too_many_files", message, field="materials", params={"most": MOST_FILES}))
    file = uploads.assign(stored_file_id=each.stored_file_id, subject=f"certificate:{made.number}", actor=actor)
    RequestMaterial.objects.create(request=made, name=name, stored_file=file, added_at=now)


def _check_materials(kind: CertificateType, made: CertificateRequest) -> None:
    given = set(made.materials.values_list("name", flat=True))
    message = N_("%(name)s is missing. Attach it.")
    lacking = [
        Reason("material_missing", message, field="materials", params={"name": each["name"]})
        for each in kind.materials
        if each.get("required") and each["name"] not in given
    ]
    if lacking:
        raise Refused(*lacking)


def own(actor: Actor, request_id: int) -> CertificateRequest:
    """The request, locked, for its applicant. Raises NotAllowed as if there were none."""
    rows = CertificateRequest.objects.select_for_update(of=("self",)).select_related("type", "department")
    found = rows.filter(pk=request_id).first()
    mine = found is not None and not actor.is_staff and visible_to(actor).filter(pk=found.pk).exists()
    if found is None or not mine or not actor.may(Permission.CERTIFICATE_REQUEST):
        raise NotAllowed(Permission.CERTIFICATE_REQUEST)
    return found


@transaction.atomic
def attach(*, actor: Actor, request_id: int, name: str, stored_file_id: int, now: datetime) -> CertificateRequest:
    """Add a file while the department waits for it. Raises NotAllowed, Refused."""
    found = own(actor, request_id)
    _require_asked(found)
    _attach(found, Attachment(name, stored_file_id), actor, now)
    journal.save(found)
    return found


@transaction.atomic
def supply(
    *,
    actor: Actor,
    request_id: int,
    text: str,
    now: datetime,
    materials: Sequence[Attachment] = (),
    rev: int | None = None,
) -> CertificateRequest:
    """Answer what the department asked back; its clock goes on, the days between do not count."""
    found = own(actor, request_id)
    journal.check_rev(found, rev)
    _require_asked(found)
    text = checked(
        "text", text, required=not materials and not found.materials.filter(added_at__gt=_asked_at(found)).exists()
    )
    for each in materials:
        _attach(found, each, actor, now)
    found.supplied_at, found.supplied_text, found.state = now, text, State.REVIEWING
    set_due(found)
    journal.save(found, "supplied_at", "supplied_text", "state", "due_on", "due_at")
    journal.happened(found, "supplied", actor=actor, now=now, text=text)
    if found.handler_id is not None and found.handler is not None:
        journal.tell_staff(
            found.handler_id,
            found.handler.name,
            "certificate_supplied",
            key=f"certificate:{found.number}:{found.rev}",
            subject=f"certificate:{found.number}",
            now=now,
            item=found.name,
            number=found.number,
        )
    return found


def _asked_at(found: CertificateRequest) -> datetime:
    assert found.asked_back_at is not None
    return found.asked_back_at


def _require_asked(found: CertificateRequest) -> None:
    if found.state != State.ASKED_BACK:
        raise Refused(Reason("wrong_state", N_("The department is not waiting for anything from you.")))


def set_due(found: CertificateRequest) -> None:
    """The due day from the submission and the pause; none while the pause is open."""
    pauses = []
    if found.asked_back_at is not None:
        until = terms.local_date(found.supplied_at) if found.supplied_at is not None else None
        pauses.append((terms.local_date(found.asked_back_at), until))
    due = terms.due_of(found.submitted_at, found.type.limit_days, pauses, load_calendar())
    found.due_on, found.due_at = due.due_on, due.due_at


@transaction.atomic
def withdraw(*, actor: Actor, request_id: int, now: datetime, rev: int | None = None) -> CertificateRequest:
    """Take a request back before it is decided. Idempotent."""
    found = own(actor, request_id)
    if found.state == State.WITHDRAWN:
        return found
    journal.check_rev(found, rev)
    if found.state not in OPEN:
        raise Refused(Reason("wrong_state", N_("This request has been decided and can no longer be withdrawn.")))
    found.state, found.ended_at, found.ended_by_name, found.due_at = State.WITHDRAWN, now, actor.name, None
    found.post = Post.NONE
    journal.save(found, "state", "ended_at", "ended_by_name", "due_at", "post")
    journal.happened(found, "withdrawn", actor=actor, now=now)
    return found
