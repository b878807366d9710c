"""The contents of a licence: open fields and unsealed ones together.

Only for callers that have settled the right and logged the look: the holder's own page, the issuing command, and
``consents.commands.use`` for everybody else.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from yitong.kernel.reasons import N_, Reason, Refused
from yitong.licences import sealing
from yitong.licences.models import Licence
from yitong.licences.rules import fields as rules
from yitong.licences.rules.fields import Confidentiality
from yitong.parties.rules.masking import mask_idcard, mask_phone

MASK = "＊＊＊"
CANNOT_OPEN = Reason(
    "cannot_open",
    N_("The protected fields of this licence cannot be opened. Tell the registrar of licence types."),
    field="licence",
)
"""The data key is lost, or the row was changed from outside: somebody has to restore one of them."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Readable:
    """What can be read of a licence. ``closed``: it has sealed fields that do not open."""

    values: dict[str, Any]
    closed: bool = False


def whole(licence: Licence) -> dict[str, Any]:
    """Every field, in the order of the type. Raises ``sealing.CannotOpen`` without the key."""
    found = {**licence.data, **_unsealed(licence)}
    order = [str(field["name"]) for field in licence.type.fields]
    return {name: found[name] for name in (*order, *(each for each in found if each not in order)) if name in found}


def readable(licence: Licence) -> Readable:
    """As ``whole``; where the sealed fields do not open the open ones alone, and a line in the log for the operator."""
    try:
        return Readable(whole(licence))
    except sealing.CannotOpen as problem:
        log.error("licence %s: %s", licence.identifier, problem)
        return Readable({**licence.data}, closed=True)


def complete(licence: Licence) -> dict[str, Any]:
    """As ``whole``, for an act that needs every field: Refused (``CANNOT_OPEN``) where one cannot be had."""
    found = readable(licence)
    if found.closed:
        raise Refused(CANNOT_OPEN)
    return found.values


def only(licence: Licence, names: Collection[str]) -> Readable:
    """The named fields; ``closed`` only when one of them is sealed. Nothing is opened when all of them lie open."""
    if set(names) <= rules.plain_names(licence.type.fields):
        found = Readable(licence.data)
    else:
        found = readable(licence)
    return Readable({name: found.values[name] for name in names if name in found.values}, found.closed)


def masked(licence: Licence) -> Readable:
    """Every field, sensitive ones masked: enough to tell two licences apart."""
    kinds = {str(field["name"]): rules.whole(field) for field in licence.type.fields}
    found = readable(licence)
    return Readable({name: _masked(kinds.get(name), value) for name, value in found.values.items()}, found.closed)


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
