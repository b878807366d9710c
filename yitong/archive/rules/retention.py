"""How long what was submitted in a case must be stored, and whether an owner may have it deleted now.

What a person uploads by himself is his: it is deleted when he says so (《个人信息保护法》第四十七条第一款). What a decision was
based on belongs to the decision's file until the file's term ends; till then a request for deletion leaves nothing but
storage (the same article, second paragraph): the paper is locked, and used for nothing any more.

The terms are those of the model table of 《机关文件材料归档范围和文书档案保管期限规定》(国家档案局令第8号), which knows permanent, 30
and 10 years; each department has its own table approved by its archive bureau, so that a city sets its own numbers here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yitong.kernel.reasons import N_, Reason

DELETION_LAW = "《个人信息保护法》第四十七条"
TERM_LAW = "《机关文件材料归档范围和文书档案保管期限规定》（国家档案局令第8号）"


@dataclass(frozen=True, slots=True)
class Term:
    """``years`` of storage after the case was closed; ``law``: why. ``matter``: what it is of, English msgid."""

    code: str
    matter: str
    years: int
    law: str


TERMS: dict[str, Term] = {
    term.code: term
    for term in (
        Term("own", N_("uploaded or declared by yourself"), 0, DELETION_LAW),
        Term("no_decision", N_("a case that ended without a decision"), 0, DELETION_LAW),
        Term("permit", N_("a decision on a permit"), 10, TERM_LAW),
        Term("payment", N_("a payment or benefit"), 30, TERM_LAW),
        Term("confirmation", N_("an official confirmation, such as a registration"), 30, TERM_LAW),
        Term("service", N_("another service"), 10, TERM_LAW),
    )
}
# 事项类型, GB/T 39046-2020 annex A: 01 行政许可, 05 行政给付, 07 行政确认.
_BY_ITEM_TYPE = {"01": "permit", "05": "payment", "07": "confirmation"}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a request for deletion leads to: ``deleted`` at once, or ``locked`` until ``until`` because of ``law``."""

    outcome: str
    until: date | None = None
    law: str = DELETION_LAW
    matter: str = ""


def term_of(item_type: str, decided: bool) -> Term:
    """The term for materials of a case of an item of this type; nothing decided, nothing to prove later."""
    return TERMS[_BY_ITEM_TYPE.get(item_type, "service")] if decided else TERMS["no_decision"]


def keep_until(term: Term, closed_on: date) -> date | None:
    """The last day of storage; None when there is no duty to store."""
    if not term.years:
        return None
    try:
        return closed_on.replace(year=closed_on.year + term.years)
    except ValueError:  # 29 February
        return closed_on.replace(year=closed_on.year + term.years, month=3, day=1)


def on_request(keep_rule: str, until: date | None, on: date) -> Standing:
    """What happens to a paper whose owner wants it deleted on ``on``."""
    term = TERMS.get(keep_rule, TERMS["own"])
    if until is not None and on <= until:
        return Standing("locked", until, term.law, term.matter)
    return Standing("deleted", None, term.law, term.matter)


def in_use(case_number: str) -> Reason:
    """A case that is still being decided on relies on the paper."""
    message = N_(
        "Case %(number)s is still being decided and relies on this paper. Withdraw the case or replace the material in it, "
        "or wait until the case is closed."
    )
    return Reason("in_use", message, law="《行政许可法》第三十一条", params={"number": case_number})
