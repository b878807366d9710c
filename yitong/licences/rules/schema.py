"""The JSON Schema (draft 2020-12) of a licence type's data, from its fields. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yitong.licences.rules.fields import Field, Kind, whole

LONGEST = 2000
DIALECT = "https://json-schema.org/draft/2020-12/schema"

_SHAPES: dict[str, dict[str, Any]] = {
    Kind.TEXT: {"type": "string", "maxLength": LONGEST},
    Kind.DATE: {"type": "string", "format": "date"},
    # The check characters are told by `format`; validators of ours know both.
    Kind.IDCARD: {"type": "string", "format": "idcard", "pattern": "^[0-9]{17}[0-9X]$"},
    Kind.USCC: {"type": "string", "format": "uscc", "pattern": "^[0-9A-HJ-NPQRTUWXY]{18}$"},
    Kind.PHONE: {"type": "string", "format": "phone", "pattern": "^[0-9+() -]{5,20}$"},
    Kind.NUMBER: {"type": "number"},
}


def schema_of(code: str, name: str, fields: Sequence[Field]) -> dict[str, Any]:
    """The schema of the data of type ``code``: its fields and nothing else."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:yitong:licence-type:{code}",
        "title": name,
        "type": "object",
        "properties": {str(field["name"]): _property(whole(field)) for field in fields},
        "required": [str(field["name"]) for field in fields if whole(field)["required"]],
        "additionalProperties": False,
    }


def _property(field: dict[str, Any]) -> dict[str, Any]:
    if field["kind"] == Kind.CHOICE:
        shape: dict[str, Any] = {"type": "string", "enum": list(field.get("choices", ()))}
    else:
        shape = dict(_SHAPES[field["kind"]])
    if field["required"] and field["kind"] == Kind.TEXT:
        shape["minLength"] = 1
    return {**shape, "title": field["label"], "x-confidentiality": field["confidentiality"]}
