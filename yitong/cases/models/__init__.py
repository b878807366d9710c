"""Tables of the cases context. Private: other contexts go through commands and queries."""

from yitong.cases.models.case import Case, CaseNumberCounter
from yitong.cases.models.credit import CreditRepair
from yitong.cases.models.event import CaseEvent
from yitong.cases.models.interruption import CorrectionNotice, Extension, SpecialProcedure
from yitong.cases.models.mark import MaterialMark
from yitong.cases.models.material import CaseMaterial
from yitong.cases.models.promise import Commitment, ProvisionalAcceptance, ProvisionalItem
from yitong.cases.models.result import Decision, Delivery
from yitong.cases.models.reuse import BasisNotice, MaterialReuse
from yitong.cases.models.step import CaseStep, Opinion, SiteCheck

__all__ = [
    "BasisNotice",
    "Case",
    "CaseEvent",
    "CaseMaterial",
    "CaseNumberCounter",
    "CaseStep",
    "Commitment",
    "CorrectionNotice",
    "CreditRepair",
    "Decision",
    "Delivery",
    "Extension",
    "MaterialMark",
    "MaterialReuse",
    "Opinion",
    "ProvisionalAcceptance",
    "ProvisionalItem",
    "SiteCheck",
    "SpecialProcedure",
]
