"""From a source's spelling of a record to ours, with a check of every value.

A connector's ``fields`` is a list of mappings: ``{"name", "label", "path", "kind", "required", "confidentiality"}`` and,
for a choice, ``"choices"`` (their code to our word). ``path``: keys joined by dots in the record the source sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

KINDS = ("text", "date", "number", "choice", "idcard", "uscc", "phone")
CONFIDENTIALITY = ("open", "internal", "sensitive")
LONGEST_TEXT = 500
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""What JSON can spell and no database holds: a NUL, half a surrogate pair."""
_DATES = (
    re.compile(r"^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ T].*)?$"),
    re.compile(r"^([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})(?: .*)?$"),
    re.compile(r"^([0-9]{4})([0-9]{2})([0-9]{2})$"),
    re.compile(r"^([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日$"),
)
"""How the registers of the provinces write a day."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One field that is not as agreed. ``why``: missing, not_text, not_date, not_number, not_choice, too_long."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """``data`` in our names; ``problems`` is empty when the record is as agreed."""

    data: dict[str, Any]
    problems: tuple[Problem, ...]


def at(record: Any, path: str) -> Any:
    """The value at ``path``; None when there is none."""
    for key in path.split("."):
        if not isinstance(record, dict):
            return None
        record = record.get(key)
    return record


def mapped(record: dict[str, Any], fields: list[dict[str, Any]]) -> Mapped:
    """Every field of the schema taken out of ``record`` and checked; what the schema does not name is left behind."""
    data: dict[str, Any] = {}
    problems: list[Problem] = []
    for field in fields:
        raw = at(record, field["path"])
        if raw is None or raw == "":
            if field.get("required"):
                problems.append(Problem(field["path"], "missing"))
            continue
        value, why = _value(raw, field)
        if why:
            problems.append(Problem(field["path"], why))
        else:
            data[field["name"]] = value
    return Mapped(data, tuple(problems))


def _value(raw: Any, field: dict[str, Any]) -> tuple[Any, str]:
    """(value, problem); one of both is empty."""
    kind = field["kind"]
    if kind == "choice":
        word = field["choices"].get(str(raw)) if not isinstance(raw, dict | list) else None
        return (word, "") if word is not None else (None, "not_choice")
    if kind == "number":
        return _number(raw)
    if not isinstance(raw, str | int):
        return None, "not_text"
    text = str(raw).strip()
    if kind == "date":
        day = read_date(text)
        return (day.isoformat(), "") if day else (None, "not_date")
    if len(text) > LONGEST_TEXT:
        return None, "too_long"
    return (None, "not_text") if UNSTORABLE.search(text) else (text, "")


def _number(raw: Any) -> tuple[Any, str]:
    """Whole numbers stay whole; fractions are kept as text, so that money loses nothing."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None, "not_number"
    try:
        number = Decimal(str(raw).replace(",", "").strip())
    except InvalidOperation:
        return None, "not_number"
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        return None, "not_number"
    return (int(number), "") if number == number.to_integral_value() else (str(number), "")


def read_date(text: str) -> date | None:
    """A day in one of the spellings registers use; None for anything else."""
    for pattern in _DATES:
        if found := pattern.match(text):
            try:
                return date(*(int(part) for part in found.groups()))
            except ValueError:
                return None
    return None


def schema_problems(fields: Any) -> list[str]:
    """What is wrong with a schema itself, in English for whoever defines a connector; empty when it can be used."""
    if not isinstance(fields, list) or not fields:
        return ["fields: a list with at least one field is needed"]
    found: list[str] = []
    names: set[str] = set()
    for place, field in enumerate(fields):
        if not isinstance(field, dict) or not all(
            isinstance(field.get(key), str) and field[key] for key in ("name", "label", "path", "kind")
        ):
            found.append(f"fields[{place}]: name, label, path and kind are needed, each a text")
            continue
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", field["name"]) or field["name"] in names:
            found.append(f"fields[{place}].name: small letters, digits and _, each name once")
        names.add(field["name"])
        if field["kind"] not in KINDS:
            found.append(f"fields[{place}].kind: one of {', '.join(KINDS)}")
        if field["kind"] == "choice" and not isinstance(field.get("choices"), dict):
            found.append(f"fields[{place}].choices: their codes to our words are needed for a choice")
        if field.get("confidentiality", "internal") not in CONFIDENTIALITY:
            found.append(f"fields[{place}].confidentiality: one of {', '.join(CONFIDENTIALITY)}")
    return found
