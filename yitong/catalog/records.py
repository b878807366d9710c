"""The implementation record (实施清单) of one item version, as frozen values: DOMAIN B9, GB/T 39046-2020 Table 4.

A version stores this record whole, as JSON; once published it never changes. Cases, guides, imports and comparisons all
read it through these classes. Texts are Chinese data. Limits are numbers with a unit; money is integer 分 (fen).
Only shapes are checked here; whether a record may be published is ``catalog.rules.publishing``.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

RiskDomain = Literal[
    "state_security", "public_safety", "finance", "ecology", "life_health", "foreign_affairs", "high_risk"
]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


# What neither XML nor a printed page can hold; a tab and a line feed are let through.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def _clean(value: Any) -> Any:
    """Line ends as \\n in every text; ValueError for control characters, which no export could carry."""
    if isinstance(value, str):
        if _CONTROL.search(value):
            raise PydanticCustomError("control_character", "the text holds a control character")
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, dict):
        return {_clean(key): _clean(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(each) for each in value]
    return value


class Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, coerce_numbers_to_str=True)

    @field_validator("*", mode="before")
    @classmethod
    def _plain_text(cls, value: Any) -> Any:
        # Nested records clean themselves; walking into them here would do the work once per level.
        if isinstance(value, str) or (isinstance(value, dict | list | tuple) and not _holds_records(value)):
            return _clean(value)
        return value


def _holds_records(value: Any) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(each, BaseModel) for each in value)


class Citation(Record):
    """A legal basis: 《title》 (document number), article, and optionally its words."""

    title: str = Field(min_length=1)
    number: str = ""
    article: str = ""
    text: str = ""


class LimitSpec(Record):
    amount: int = Field(ge=0, le=3650)
    unit: Literal["workday", "day"] = "workday"
    note: str = ""


class Material(Record):
    """One required document. ``when`` is a CEL condition over scenario answers and form fields; empty means always."""

    code: Code
    name: str = Field(min_length=1)
    kind: Literal["original", "copy", "original_and_copy", "form"] = "original"
    form: Literal["paper", "electronic", "both"] = "both"
    necessity: Literal["required", "optional"] = "required"
    source: Literal["applicant", "government", "other"] = "applicant"
    source_note: str = ""
    copies: int = Field(default=1, ge=0, le=20)
    guidance: str = ""  # what a good one looks like, in plain words
    basis: str = ""
    licence_type: str = ""  # 21-character licence type code that can replace it; see licences
    connector: str = ""  # code of a connector whose answer can replace it; see exchange
    verifier: str = ""  # code of the department that can confirm it; see certificates
    fills: dict[str, str] = Field(
        default_factory=dict
    )  # form field -> field of that licence or answer it is filled from
    key: bool = False  # 主要材料: nothing can be accepted without it
    may_be_provisional: bool = False  # 可容缺: secondary material only, never a key one
    may_be_commitment: bool = False  # 可告知承诺替代
    when: str = ""
    accept: tuple[str, ...] = ("pdf", "jpg", "png")  # content types by extension, checked by content
    max_mb: int = Field(default=10, ge=1, le=50)


class Step(Record):
    """A review step. Steps with the same ``stage`` run in parallel; a stage begins when the one before is complete."""

    code: Code
    name: str = Field(min_length=1)
    kind: Literal["review", "site_check", "joint_review"] = "review"
    stage: int = Field(default=1, ge=1, le=20)
    role: Literal["reviewer", "chief"] = "reviewer"
    department: str = ""  # code of another department that reviews; empty: the deciding one
    limit: LimitSpec | None = None
    when: str = ""


class Fee(Record):
    code: Code
    name: str = Field(min_length=1)
    fen: int = Field(ge=0)
    unit: str = ""  # per what: 每证, 每件
    basis: str = ""
    reduction: str = ""
    when: str = ""


class Choice(Record):
    value: Code
    label: str = Field(min_length=1)
    help: str = ""


class Question(Record):
    """A scenario question asked one to a page. Its answer is the CEL variable named by ``code``."""

    code: Code
    text: str = Field(min_length=1)
    help: str = ""
    kind: Literal["choice", "boolean"] = "choice"
    choices: tuple[Choice, ...] = ()
    when: str = ""


class FormField(Record):
    """Presentation of one property of ``form_schema``: order, grouping, prefill source and condition."""

    name: Code
    group: str = ""
    prefill: str = ""  # person.name, person.idcard, person.phone, person.address, enterprise.name, enterprise.uscc ...
    when: str = ""
    widget: Literal["", "textarea", "date", "radio", "idcard", "uscc", "phone", "region", "money"] = ""


class Result(Record):
    kind: Literal["licence", "certificate", "approval", "registration", "none"] = "licence"
    name: str = ""
    licence_type: str = ""  # 21-character licence type code; empty when no e-licence is issued
    valid_years: int | None = None  # None: long-term
    fields: dict[str, str] = Field(
        default_factory=dict
    )  # licence data field -> form field or fixed source (applicant.name)


class CommitmentSpec(Record):
    """告知承诺: what the applicant is told and promises (国办发〔2020〕42号)."""

    content: str = Field(min_length=1)
    liability: str = Field(min_length=1)
    check_method: str = Field(min_length=1)
    check_within: LimitSpec = LimitSpec(amount=60, unit="day")
    basis: str = ""


class DeemedApproval(Record):
    """超时默认: only for items on the published list, never where the law excludes it."""

    listed: bool = False
    list_name: str = ""
    basis: str = ""


class Contact(Record):
    place: str = ""
    hours: str = ""
    phone: str = ""
    complaint: str = ""


class ItemRecord(Record):
    """The whole record of a version. ``legal_basis`` first item is the main one shown in notices."""

    name: str = Field(min_length=2)
    kind: str = Field(
        pattern=r"^\d\d$"
    )  # 事项类型 GB/T 39046 A: 01 permit, 05 payment, 07 confirmation, 10 other, 20 public service
    level: str = Field(pattern=r"^[1-7]$")  # 行使层级
    subjects: tuple[Literal["1", "2", "3", "4", "5", "6"], ...] = ("1",)  # 服务对象: 1 person, 2 enterprise ...
    summary: str = ""
    legal_basis: tuple[Citation, ...] = ()
    conditions: tuple[str, ...] = ()
    case_type: Literal["instant", "committed"] = "committed"
    statutory_limit: LimitSpec
    committed_limit: LimitSpec
    extension_limit: int = Field(default=10, ge=0)  # days the head may add once, unit of the statutory limit
    joint: bool = False  # 统一/联合/集中办理: 45 + 15, extension by the head of the people's government
    materials: tuple[Material, ...] = ()
    steps: tuple[Step, ...] = ()
    fees: tuple[Fee, ...] = ()
    questions: tuple[Question, ...] = ()
    form_schema: dict[str, Any] = Field(default_factory=lambda: {"type": "object", "properties": {}})
    form_fields: tuple[FormField, ...] = ()
    result: Result = Result(kind="none")
    special_procedures: tuple[
        Literal["hearing", "tender", "auction", "inspection", "testing", "quarantine", "appraisal", "expert_review"],
        ...,
    ] = ()
    commitment: CommitmentSpec | None = None
    deemed_approval: DeemedApproval = DeemedApproval()
    delegated_to: tuple[str, ...] = ()  # region codes of towns that exercise it
    channels: tuple[Literal["window", "web", "mobile", "post", "kiosk"], ...] = ("window", "web", "mobile")
    deliveries: tuple[Literal["window", "post", "electronic"], ...] = ("window", "post", "electronic")
    visits: int = Field(default=0, ge=0, le=9)
    needs_project_code: bool = False
    # Fields in which neither deemed approval nor a commitment may replace the examination (国办发〔2020〕42号).
    risk_domains: tuple[RiskDomain, ...] = ()
    themes: tuple[str, ...] = ()  # codes of catalog.themes
    everyday_words: tuple[str, ...] = ()  # 生孩子, 开店 ...
    contact: Contact = Contact()
    questions_answers: tuple[tuple[str, str], ...] = ()
    demo: bool = False  # limits and details are plausible filler, labelled as demonstration data
    notes: str = ""

    def material(self, code: str) -> Material:
        """The material with ``code``; KeyError when the version has none."""
        return {material.code: material for material in self.materials}[code]

    def step(self, code: str) -> Step:
        """The step with ``code``; KeyError when the version has none."""
        return {step.code: step for step in self.steps}[code]

    def question(self, code: str) -> Question:
        """The question with ``code``; KeyError when the version has none."""
        return {question.code: question for question in self.questions}[code]
