"""The rows below a case, as a page or export shows them."""

from __future__ import annotations

from dataclasses import dataclass

from yitong.cases.models import (
    Case,
    CaseMaterial,
    CaseStep,
    Commitment,
    CorrectionNotice,
    CreditRepair,
    Decision,
    Delivery,
    Extension,
    Opinion,
    ProvisionalAcceptance,
    ProvisionalItem,
    SiteCheck,
    SpecialProcedure,
)


@dataclass(frozen=True, slots=True)
class CaseParts:
    """Everything of one case. Treat as read-only. ``correction``: the latest, which is the open one if any is.

    ``correction``, ``commitment`` and the like are None when there is none."""

    materials: list[CaseMaterial]
    steps: list[CaseStep]
    opinions: list[Opinion]
    site_checks: list[SiteCheck]
    correction: CorrectionNotice | None
    special_procedures: list[SpecialProcedure]
    extensions: list[Extension]
    provisional: ProvisionalAcceptance | None
    owed: list[ProvisionalItem]
    commitment: Commitment | None
    decision: Decision | None
    deliveries: list[Delivery]
    repairs: list[CreditRepair]


def parts(case: Case) -> CaseParts:
    """The parts of a case the caller may see. Thirteen queries, whatever the case.

    Opinions and site checks are for staff; a portal page leaves them out.
    """
    return CaseParts(
        materials=list(CaseMaterial.objects.filter(case=case).select_related("stored_file", "licence__type", "reuse")),
        steps=list(CaseStep.objects.filter(case=case).select_related("department")),
        opinions=list(Opinion.objects.filter(case=case)),
        site_checks=list(SiteCheck.objects.filter(case=case)),
        correction=CorrectionNotice.objects.filter(case=case).last(),
        special_procedures=list(SpecialProcedure.objects.filter(case=case)),
        extensions=list(Extension.objects.filter(case=case)),
        provisional=ProvisionalAcceptance.objects.filter(case=case).first(),
        owed=list(ProvisionalItem.objects.filter(case=case)),
        commitment=Commitment.objects.filter(case=case).first(),
        decision=Decision.objects.filter(case=case).select_related("document").first(),
        deliveries=list(Delivery.objects.filter(case=case)),
        repairs=list(CreditRepair.objects.filter(case=case).select_related("stored_file")),
    )
