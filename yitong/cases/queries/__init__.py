"""Reads of the cases context; every list starts at ``permissions.visible_to``."""

from yitong.cases.queries.actions import ActionState, actions
from yitong.cases.queries.archive import bundle
from yitong.cases.queries.clock import CaseLedger, ledger, replayed
from yitong.cases.queries.lists import CasePage, InboxFilters, inbox, own_cases, search
from yitong.cases.queries.parts import CaseParts, parts
from yitong.cases.queries.reading import CaseNotVisible, TimelineEntry, case_by_id, case_for, draft_token, timeline
from yitong.cases.queries.tallies import counts
from yitong.cases.rules.lights import Light, light

__all__ = [
    "ActionState",
    "CaseLedger",
    "CaseNotVisible",
    "CasePage",
    "CaseParts",
    "InboxFilters",
    "Light",
    "TimelineEntry",
    "actions",
    "bundle",
    "case_by_id",
    "case_for",
    "counts",
    "draft_token",
    "inbox",
    "ledger",
    "light",
    "own_cases",
    "parts",
    "replayed",
    "search",
    "timeline",
]
