"""Tables of the licences context."""

from yitong.licences.models.keymark import KeyMark
from yitong.licences.models.licence import Licence, LicenceEvent
from yitong.licences.models.proof import LicenceProof, ProofKey, ProofTask, StatusList
from yitong.licences.models.renewal import Renewal, RenewalNotice
from yitong.licences.models.types import LicenceType, LicenceTypeChange

__all__ = [
    "KeyMark",
    "Licence",
    "LicenceEvent",
    "LicenceProof",
    "LicenceType",
    "LicenceTypeChange",
    "ProofKey",
    "ProofTask",
    "Renewal",
    "RenewalNotice",
    "StatusList",
]
