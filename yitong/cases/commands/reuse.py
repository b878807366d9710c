"""免提交: what the government has already takes the place of a material, because its holder agreed to it for this case.

Agreeing grants one consent (``consents``) bound to this case, and attaches what was chosen: licences, a register's answer kept
sealed, a file of the applicant's own archive, or a department that will be asked. At the counter the presentation code is the
agreement; the licences it offers come by ``commands.presenting``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from yitong.cases.commands.journal import CaseNotFound
from yitong.cases.commands.materials import finish_adding, make_room, open_for
from yitong.cases.commands.taking import (
    Choice,
    Taking,
    gone,
    keep_answers,
    purpose_of,
    read_by_another,
    read_for_form,
    register_of,
    takings_of,
)
from yitong.cases.models import Case, CaseMaterial, MaterialReuse
from yitong.cases.permissions import is_own, visible_to
from yitong.cases.queries import reuse_sources as sources
from yitong.cases.queries.parties import reference_of, references_of
from yitong.cases.rules.deadlines import local_date
from yitong.cases.rules.reuse import CONNECTOR, LICENCE, filled
from yitong.catalog.queries.items import version
from yitong.catalog.rules.forms import validate
from yitong.catalog.rules.scenarios import selected
from yitong.consents import commands as consents
from yitong.consents.commands import codes
from yitong.exchange import commands as exchange
from yitong.exchange.rules.answers import LookUp, Outcome
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences.holders import key_of_holder
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

CONSENT_FOR = timedelta(days=365)
"""As long as a case with special procedures may take; the consent is bound to the case, and ends when it is taken back."""
USES_EACH = 20
MOST_USES = 100
PIPL_29 = "《中华人民共和国个人信息保护法》第二十九条"


def agree(
    *,
    actor: Actor,
    case_id: int,
    choices: Sequence[Choice],
    now: datetime,
    sensitive: bool,
    code_id: int | None = None,
    rev: int | None = None,
) -> Case:
    """The holder agrees that these things are used for this case; one consent, one act, whatever their number.

    ``sensitive``: he agreed separately to hand over sensitive fields (PIPL_29); without it a licence keeps them closed, and of
    a register's answer they are thrown away before anybody sees them. An agent agrees as far as his mandate covers the item.
    Registers are asked first, outside any transaction; one that holds nothing or gives no answer refuses the whole, so
    that nothing is taken by halves. ``code_id``: at the counter, the presentation code that was spent for this applicant: it
    shows that he stands there and agrees; licences are then taken by ``consents.commands.codes.take``. Raises CaseNotFound,
    NotAllowed, Conflict, Refused with the material as field.
    """
    if not choices:
        raise Refused(Reason("nothing_chosen", N_("Choose at least one of what was found."), field="choices"))
    if actor.is_staff:
        shown = _require_present(actor, case_id, choices, code_id, now)
        sensitive = sensitive and shown.sensitive
    answers = _answers(actor, case_id, choices, now)
    with transaction.atomic():
        return _agree(actor, case_id, choices, answers, sensitive, code_id, rev, now)


def _require_present(
    actor: Actor, case_id: int, choices: Sequence[Choice], code_id: int | None, now: datetime
) -> codes.Presented:
    """Staff agree to nothing in the applicant's place unless he showed his code here a moment ago, for this case."""
    if code_id is None or any(each.kind == LICENCE for each in choices):
        raise NotAllowed(Permission.CODE_SCAN)
    shown = codes.presented(actor=actor, code_id=code_id, now=now)
    case = visible_to(actor).filter(pk=case_id).select_related("applicant_person", "applicant_enterprise").first()
    if case is None or key_of_holder(shown.holder) != key_of_holder(sources.holder_of(case)):
        raise NotAllowed(Permission.CODE_SCAN)
    if not shown.scene.takes or shown.case_number not in references_of(case):
        raise NotAllowed(Permission.CODE_SCAN)
    return shown


def _answers(actor: Actor, case_id: int, choices: Sequence[Choice], now: datetime) -> dict[str, LookUp]:
    """What the chosen registers say, by connector. Refused when one does not answer with a record."""
    asked = {each.reference: each.material for each in choices if each.kind == CONNECTOR}
    if not asked:
        return {}
    case = visible_to(actor).filter(pk=case_id).select_related("applicant_person", "applicant_enterprise").first()
    if case is None:
        raise CaseNotFound
    record, holder = version(case.version_id).record, sources.holder_of(case)
    named = {each.connector for each in record.materials} - {""}
    found: dict[str, LookUp] = {}
    for code, material in asked.items():
        if code not in named:
            raise Refused(gone(material))
        found[code] = exchange.look_up(
            actor=actor,
            connector_code=code,
            holder=holder,
            purpose=purpose_of(case),
            case_number=reference_of(case),
            now=now,
        )
        _require_record(found[code], material)
    return found


def _require_record(said: LookUp, material: str) -> None:
    if said.outcome is Outcome.FOUND:
        return
    if said.reason is not None:
        raise Refused(Reason(said.reason.code, said.reason.message, field=material, params=said.reason.params))
    message = N_(
        "%(source)s holds no record about you. Upload the document instead, or ask that register to correct it."
    )
    raise Refused(Reason("no_record", message, field=material, params={"source": said.source_name}))


def _agree(
    actor: Actor,
    case_id: int,
    choices: Sequence[Choice],
    answers: Mapping[str, LookUp],
    sensitive: bool,
    code_id: int | None,
    rev: int | None,
    now: datetime,
) -> Case:
    case, materials, now = open_for(actor, case_id, [each.material for each in choices], rev, now)
    holder, on = sources.holder_of(case), local_date(now)
    takings = takings_of(case, holder, choices, materials, answers, actor, on, now)
    keep_answers(takings, answers, sensitive)
    consent = _consent(actor, case, holder, takings, sensitive, code_id, now)
    if is_own(actor, case):
        read_for_form(takings, sensitive)
    elif consent is not None and case.state == "draft":
        read_by_another(actor, case, takings, consent, sensitive, now)
    return write(case, takings, None if consent is None else consent.pk, actor, now)


def _consent(
    actor: Actor,
    case: Case,
    holder: Holder,
    takings: Sequence[Taking],
    sensitive: bool,
    code_id: int | None,
    now: datetime,
) -> Any:
    """One consent for everything that somebody else holds; the applicant's own archive needs none."""
    held = [each for each in takings if each.consented]
    if not held:
        return None
    registers = [register_of(each) for each in held if each.licence is None]
    if code_id is not None:
        reference = reference_of(case)
        return codes.agree_to_registers(
            actor=actor, code_id=code_id, registers=registers, case_number=reference, now=now
        )
    fields = {f.name for each in held for f in each.found.fields} if sensitive else set()
    return consents.grant(
        actor=actor,
        holder=holder,
        licence_ids=sorted({each.licence.pk for each in held if each.licence is not None}),
        registers=registers,
        fields=sorted(fields),
        purpose=purpose_of(case),
        department_id=case.department_id,
        case_number=reference_of(case),
        until=now + CONSENT_FOR,
        uses=min(USES_EACH * len(held), MOST_USES),
        now=now,
    )


def write(case: Case, takings: Sequence[Taking], consent_id: int | None, actor: Actor, now: datetime) -> Case:
    """Attach what was taken, with its origin, in place of what the same materials had."""
    make_room(case, [each.material.code for each in takings], now)
    twice = CaseMaterial.objects.filter(
        case=case, code__in=[each.material.code for each in takings], superseded_at=None, reuse__isnull=False
    )
    # Agreeing to another finding for the same material takes the place of the first.
    if case.state == "draft":
        twice.delete()
    else:
        twice.update(superseded_at=now)
    CaseMaterial.objects.bulk_create([each.row for each in takings])
    form_before = dict(case.form)
    MaterialReuse.objects.bulk_create([_origin(case, each, consent_id) for each in takings])
    changed = ["form"] if case.form != form_before else []
    finish_adding(
        case,
        [each.row for each in takings],
        actor=actor,
        now=now,
        tag="cases:material:reused",
        changed=changed,
        detail={"consent": consent_id, "kinds": [each.choice.kind for each in takings]},
    )
    return case


def _origin(case: Case, taking: Taking, consent_id: int | None) -> MaterialReuse:
    """The origin; in a draft it also fills the form where the applicant wrote nothing."""
    found, values = taking.found, {}
    if case.state == "draft" and taking.data:
        values = _fitting(case, filled(taking.material.fills, taking.data, case.form))
        case.form = {**case.form, **values}
    sealed, key = taking.sealed or (None, None)
    return MaterialReuse(
        case=case,
        region_id=case.region_id,
        material=taking.row,
        title=found.title,
        origin=found.origin,
        reference=taking.reference,
        as_of=taking.as_of,
        holds_until=found.holds_until,
        consent_id=consent_id if taking.consented else None,
        sealed=sealed,
        sealed_key=key,
        filled=values,
    )


def _fitting(case: Case, values: dict[str, object]) -> dict[str, object]:
    """Those values the form takes: a register's words may be none of its choices."""
    if not values:
        return values
    record = version(case.version_id).record
    form = {**case.form, **values}
    wrong = {reason.field for reason in validate(record, selected(record, case.answers, form), form)}
    return {name: value for name, value in values.items() if name not in wrong}
