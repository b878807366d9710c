"""A licence as pages and the API show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from yitong.licences.models import Licence
from yitong.licences.queries import contents
from yitong.licences.rules import face
from yitong.licences.rules.status import Standing, standing
from yitong.parties.rules.masking import masked_name

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Shown:
    """``entries``: lines of the face. ``holder``: whole for the holder, masked for everybody else.

    ``closed``: some lines are missing, because the sealed fields cannot be opened.
    """

    licence: Licence
    standing: Standing
    holder: str
    validity: str
    entries: tuple[dict[str, str], ...] = ()
    closed: bool = False


def whole(licence: Licence, now: datetime) -> Shown:
    """Everything, for the holder, and for a keeper who said why."""
    return _with_face(licence, licence.holder_name, contents.readable(licence), now)


def row(licence: Licence, now: datetime) -> Shown:
    """A line of the holder's own list: nothing is opened for it."""
    return Shown(licence, _standing(licence, now), licence.holder_name, _validity(licence))


def listed(licence: Licence, now: datetime) -> Shown:
    """A line of a register: the holder masked, nothing opened."""
    return Shown(licence, _standing(licence, now), _masked_name(licence), _validity(licence))


def masked(licence: Licence, now: datetime) -> Shown:
    """What the keepers of a register see: the holder's name and sensitive fields masked."""
    return _with_face(licence, _masked_name(licence), contents.masked(licence), now)


def minimum(licence: Licence, now: datetime) -> Shown:
    """What the public is told: type, number, issuer, masked holder, term, standing; nothing of the face."""
    return Shown(licence, _standing(licence, now), _masked_name(licence), _validity(licence))


def _with_face(licence: Licence, holder: str, found: contents.Readable, now: datetime) -> Shown:
    lines = tuple(face.entries(licence.type.fields, found.values))
    return Shown(licence, _standing(licence, now), holder, _validity(licence), lines, found.closed)


def _masked_name(licence: Licence) -> str:
    # The name of an enterprise is public (《企业信息公示暂行条例》第六条); masking it would only hinder.
    return licence.holder_name if licence.holder_kind == "enterprise" else masked_name(licence.holder_name)


def _standing(licence: Licence, now: datetime) -> Standing:
    return standing(licence.status, licence.valid_from, licence.valid_until, now.astimezone(SHANGHAI).date())


def _validity(licence: Licence) -> str:
    return face.validity(licence.valid_from, licence.valid_until)
