"""Turns loose data (YAML, a workbook, JSON) into a record, and the library's complaints into words of ours. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from yitong.catalog.records import ItemRecord
from yitong.kernel.reasons import N_, Reason

_MESSAGES: dict[str, str] = {
    "missing": N_("is missing; add it."),
    "extra_forbidden": N_("is not a field of a record; check the spelling."),
    "string_type": N_("must be text; put it in quotes."),
    "string_too_short": N_("is empty or too short."),
    "string_too_long": N_("is too long: at most %(max_length)s characters."),
    "string_pattern_mismatch": N_("does not have the right form: %(pattern)s."),
    "int_type": N_("must be a whole number."),
    "int_parsing": N_("must be a whole number."),
    "int_from_float": N_("must be a whole number."),
    "bool_type": N_("must be true or false."),
    "bool_parsing": N_("must be true or false."),
    "greater_than_equal": N_("must be %(ge)s or more."),
    "less_than_equal": N_("must be %(le)s or less."),
    "literal_error": N_("must be one of %(expected)s."),
    "tuple_type": N_("must be a list."),
    "list_type": N_("must be a list."),
    "dict_type": N_("must be a mapping of names to values."),
    "model_type": N_("must be a mapping of names to values."),
    "model_attributes_type": N_("must be a mapping of names to values."),
    "control_character": N_("holds a control character; type the text again."),
}
_OTHERWISE = N_("is not right: %(detail)s.")


class WrongShape(ValueError):
    """The data is no record. ``reasons`` name every field by its path."""

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(f"{reason.field}: {reason}" for reason in self.reasons))


def parse(data: Any) -> ItemRecord:
    """``data`` as a record; WrongShape with every mistake."""
    if not isinstance(data, Mapping):
        raise WrongShape([Reason("dict_type", _MESSAGES["dict_type"], field="record")])
    try:
        return ItemRecord.model_validate(dict(data))
    except ValidationError as error:
        raise WrongShape(_reason(each) for each in error.errors(include_url=False)) from None


def dump(record: ItemRecord) -> dict[str, Any]:
    """``record`` as JSON data, every field written out, lists for tuples; ``parse`` gives the same record back."""
    return record.model_dump(mode="json")


def path_text(path: Iterable[str | int]) -> str:
    """("materials", 2, "basis") as ``materials[2].basis``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _reason(error: Any) -> Reason:
    context = {key: str(value) for key, value in (error.get("ctx") or {}).items()}
    message = _MESSAGES.get(error["type"])
    if message is None:
        message, context = _OTHERWISE, {"detail": error["msg"]}
    return Reason(error["type"], message, field=path_text(error["loc"]) or "record", params=context)
