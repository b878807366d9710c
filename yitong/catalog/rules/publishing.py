"""Whether a record may be published: every rule names the field, the remedy and its source. Pure.

``reasons(record)`` runs them all. A field path reads like ``materials[2].basis``: list, place from 0,
attribute; the editor, the import report and the API all point with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from yitong.catalog.records import ItemRecord
from yitong.catalog.rules import forms, scenarios, wording
from yitong.catalog.themes import ENTERPRISE_STARTUP, THEMES
from yitong.kernel.identifiers.item import ITEM_TYPES
from yitong.kernel.reasons import N_, Reason
from yitong.rulebook.port import RuleError

GB39046 = "GB/T 39046-2020 表4"
LIMITS_LAW = "行政许可法第四十二条; GB/T 39046-2020 A.6"
FEE_LAW = "行政许可法第五十八条、第五十九条"
BASIS_LAW = "优化营商环境条例 (国务院令第722号) 第四十条"
COMMITMENT_LAW = "国办发〔2020〕42号"
# 耒阳市 清廉审批 (DOMAIN A9, S1): 企业开办 1 个工作日、3 个环节、6 份材料.
STARTUP_SOURCE = "企业开办“1、3、6”标准 (耒阳市)"
STARTUP_WORKDAYS, STARTUP_STEPS, STARTUP_MATERIALS = 1, 3, 6
PROVISIONAL_SOURCE = "容缺受理: 仅限次要申报材料"
DEEMED_SOURCE = "超时默认: 清单之外不得适用"

Rule = Callable[[ItemRecord], Iterator[Reason]]


def reasons(record: ItemRecord) -> list[Reason]:
    """Everything that stands against publishing ``record``; empty when it may be published."""
    return [reason for rule in RULES for reason in rule(record)]


def _no(code: str, field: str, message: str, law: str = "", **params: Any) -> Reason:
    return Reason(code, message, law=law, field=field, params=params)


def _limits(record: ItemRecord) -> Iterator[Reason]:
    committed, statutory = record.committed_limit, record.statutory_limit
    if committed.amount and statutory.amount and committed.unit != statutory.unit:
        yield _no(
            "limits_not_comparable",
            "committed_limit.unit",
            N_("State both limits in the same unit, working days or days: otherwise nobody can compare them."),
            LIMITS_LAW,
        )
    elif committed.amount > statutory.amount:
        yield _no(
            "committed_beyond_statutory",
            "committed_limit.amount",
            N_("The committed limit (%(committed)s) is longer than the statutory limit (%(statutory)s); shorten it."),
            LIMITS_LAW,
            committed=committed.amount,
            statutory=statutory.amount,
        )
    if record.case_type == "instant" and committed.amount:
        message = N_("An instant item has the committed limit 0, not %(amount)s; change the limit or the case type.")
        yield _no("instant_not_zero", "committed_limit.amount", message, LIMITS_LAW, amount=committed.amount)
    if record.case_type == "committed" and not committed.amount:
        message = N_("A committed limit of 0 means an instant item; set the case type to instant, or state a limit.")
        yield _no("zero_not_instant", "case_type", message, LIMITS_LAW)


def _basics(record: ItemRecord) -> Iterator[Reason]:
    if record.kind not in ITEM_TYPES:
        message = N_("Item type %(kind)s is unknown; known are %(known)s.")
        yield _no("kind_unknown", "kind", message, GB39046, kind=record.kind, known=", ".join(ITEM_TYPES))
    if not record.legal_basis:
        yield _no("legal_basis_missing", "legal_basis", N_("Name the legal basis of the item."), GB39046)
    if not record.conditions:
        yield _no("conditions_missing", "conditions", N_("State at least one condition of acceptance."), GB39046)
    if not record.subjects:
        yield _no("subjects_missing", "subjects", N_("State who the item serves."), GB39046)
    if not record.channels:
        yield _no("channels_missing", "channels", N_("Name at least one channel to apply through."), GB39046)
    if not record.deliveries and record.result.kind != "none":
        yield _no("deliveries_missing", "deliveries", N_("Name at least one way to deliver the result."), GB39046)
    if not record.contact.phone or not record.contact.complaint:
        message = N_("Give a telephone number for questions and one for complaints.")
        yield _no("contact_missing", "contact", message, GB39046)
    for index, theme in enumerate(record.themes):
        if theme not in THEMES:
            message = N_('Theme "%(theme)s" is unknown; known are %(known)s.')
            yield _no("theme_unknown", f"themes[{index}]", message, theme=theme, known=", ".join(THEMES))
    if record.case_type != "instant" and not record.steps:
        message = N_("An item that is not instant needs at least one review step.")
        yield _no("steps_missing", "steps", message, GB39046)


def _vague_wording(record: ItemRecord) -> Iterator[Reason]:
    texts = [(f"materials[{i}].name", each.name) for i, each in enumerate(record.materials)]
    texts += [(f"conditions[{i}]", each) for i, each in enumerate(record.conditions)]
    for field, text in texts:
        for phrase in wording.vague(text):
            message = N_('"%(phrase)s" is vague: name every document and condition, or leave it out.')
            yield _no("vague_wording", field, message, wording.LAW, phrase=phrase)


def _bases(record: ItemRecord) -> Iterator[Reason]:
    for index, material in enumerate(record.materials):
        if not material.basis:
            message = N_('Material "%(name)s" has no basis: cite the rule that requires it, or drop it.')
            yield _no("material_basis_missing", f"materials[{index}].basis", message, BASIS_LAW, name=material.name)
    for index, fee in enumerate(record.fees):
        if not fee.basis:
            message = N_('Fee "%(name)s" has no basis: without one it may not be charged.')
            yield _no("fee_basis_missing", f"fees[{index}].basis", message, FEE_LAW, name=fee.name)


def _codes(record: ItemRecord) -> Iterator[Reason]:
    for name in ("materials", "steps", "fees", "questions"):
        yield from _repeated(f"{name}[%s].code", [each.code for each in getattr(record, name)])
    for index, question in enumerate(record.questions):
        yield from _repeated(f"questions[{index}].choices[%s].value", [each.value for each in question.choices])
        yield from _repeated(f"questions[{index}].choices[%s].label", [each.label for each in question.choices])
        if question.kind == "choice" and len(question.choices) < 2:
            message = N_("A question with choices needs at least two of them.")
            yield _no("choices_missing", f"questions[{index}].choices", message)
        if question.kind == "boolean" and question.choices:
            message = N_("A yes-or-no question has no choices of its own; drop them, or make it a choice.")
            yield _no("choices_superfluous", f"questions[{index}].choices", message)
    yield from _repeated("form_fields[%s].name", [field.name for field in record.form_fields])
    properties = record.form_schema.get("properties", {})
    for index, question in enumerate(record.questions):
        if question.code in properties:
            message = N_('"%(name)s" is a question and a form field; conditions could not tell them apart. Rename one.')
            yield _no("name_taken", f"questions[{index}].code", message, name=question.code)


def _repeated(path: str, values: Iterable[str]) -> Iterator[Reason]:
    values = list(values)
    counts = Counter(values)
    for index, value in enumerate(values):
        if counts[value] > 1 and values.index(value) != index:
            message = N_('"%(value)s" occurs twice in this list; give each its own.')
            yield _no("repeated", path % index, message, value=value)


def _form(record: ItemRecord) -> Iterator[Reason]:
    found = forms.schema_reasons(record)
    yield from found
    if found:
        return
    properties = record.form_schema.get("properties", {})
    for index, field in enumerate(record.form_fields):
        if field.name not in properties:
            message = N_('Form field "%(name)s" is not in the form\'s schema; add it there, or drop it here.')
            yield _no("form_field_unknown", f"form_fields[{index}].name", message, name=field.name)
    sources = {"applicant.name", "applicant.idcard", "applicant.uscc", "applicant.phone", "applicant.address"}
    for name, source in record.result.fields.items():
        if source not in properties and not source.startswith(("applicant.", "case.", "=")):
            message = N_('Result field "%(name)s" takes its value from "%(source)s", which does not exist.')
            yield _no("result_source", f"result.fields.{name}", message, name=name, source=source)
        elif source.startswith("applicant.") and source not in sources:
            message = N_('"%(source)s" is no data of an applicant; known are %(known)s.')
            yield _no(
                "result_source", f"result.fields.{name}", message, source=source, known=", ".join(sorted(sources))
            )


def _conditions(record: ItemRecord) -> Iterator[Reason]:
    if forms.schema_reasons(record):
        return  # variables can't be told from a broken form
    for field, when in _all_conditions(record):
        if when:
            yield from _condition(record, field, when)
    seen: set[str] = set()
    for index, question in enumerate(record.questions):
        yield from _question_order(record, f"questions[{index}].when", question.when, seen)
        seen.add(question.code)


def _all_conditions(record: ItemRecord) -> Iterator[tuple[str, str]]:
    for name in ("materials", "steps", "fees", "questions", "form_fields"):
        for index, row in enumerate(getattr(record, name)):
            yield f"{name}[{index}].when", row.when


def _condition(record: ItemRecord, field: str, when: str) -> Iterator[Reason]:
    try:
        rule = scenarios.rule_for(record, when)
    except RuleError as error:
        yield Reason("condition_invalid", error.message, field=field, params=error.params)
        return
    choices = {q.code: {c.value for c in q.choices} for q in record.questions if q.kind == "choice"}
    for each in rule.comparisons:
        if each.variable in choices and each.value not in choices[each.variable]:
            message = N_('The condition compares %(question)s with "%(value)s", which is none of its choices.')
            yield _no("condition_never_true", field, message, question=each.variable, value=each.value)


def _question_order(record: ItemRecord, field: str, when: str, seen: set[str]) -> Iterator[Reason]:
    try:
        names = scenarios.rule_for(record, when).variables if when else ()
    except RuleError:
        return  # reported with the conditions
    for name in names:
        if name not in seen:
            message = N_('A question may depend only on questions asked before it; "%(name)s" is not one of them.')
            yield _no("question_order", field, message, name=name)


def _steps(record: ItemRecord) -> Iterator[Reason]:
    stages = sorted({step.stage for step in record.steps})
    if stages and stages != list(range(1, len(stages) + 1)):
        message = N_("Stages must be numbered 1, 2, 3 … without a gap; found %(found)s.")
        yield _no("stages_not_contiguous", "steps", message, found=", ".join(map(str, stages)))
    if record.steps and all(step.when for step in record.steps) and record.case_type != "instant":
        message = N_("Every step has a condition, so that a case could be left without any; make one unconditional.")
        yield _no("steps_all_conditional", "steps", message)
    longest: dict[int, int] = {}
    for index, step in enumerate(record.steps):
        if step.limit is None:
            continue
        if step.limit.unit != record.committed_limit.unit:
            message = N_("State the step's limit in the unit of the committed limit.")
            yield _no("step_limit_unit", f"steps[{index}].limit.unit", message, LIMITS_LAW)
        longest[step.stage] = max(longest.get(step.stage, 0), step.limit.amount)
    if sum(longest.values()) > record.committed_limit.amount:
        message = N_("The stages together take %(sum)s, more than the committed limit %(limit)s; shorten a step.")
        yield _no(
            "steps_beyond_committed",
            "steps",
            message,
            LIMITS_LAW,
            sum=sum(longest.values()),
            limit=record.committed_limit.amount,
        )


def _result(record: ItemRecord) -> Iterator[Reason]:
    result = record.result
    if result.kind == "licence" and not result.licence_type:
        message = N_("The result is a licence: name its licence type (21 characters), so that it can be issued.")
        yield _no("licence_type_missing", "result.licence_type", message, "GB/T 36904-2018")
    if result.kind != "none" and not result.name:
        yield _no("result_name_missing", "result.name", N_("Name the result people receive."), GB39046)
    if result.licence_type and len(result.licence_type) != 21:
        message = N_("A licence type code has 21 characters, not %(length)s.")
        yield _no(
            "licence_type_length", "result.licence_type", message, "GB/T 36904-2018", length=len(result.licence_type)
        )
    for index, material in enumerate(record.materials):
        if material.licence_type and len(material.licence_type) != 21:
            message = N_("A licence type code has 21 characters, not %(length)s.")
            field = f"materials[{index}].licence_type"
            yield _no("licence_type_length", field, message, "GB/T 36904-2018", length=len(material.licence_type))


def _deemed_approval(record: ItemRecord) -> Iterator[Reason]:
    deemed = record.deemed_approval
    if not deemed.listed:
        return
    if not deemed.list_name or not deemed.basis:
        message = N_("Deemed approval needs the published list it stands on, and its basis.")
        yield _no("deemed_list_missing", "deemed_approval.list_name", message, DEEMED_SOURCE)
    for domain in record.risk_domains:
        message = N_("Deemed approval is excluded in the domain %(domain)s; take the item off the list.")
        yield _no("deemed_excluded", "deemed_approval.listed", message, DEEMED_SOURCE, domain=domain)
    if record.case_type == "instant":
        message = N_("An instant item is decided on the spot: deemed approval has no deadline to pass.")
        yield _no("deemed_instant", "deemed_approval.listed", message, DEEMED_SOURCE)


def _commitment(record: ItemRecord) -> Iterator[Reason]:
    replaceable = [index for index, material in enumerate(record.materials) if material.may_be_commitment]
    if replaceable and record.commitment is None:
        message = N_("A material may be replaced by a commitment: write what is promised, the liability and the check.")
        yield _no("commitment_missing", "commitment", message, COMMITMENT_LAW)
    if record.commitment is None:
        return
    if not record.commitment.basis:
        yield _no("commitment_basis", "commitment.basis", N_("Name the basis of the commitment."), COMMITMENT_LAW)
    if not replaceable:
        message = N_("Mark at least one material that the commitment replaces.")
        yield _no("commitment_replaces_nothing", "commitment", message, COMMITMENT_LAW)
    for domain in record.risk_domains:
        message = N_("A commitment is excluded in the domain %(domain)s; the facts must be examined first.")
        yield _no("commitment_excluded", "commitment", message, COMMITMENT_LAW, domain=domain)


def _provisional(record: ItemRecord) -> Iterator[Reason]:
    for index, material in enumerate(record.materials):
        field = f"materials[{index}].may_be_provisional"
        if material.may_be_provisional and material.key:
            message = N_('"%(name)s" is a key material and cannot be supplied later; take one of the two marks away.')
            yield _no("provisional_key", field, message, PROVISIONAL_SOURCE, name=material.name)
        if material.may_be_provisional and material.necessity == "optional":
            message = N_('"%(name)s" is optional: there is nothing to supply later.')
            yield _no("provisional_optional", field, message, PROVISIONAL_SOURCE, name=material.name)
    required = [material for material in record.materials if material.necessity == "required"]
    if required and all(material.may_be_provisional for material in required):
        message = N_("Not every material can be supplied later: the main ones must be complete at acceptance.")
        yield _no("provisional_all", "materials", message, PROVISIONAL_SOURCE)
    if any(material.may_be_provisional for material in record.materials) and record.case_type == "instant":
        message = N_("An instant item is decided on the spot: nothing can be supplied later.")
        yield _no("provisional_instant", "materials", message, PROVISIONAL_SOURCE)


def _enterprise_startup(record: ItemRecord) -> Iterator[Reason]:
    if ENTERPRISE_STARTUP not in record.themes:
        return
    limit = record.committed_limit
    if limit.amount > STARTUP_WORKDAYS or (limit.amount and limit.unit != "workday"):
        message = N_("Starting an enterprise takes at most %(most)s working day; shorten the committed limit.")
        yield _no("startup_days", "committed_limit.amount", message, STARTUP_SOURCE, most=STARTUP_WORKDAYS)
    if len(record.steps) > STARTUP_STEPS:
        message = N_("Starting an enterprise takes at most %(most)s steps, not %(found)s.")
        yield _no("startup_steps", "steps", message, STARTUP_SOURCE, most=STARTUP_STEPS, found=len(record.steps))
    if len(record.materials) > STARTUP_MATERIALS:
        message = N_("Starting an enterprise takes at most %(most)s documents, not %(found)s.")
        yield _no(
            "startup_materials",
            "materials",
            message,
            STARTUP_SOURCE,
            most=STARTUP_MATERIALS,
            found=len(record.materials),
        )


RULES: tuple[Rule, ...] = (
    _basics,
    _limits,
    _vague_wording,
    _bases,
    _codes,
    _form,
    _conditions,
    _steps,
    _result,
    _deemed_approval,
    _commitment,
    _provisional,
    _enterprise_startup,
)
