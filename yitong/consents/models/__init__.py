"""Models of consents; private to it."""

from yitong.consents.models.basis import LegalBasis
from yitong.consents.models.code import CodeKey, CodeScan, PresentationCode, ScanCount
from yitong.consents.models.consent import HolderConsent
from yitong.consents.models.look import AccessEntry, Threshold

__all__ = [
    "AccessEntry",
    "CodeKey",
    "CodeScan",
    "HolderConsent",
    "LegalBasis",
    "PresentationCode",
    "ScanCount",
    "Threshold",
]
