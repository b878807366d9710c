"""At the window: the holder agrees, on paper or by his code, that this department asks for him, for this visit."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from yitong.audit.commands import record
from yitong.certificates.commands import journal
from yitong.certificates.commands.holders import holder_for
from yitong.certificates.models import WindowConsent
from yitong.certificates.rules.texts import checked
from yitong.certificates.scenes import WindowScene
from yitong.consents.commands import codes
from yitong.documents.commands import uploads
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences.holders import key_of_holder
from yitong.licences.rules.holders import Holder
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
    sensitive: bool = False,
) -> WindowConsent:
    """Note that the holder is here, his card was checked and he signed (``scan_id``: the stored scan of the signed sheet).

    For an enterprise its handler stands here, and his card is checked. ``sensitive``: the sheet says separately that
    sensitive fields of licences may be read. Raises NotAllowed (not window staff, nobody of that id), Refused naming the
    field.
    """
    _require_window(actor)
    _check_card(card_checked)
    if scan_id is None:
        message = N_("Attach the scan of the consent the person signed.")
        raise Refused(Reason("no_scan", message, law="个人信息保护法 第十四条", field="scan"))
    holder, _row = holder_for(actor, person_id=person_id, enterprise_id=enterprise_id)
    made = _consent(actor, holder, checked("purpose", purpose, most=100), sensitive, now)
    made.scan = uploads.assign(stored_file_id=scan_id, subject=f"window:{made.number}", actor=actor)
    return _opened(made, actor, now)


def open_by_code(*, actor: Actor, token: str, card_checked: bool, now: datetime) -> WindowConsent:
    """The holder showed the code of the scene ``window``: its scan is his consent, for the same half hour.

    An enterprise's code is shown by who handles its matters: his card is checked, the enterprise is the holder. Raises
    NotAllowed (no window staff), Refused with what is wrong with the code. Call it outside of a transaction: a refused scan
    stays in the log.
    """
    _require_window(actor)
    _check_card(card_checked)
    if not token.strip():
        raise Refused(Reason("no_code", N_("Scan the code the phone shows now."), field="token"))
    if codes.over_limit(actor=actor, now=now):
        raise Refused(Reason("too_many", N_("Too many scans within a minute; wait a moment."), field="token"))
    seen = codes.spend(actor=actor, token=token, purpose=WindowScene.code, now=now)
    with transaction.atomic():
        made = _consent(actor, seen.holder, seen.scene.purpose, seen.sensitive, now)
        made.code_id = seen.code_id
        return _opened(made, actor, now)


def _require_window(actor: Actor) -> None:
    if not (actor.is_staff and actor.staff_id is not None and actor.may(Permission.CERTIFICATE_REQUEST)):
        raise NotAllowed(Permission.CERTIFICATE_REQUEST)


def _check_card(card_checked: bool) -> None:
    if not card_checked:
        message = N_("Check the identity card of the person at the window and confirm that you did.")
        raise Refused(Reason("card_not_checked", message, field="card_checked"))


def _consent(actor: Actor, holder: Holder, purpose: str, sensitive: bool, now: datetime) -> WindowConsent:
    member = organisation.staff_member(actor.staff_id or 0)
    assert member is not None
    return WindowConsent(
        number=journal.next_number("SQ", now),
        holder_person_id=holder.person_id,
        holder_enterprise_id=holder.enterprise_id,
        holder_name=holder.name,
        holder_key=key_of_holder(holder),
        staff=member,
        department=member.department,
        purpose=purpose,
        sensitive=sensitive,
        opened_at=now,
        valid_until=now + LASTS,
    )


def _opened(made: WindowConsent, actor: Actor, now: datetime) -> WindowConsent:
    made.save(force_insert=True)
    record(
        actor_ref=actor.ref,
        tag="certificates:window:opened",
        subject=f"window:{made.number}",
        detail={"department": made.department.code, "way": "code" if made.code_id is not None else "paper"},
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
