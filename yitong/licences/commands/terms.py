"""What only the calendar does to terms: reminders before the end, and renewal deemed granted after it. For sweeps alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from yitong.kernel.events import publish
from yitong.licences.commands.making import local_day
from yitong.licences.commands.renewing import State, follow_deemed
from yitong.licences.events import RenewalDue
from yitong.licences.models import Licence, LicenceType, Renewal, RenewalNotice
from yitong.licences.rules import renewal as rules
from yitong.notifications.commands import Recipient, send
from yitong.parties.actors import Actor
from yitong.parties.queries import people


def remind_renewals(*, now: datetime, limit: int = 500) -> int:
    """Tell the registered holders of renewable licences that end soon; returns how many were told.

    Twice at most: in time to apply, and when the last day on which an application is in time has come (thirty days before
    the end). Once a renewal is applied for, no more. Call again until it returns 0.
    """
    told = 0
    for kind in LicenceType.objects.filter(renewable=True, active=True):
        if told < limit:
            told += _remind(kind, now, limit - told)
    return told


@transaction.atomic
def _remind(kind: LicenceType, now: datetime, limit: int) -> int:
    today = local_day(now)
    due = list(_due(kind, today)[:limit])
    notices = RenewalNotice.objects.bulk_create(
        [RenewalNotice(licence=each, stage=_stage(each, kind, today), at=now) for each in due], ignore_conflicts=True
    )
    persons = people.people([each.holder_person_id for each in due if each.holder_person_id])
    companies = people.enterprises([each.holder_enterprise_id for each in due if each.holder_enterprise_id])
    for licence, notice in zip(due, notices, strict=True):
        if licence.holder_person_id:
            person = persons[licence.holder_person_id]
            recipient = Recipient(person_id=person.pk, phone=person.phone, name=person.name)
        else:
            company = companies[licence.holder_enterprise_id or 0]
            recipient = Recipient(person_id=company.legal_representative_id, phone=company.phone, name=company.name)
        _tell(licence, kind, notice.stage, recipient, now)
    return len(due)


def _due(kind: LicenceType, today: date) -> QuerySet[Licence]:
    """By the index of ends: those within the window whose stage was not told, of registered holders, nothing applied for."""
    last_from = today + rules.APPLY_BEFORE
    stage = Case(When(valid_until__lte=last_from, then=Value("last")), default=Value("early"), output_field=CharField())
    told = RenewalNotice.objects.filter(licence=OuterRef("pk"), stage=OuterRef("stage"))
    applied = Renewal.objects.filter(licence=OuterRef("pk"), state=State.APPLIED)
    window = Q(valid_until__gte=today, valid_until__lte=last_from + timedelta(days=kind.renew_days))
    return (
        Licence.objects.filter(window, status=Licence.Status.VALID, type=kind)
        .exclude(holder_person=None, holder_enterprise=None)
        .annotate(stage=stage)
        .filter(~Exists(told), ~Exists(applied))
        .order_by("valid_until", "id")
    )


def _stage(licence: Licence, kind: LicenceType, today: date) -> str:
    assert licence.valid_until is not None  # within the window
    return rules.stage_on(today, licence.valid_until, kind.renew_days)


def _tell(licence: Licence, kind: LicenceType, stage: str, recipient: Recipient, now: datetime) -> None:
    until = licence.valid_until
    assert until is not None  # within the window
    send(
        template="licence_renewal_due",
        recipient=recipient,
        context={
            "licence": kind.name,
            "licence_number": licence.number,
            "until": until,
            "days": (until - local_day(now)).days,
            "apply_by": max(rules.last_day_to_apply(until), local_day(now)),
        },
        dedup_key=f"renewal:{licence.pk}:{stage}",
        subject=f"licence:{licence.number}",
        now=now,
    )
    publish(RenewalDue(licence_id=licence.pk, number=licence.number, type_code=kind.code, at=now))


@transaction.atomic
def deem_renewed(*, case_number: str, actor: Actor, now: datetime) -> Licence | None:
    """Renew what this case applied for in time and nobody decided before the end (行政许可法 第五十条第二款).

    For the sweep of the cases alone, which holds the case and tells the applicant. A renewal deemed before gives its licence;
    None when there is nothing to renew: not lapsed, or the licence was revoked or lost while the case lay there.
    """
    # The licence first, as a grant does: the other order could deadlock with it.
    licence_id = Renewal.objects.values_list("licence_id", flat=True).get(case_number=case_number)
    licence = Licence.objects.select_for_update(of=("self",)).select_related("type").get(pk=licence_id)
    found = Renewal.objects.select_for_update(of=("self",)).select_related("result").get(case_number=case_number)
    if found.state == State.DEEMED:
        return found.result
    until = licence.valid_until
    lapsed = until is not None and rules.lapsed_undecided(
        local_day(now), until, applied_in_time=found.in_time, decided=found.state != State.APPLIED
    )
    if not lapsed:
        return None
    if licence.status != Licence.Status.VALID:
        Renewal.objects.filter(pk=found.pk).update(state=State.WITHDRAWN, ended_at=now)
        return None
    return follow_deemed(found, years=licence.type.valid_years, actor=actor, now=now)


def forget_intentions(*, now: datetime, days: int = 60) -> int:
    """Drop choices to renew that no application followed, so that a later case is not taken for one."""
    old = Renewal.objects.filter(state=State.INTENDED).filter(
        Q(intended_at__lt=now - timedelta(days=days)) | ~Q(licence__status="valid")
    )
    return old.update(state=State.WITHDRAWN, ended_at=now)


__all__ = ["deem_renewed", "forget_intentions", "remind_renewals"]
