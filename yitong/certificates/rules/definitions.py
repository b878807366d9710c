"""What makes a certificate type complete enough to be used. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from yitong.certificates.rules import wording
from yitong.certificates.rules.states import Way
from yitong.kernel.reasons import N_, Reason

CODE = re.compile(r"^[a-z][a-z0-9_]{1,38}[a-z0-9]$")
FIELD = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,39}$")
MOST_DAYS: Final = 366
MOST_FIELDS: Final = 40
LONGEST_LINE: Final = 100
"""Characters of a purpose and of a material's name: what a request keeps of them."""


def refusals(values: Mapping[str, Any]) -> list[Reason]:
    """Everything that keeps these values (the columns of CertificateType) from being a type; empty when nothing does."""
    found = [*_names(values), *_fields(values.get("fields") or [])]
    names = [str(field.get("name", "")) for field in values.get("fields") or []]
    for column in ("statement", "absence_statement"):
        found += wording.problems(str(values.get(column) or ""), names, field=column)
    return found + _lines(values) + _by_way(values) + _numbers(values)


def _names(values: Mapping[str, Any]) -> list[Reason]:
    found = []
    if not CODE.match(str(values.get("code") or "")):
        message = N_("Write a code of 3 to 40 small letters, digits and underscores, beginning with a letter.")
        found.append(Reason("bad_code", message, field="code"))
    for column, message in (
        ("name", N_("The name is empty. Write what the certificate is called.")),
        ("law", N_("Cite the law or document the certificate rests on.")),
    ):
        if not str(values.get(column) or "").strip():
            found.append(Reason("empty", message, field=column))
    if values.get("way") not in list(Way):
        found.append(Reason("unknown_way", N_("Choose how the certificate comes about."), field="way"))
    return found


def _fields(fields: list[Mapping[str, Any]]) -> list[Reason]:
    found, seen = [], set()
    for number, field in enumerate(fields, start=1):
        name, label = str(field.get("name", "")), str(field.get("label", "")).strip()
        if not FIELD.match(name) or not label:
            message = N_("Line %(line)s: write the field's name in Latin letters, a blank, and its Chinese label.")
            found.append(Reason("bad_field", message, field="fields", params={"line": number}))
        elif name in seen or name in wording.COMMON:
            message = N_("Line %(line)s: the name %(name)s is used already.")
            found.append(Reason("same_field", message, field="fields", params={"line": number, "name": name}))
        seen.add(name)
    if len(fields) > MOST_FIELDS:
        message = N_("A certificate has at most %(most)s fields.")
        found.append(Reason("too_many_fields", message, field="fields", params={"most": MOST_FIELDS}))
    return found


def _lines(values: Mapping[str, Any]) -> list[Reason]:
    lines = {
        "purposes": [str(each) for each in values.get("purposes") or []],
        "materials": [str(each.get("name", "")) for each in values.get("materials") or []],
    }
    message = N_("Write at most %(most)s characters a line.")
    return [
        Reason("line_too_long", message, field=column, params={"most": LONGEST_LINE})
        for column, texts in lines.items()
        if any(len(text) > LONGEST_LINE for text in texts)
    ]


def _by_way(values: Mapping[str, Any]) -> list[Reason]:
    way, found = values.get("way"), []
    if way in (Way.REVIEWED, Way.INSTANT) and not str(values.get("statement") or "").strip():
        found.append(Reason("empty", N_("Write the sentence that the certificate states."), field="statement"))
    if way == Way.INSTANT and not (values.get("connector") or values.get("licence_type")):
        message = N_("Name the licence type or the connector the data come from.")
        found.append(Reason("no_source", message, field="connector"))
    if way == Way.INSTANT and values.get("absence") == "certify" and not values.get("connector"):
        # A library that lacks a licence does not prove that there is none; the register that issues them does.
        message = N_("That there is no record can only be certified by the register behind a connector. Name one.")
        found.append(Reason("library_proves_no_absence", message, field="connector"))
    if (
        way == Way.INSTANT
        and values.get("absence") == "certify"
        and not str(values.get("absence_statement") or "").strip()
    ):
        message = N_("Write what the certificate states when the source has no record.")
        found.append(Reason("empty", message, field="absence_statement"))
    if (
        way == Way.INSTANT
        and values.get("absence") != "certify"
        and not str(values.get("absence_advice") or "").strip()
    ):
        message = N_("Write what somebody without a record should do.")
        found.append(Reason("empty", message, field="absence_advice"))
    if way in (Way.REVIEWED, Way.INSTANT, Way.SHEET) and not values.get("purposes"):
        found.append(Reason("empty", N_("Give at least one purpose, one a line."), field="purposes"))
    return found


def _numbers(values: Mapping[str, Any]) -> list[Reason]:
    found = []
    message = N_("Write a number of days from 1 to %(most)s.")
    limit, validity = values.get("limit_days"), values.get("validity_days")
    if not isinstance(limit, int) or not 1 <= limit <= MOST_DAYS:
        found.append(Reason("bad_days", message, field="limit_days", params={"most": MOST_DAYS}))
    if validity is not None and not 1 <= validity <= 10 * MOST_DAYS:
        found.append(Reason("bad_days", message, field="validity_days", params={"most": 10 * MOST_DAYS}))
    return found
