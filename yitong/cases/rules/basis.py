"""A ground that falls away while a case relies on it: what is lost, and what may lawfully be asked then. Pure.

A material taken from the library, a register or the archive stands on something outside the case. When the licence is
revoked, cancelled, lost, moved away or expires, when the holder takes his consent back, or when a department denies what it
was asked to confirm, the material no longer shows what it showed.

Why asking again is lawful, and when:

- 行政许可法 第三十二条第一款第四项 obliges the office to tell *once* everything that is missing from what was handed in. It
  forbids to find fault a second time with the same papers. A ground that falls away later was in order when the office
  looked: it is a new fact, which that notice could not have named. So it neither uses up the one notice nor is barred by it.
- While the one notice is still free and the case not accepted, that notice is the way, so that everything is told at once.
- After acceptance the office has to examine whether the conditions are met (第三十四条第一款、第三款) and decides on the facts
  at the time of the decision (第三十八条); a revoked licence shows nothing any more (第六十九条、第七十条). It tells the applicant
  the fact and hears him before it decides against him (第三十六条 for the principle), hence the notice.
- The clock runs on: 第四十五条 names what stops it, and this is not among it. So the day asked for lies within the limit.
- A consent may be withdrawn at any time (个人信息保护法 第十五条第一款); what was read before stays lawful (第二款), nothing more
  is shown. Service may not be refused for it, unless the office cannot do without (第十六条): the applicant brings the
  document himself.
- What the applicant does not bring has no sanction of its own: the office decides on what there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from yitong.cases.rules.contents import text_refusal
from yitong.kernel.reasons import N_, Reason

ART_31 = "《行政许可法》第三十一条"
ART_34 = "《行政许可法》第三十四条、第三十八条"
ART_70 = "《行政许可法》第六十九条、第七十条"
PIPL_15 = "《中华人民共和国个人信息保护法》第十五条"
MAX_SUPPLY_DAYS = 60

LOSSES: dict[str, str] = {
    "revoked": N_("the licence was revoked"),
    "cancelled": N_("the licence was cancelled"),
    "lost": N_("the licence was reported lost"),
    "transferred": N_("the licence was moved to another place"),
    "expired": N_("it has expired"),
    "consent_revoked": N_("the holder took the consent back"),
    "denied": N_("the department asked did not confirm it"),
}
"""Why a material no longer stands, by ``CaseMaterial.standing``."""
LAWS: dict[str, str] = {"consent_revoked": PIPL_15, "denied": ART_34}
"""The provision behind a loss; a licence's end has its own."""
WORDS = {
    "revoked": "证照已被撤销（吊销）",
    "cancelled": "证照已注销",
    "lost": "证照已挂失",
    "transferred": "证照已转出",
    "expired": "已过有效期",
    "consent_revoked": "持证人已撤回授权",
    "denied": "核验部门未予确认",
}
"""The same as notices and messages say it (Chinese data)."""
CONFIRMED = "confirmed"
NOT_CONFIRMED = {"denied": "核验结果：情况不属实", "not_ours": "核验结果：不属于被核验部门职责"}
"""What a department answers (``certificates.rules.states.Answer``), and how a loss by it is explained."""
PENDING_STATES = ("submitted", "correcting", "accepted", "deciding")
"""A case in these can still be harmed by it; a draft is told too, a decided one no longer stands or falls with it."""
LICENCE_ENDS = frozenset({"revoked", "cancelled", "lost", "transferred"})
"""Statuses of a licence that take the ground away. A superseded one lives on in its new version."""


def law_of(standing: str) -> str:
    """The provision to cite for a loss."""
    return LAWS.get(standing, ART_70)


def ask_refusals(
    items: Sequence[Mapping[str, str]], lost: Sequence[str], supply_by: date, today: date, due_on: date | None
) -> list[Reason]:
    """What is wrong with a special notice. ``lost``: codes whose ground is lost; ``due_on``: end of the committed limit."""
    reasons: list[Reason] = []
    if not items:
        reasons.append(
            Reason("nothing_told", N_("Name at least one material whose ground was lost."), field="materials")
        )
    for place, item in enumerate(items):
        if item.get("material", "") not in lost:
            message = N_("Only what has lost its ground may be asked for again; this material stands.")
            reasons.append(Reason("ground_stands", message, ART_34, f"items[{place}].material"))
        wrong = text_refusal(f"items[{place}].remedy", item.get("remedy", ""), most=500)
        if wrong is not None:
            reasons.append(wrong)
    if supply_by <= today:
        reasons.append(Reason("supply_by", N_("Choose a day after today."), field="supply_by_on"))
    elif due_on is not None and supply_by > due_on:
        message = N_("Choose a day up to %(due)s: the clock runs on, and the case must be decided by then.")
        reasons.append(Reason("supply_by_late", message, ART_34, "supply_by_on", {"due": due_on.isoformat()}))
    return reasons
