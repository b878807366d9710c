"""部门核验: ask another department to confirm a fact about a holder, and answer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.certificates.commands import grounds, journal
from yitong.certificates.commands.holders import holder_for
from yitong.certificates.commands.issuing import undrawable
from yitong.certificates.events import VerificationAnswered, VerificationAsked
from yitong.certificates.models import CertificateRequest, CertificateType, Verification
from yitong.certificates.permissions import answerable_by, can_ask, reviewable_by
from yitong.certificates.rules import terms
from yitong.certificates.rules.states import Answer, Way
from yitong.certificates.rules.texts import checked
from yitong.consents.commands.questions import spend_on_question
from yitong.documents import commands as documents
from yitong.kernel.calendar import load_calendar
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.commands.first_come import first_come
from yitong.parties.queries import organisation
from yitong.parties.roles import Permission

TAGS = {
    "asked": "certificates:verification:asked",
    "answered": "certificates:verification:answered",
    "taken_back": "certificates:verification:taken_back",
}
REPLY_WORDS = {Answer.CONFIRMED: "情况属实", Answer.DENIED: "情况不属实", Answer.NOT_OURS: "不属于本部门职责"}


@transaction.atomic
def ask_department(
    *,
    actor: Actor,
    fact: str,
    purpose: str,
    now: datetime,
    department_id: int | None = None,
    type_code: str = "",
    person_id: int | None = None,
    enterprise_id: int | None = None,
    case_number: str = "",
    material_code: str = "",
    request_id: int | None = None,
    consent_id: int | None = None,
    law: str = "",
    asking_department_id: int | None = None,
) -> Verification:
    """Ask ``department_id``, or the department of the verified type ``type_code``, to confirm ``fact``.

    It rests on a case or an open request whose applicant the holder is, on ``consent_id``, of which it spends one use and
    which the holder finds in his log, or on ``law``, see ``grounds``.
    The answer is due after the type's number of working days, else 3. ``asking_department_id``: one of the actor's own; the
    system names the case's. Raises NotAllowed (also when the case is not the actor's to see); Refused; Conflict
    ``asked_already``.
    """
    if not (can_ask(actor) or actor.kind is ActorKind.SYSTEM):
        raise NotAllowed(Permission.CERTIFICATE_REVIEW)
    served = _served(actor, request_id)
    kind = _type(type_code)
    department = organisation.department(kind.department_id if kind else department_id or 0)
    if department is None:
        raise Refused(Reason("no_department", N_("Choose the department that is to answer."), field="department"))
    asking = _asking(actor, asking_department_id, department.pk)
    if served is not None:
        person_id, enterprise_id = served.holder_person_id, served.holder_enterprise_id
    holder, _row = holder_for(actor, person_id=person_id, enterprise_id=enterprise_id)
    cited = grounds.citation(
        actor, holder, asking=asking, case_number=case_number, served=served, consent_id=consent_id, law=law, now=now
    )
    purpose = _printable("purpose", checked("purpose", purpose, most=200))
    if consent_id is not None:
        spend_on_question(
            actor=actor, consent_id=consent_id, asking_department_id=asking, asked=department, case_number=case_number,
            purpose=purpose, now=now,
        )  # fmt: skip
    due = terms.due_of(now, kind.limit_days if kind else terms.ANSWER_DAYS, (), load_calendar())
    assert due.due_on is not None and due.due_at is not None
    made = Verification(
        number=journal.next_number("HY", now),
        type=kind,
        department=department,
        asking_department_id=asking,
        region_id=department.region_id,
        holder_person_id=holder.person_id,
        holder_enterprise_id=holder.enterprise_id,
        holder_name=holder.name,
        fact=_printable("fact", checked("fact", fact, most=500)),
        purpose=purpose,
        law=checked("law", cited, most=300, required=False),
        consent_id=consent_id,
        case_number=case_number,
        material_code=material_code,
        request=served,
        asked_by_id=actor.staff_id,
        asked_by_ref=actor.ref,
        asked_by_name=actor.name,
        asked_at=now,
        due_on=due.due_on,
        due_at=due.due_at,
    )
    already = N_("This has been asked already and is not answered yet.")
    with first_come({"verification_one_open": Reason("asked_already", already)}):
        made.save(force_insert=True)
    _log(made, "asked", actor, now, department=department.code)
    journal.tell_department(
        department.pk,
        "verification_asked",
        key=f"verification:{made.number}:asked",
        subject=f"verification:{made.number}",
        now=now,
        item=subject_words(made),
        department=made.asking_department.name,
        number=made.number,
        due_on=journal.words(made.due_on),
    )
    publish(VerificationAsked(made.pk, made.number, case_number, material_code, department.pk, now))
    return made


@transaction.atomic
def answer(*, actor: Actor, verification_id: int, outcome: str, text: str, now: datetime) -> Verification:
    """Confirmed, denied or not ours, with text (required unless confirmed). One answer; the asker is told at once.

    Confirmed and denied are sealed by the asked department. Raises NotAllowed, Refused, Conflict ``answered_already``.
    """
    rows = Verification.objects.select_for_update(of=("self",)).select_related("department", "asking_department")
    found = rows.filter(pk=verification_id).first()
    if found is None or actor.staff_id is None or not answerable_by(actor).filter(pk=found.pk).exists():
        raise NotAllowed(Permission.CERTIFICATE_ANSWER)
    _require_open(found)
    if outcome not in list(Answer):
        raise Refused(Reason("unknown_answer", N_("Choose confirmed, not confirmed or not ours."), field="outcome"))
    text = _printable("text", checked("text", text, required=outcome != Answer.CONFIRMED))
    found.state, found.answer, found.text = "answered", outcome, text
    found.answered_at, found.answered_by_id, found.answered_by_name = now, actor.staff_id, actor.name
    if outcome != Answer.NOT_OURS:
        _reply(found, actor, now)
    found.save(update_fields=["state", "answer", "text", "answered_at", "answered_by", "answered_by_name", "document"])
    _log(found, "answered", actor, now, outcome=outcome)
    _tell_asker(found, "verification_answered", now, result=REPLY_WORDS[Answer(outcome)])
    publish(VerificationAnswered(found.pk, found.case_number, found.material_code, outcome, now))
    return found


@transaction.atomic
def take_back(*, actor: Actor, verification_id: int, now: datetime) -> Verification:
    """The asker needs no answer any more. Idempotent. Raises NotAllowed, Conflict when it was answered meanwhile."""
    rows = Verification.objects.select_for_update(of=("self",)).select_related("department", "asking_department")
    found = rows.filter(pk=verification_id).first()
    ours = found is not None and (
        actor.kind is ActorKind.SYSTEM
        or (actor.staff_id is not None and found.asked_by_id == actor.staff_id)
        or (actor.may(Permission.CERTIFICATE_REVIEW) and found.asking_department_id in actor.department_ids)
    )
    if found is None or not ours:
        raise NotAllowed(Permission.CERTIFICATE_REVIEW)
    if found.state == "taken_back":
        return found
    _require_open(found)
    found.state = "taken_back"
    found.save(update_fields=["state"])
    _log(found, "taken_back", actor, now)
    return found


def subject_words(found: Verification) -> str:
    """What the question is called in messages: its type, else 部门核验. Never the fact: messages leave the platform."""
    return found.type.name if found.type is not None else "部门核验"


def _require_open(found: Verification) -> None:
    if found.state == "answered":
        message = N_("%(name)s answered this already.")
        raise Conflict(Reason("answered_already", message, params={"name": found.answered_by_name}))
    if found.state != "asked":
        raise Conflict(Reason("taken_back", N_("The question was taken back; no answer is needed any more.")))


def _served(actor: Actor, request_id: int | None) -> CertificateRequest | None:
    if request_id is None:
        return None
    found = reviewable_by(actor).filter(pk=request_id).first()
    if found is None:
        raise NotAllowed(Permission.CERTIFICATE_REVIEW)
    return found


def _type(code: str) -> CertificateType | None:
    if not code:
        return None
    found = CertificateType.objects.filter(code=code, way=Way.VERIFIED, active=True).first()
    if found is None:
        message = N_("There is no such verification, or it is not offered now. Choose one from the list.")
        raise Refused(Reason("unknown_type", message, field="type"))
    return found


def _asking(actor: Actor, wished: int | None, asked: int) -> int:
    """The asking department: the wished one where it is the actor's, else his only or first other than the asked one."""
    if actor.kind is ActorKind.SYSTEM and wished is not None:
        asking = wished
    else:
        own = sorted(actor.department_ids - {asked})
        asking = wished if wished in own else (own[0] if own else asked)
    if asking == asked:
        message = N_("This is your own department. Look the fact up yourself.")
        raise Refused(Reason("own_department", message, field="department"))
    return asking


def _printable(field: str, text: str) -> str:
    reason = undrawable({field: text}, field)
    if reason is not None:
        raise Refused(Reason(reason.code, reason.message, field=field, params=reason.params))
    return text


def _reply(found: Verification, actor: Actor, now: datetime) -> None:
    holder, _row = holder_for(actor, person_id=found.holder_person_id, enterprise_id=found.holder_enterprise_id)
    values = {
        "applicant_name": found.asking_department.name,
        "item_name": found.purpose,
        "case_number": found.number,
        "asking_department": found.asking_department.name,
        "holder_name": found.holder_name,
        "id_number": holder.id_number,
        "fact": found.fact,
        "answer": REPLY_WORDS[Answer(found.answer)],
        "text": found.text,
        "asked_on": terms.local_date(found.asked_at),
    }
    found.document = documents.issue(
        kind="verification_reply",
        subject=f"verification:{found.number}",
        issuer_department_id=found.department_id,
        region_id=found.region_id,
        context={name: value for name, value in values.items() if value != ""},
        actor=actor,
        now=now,
    )


def _tell_asker(found: Verification, template: str, now: datetime, **context: str) -> None:
    told = {
        "key": f"verification:{found.number}:{template}",
        "subject": f"verification:{found.number}",
        "item": subject_words(found),
        "department": found.department.name,
        "number": found.number,
        **context,
    }
    if found.asked_by_id is not None:
        journal.tell_staff(found.asked_by_id, found.asked_by_name, template, now=now, **told)
    else:
        journal.tell_department(found.asking_department_id, template, now=now, **told)


def _log(found: Verification, act: str, actor: Actor, now: datetime, **detail: str) -> None:
    record(
        actor_ref=actor.ref,
        tag=TAGS[act],
        subject=f"verification:{found.number}",
        detail={"case": found.case_number, "material": found.material_code, **detail},
        now=now,
    )
