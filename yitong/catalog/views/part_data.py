"""Between a record's data and the rows of the console's forms. Pure; what a row does not show is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

Data = dict[str, Any]

# What a kind of answer may say in JSON Schema; the rest is dropped when the kind changes.
_KEYWORDS: dict[str, frozenset[str]] = {
    "string": frozenset({"minLength", "maxLength", "pattern", "format", "enum", "oneOf"}),
    "integer": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "enum", "oneOf"}),
    "boolean": frozenset(),
    "array": frozenset({"items", "minItems", "maxItems", "uniqueItems"}),
}
_KEYWORDS["number"] = _KEYWORDS["integer"]
_BOUNDS = {
    "string": ("minLength", "maxLength"),
    "integer": ("minimum", "maximum"),
    "number": ("minimum", "maximum"),
    "array": ("minItems", "maxItems"),
}


def steps_of(data: Data) -> list[Data]:
    """The steps with their limits laid flat."""
    rows = []
    for step in data["steps"]:
        limit = step.get("limit") or {"unit": data["committed_limit"]["unit"], "note": ""}
        flat = {f"limit_{name}": limit.get(name) for name in ("amount", "unit", "note")}
        rows.append({**{k: v for k, v in step.items() if k != "limit"}, **flat})
    return rows


def with_steps(data: Data, rows: Sequence[Data]) -> Data:
    steps = []
    for row in rows:
        amount = row["limit_amount"]
        limit = None if amount is None else {"amount": amount, "unit": row["limit_unit"], "note": row["limit_note"]}
        names = ("code", "name", "kind", "stage", "role", "department", "when")
        steps.append({**{name: row[name] for name in names}, "limit": limit})
    return {**data, "steps": steps}


def fees_of(data: Data) -> list[Data]:
    """The fees in yuan."""
    return [{**fee, "yuan": Decimal(fee["fen"]) / 100} for fee in data["fees"]]


def with_fees(data: Data, rows: Sequence[Data]) -> Data:
    names = ("code", "name", "unit", "basis", "reduction", "when")
    fees = [{**{name: row[name] for name in names}, "fen": int(row["yuan"] * 100)} for row in rows]
    return {**data, "fees": fees}


def questions_of(data: Data) -> list[Data]:
    return [{**question, "choices": list(question["choices"])} for question in data["questions"]]


def with_questions(data: Data, rows: Sequence[Data]) -> Data:
    names = ("code", "text", "help", "kind", "when")
    questions = [
        {
            **{name: row[name] for name in names},
            "choices": [{name: choice[name] for name in ("value", "label", "help")} for choice in row["choices"]],
        }
        for row in rows
    ]
    return {**data, "questions": questions}


def towns_of(data: Data) -> list[Data]:
    return [{"region": code} for code in data["delegated_to"]]


def with_towns(data: Data, rows: Sequence[Data]) -> Data:
    return {**data, "delegated_to": [row["region"] for row in rows]}


def fields_of(data: Data) -> list[Data]:
    """The fields of the application form in the order of the page."""
    schema = data["form_schema"]
    properties, required = schema.get("properties", {}), schema.get("required", ())
    listed = {field["name"]: field for field in data["form_fields"]}
    names = [name for name in listed if name in properties] + [name for name in properties if name not in listed]
    return [_row(name, properties[name], listed.get(name, {}), name in required) for name in names]


def with_fields(data: Data, rows: Sequence[Data]) -> Data:
    """``data`` with the form of these rows. Their order is kept by ``form_fields``: JSON objects have none."""
    before = data["form_schema"]
    old = before.get("properties", {})
    schema = {**before, "type": "object"}
    schema["properties"] = {row["name"]: _property(row, old.get(row["was"], {})) for row in rows}
    names = {row["was"]: row["name"] for row in rows if row["required"]}
    kept = [names[name] for name in before.get("required", ()) if name in names]
    schema["required"] = kept + [row["name"] for row in rows if row["required"] and row["name"] not in kept]
    if not schema["required"] and "required" not in before:
        del schema["required"]
    listed = _listed(data, rows)
    fields = [{"name": row["name"], **_placing(row)} for row in rows[:listed]]
    return {**data, "form_schema": schema, "form_fields": fields}


def _row(name: str, schema: Mapping[str, Any], field: Mapping[str, Any], required: bool) -> Data:
    kind = schema.get("type", "string")
    least, most = _BOUNDS.get(kind, ("", ""))
    return {
        "was": name,
        "name": name,
        "label": schema.get("title", ""),
        "type": kind,
        "required": required,
        "choices_text": _choices_text(schema.get("items", {}) if kind == "array" else schema),
        "format": schema.get("format", ""),
        "least": schema.get(least),
        "most": schema.get(most),
        "help": schema.get("description", ""),
        **{key: field.get(key, "") for key in ("group", "prefill", "widget", "when")},
    }


def _choices_text(schema: Mapping[str, Any]) -> str:
    if "oneOf" in schema:
        pairs = [(str(each.get("const", "")), str(each.get("title", ""))) for each in schema["oneOf"]]
        return "\n".join(value if label in ("", value) else f"{value}|{label}" for value, label in pairs)
    return "\n".join(str(value) for value in schema.get("enum", ()))


def _property(row: Data, before: Mapping[str, Any]) -> Data:
    kind = row["type"]
    foreign = frozenset().union(*_KEYWORDS.values()) - _KEYWORDS[kind]
    schema = {key: value for key, value in before.items() if key not in foreign}
    schema |= {"type": kind, "title": row["label"]}
    _set(schema, "description", row["help"])
    if kind == "string":
        _set(schema, "format", row["format"])
    for keyword, value in zip(_BOUNDS.get(kind, ()), (row["least"], row["most"]), strict=False):
        _set(schema, keyword, _number(value))
    if kind == "array":
        schema["items"] = _choosing(row["choices_text"], {"type": "string", **schema.get("items", {})})
        schema.setdefault("uniqueItems", True)
        return schema
    return _choosing(row["choices_text"], schema)


def _choosing(text: str, schema: Data) -> Data:
    """``schema`` with the choices of the lines; untouched when they are those it has."""
    text = text.replace("\r\n", "\n").strip()
    if text == _choices_text(schema):
        return schema
    rest = {key: value for key, value in schema.items() if key not in ("enum", "oneOf")}
    pairs = [line.partition("|") for line in text.splitlines() if line.strip()]
    if not pairs:
        return rest
    values = [_typed(value.strip(), rest.get("type", "string")) for value, _bar, _label in pairs]
    if not any(label.strip() for _value, _bar, label in pairs):
        return {**rest, "enum": values}
    titles = [label.strip() or value.strip() for value, _bar, label in pairs]
    return {**rest, "oneOf": [{"const": v, "title": title} for v, title in zip(values, titles, strict=True)]}


def _typed(text: str, kind: str) -> Any:
    return _number(Decimal(text)) if kind in ("integer", "number") else text


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _set(schema: Data, key: str, value: Any) -> None:
    if value is None or value == "":
        schema.pop(key, None)
    else:
        schema[key] = value


def _placing(row: Data) -> Data:
    return {key: row[key] for key in ("group", "prefill", "widget", "when") if row[key]}


def _listed(data: Data, rows: Sequence[Data]) -> int:
    """How many rows from the first on need a place in ``form_fields``: those after them stand where they stood anyway."""
    before = [field["name"] for field in data["form_fields"]]
    unlisted = [name for name in data["form_schema"].get("properties", {}) if name not in before]
    count = len(rows)
    while count and unlisted and rows[count - 1]["was"] == rows[count - 1]["name"] == unlisted[-1]:
        if _placing(rows[count - 1]):
            break
        unlisted.pop()
        count -= 1
    return count
