"""At the window: the holder agrees on paper that this department asks for him, for this visit."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from yitong.audit.commands import record
from yitong.certificates.commands import journal
from yitong.certificates.commands.holders import holder_for
from yitong.certificates.models import WindowConsent
from yitong.certificates.rules.texts import checked
from yitong.documents.commands import uploads
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences.holders import key_of_holder
from yitong.parties.actors import Actor
from yitong.parties.queries import organisation
from yitong.parties.roles import Permission

LASTS = timedelta(minutes=30)
"""One visit at the window: our default."""


@transaction.atomic
def open_window(
    *,
    actor: Actor,
    purpose: str,
    scan_id: int | None,
    card_checked: bool,
    now: datetime,
    person_id: int | None = None,
    enterprise_id: int | None = None,
) -> WindowConsent:
    """Note that the holder is here, his card was checked and he signed (``scan_id``: the stored scan of the signed sheet).

    Raises NotAllowed (not window staff, nobody of that id), Refused naming the field.
    """
    if not (actor.is_staff and actor.staff_id is not None and actor.may(Permission.CERTIFICATE_REQUEST)):
        raise NotAllowed(Permission.CERTIFICATE_REQUEST)
    if not card_checked:
        message = N_("Check the identity card of the person at the window and confirm that you did.")
        raise Refused(Reason("card_not_checked", message, field="card_checked"))
    if scan_id is None:
        message = N_("Attach the scan of the consent the person signed.")
        raise Refused(Reason("no_scan", message, law="个人信息保护法 第十四条", field="scan"))
    holder, _row = holder_for(actor, person_id=person_id, enterprise_id=enterprise_id)
    member = organisation.staff_member(actor.staff_id)
    assert member is not None
    number = journal.next_number("SQ", now)
    file = uploads.assign(stored_file_id=scan_id, subject=f"window:{number}", actor=actor)
    made = WindowConsent.objects.create(
        number=number,
        holder_person_id=holder.person_id,
        holder_enterprise_id=holder.enterprise_id,
        holder_name=holder.name,
        holder_key=key_of_holder(holder),
        staff=member,
        department_id=member.department_id,
        purpose=checked("purpose", purpose, most=100),
        scan=file,
        opened_at=now,
        valid_until=now + LASTS,
    )
    record(
        actor_ref=actor.ref,
        tag="certificates:window:opened",
        subject=f"window:{number}",
        detail={"department": member.department.code},
        now=now,
    )
    return made


def window_of(actor: Actor, window_id: int | None, now: datetime) -> WindowConsent:
    """The window consent ``actor`` opened and that is still in force; Refused when there is none."""
    rows = WindowConsent.objects.select_related("department")
    found = rows.filter(pk=window_id, staff_id=actor.staff_id or 0).first() if window_id else None
    if found is None or found.valid_until <= now:
        message = N_("The visit at the window is over or was never begun. Enter the person's consent again.")
        raise Refused(Reason("consent_missing", message, law="个人信息保护法 第十三条", field="window"))
    return found
