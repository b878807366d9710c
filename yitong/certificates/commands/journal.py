"""Numbers, history, audit and messages: what every act of this context leaves behind."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection

from yitong.audit.commands import record
from yitong.certificates.models import CertificateRequest, RequestEvent
from yitong.certificates.rules.terms import local_date
from yitong.kernel.reasons import N_, Conflict, Reason
from yitong.notifications.commands import Recipient, send
from yitong.parties.actors import Actor
from yitong.parties.queries import organisation, people
from yitong.parties.roles import Role

REVIEWERS = (Role.ACCEPTER, Role.REVIEWER)
"""Whose posts are told of what waits for their department."""

TAGS = {
    "submitted": "certificates:request:submitted",
    "claimed": "certificates:request:claimed",
    "asked_back": "certificates:request:asked_back",
    "supplied": "certificates:request:supplied",
    "issued": "certificates:request:issued",
    "refused": "certificates:request:refused",
    "withdrawn": "certificates:request:withdrawn",
    "posted": "certificates:request:posted",
    "delivered": "certificates:request:delivered",
    "returned": "certificates:request:returned",
    "revoked": "certificates:request:revoked",
}
"""What the audit log calls each act of a request's history."""


def next_number(prefix: str, now: datetime) -> str:
    """ZM2026112100000123: kind, day, serial. Serials may have gaps; the sealed document's number has none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('certificates_serial')")
        serial = int(cursor.fetchone()[0])
    return f"{prefix}{local_date(now):%Y%m%d}{serial:08d}"


def happened(
    request: CertificateRequest, kind: str, *, actor: Actor, now: datetime, text: str = "", **detail: Any
) -> None:
    """One line of the request's history and one of the audit log (no personal data there)."""
    RequestEvent.objects.create(
        request=request, kind=kind, at=now, actor_ref=actor.ref, actor_name=actor.name, text=text
    )
    record(
        actor_ref=actor.ref,
        tag=TAGS[kind],
        subject=f"certificate:{request.number}",
        detail={"type": request.type.code, "way": request.way, **_under(request), **detail},
        now=now,
    )


def _under(request: CertificateRequest) -> dict[str, int]:
    return {"mandate": request.mandate_id} if request.mandate_id is not None else {}


def save(request: CertificateRequest, *columns: str) -> None:
    """Store the changed columns and count the revision up."""
    request.rev += 1
    request.save(update_fields=[*columns, "rev"])


def check_rev(request: CertificateRequest, rev: int | None) -> None:
    """Conflict when somebody changed the request since the form was shown."""
    if rev is not None and rev != request.rev:
        message = N_("This request was changed meanwhile. This is how it stands now; please look at it again.")
        raise Conflict(Reason("changed", message))


def tell(request: CertificateRequest, template: str, *, now: datetime, **context: Any) -> None:
    """A message to the applicant, once for this act: the agent under a mandate, else the holder or who acts for him."""
    person_id = _applicant(request)
    if request.mandate_id is not None:
        to = Recipient(person_id, phone=people.account_phone(person_id or 0), name=request.requested_by_name)
    else:
        phone = request.phone or (people.account_phone(person_id) if person_id else "")
        to = Recipient(person_id, phone=phone, name=request.holder_name)
    _send(request, template, to, now, context)


def tell_principal(request: CertificateRequest, template: str, *, now: datetime, **context: Any) -> None:
    """The same to the principal for whom somebody else asked: the holder, an enterprise's legal representative."""
    person_id = request.holder_person_id
    if request.holder_enterprise is not None:
        person_id = request.holder_enterprise.legal_representative_id
    if person_id is None or person_id == _applicant(request):
        return
    to = Recipient(person_id, phone=people.account_phone(person_id), name=request.holder_name)
    _send(request, template, to, now, context)


def _applicant(request: CertificateRequest) -> int | None:
    asked = _person_of(request.requested_by_ref)
    return asked if request.mandate_id is not None else request.holder_person_id or asked


def _send(request: CertificateRequest, template: str, to: Recipient, now: datetime, context: dict[str, Any]) -> None:
    send(
        template=template,
        recipient=to,
        context={"item": request.name, "number": request.number, **context},
        dedup_key=f"certificate:{request.number}:{request.rev}:{template}:{to.person_id}",
        now=now,
        subject=f"certificate:{request.number}",
    )


def tell_department(department_id: int, template: str, *, key: str, subject: str, now: datetime, **context: Any) -> int:
    """A message to everybody who works such posts of the department today; how many."""
    today = local_date(now)
    told = {staff.pk: staff.name for role in REVIEWERS for staff in organisation.holders(department_id, role, today)}
    for staff_id, name in told.items():
        tell_staff(staff_id, name, template, key=key, subject=subject, now=now, **context)
    return len(told)


def tell_staff(
    staff_id: int, name: str, template: str, *, key: str, subject: str, now: datetime, **context: Any
) -> None:
    """A message to one colleague, in the platform."""
    send(
        template=template,
        recipient=Recipient(staff_id=staff_id, name=name),
        context=context,
        dedup_key=f"{key}:{staff_id}",
        channels=("inapp",),
        now=now,
        subject=subject,
    )


def words(day: date | None) -> str:
    """A date as messages write it."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "另行告知"


def _person_of(ref: str) -> int | None:
    kind, _, number = ref.partition(":")
    return int(number) if kind == "person" and number.isdecimal() else None
