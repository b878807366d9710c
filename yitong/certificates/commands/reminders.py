"""The clock's own work: who is late is reminded, once a day."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from yitong.audit.commands import record
from yitong.certificates.commands import journal
from yitong.certificates.commands.verifying import subject_words
from yitong.certificates.models import CertificateRequest, Verification
from yitong.certificates.rules.states import WAITING
from yitong.certificates.rules.terms import local_date
from yitong.kernel.calendar import load_calendar


@transaction.atomic
def remind_overdue(*, now: datetime, limit: int = 200) -> int:
    """Remind the departments of overdue verifications and reviews, on working days and once a day each; how many.

    Who asked is told as well, the first time. Any number of workers may run at once.
    """
    today = local_date(now)
    if not load_calendar().is_workday(today):
        return 0
    waits = Q(due_at__lt=now) & (Q(reminded_on__isnull=True) | Q(reminded_on__lt=today))
    late = Verification.objects.select_for_update(skip_locked=True, of=("self",)).filter(waits, state="asked")
    count = 0
    for found in late.select_related("department", "asking_department", "type").order_by("due_at")[:limit]:
        _remind_answer(found, now)
        found.reminded_on = today
        found.save(update_fields=["reminded_on"])
        count += 1
    slow = CertificateRequest.objects.select_for_update(skip_locked=True, of=("self",)).filter(waits, state__in=WAITING)
    for request in slow.order_by("due_at")[: max(0, limit - count)]:
        _remind_review(request, now)
        request.reminded_on = today
        request.save(update_fields=["reminded_on"])
        count += 1
    return count


def _remind_answer(found: Verification, now: datetime) -> None:
    told = {
        "item": subject_words(found),
        "number": found.number,
        "department": found.asking_department.name,
        "due_on": journal.words(found.due_on),
    }
    key, subject = f"verification:{found.number}:overdue", f"verification:{found.number}"
    journal.tell_department(
        found.department_id, "verification_overdue", key=f"{key}:{local_date(now)}", subject=subject, now=now, **told
    )
    if found.reminded_on is None and found.asked_by_id is not None:
        journal.tell_staff(
            found.asked_by_id,
            found.asked_by_name,
            "verification_late",
            key=key,
            subject=subject,
            now=now,
            item=subject_words(found),
            number=found.number,
            department=found.department.name,
            due_on=journal.words(found.due_on),
        )
    _log("certificates:verification:reminded", subject, now)


def _remind_review(request: CertificateRequest, now: datetime) -> None:
    subject = f"certificate:{request.number}"
    journal.tell_department(
        request.department_id,
        "certificate_overdue",
        key=f"{subject}:overdue:{local_date(now)}",
        subject=subject,
        now=now,
        item=request.name,
        number=request.number,
        due_on=journal.words(request.due_on),
    )
    _log("certificates:request:reminded", subject, now)


def _log(tag: str, subject: str, now: datetime) -> None:
    record(actor_ref="system:certificates", tag=tag, subject=subject, detail={}, now=now)
