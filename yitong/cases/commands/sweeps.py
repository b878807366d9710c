"""What only the clock does: each sweep finds due cases and acts on them one by one, each in its own transaction.

A case is claimed by its row lock with SKIP LOCKED, so that two workers never act on the same one and an officer at work
on a case is never waited for: what is skipped is found by the next sweep. Every command behind a sweep checks its rule
again under the lock. A case whose rule or data refuses is left as it is, logged, and does not stop the others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from yitong.cases.commands import notices
from yitong.cases.commands.acceptance import deem_case_accepted
from yitong.cases.commands.decision import deem_case_approved
from yitong.cases.commands.ending import terminate_overdue_case
from yitong.cases.commands.journal import begin, finish, require
from yitong.cases.commands.provisional import remind
from yitong.cases.commands.renewal import deem_case_renewed
from yitong.cases.models import Case, CorrectionNotice, ProvisionalAcceptance
from yitong.cases.queries.facts import row_facts
from yitong.cases.rules.basis import PENDING_STATES
from yitong.cases.rules.deadlines import local_date, next_reminder
from yitong.cases.rules.states import REVIEW_STATES
from yitong.cases.rules.transitions import Action
from yitong.catalog.queries.items import version
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.licences.queries import renewals
from yitong.parties.actors import system

log = logging.getLogger(__name__)
SWEEPER = system("deadlines")


def deem_accepted(*, now: datetime, limit: int = 200) -> int:
    """Accept from their receipt the cases nobody answered within five working days. How many were."""
    due = Case.objects.filter(state="submitted", tell_by_at__lt=now).order_by("tell_by_at")
    return _each(due, limit, now, lambda pk: deem_case_accepted(actor=SWEEPER, case_id=pk, now=now))


def deem_approved(*, now: datetime, limit: int = 200) -> int:
    """Grant by silence the listed items past their statutory end. How many were."""
    due = Case.objects.filter(
        state__in=REVIEW_STATES,
        deemed_approval_listed=True,
        suspended=False,
        provisional_open=False,
        statutory_due_at__lt=now,
    ).order_by("statutory_due_at")
    return _each(due, limit, now, lambda pk: deem_case_approved(actor=SWEEPER, case_id=pk, now=now))


def deem_renewed(*, now: datetime, limit: int = 200) -> int:
    """Grant by law the renewals nobody decided before the end of the term (行政许可法 第五十条). How many cases."""
    numbers = renewals.lapsed_cases(local_date(now))
    due = Case.objects.filter(number__in=numbers, state__in=PENDING_STATES).order_by("id")
    return _each(due, limit, now, lambda pk: deem_case_renewed(actor=SWEEPER, case_id=pk, now=now))


def remind_provisional(*, now: datetime, limit: int = 200) -> int:
    """Remind of promised materials two working days before the day, and on the day itself. How many reminders."""
    today = local_date(now)
    first = Q(remind_on__lte=today, promised_on__gt=today, reminded_before_at=None)
    last = Q(promised_on=today, reminded_last_at=None)
    owed = ProvisionalAcceptance.objects.filter(first | last, state="promised").order_by("promised_on")
    due = Case.objects.filter(pk__in=owed.values("case_id"), provisional_open=True)
    return _each(due, limit, now, lambda pk: _remind(pk, now))


def remind_corrections(*, now: datetime, limit: int = 200) -> int:
    """Remind of an open correction two working days before its day, on the day, and weekly for a while after it.

    After a pause of the worker one reminder is sent, not all that were missed. How many reminders.
    """
    waiting = CorrectionNotice.objects.filter(state="open", remind_on__lte=local_date(now))
    due = Case.objects.filter(pk__in=waiting.values("case_id"), state="correcting").order_by("id")
    return _each(due, limit, now, lambda pk: _remind_correction(pk, now))


def terminate_overdue_provisional(*, now: datetime, limit: int = 200) -> int:
    """Terminate the cases whose promised materials did not come in time. How many were."""
    broken = ProvisionalAcceptance.objects.filter(state="promised", promised_until_at__lt=now)
    due = Case.objects.filter(pk__in=broken.values("case_id"), provisional_open=True).order_by("id")
    return _each(due, limit, now, lambda pk: terminate_overdue_case(actor=SWEEPER, case_id=pk, now=now))


def _each(due: QuerySet[Case], limit: int, now: datetime, act: Callable[[int], object]) -> int:
    """Act on up to ``limit`` of the cases; those whose last event is in the future wait until the clock is right.

    ``act`` returns False when another worker was first and nothing was left to do.
    """
    done = 0
    for pk in list(due.filter(last_event_at__lte=now).values_list("pk", flat=True)[:limit]):
        try:
            with transaction.atomic():
                free = Case.objects.select_for_update(skip_locked=True).filter(pk=pk).values_list("pk", flat=True)
                if free.first() is None:
                    continue
                acted = act(pk)
        except (Refused, NotAllowed, Conflict) as refusal:
            # Somebody acted between the search and the lock, or the case lacks something only people can mend.
            log.warning("sweep left case %s as it is: %s", pk, refusal)
            continue
        done += acted is not False
    return done


def _remind(case_id: int, now: datetime) -> bool:
    case, now = begin(Action.TERMINATE_OVERDUE, actor=SWEEPER, case_id=case_id, rev=None, now=now)
    acceptance = ProvisionalAcceptance.objects.select_for_update().get(case=case)
    last = acceptance.promised_on == local_date(now)
    if (acceptance.reminded_last_at if last else acceptance.reminded_before_at) is not None:
        return False
    remind(case, acceptance, last=last, now=now)
    # A first reminder that was missed is not sent after the last one.
    acceptance.reminded_before_at = acceptance.reminded_before_at or now
    if last:
        acceptance.reminded_last_at = now
    acceptance.save(update_fields=["reminded_before_at", "reminded_last_at"])
    data = {"promised_on": acceptance.promised_on.isoformat(), "last": last}
    finish(case, actor=SWEEPER, now=now, tag="cases:provisional:reminded", events=[("provisional_reminded", data)])
    return True


def _remind_correction(case_id: int, now: datetime) -> bool:
    case, now = begin(Action.REMIND_CORRECTION, actor=SWEEPER, case_id=case_id, rev=None, now=now)
    require(Action.REMIND_CORRECTION, row_facts(case, version(case.version_id).record, SWEEPER, now))
    notice = CorrectionNotice.objects.select_for_update().get(case=case, state="open")
    today = local_date(now)
    if notice.remind_on is None or notice.remind_on > today:
        return False
    key = f"remind:{notice.remind_on:%Y%m%d}"
    notices.tell(case, "correction_reminder", now=now, key=key, due_on=notices.words(notice.supply_by_on))
    notice.remind_on = next_reminder(notice.supply_by_on, today)
    notice.save(update_fields=["remind_on"])
    data = {"supply_by_on": notice.supply_by_on.isoformat()}
    finish(case, actor=SWEEPER, now=now, tag="cases:correction:reminded", events=[("correction_reminded", data)])
    return True
