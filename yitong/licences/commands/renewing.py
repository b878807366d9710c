"""Renew a licence's term (行政许可法 第五十条), and issue a lost one again: the next version of the same licence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.licences.commands.making import Draft, local_day, make, supersede
from yitong.licences.holders import key_of_holder
from yitong.licences.models import Licence, Renewal
from yitong.licences.permissions import can_issue, is_holder, visible_to
from yitong.licences.queries import contents
from yitong.licences.rules import renewal as rules
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor
from yitong.parties.queries import people
from yitong.parties.roles import Permission

State = Renewal.State
OPEN = (State.INTENDED, State.APPLIED)


@transaction.atomic
def intend(*, licence_id: int, actor: Actor, now: datetime) -> Renewal:
    """The holder chooses to apply for renewal of this licence; the next case he submits for its item is about it.

    Choosing again finds the choice made before. Raises NotAllowed; Refused ``not_renewable`` with the first day.
    """
    licence = (
        Licence.objects.select_for_update().select_related("type").filter(pk=licence_id).first() if licence_id else None
    )
    if licence is None or not is_holder(actor, licence):
        raise NotAllowed(Permission.LICENCE_VIEW)
    return _intended(licence, actor, now)


@transaction.atomic
def choose_present(
    *, holder: Holder, type_code: str, department_id: int, licence_id: int | None, actor: Actor, now: datetime
) -> Renewal | None:
    """A clerk notes what the holder before him says: the case filed next renews this licence, or (None) none of that type.

    The caller has seen that the clerk files for this holder. Another choice made before falls. Raises NotAllowed; Refused
    ``not_renewable`` and the like, ``renewal_applied`` while another case renews it.
    """
    if not (actor.is_staff and actor.may(Permission.CASE_FILE)):
        raise NotAllowed(Permission.CASE_FILE)
    own = Licence.objects.filter(
        holder_key=key_of_holder(holder), type__code=type_code, issuer_department=department_id
    ).select_for_update(of=("self",))
    rows = {row.pk: row for row in own.select_related("type").order_by("id")}
    for other in Renewal.objects.filter(licence__in=set(rows) - {licence_id}, state=State.INTENDED):
        _give_up(other, rows[other.licence_id], actor.ref, now)
    if licence_id is None:
        return None
    if licence_id not in rows:
        raise NotAllowed(Permission.LICENCE_VIEW)
    made = _intended(rows[licence_id], actor, now)
    if made.state == State.APPLIED:
        message = N_("Renewal of this licence is applied for already, in case %(number)s.")
        raise Refused(Reason("renewal_applied", message, field="renews", params={"number": made.case_number}))
    return made


def _intended(licence: Licence, actor: Actor, now: datetime) -> Renewal:
    """The open renewal of the licence, which is locked; made if there is none and it is time. Raises Refused."""
    open_one = Renewal.objects.filter(licence=licence, state__in=OPEN).first()
    if open_one is not None:
        return open_one
    reason = refusal(licence, now)
    if reason is not None:
        raise Refused(reason)
    made = Renewal.objects.create(licence=licence, actor_ref=actor.ref, intended_at=now)
    _log(licence, "licences:renewal:intended", actor.ref, now)
    return made


def refusal(licence: Licence, now: datetime) -> Reason | None:
    """Why renewal of this licence may not be applied for on the day of ``now``, or None."""
    if not licence.type.renewable or licence.valid_until is None:
        message = N_("Licences of this type are not renewed: they are long-term, or a new one is applied for.")
        return Reason("not_renewable", message, law=rules.RENEWAL_LAW)
    if licence.status != Licence.Status.VALID or local_day(now) > licence.valid_until:
        message = N_("This licence is no longer in force. Apply for a new one.")
        return Reason("not_in_force", message, law=rules.RENEWAL_LAW)
    days = licence.type.renew_days
    if not rules.renewable_on(local_day(now), licence.valid_from, licence.valid_until, days):
        message = N_("Renewal may be applied for from %(day)s on.")
        day = rules.early_notice(licence.valid_until, days).isoformat()
        return Reason("too_early", message, law=rules.RENEWAL_LAW, params={"day": day})
    return None


@transaction.atomic
def applied(
    *,
    case_number: str,
    type_code: str,
    person_id: int | None,
    enterprise_id: int | None,
    department_id: int,
    now: datetime,
) -> Renewal | None:
    """A case for a licence of this type was submitted: binds the renewal its holder chose before, if there is one.

    A licence that cannot be renewed any more (its term ended, it was revoked) stays as it is: the case asks for a new one.
    """
    choices = (
        Renewal.objects.select_for_update(of=("self",))
        .select_related("licence__type")
        .filter(
            state=State.INTENDED,
            licence__type__code=type_code,
            licence__issuer_department=department_id,
            licence__holder_person=person_id,
            licence__holder_enterprise=enterprise_id,
        )
        .order_by("-id")
    )
    for chosen in choices:
        until = chosen.licence.valid_until
        if until is not None and refusal(chosen.licence, now) is None:
            chosen.state, chosen.case_number, chosen.applied_on = State.APPLIED, case_number, local_day(now)
            chosen.in_time = rules.in_time(local_day(now), until)
            chosen.save(update_fields=["state", "case_number", "applied_on", "in_time"])
            detail = {"case": case_number, "in_time": chosen.in_time}
            _log(chosen.licence, "licences:renewal:applied", "system:renewals", now, **detail)
            return chosen
        _give_up(chosen, chosen.licence, "system:renewals", now)
    return None


def _give_up(chosen: Renewal, licence: Licence, actor_ref: str, now: datetime) -> None:
    chosen.state, chosen.ended_at = State.WITHDRAWN, now
    chosen.save(update_fields=["state", "ended_at"])
    _log(licence, "licences:renewal:withdrawn", actor_ref, now)


@transaction.atomic
def not_granted(*, case_number: str, state: str, now: datetime) -> None:
    """The case of a renewal ended without a grant. ``state``: refused or withdrawn. A term deemed renewed stays so."""
    if Renewal.objects.filter(case_number=case_number, state=State.APPLIED).update(state=state, ended_at=now):
        licence = Licence.objects.get(renewals__case_number=case_number)
        _log(licence, f"licences:renewal:{state}", "system:renewals", now, case=case_number)


def renewed_by_case(draft: Draft, *, years: int | None, actor: Actor, now: datetime) -> Licence | None:
    """The next version of the licence this case renews, made now or deemed before; None when it renews none."""
    if not draft.case_number:
        return None
    found = Renewal.objects.filter(case_number=draft.case_number, state__in=[State.APPLIED, State.DEEMED]).first()
    if found is None:
        return None
    old = _locked(found.licence_id)
    found.refresh_from_db()
    if found.state == State.DEEMED:
        return Licence.objects.select_related("type").get(previous=old)
    if old.status != Licence.Status.VALID or old.type_id != draft.kind.pk or old.valid_until is None:
        # Ended since it was applied for: what is granted now is a new licence.
        not_granted(case_number=draft.case_number, state=State.WITHDRAWN, now=now)
        return None
    until = rules.renewed_until(old.valid_until, years, draft.valid_from)
    new = _follow(old, replace(draft, valid_until=until, what="renewed", law=rules.RENEWAL_LAW), actor, now)
    found.state, found.result, found.ended_at = State.GRANTED, new, now
    found.save(update_fields=["state", "result", "ended_at"])
    return new


@transaction.atomic
def renew(*, licence_id: int, years: int | None, reason: str, actor: Actor, now: datetime) -> Licence:
    """Renew without a case, by the keeper of the register: the same contents for another term. Raises NotAllowed, Refused."""
    old = _keepers(licence_id, actor)
    if old.status != Licence.Status.VALID or old.valid_until is None:
        message = N_("Only a licence in force with a term can be renewed.")
        raise Refused(Reason("not_in_force", message, law=rules.RENEWAL_LAW, field="licence"))
    today = local_day(now)
    until = rules.renewed_until(old.valid_until, years, today)
    draft = replace(
        _same(old), valid_from=today, valid_until=until, what="renewed", reason=reason, law=rules.RENEWAL_LAW
    )
    return _follow(old, draft, actor, now)


@transaction.atomic
def reissue(*, licence_id: int, reason: str, actor: Actor, now: datetime) -> Licence:
    """Issue a lost licence again, as its next version with the same term. Raises NotAllowed, Refused, Conflict."""
    old = _keepers(licence_id, actor)
    if old.status != Licence.Status.LOST:
        message = N_("Only a licence that was reported lost is issued again. Report the loss first.")
        raise Refused(Reason("not_lost", message, field="licence"))
    if old.valid_until is not None and old.valid_until < local_day(now):
        raise Refused(Reason("term_over", N_("Its term is over. A new licence is applied for."), field="licence"))
    draft = replace(_same(old), valid_from=local_day(now), what="reissued", reason=reason.strip()[:200])
    return _follow(old, draft, actor, now)


def follow_deemed(found: Renewal, *, years: int | None, actor: Actor, now: datetime) -> Licence:
    """The next version of a licence whose term ended without a decision. Inside the sweep's transaction, the licence locked."""
    old = _locked(found.licence_id)
    assert old.valid_until is not None  # only terms that end are renewed
    begin = old.valid_until
    until = rules.renewed_until(begin, years, begin)
    draft = replace(
        _same(old),
        valid_from=local_day(now),
        valid_until=until,
        case_number=found.case_number,
        what="deemed_renewed",
        reason=f"逾期未作决定，视为准予延续（办件编号{found.case_number}）",
        law=rules.RENEWAL_LAW,
    )
    new = _follow(old, draft, actor, now)
    found.state, found.result, found.ended_at = State.DEEMED, new, now
    found.save(update_fields=["state", "result", "ended_at"])
    return new


def _follow(old: Licence, draft: Draft, actor: Actor, now: datetime) -> Licence:
    if Licence.objects.filter(previous=old).exists():
        message = N_("A newer version of this licence was issued already. Nothing was changed.")
        raise Conflict(Reason("followed_already", message))
    supersede(old, reason="已由新版本替代", actor=actor, now=now)
    return make(replace(draft, previous=old), actor=actor, now=now)


def _same(old: Licence) -> Draft:
    """A draft with the contents of ``old``. Refused when its sealed fields cannot be opened."""
    assert old.issuer_department_id is not None  # one of our departments issued it: only that one renews
    row = (
        people.person(old.holder_person_id)
        if old.holder_person_id is not None
        else people.enterprise(old.holder_enterprise_id or 0)
    )
    assert row is not None  # foreign key: issued here
    id_number = row.idcard if old.holder_person_id is not None else row.uscc  # type: ignore[union-attr]
    return Draft(
        kind=old.type,
        holder=Holder(old.holder_kind, id_number, old.holder_name, old.holder_person_id, old.holder_enterprise_id),
        data=contents.complete(old),
        department_id=old.issuer_department_id,
        region_id=old.region_id,
        case_number="",
        valid_from=old.valid_from,
        valid_until=old.valid_until,
        previous=old,
        origin=str(old.document.context.get("case_number", "")) if old.document else "",
    )


def _keepers(licence_id: int, actor: Actor) -> Licence:
    licence = Licence.objects.filter(pk=licence_id).first()
    seen = licence is not None and visible_to(actor).filter(pk=licence_id).exists()
    if licence is None or not seen or not can_issue(actor, licence.issuer_department_id):
        raise NotAllowed(Permission.LICENCE_ISSUE)
    if licence.document_id is None:
        message = N_("This licence was issued by another body. It alone can renew it or issue it again.")
        raise Refused(Reason("issued_elsewhere", message, field="licence"))
    return _locked(licence_id)


def _locked(licence_id: int) -> Licence:
    return Licence.objects.select_for_update(of=("self",)).select_related("type").get(pk=licence_id)


def _log(licence: Licence, tag: str, actor_ref: str, now: datetime, **detail: object) -> None:
    record(
        actor_ref=actor_ref,
        tag=tag,
        subject=f"licence:{licence.number}",
        detail={"identifier": licence.identifier, **detail},
        now=now,
    )
