"""The contents of a licence: open fields and unsealed ones together.

Only for callers that have settled the right and logged the look: the holder's own page, the issuing command, and
``consents.commands.use`` for everybody else.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from yitong.licences import sealing
from yitong.licences.models import Licence
from yitong.licences.rules import fields as rules
from yitong.licences.rules.fields import Confidentiality
from yitong.parties.rules.masking import mask_idcard, mask_phone

MASK = "＊＊＊"


def whole(licence: Licence) -> dict[str, Any]:
    """Every field, in the order of the type. Raises ``sealing.CannotOpen`` without the key."""
    found = {**licence.data, **_unsealed(licence)}
    order = [str(field["name"]) for field in licence.type.fields]
    return {name: found[name] for name in (*order, *(each for each in found if each not in order)) if name in found}


def only(licence: Licence, names: Collection[str]) -> dict[str, Any]:
    """The named fields. Nothing is opened when all of them lie open."""
    source = licence.data if set(names) <= rules.plain_names(licence.type.fields) else whole(licence)
    return {name: source[name] for name in names if name in source}


def masked(licence: Licence) -> dict[str, Any]:
    """Every field, sensitive ones masked: enough to tell two licences apart."""
    kinds = {str(field["name"]): rules.whole(field) for field in licence.type.fields}
    found = whole(licence)
    return {name: _masked(kinds.get(name), value) for name, value in found.items()}


def _unsealed(licence: Licence) -> dict[str, Any]:
    if licence.sealed is None or licence.sealed_key is None:
        return {}
    return sealing.unseal(licence.sealed, licence.sealed_key, licence.identifier)


def _masked(field: dict[str, Any] | None, value: Any) -> Any:
    if field is not None and field["confidentiality"] != Confidentiality.SENSITIVE.value:
        return value
    kind = field["kind"] if field else ""
    if kind == "idcard":
        return mask_idcard(str(value))
    return mask_phone(str(value)) if kind == "phone" else MASK
