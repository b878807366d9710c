"""What an outside system may ask: licence types, and of each the fields, and in which ways."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yitong.kernel.reasons import N_, Reason

WAYS = ("identifier", "holder", "verify")
"""By the licence's identifier; by the holder; only yes or no."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One licence type a client may ask for. ``fields``: names of the type's fields; empty: only that it exists and stands."""

    type_code: str
    fields: frozenset[str]
    ways: frozenset[str]


def refusal(scopes: Iterable[Scope], type_code: str, way: str, fields: Iterable[str]) -> Reason | None:
    """Why a client with ``scopes`` may not ask this; None when it may."""
    scope = next((each for each in scopes if each.type_code == type_code), None)
    if scope is None:
        return Reason(
            "type_not_in_scope",
            N_("Your system may not ask for licence type %(type)s; apply for it with the purpose and the law."),
            field="type",
            params={"type": type_code},
        )
    if way not in scope.ways:
        return Reason(
            "way_not_in_scope",
            N_("Your system may not ask for licence type %(type)s in this way; it may: %(ways)s."),
            params={"type": type_code, "ways": ", ".join(sorted(scope.ways)) or "–"},
        )
    extra = sorted(set(fields) - scope.fields)
    if extra:
        return Reason(
            "field_not_in_scope",
            N_("Your system may not ask for these fields of the type: %(fields)s. Leave them out, or apply for them."),
            field="fields",
            params={"fields": ", ".join(extra)},
        )
    return None
