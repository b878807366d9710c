"""A licence as pages and the API show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from yitong.licences.models import Licence
from yitong.licences.rules import face
from yitong.licences.rules.status import Standing, standing
from yitong.parties.rules.masking import masked_name

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Shown:
    """``entries``: lines of the face. ``holder``: whole for whoever may see the licence, masked for the public."""

    licence: Licence
    standing: Standing
    holder: str
    validity: str
    entries: tuple[dict[str, str], ...] = ()


def whole(licence: Licence, now: datetime) -> Shown:
    """Everything, for an actor who may see it."""
    lines = tuple(face.entries(licence.type.fields, licence.data))
    return Shown(licence, _standing(licence, now), licence.holder_name, _validity(licence), lines)


def minimum(licence: Licence, now: datetime) -> Shown:
    """What the public is told: type, number, issuer, masked holder, term, standing; nothing of the face."""
    return Shown(licence, _standing(licence, now), masked_name(licence.holder_name), _validity(licence))


def _standing(licence: Licence, now: datetime) -> Standing:
    return standing(licence.status, licence.valid_from, licence.valid_until, now.astimezone(SHANGHAI).date())


def _validity(licence: Licence) -> str:
    return face.validity(licence.valid_from, licence.valid_until)
