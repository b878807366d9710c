"""Drafts: what an applicant prepares before the case exists for anybody else. A draft has no number and no events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from yitong.audit.commands.record import record as audit
from yitong.cases.commands.journal import begin, finish, require
from yitong.cases.models import Case, CaseMaterial, Commitment, CorrectionNotice
from yitong.cases.queries.facts import row_facts
from yitong.cases.rules.applicants import Applicant
from yitong.cases.rules.contents import character_refusal
from yitong.cases.rules.deadlines import local_date
from yitong.cases.rules.transitions import Action
from yitong.catalog.queries.items import ItemNotFound, PublishedItem, published, version
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor
from yitong.parties.queries import people
from yitong.parties.queries.delegations import exercising_department
from yitong.parties.roles import Permission

MAX_FORM_BYTES = 200_000
PERSON = "1"
"""服务对象 natural person (GB/T 39046-2020 Annex A); every other code is some kind of organisation."""


def start_draft(
    *,
    actor: Actor,
    item_code: str,
    applicant: Applicant,
    now: datetime,
    channel: str = "web",
    client_token: str | None = None,
    agent_person_id: int | None = None,
) -> Case:
    """A new draft of the item (basic or implementation code) with what is known already filled in.

    ``agent_person_id``: who stands at the window in the applicant's place; his mandate must cover the item.
    ``client_token`` names the click: the same token of the same actor gives the same draft again. Raises NotAllowed when
    ``actor`` may not act for ``applicant``; Refused: unknown item, subject or channel the item does not have, mandate.
    """
    if client_token:
        known = Case.objects.filter(created_by_ref=actor.ref, client_token=client_token).first()
        if known is not None:
            return known
    _may_apply(actor, applicant, channel)
    try:
        with transaction.atomic():
            return _create(actor, item_code, applicant, now, channel, client_token, agent_person_id)
    except IntegrityError:
        # The other click of a double click won the race.
        twin = Case.objects.filter(created_by_ref=actor.ref, client_token=client_token or "").first()
        if twin is None:
            raise
        return twin


def _may_apply(actor: Actor, applicant: Applicant, channel: str) -> None:
    if channel == "window" and actor.may(Permission.CASE_FILE):
        return
    own = (
        applicant.person_id == actor.person_id or applicant.person_id in actor.mandate_person_ids
        if applicant.person_id is not None
        else applicant.enterprise_id in actor.enterprise_ids | actor.mandate_enterprise_ids
    )
    if not (actor.may(Permission.CASE_APPLY) and own) or channel == "window":
        raise NotAllowed(Permission.CASE_APPLY)


def _create(
    actor: Actor,
    item_code: str,
    applicant: Applicant,
    now: datetime,
    channel: str,
    client_token: str | None,
    agent_person_id: int | None,
) -> Case:
    item = _item(item_code)
    _check_offer(item, applicant, channel)
    who = _Applicant.read(applicant)
    on = local_date(now)
    agent_id = agent_person_id if channel == "window" else actor.person_id
    _check_mandate(agent_id, applicant, item, now, actor.enterprise_ids)
    home = who.region_id or item.region_id
    case = Case.objects.create(
        item_id=item.item_id,
        version_id=item.version_id,
        item_code=item.basic_code,
        item_name=item.name,
        department_id=exercising_department(item.basic_code, item.department_id, home, on),
        region_id=item.region_id,
        applicant_person_id=applicant.person_id,
        applicant_enterprise_id=applicant.enterprise_id,
        applicant_name=who.name,
        agent_person_id=agent_id if agent_id != applicant.person_id else None,
        contact_phone=who.phone or _own_phone(actor),
        channel=channel,
        counter_id=actor.counter_id if channel == "window" else None,
        filed_region_id=actor.region_id if channel == "window" else None,
        created_by_ref=actor.ref,
        client_token=client_token,
        form=who.prefill(item),
        created_at=now,
        last_event_at=now,
        last_event_kind="drafted",
        last_event_actor=actor.name or actor.ref,
    )
    audit(
        actor_ref=actor.ref,
        tag="cases:draft:started",
        subject=f"draft:{case.pk}",
        detail={"item": item.basic_code, "channel": channel},
        now=now,
    )
    return case


def _item(item_code: str) -> PublishedItem:
    try:
        return published(item_code)
    except ItemNotFound:
        raise Refused(
            Reason("no_such_item", N_("No published item has this code; choose one from the guide."), field="item_code")
        ) from None


def _check_offer(item: PublishedItem, applicant: Applicant, channel: str) -> None:
    subjects = item.record.subjects
    fits = PERSON in subjects if applicant.person_id is not None else any(subject != PERSON for subject in subjects)
    if not fits:
        raise Refused(
            Reason(
                "wrong_subject", N_("This item is not for this kind of applicant; choose another."), field="applicant"
            )
        )
    if channel not in item.record.channels:
        raise Refused(
            Reason("channel_not_offered", N_("This item cannot be applied for here; see its guide."), field="channel")
        )


def _check_mandate(
    agent_id: int | None, applicant: Applicant, item: PublishedItem, now: datetime, own: frozenset[int]
) -> None:
    """Somebody who acts by mandate alone needs one that covers this item. ``own``: enterprises he handles himself."""
    if agent_id is None or applicant.person_id == agent_id:
        return
    enterprise_id = applicant.enterprise_id
    if enterprise_id is not None and (enterprise_id in own or _handles(agent_id, enterprise_id, now)):
        return
    reason = people.mandate_refusal(
        agent_id,
        item_code=item.basic_code,
        on=local_date(now),
        principal_person_id=applicant.person_id,
        principal_enterprise_id=applicant.enterprise_id,
    )
    if reason is not None:
        raise Refused(reason)


def _handles(person_id: int, enterprise_id: int, now: datetime) -> bool:
    """Whether the person acts for the enterprise by law or as a named handler, without a mandate."""
    enterprise = people.enterprise(enterprise_id)
    if enterprise is not None and enterprise.legal_representative_id == person_id:
        return True
    return people.handlers_of(enterprise_id, local_date(now)).filter(person_id=person_id).exists()


def _own_phone(actor: Actor) -> str:
    return people.account_phone(actor.person_id) if actor.person_id is not None else ""


class _Applicant:
    """What is known of the applicant, by the sources a form field may be filled from."""

    def __init__(self, name: str, phone: str, region_id: int | None, known: dict[str, str]) -> None:
        self.name = name
        self.phone = phone
        self.region_id = region_id
        self.known = known

    @classmethod
    def read(cls, applicant: Applicant) -> _Applicant:
        if applicant.person_id is not None:
            person = people.person(applicant.person_id)
            if person is None:
                raise NotAllowed(Permission.CASE_APPLY)
            names = ("name", "idcard", "phone", "address", "sex", "birth_on")
            known = {f"person.{name}": str(getattr(person, name) or "") for name in names}
            return cls(person.name, person.phone, person.region_id, known)
        enterprise = people.enterprise(applicant.enterprise_id or 0)
        if enterprise is None:
            raise NotAllowed(Permission.CASE_APPLY)
        known = {
            f"enterprise.{name}": str(getattr(enterprise, name) or "") for name in ("name", "uscc", "address", "phone")
        }
        representative = enterprise.legal_representative
        if representative is not None:
            known |= {"enterprise.legal_representative": representative.name, "person.name": representative.name}
        return cls(enterprise.name, enterprise.phone, enterprise.region_id, known)

    def prefill(self, item: PublishedItem) -> dict[str, str]:
        """Form values known already, by field name."""
        return {f.name: value for f in item.record.form_fields if (value := self.known.get(f.prefill, ""))}


@transaction.atomic
def save_answers(
    *, actor: Actor, case_id: int, answers: Mapping[str, Any], now: datetime, rev: int | None = None
) -> Case:
    """Replace the scenario answers of a draft; wrong or missing ones are told at submission."""
    case, now = begin(Action.EDIT, actor=actor, case_id=case_id, rev=rev, now=now)
    if case.state != "draft":
        raise Refused(
            Reason(
                "answers_fixed", N_("The scenario was fixed by the submission; withdraw and apply again to change it.")
            )
        )
    case.answers = sized("answers", answers)
    finish(case, actor=actor, now=now, tag="cases:draft:saved", events=(), changed=["answers"])
    return case


@transaction.atomic
def save_form(*, actor: Actor, case_id: int, form: Mapping[str, Any], now: datetime, rev: int | None = None) -> Case:
    """Replace the form of a draft, complete or not; while correcting, only the fields the notice names may change."""
    case, now = begin(Action.EDIT, actor=actor, case_id=case_id, rev=rev, now=now)
    require(Action.EDIT, row_facts(case, version(case.version_id).record, actor, now))
    values = sized("form", form)
    if case.state == "correcting":
        _only_noticed(case, values)
    case.form = values
    finish(case, actor=actor, now=now, tag="cases:draft:saved", events=(), changed=["form"])
    return case


def sized(field: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """``value`` as a plain dict that can be stored; Refused when it is too large or has a character that cannot."""
    plain = dict(value)
    if (reason := character_refusal(field, plain)) is not None:
        raise Refused(reason)
    if len(json.dumps(plain, ensure_ascii=False).encode()) > MAX_FORM_BYTES:
        raise Refused(
            Reason("too_large", N_("The form holds too much text; shorten it or attach a file."), field=field)
        )
    return plain


def _only_noticed(case: Case, form: Mapping[str, Any]) -> None:
    notice = CorrectionNotice.objects.get(case=case, state="open")
    allowed = {item["field"] for item in notice.items if item.get("field")}
    changed = {name for name in {*form, *case.form} if form.get(name) != case.form.get(name)}
    if extra := sorted(changed - allowed):
        raise Refused(
            *(
                Reason(
                    "field_not_noticed", N_("The correction notice does not ask for this field; leave it."), field=name
                )
                for name in extra
            )
        )


@transaction.atomic
def discard_draft(*, actor: Actor, case_id: int, now: datetime, rev: int | None = None) -> None:
    """Delete a draft for good. Only the audit entry remains."""
    case, now = begin(Action.SUBMIT, actor=actor, case_id=case_id, rev=rev, now=now)
    require(Action.SUBMIT, row_facts(case, version(case.version_id).record, actor, now))
    audit(actor_ref=actor.ref, tag="cases:draft:discarded", subject=f"draft:{case.pk}", detail={}, now=now)
    CaseMaterial.objects.filter(case=case).delete()
    Commitment.objects.filter(case=case).delete()
    # Its children are gone; Django's own delete would ask every table that ever refers to a case.
    Case.objects.filter(pk=case.pk)._raw_delete(Case.objects.db)


def prefilled(applicant: Applicant, item: PublishedItem) -> dict[str, str]:
    """What the registers know of the applicant, by form field of the item; what a fresh draft begins with."""
    return _Applicant.read(applicant).prefill(item)
