"""Which changes of a licence type its stored licences can bear. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from yitong.kernel.reasons import N_, Reason
from yitong.licences.rules.fields import Confidentiality, Field, Kind, whole

MOST_FIELDS = 60
_NAME = re.compile(r"^[a-z][a-z0-9_]{0,39}$")


def form_reasons(fields: Sequence[Field]) -> list[Reason]:
    """What is wrong with the fields themselves, whatever is stored."""
    found: list[Reason] = []
    if not fields or len(fields) > MOST_FIELDS:
        message = N_("A type has 1 to %(most)s fields.")
        found.append(Reason("field_count", message, field="fields", params={"most": MOST_FIELDS}))
    names = [str(field.get("name", "")) for field in fields]
    for number, field in enumerate(fields, start=1):
        found += _field_reasons(number, whole(field), names)
    return found


def _field_reasons(number: int, field: dict[str, Any], names: list[str]) -> list[Reason]:
    name, label = str(field.get("name", "")), str(field.get("label", "")).strip()
    params = {"number": number, "name": label or name}
    found = []
    if not _NAME.match(name):
        message = N_("Row %(number)s: the name is 1 to 40 small letters, digits and underscores, a letter first.")
        found.append(Reason("field_name", message, field="fields", params=params))
    elif names.count(name) > 1:
        message = N_("Row %(number)s: there are two fields of this name. Give one another name.")
        found.append(Reason("field_twice", message, field="fields", params=params))
    if not label:
        message = N_("Row %(number)s: the label is missing. Write what stands on the licence.")
        found.append(Reason("field_label", message, field="fields", params=params))
    if field["kind"] not in set(Kind) or field["confidentiality"] not in set(Confidentiality):
        message = N_("Row %(number)s: choose a kind and a confidentiality from the lists.")
        found.append(Reason("field_kind", message, field="fields", params=params))
    if field["kind"] == Kind.CHOICE and not field.get("choices"):
        message = N_("Row %(number)s: write the choices, one a line.")
        found.append(Reason("field_choices", message, field="fields", params=params))
    if field["kind"] == Kind.IDCARD and field["confidentiality"] != Confidentiality.SENSITIVE:
        message = N_("Row %(number)s: a citizen number is sensitive and stays encrypted.")
        law = "《中华人民共和国个人信息保护法》第五十一条"
        found.append(Reason("idcard_in_clear", message, law=law, field="fields", params=params))
    return found


def breaking(before: Sequence[Field], after: Sequence[Field]) -> list[Reason]:
    """What stored licences of the type could not bear. Refused as long as there is one.

    Allowed always: another label or order, a new optional field, a required field made optional, more choices.
    """
    old = {str(field["name"]): whole(field) for field in before}
    new = {str(field["name"]): whole(field) for field in after}
    found = [_removed(field) for name, field in old.items() if name not in new]
    for name, field in new.items():
        was = old.get(name)
        if was is None:
            if field["required"]:
                found.append(_reason("field_required", _REQUIRED_NEW, field))
            continue
        if field["kind"] != was["kind"] and field["kind"] != Kind.TEXT:
            found.append(_reason("field_kind_changed", _KIND, field))
        elif field["kind"] == Kind.CHOICE and not set(was.get("choices", ())) <= set(field.get("choices", ())):
            found.append(_reason("field_choice_gone", _CHOICES, field))
        if field["required"] and not was["required"]:
            found.append(_reason("field_required", _REQUIRED, field))
        if _sealed(field) != _sealed(was):
            found.append(_reason("field_sealing", _SEALING, field))
    return found


_REQUIRED_NEW = N_("“%(name)s” is new, so stored licences lack it. Make it optional.")
_REQUIRED = N_("“%(name)s” was optional, so stored licences may lack it. Leave it optional.")
_KIND = N_("“%(name)s”: what is stored may not fit another kind. Add a field of the new kind instead.")
_CHOICES = N_("“%(name)s”: stored licences may hold a choice that is taken away. Keep the old choices.")
_SEALING = N_(
    "“%(name)s”: stored licences hold it encrypted, or not, and would have to be written anew. Choose a field of another name "
    "for licences from now on."
)
_GONE = N_("“%(name)s” stands on stored licences and cannot be taken away. Make it optional.")


def _sealed(field: dict[str, Any]) -> bool:
    return bool(field["confidentiality"] == Confidentiality.SENSITIVE)


def _removed(field: dict[str, Any]) -> Reason:
    return _reason("field_gone", _GONE, field)


def _reason(code: str, message: str, field: dict[str, Any]) -> Reason:
    return Reason(code, message, field="fields", params={"name": field["label"]})
