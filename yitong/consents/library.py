"""What this context asks of the licence library, in one place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from yitong.licences import queries
from yitong.licences.queries import contents
from yitong.licences.queries import library as shelves
from yitong.licences.rules import face
from yitong.licences.rules.fields import Confidentiality, whole
from yitong.licences.rules.status import standing

SHANGHAI = ZoneInfo("Asia/Shanghai")
VALID = "valid"


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody chose to consent to. ``names``: for people; ``unknown``: something chosen is not the holder's."""

    names: str
    field_names: frozenset[str]
    chosen: int
    unknown: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A licence as it is offered or chosen: what it is, not what it says. ``sensitive``: labels of its sensitive fields."""

    licence_id: int
    type_code: str
    name: str
    number: str
    holder_name: str
    issuer: str
    validity: str
    standing: str
    sensitive: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        return self.standing == VALID


def one(licence_id: int) -> Any:
    """The licence with its type, or None."""
    return shelves.by_id(licence_id)


def of_keys(keys: Collection[bytes]) -> dict[bytes, list[Any]]:
    """Key → every licence of that holder, newest first, types read; every key is there. One statement."""
    found: dict[bytes, list[Any]] = {key: [] for key in keys}
    for licence in shelves.of_keys(keys) if keys else ():
        found[bytes(licence.holder_key)].append(licence)
    return found


def chosen(key: bytes, licence_ids: Sequence[int]) -> list[Any]:
    """Those of ``licence_ids`` that are the holder's, in that order."""
    found = shelves.by_ids(licence_ids) if licence_ids else {}
    return [found[each] for each in licence_ids if each in found and bytes(found[each].holder_key) == key]


def scope(key: bytes, *, type_codes: Sequence[str], licence_ids: Sequence[int]) -> Scope:
    """What a consent to these types or licences of the holder covers."""
    if licence_ids:
        found = chosen(key, licence_ids)
        types = [licence.type for licence in found]
        unknown = len(found) != len(set(licence_ids))
    else:
        wanted = set(type_codes)
        types = [each for each in queries.types() if each.code in wanted]
        unknown = len(types) != len(wanted)
    names = "、".join(dict.fromkeys(each.name for each in types))
    known = frozenset(str(field["name"]) for each in types for field in each.fields)
    return Scope(names, known, len(types), unknown)


def offer(licence: Any, now: datetime) -> Offer:
    """The licence as a line of a list."""
    return Offer(
        licence_id=licence.pk,
        type_code=licence.type.code,
        name=licence.type.name,
        number=licence.number,
        holder_name=licence.holder_name,
        issuer=licence.issuer_name,
        validity=face.validity(licence.valid_from, licence.valid_until),
        standing=standing_on(licence, today(now)),
        sensitive=tuple(str(field["label"]) for field in licence.type.fields if is_sensitive(field)),
    )


def standing_on(licence: Any, on: date) -> str:
    """valid, not_yet, expired, revoked, …"""
    return str(standing(licence.status, licence.valid_from, licence.valid_until, on))


def is_sensitive(field: Mapping[str, Any]) -> bool:
    return bool(whole(field)["confidentiality"] == Confidentiality.SENSITIVE.value)


def fields_of(licence: Any) -> list[tuple[str, str, bool]]:
    """(name, label, whether sensitive) of the fields of its type, in order."""
    return [(str(field["name"]), str(field["label"]), is_sensitive(field)) for field in licence.type.fields]


def values(licence: Any, names: Sequence[str]) -> contents.Readable:
    """The named values, sensitive ones unsealed. Only for ``commands.using``, which has settled the right and logs it."""
    return contents.only(licence, names)


CANNOT_OPEN = contents.CANNOT_OPEN


def open_to(licence: Any, department_id: int | None) -> bool:
    """Whether the type lets this department call it."""
    return shelves.open_to(licence, department_id)


def today(now: datetime) -> date:
    """The local day of ``now``."""
    return now.astimezone(SHANGHAI).date()
