"""Reads of consents."""

from yitong.consents.queries.anomalies import Review, anomalies, thresholds
from yitong.consents.queries.consents import consents_of, for_receiver, of_case, one, revoked_among, usable
from yitong.consents.queries.looks import LookFilters, log_of, looks, receipt, scans_of, untouched

__all__ = [
    "LookFilters",
    "Review",
    "anomalies",
    "consents_of",
    "for_receiver",
    "log_of",
    "looks",
    "of_case",
    "one",
    "receipt",
    "revoked_among",
    "scans_of",
    "thresholds",
    "untouched",
    "usable",
]
