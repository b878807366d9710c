"""The OpenAPI document: names of one context never hide those of another, and every operation tells how it may refuse.

The framework puts all shapes into one space of names, so that two contexts with a ``DetailOut`` would describe one of
them wrongly; here each is called ``<context>_<name>``. The refusals that stand before every operation (a body that is no
JSON, no session, no CSRF token, an unknown path value, an invalid parameter) are written down in one place.
"""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

REFS = "#/components/schemas/"
PROBLEM = "Problem"
PROBLEM_SCHEMA: dict[str, Any] = {
    "title": PROBLEM,
    "description": "Why a request was refused. `reasons` names the field and, for a rule, the law.",
    "type": "object",
    "required": ["detail"],
    "properties": {
        "detail": {"type": "string"},
        "reasons": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "message", "law", "field"],
                "properties": {name: {"type": "string"} for name in ("code", "message", "law", "field")},
            },
        },
    },
}
DESCRIPTIONS = {
    "400": "The body cannot be read",
    "401": "Log in first",
    "403": "The CSRF token is missing or old (header X-CSRFToken)",
    "404": "There is no such thing, or it is not yours to see",
    "409": "Somebody else acted first",
    "422": "A value is invalid, or a rule refuses",
}


class CityAPI(NinjaAPI):
    """The framework's API with our document."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        return CityDocument(self, prefix)


class CityDocument(OpenAPISchema):
    """Builds the document operation by operation."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        shared, self.schemas = self.schemas, {}
        details = super().operation_details(operation)
        own, self.schemas = self.schemas, shared
        context = operation.view_func.__module__.split(".")[1]
        names = {name: f"{context}_{name}" for name in own}
        for name, definition in own.items():
            renamed = _renamed(definition, names)
            if self.schemas.setdefault(names[name], renamed) != renamed:
                raise ValueError(f"{context} describes two different shapes by the name {name!r}; rename one")
        details = _renamed(details, names)
        self.schemas[PROBLEM] = PROBLEM_SCHEMA
        _add_refusals(details, operation.methods)
        return details


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """``value`` with every reference to a name of ``names`` turned to the new name."""
    if isinstance(value, dict):
        return {key: _reference(each, names) if key == "$ref" else _renamed(each, names) for key, each in value.items()}
    return [_renamed(each, names) for each in value] if isinstance(value, list) else value


def _reference(value: Any, names: dict[str, str]) -> Any:
    name = value.removeprefix(REFS) if isinstance(value, str) else ""
    return REFS + names[name] if name in names else value


def _add_refusals(details: dict[str, Any], methods: list[str]) -> None:
    responses = {str(status): response for status, response in details["responses"].items()}
    wanted = []
    if "requestBody" in details:
        wanted.append("400")
    if details.get("security"):
        wanted += ["401", *(["403"] if set(methods) - {"GET", "HEAD"} else [])]
    if any(each["in"] == "path" for each in details["parameters"]):
        wanted.append("404")
    if details["parameters"] or "requestBody" in details:
        wanted.append("422")
    content = {"application/json": {"schema": {"$ref": REFS + PROBLEM}}}
    for status in wanted:
        responses.setdefault(status, {"description": DESCRIPTIONS[status], "content": content})
    details["responses"] = dict(sorted(responses.items()))
