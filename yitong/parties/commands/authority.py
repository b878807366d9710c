"""Authorisation letters of chief representatives: issue and revoke."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from yitong.audit.commands import record
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Conflict, Reason, Refused
from yitong.parties import permissions
from yitong.parties.actors import Actor
from yitong.parties.commands.first_come import first_come
from yitong.parties.events import LetterRevoked
from yitong.parties.models import AuthorisationLetter, Department, Staff
from yitong.parties.queries.authority import POWERS
from yitong.parties.roles import Permission
from yitong.parties.rules.identity import checked_period

_NUMBER_TAKEN = Reason(
    "letter_number_taken", N_("There is a letter with this number already. Check the number."), field="number"
)


@transaction.atomic
def issue_letter(
    *,
    actor: Actor,
    number: str,
    staff_id: int,
    department_id: int,
    powers: Collection[str],
    valid_from: date,
    valid_until: date,
    signed_by: str = "",
    now: datetime,
) -> AuthorisationLetter:
    """Enter a signed letter: ``powers`` of decide, review, coordinate; in force in [valid_from, valid_until)."""
    department = permissions.found(Department.objects.filter(pk=department_id).first(), Permission.PARTY_MANAGE)
    permissions.require_region(actor, department.region_id)
    staff = permissions.found(Staff.objects.select_for_update().filter(pk=staff_id).first(), Permission.PARTY_MANAGE)
    _check(number.strip(), staff, powers, valid_from, valid_until)
    overlap = AuthorisationLetter.objects.filter(
        staff=staff,
        department=department,
        revoked_on__isnull=True,
        valid_from__lt=valid_until,
        valid_until__gt=valid_from,
    ).first()
    if overlap is not None:
        text = N_("Letter %(number)s already covers part of this period. Revoke it first or choose other days.")
        raise Refused(Reason("letter_overlap", text, field="valid_from", params={"number": overlap.number}))
    with first_come({"_number_": _NUMBER_TAKEN}):
        letter = AuthorisationLetter.objects.create(
            number=number.strip(),
            staff=staff,
            department=department,
            power_decide="decide" in powers,
            power_review="review" in powers,
            power_coordinate="coordinate" in powers,
            valid_from=valid_from,
            valid_until=valid_until,
            signed_by=signed_by.strip(),
            issued_at=now,
        )
    record(
        actor_ref=actor.ref,
        tag="parties:letter:issued",
        subject=f"letter:{letter.pk}",
        detail={
            "staff": staff.pk,
            "department": department.pk,
            "powers": list(letter.powers),
            "valid_from": valid_from,
            "valid_until": valid_until,
        },
        now=now,
    )
    return letter


def _check(number: str, staff: Staff, powers: Collection[str], valid_from: date, valid_until: date) -> None:
    if not number:
        text = N_("The number is missing. Write it as printed on the letter.")
        raise Refused(Reason("letter_number", text, field="number"))
    if AuthorisationLetter.objects.filter(number=number).exists():
        raise Refused(_NUMBER_TAKEN)
    unknown = sorted(set(powers) - set(POWERS))
    if unknown or not powers:
        text = N_("Choose at least one of the three powers: decide, review, coordinate.")
        raise Refused(Reason("letter_powers", text, field="powers"))
    if staff.state != Staff.State.ACTIVE:
        text = N_("%(name)s has left and can't hold a letter. Choose somebody in office.")
        raise Refused(Reason("staff_left", text, field="staff", params={"name": staff.name}))
    checked_period(valid_from, valid_until)


@transaction.atomic
def revoke_letter(*, actor: Actor, letter_id: int, reason: str, now: datetime) -> AuthorisationLetter:
    """The letter has no force from today on. What was decided under it before stays."""
    letter = permissions.found(
        AuthorisationLetter.objects.select_for_update(of=("self",))
        .select_related("department")
        .filter(pk=letter_id)
        .first(),
        Permission.PARTY_MANAGE,
    )
    permissions.require_region(actor, letter.department.region_id)
    if letter.revoked_on is not None:
        text = N_("This letter was revoked on %(on)s already.")
        raise Conflict(Reason("letter_revoked", text, params={"on": letter.revoked_on.isoformat()}))
    if not reason.strip():
        raise Refused(Reason("reason_missing", N_("The reason is missing. Write why it is revoked."), field="reason"))
    letter.revoked_on = timezone.localtime(now).date()
    letter.revoked_reason = reason.strip()
    letter.save(update_fields=["revoked_on", "revoked_reason"])
    record(actor_ref=actor.ref, tag="parties:letter:revoked", subject=f"letter:{letter.pk}", detail={}, now=now)
    publish(LetterRevoked(letter.pk, letter.staff_id, letter.department_id, letter.revoked_on, now))
    return letter
