"""Whether what an owner types into his archive can be kept."""

from __future__ import annotations

from collections.abc import Mapping

from yitong.archive.rules.papers import PAPERS, Kind, fields_of
from yitong.archive.rules.values import BAD_DATE, BAD_IDCARD, BAD_USCC, KINDS
from yitong.kernel.reasons import N_, Reason

LONGEST_NAME, LONGEST_VALUE = 100, 300
MUST_FIT = {"idcard": BAD_IDCARD, "uscc": BAD_USCC, "date": BAD_DATE}
"""Kinds whose check must agree before a value is kept. A vehicle from abroad may have a number without check digit."""


def entry_refusals(*, kind: str, paper: str, name: str, enterprise: bool) -> list[Reason]:
    """Reasons against a new entry, each with its field: ``kind``, ``paper``, ``name``."""
    reasons = []
    if kind not in list(Kind):
        reasons.append(Reason("unknown_class", N_("Choose one of the four classes."), field="kind"))
    elif enterprise and kind != Kind.BUSINESS:
        message = N_("The archive of an enterprise holds business papers. Choose that class, or your own archive.")
        reasons.append(Reason("not_business", message, field="kind"))
    if paper not in PAPERS:
        reasons.append(Reason("unknown_paper", N_("Choose what kind of paper it is."), field="paper"))
    if len(name.strip()) > LONGEST_NAME or "\0" in name:
        message = N_("The name is longer than %(most)s characters; shorten it.")
        reasons.append(Reason("name_too_long", message, field="name", params={"most": LONGEST_NAME}))
    return reasons


def value_refusals(paper: str, values: Mapping[str, str], *, needed: bool) -> tuple[dict[str, str], list[Reason]]:
    """What is kept of ``values``, each normalised as its kind is, and the reasons against it, by field.

    Unknown fields are left out. ``needed``: at least one value must be there.
    """
    kept: dict[str, str] = {}
    reasons: list[Reason] = []
    for field in fields_of(paper):
        text = values.get(field.name, "").strip()
        if not text:
            continue
        if len(text) > LONGEST_VALUE or "\0" in text:
            message = N_("%(label)s is longer than %(most)s characters; shorten it.")
            params = {"label": field.label, "most": LONGEST_VALUE}
            reasons.append(Reason("value_too_long", message, field=field.name, params=params))
            continue
        value = KINDS[field.kind](text)
        if field.kind in MUST_FIT and not value.checked:
            reasons.append(Reason("value_wrong", value.note or MUST_FIT[field.kind], field=field.name))
        elif field.kind == "sex" and not value.text:
            reasons.append(Reason("value_wrong", N_("Write 男 or 女."), field=field.name))
        else:
            kept[field.name] = value.text or text
    if needed and not kept and not reasons:
        reasons.append(Reason("nothing_said", N_("Fill in at least one field."), field="name"))
    return kept, reasons
