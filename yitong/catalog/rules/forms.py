"""The application form: what to show, how to read what was posted, and whether it is right. Pure.

The form is a JSON Schema (draft 2020-12) of one flat object. Messages name the field by its Chinese title and say what
to write; the library's own English ones are never shown. Extra formats: idcard, uscc, phone, date, project-code.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import jsonschema
from jsonschema import Draft202012Validator, FormatChecker

from yitong.catalog.records import FormField, ItemRecord
from yitong.catalog.rules.scenarios import Selection
from yitong.kernel.identifiers import InvalidIdentifier
from yitong.kernel.identifiers import check as check_identifier
from yitong.kernel.reasons import N_, Reason

# A mobile number begins with 1 and a digit from 3 to 9 (电信网编号计划); a fixed line may have its area code.
_PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?|[0-9]{7,8}|400-?[0-9]{3}-?[0-9]{4}")
_IDENTIFIERS = {"idcard": "idcard", "uscc": "uscc", "project-code": "project"}
FORMATS = frozenset({*_IDENTIFIERS, "phone", "date"})
_TRUE, _FALSE = ("true", "on", "1", "yes"), ("false", "off", "0", "no")


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field as a page shows it. ``options``: (value, label) pairs of a choice; ``kind``: input type of the page.

    ``kind``: text, textarea, date, number, select, radio, checkboxes, boolean, idcard, uscc, phone, region or money.
    """

    name: str
    title: str
    kind: str
    required: bool
    help: str = ""
    placeholder: str = ""
    group: str = ""
    prefill: str = ""
    options: tuple[tuple[str, str], ...] = ()
    most_characters: int | None = None
    minimum: float | None = None
    maximum: float | None = None


def fields(record: ItemRecord, selection: Selection) -> tuple[FieldView, ...]:
    """The visible fields in display order."""
    required = set(record.form_schema.get("required", ()))
    return tuple(
        _view(field, record.form_schema["properties"][field.name], field.name in required)
        for field in selection.form_fields
        if field.name in record.form_schema.get("properties", {})
    )


def typed(record: ItemRecord, posted: Mapping[str, Any]) -> dict[str, Any]:
    """``posted`` texts (of a page) as JSON values, without the empty ones; what can't be read stays text.

    A list of texts belongs to an array field. Names the form does not have are dropped: a page posts its own too.
    """
    data: dict[str, Any] = {}
    for name, schema in record.form_schema.get("properties", {}).items():
        if name in posted and (value := _typed(schema, posted[name])) is not None:
            data[name] = value
    return data


def validate(record: ItemRecord, selection: Selection, data: Mapping[str, Any]) -> list[Reason]:
    """Everything wrong with ``data``, one reason per mistake, ``field`` naming the property; empty when all is well.

    Fields that the selection hides are neither required nor looked at; drop them with ``kept`` before storing.
    """
    properties = record.form_schema.get("properties", {})
    visible = {field.name for field in selection.form_fields}
    reasons = [
        Reason(
            "form_unknown_field",
            N_('The form has no field "%(name)s"; leave it out.'),
            field=name,
            params={"name": name},
        )
        for name in data
        if name not in properties
    ]
    for name in record.form_schema.get("required", ()):
        if name in visible and data.get(name) in (None, "", [], {}):
            reasons.append(
                Reason("form_required", N_('Fill in "%(field)s".'), field=name, params={"field": title(record, name)})
            )
    for name in (name for name in properties if name in visible):
        if data.get(name) not in (None, "", []):
            reasons += _field_reasons(record, name, data[name])
    return reasons


def kept(selection: Selection, data: Mapping[str, Any]) -> dict[str, Any]:
    """``data`` without the fields that are hidden or empty: what a case stores."""
    visible = {field.name for field in selection.form_fields}
    return {name: value for name, value in data.items() if name in visible and value not in (None, "", [])}


def title(record: ItemRecord, name: str) -> str:
    """The label of a property; its name when it has none."""
    schema = record.form_schema.get("properties", {}).get(name, {})
    return str(schema.get("title") or name)


def display(record: ItemRecord, name: str, value: Any) -> str:
    """``value`` of a field in words: labels for choices, 是/否 for a boolean."""
    schema = record.form_schema.get("properties", {}).get(name, {})
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_label(schema.get("items", {}), each) for each in value)
    return _label(schema, value)


def schema_reasons(record: ItemRecord) -> list[Reason]:
    """Why the form itself can't be used: not a JSON Schema, not one flat object, a field without title …"""
    schema = record.form_schema
    try:
        Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        path = "/".join(str(each) for each in error.absolute_path) or "(root)"
        message = N_("The form is not a JSON Schema: at %(path)s: %(detail)s")
        return [_schema_reason("form_schema_invalid", message, path=path, detail=error.message[:200])]
    reasons = []
    if schema.get("type") != "object" or not isinstance(schema.get("properties", {}), dict):
        reasons.append(
            _schema_reason(
                "form_schema_not_object", N_("The form must be a JSON Schema of type object with properties.")
            )
        )
        return reasons
    for name, each in schema.get("properties", {}).items():
        reasons += _property_reasons(name, each)
    for name in schema.get("required", ()):
        if name not in schema.get("properties", {}):
            message = N_('The form requires "%(name)s", which is not among its properties.')
            reasons.append(_schema_reason("form_required_unknown", message, name=name))
    return reasons


def _property_reasons(name: str, schema: Any) -> list[Reason]:
    reasons = []
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        message = N_('Field name "%(name)s": use small letters, digits and _, beginning with a letter.')
        reasons.append(_schema_reason("form_name", message, name=name))
    if not isinstance(schema, dict) or schema.get("type") not in ("string", "integer", "number", "boolean", "array"):
        message = N_('Field "%(name)s" needs a type: string, integer, number, boolean or array.')
        return [*reasons, _schema_reason("form_type", message, name=name)]
    if not schema.get("title"):
        message = N_('Field "%(name)s" needs a title: the label people see.')
        reasons.append(_schema_reason("form_title", message, name=name))
    if (wanted := schema.get("format")) and wanted not in FORMATS:
        message = N_('Field "%(name)s" has the unknown format %(format)s; known are %(known)s.')
        reasons.append(
            _schema_reason("form_format", message, name=name, format=wanted, known=", ".join(sorted(FORMATS)))
        )
    if "$ref" in str(schema):
        message = N_('Field "%(name)s" refers to another schema; write it out in full.')
        reasons.append(_schema_reason("form_reference", message, name=name))
    if (pattern := schema.get("pattern")) is not None:
        try:
            re.compile(pattern)
        except re.error as error:
            message = N_('Field "%(name)s" has a broken pattern: %(detail)s.')
            reasons.append(_schema_reason("form_pattern", message, name=name, detail=str(error)))
    return reasons


def _schema_reason(code: str, message: str, **params: Any) -> Reason:
    return Reason(code, message, field="form_schema", params=params)


def _field_reasons(record: ItemRecord, name: str, value: Any) -> list[Reason]:
    schema = record.form_schema["properties"][name]
    label = title(record, name)
    return [
        _reason(name, label, schema, error)
        for error in Draft202012Validator(schema, format_checker=_FORMATS).iter_errors(value)
    ]


def _reason(name: str, label: str, schema: Mapping[str, Any], error: jsonschema.ValidationError) -> Reason:
    """One message of ours for a mistake the library found."""
    expected = error.validator_value
    params: dict[str, Any] = {"field": label, "expected": expected}
    match str(error.validator):
        case "type":
            code, message = (
                "form_type",
                _TYPE_WORDS.get(str(expected), N_('"%(field)s" has a value of the wrong kind.')),
            )
        case "enum" | "const" | "oneOf":
            code, message = "form_choice", N_('"%(field)s": choose one of the values offered.')
        case "minLength":
            code, message = "form_too_short", N_('"%(field)s" is too short: write at least %(expected)s characters.')
        case "maxLength":
            code, message = "form_too_long", N_('"%(field)s" is too long: write at most %(expected)s characters.')
        case "minimum":
            code, message = "form_too_small", N_('"%(field)s" must be %(expected)s or more.')
        case "exclusiveMinimum":
            code, message = "form_too_small", N_('"%(field)s" must be more than %(expected)s.')
        case "maximum":
            code, message = "form_too_large", N_('"%(field)s" must be %(expected)s or less.')
        case "exclusiveMaximum":
            code, message = "form_too_large", N_('"%(field)s" must be less than %(expected)s.')
        case "multipleOf":
            code, message = "form_step", N_('"%(field)s" must be a multiple of %(expected)s.')
        case "minItems":
            code, message = "form_too_few", N_('"%(field)s": choose at least %(expected)s.')
        case "maxItems":
            code, message = "form_too_many", N_('"%(field)s": choose at most %(expected)s.')
        case "uniqueItems":
            code, message = "form_repeated", N_('"%(field)s" names something twice; name it once.')
        case "format":
            code, message = _format_reason(str(expected), error.instance, params)
        case "pattern":
            params["expected"] = schema.get("description") or schema.get("examples", [""])[0] or expected
            code, message = "form_pattern", N_('"%(field)s" does not have the right form: %(expected)s.')
        case _:
            code, message = "form_invalid", N_('"%(field)s" is not right; check it.')
    return Reason(code, message, field=name, params=params)


_TYPE_WORDS = {
    "integer": N_('"%(field)s" must be a whole number, written in digits.'),
    "number": N_('"%(field)s" must be a number, written in digits.'),
    "boolean": N_('"%(field)s": choose yes or no.'),
    "string": N_('"%(field)s" must be text.'),
    "array": N_('"%(field)s" must be a list of values.'),
}


def _format_reason(wanted: str, value: Any, params: dict[str, Any]) -> tuple[str, str]:
    if wanted == "date":
        return "form_date", N_('"%(field)s" must be a real date, written like 2026-11-21.')
    if wanted == "phone":
        return "form_phone", N_('"%(field)s" must be a phone number: 11 digits for a mobile, or area code and number.')
    params["detail"] = ""
    try:
        check_identifier(_IDENTIFIERS[wanted], str(value))
    except InvalidIdentifier as error:
        params["detail"] = str(error)
        params["identifier_reason"], params["identifier_params"] = error.reason, error.params
    words = {
        "idcard": N_('"%(field)s" must be a valid ID card number of 18 characters; compare every digit with the card.'),
        "uscc": N_(
            '"%(field)s" must be a valid unified social credit code of 18 characters; copy it from the licence.'
        ),
        "project-code": N_('"%(field)s" must be a valid investment project code, like 2611-439900-04-01-123456.'),
    }
    return f"form_{wanted.replace('-', '_')}", words[wanted]


def _checker() -> FormatChecker:
    checker = FormatChecker(formats=())

    def identifier(kind: str) -> Any:
        def fits(value: object) -> bool:
            if isinstance(value, str):
                check_identifier(kind, value)
            return True

        return fits

    for name, kind in _IDENTIFIERS.items():
        checker.checks(name, raises=InvalidIdentifier)(identifier(kind))
    checker.checks("phone")(lambda value: not isinstance(value, str) or bool(_PHONE.fullmatch(value)))
    checker.checks("date", raises=ValueError)(_date_fits)
    return checker


def _date_fits(value: object) -> bool:
    # fromisoformat also takes 20261121 and 2026-W47-6, which no page and no notice should show.
    return not isinstance(value, str) or date.fromisoformat(value).isoformat() == value


_FORMATS = _checker()


def _typed(schema: Mapping[str, Any], value: Any) -> Any:
    kind = schema.get("type")
    if kind == "array":
        values = value if isinstance(value, list | tuple) else [value]
        typed_values = [_typed(schema.get("items", {}), each) for each in values]
        return [each for each in typed_values if each is not None]
    if isinstance(value, list | tuple):
        value = value[-1] if value else ""
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").strip()
    if not text:
        return None
    if kind == "boolean" and text.lower() in _TRUE + _FALSE:
        return text.lower() in _TRUE
    try:
        if kind == "integer":
            return int(text)
        if kind == "number" and math.isfinite(number := float(text)):
            return number
    except ValueError:
        return text
    return text.upper() if schema.get("format") in _IDENTIFIERS else text


def _label(schema: Mapping[str, Any], value: Any) -> str:
    for choice in schema.get("oneOf", ()):
        if choice.get("const") == value:
            return str(choice.get("title", value))
    return str(value)


def _view(field: FormField, schema: Mapping[str, Any], required: bool) -> FieldView:
    inner = schema.get("items", {}) if schema.get("type") == "array" else schema
    options = tuple(
        (str(choice["const"]), str(choice.get("title", choice["const"]))) for choice in inner.get("oneOf", ())
    )
    options = options or tuple((str(value), str(value)) for value in inner.get("enum", ()))
    examples = schema.get("examples", ())
    return FieldView(
        name=field.name,
        title=str(schema.get("title") or field.name),
        kind=_kind(field, schema, bool(options)),
        required=required,
        help=str(schema.get("description", "")),
        placeholder=str(examples[0]) if examples else "",
        group=field.group,
        prefill=field.prefill,
        options=options,
        most_characters=schema.get("maxLength"),
        minimum=schema.get("minimum"),
        maximum=schema.get("maximum"),
    )


def _kind(field: FormField, schema: Mapping[str, Any], has_options: bool) -> str:
    if field.widget:
        return field.widget
    if schema.get("type") == "array":
        return "checkboxes"
    if has_options:
        return "select"
    if schema.get("type") in ("integer", "number"):
        return "number"
    if schema.get("type") == "boolean":
        return "boolean"
    wanted = schema.get("format", "")
    return wanted if wanted in ("date", "idcard", "uscc", "phone") else "text"
