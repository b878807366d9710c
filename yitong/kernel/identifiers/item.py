"""政务服务事项 codes (GB/T 39554.1-2020): 基本编码 12, 实施编码 31, 业务办理项编码 33.

The split of the 12 digits follows public samples and the type table of GB/T 39046-2020. Neither 12 nor the digits added
to it carry a check character; the implementing body's credit code inside 31 and 33 does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from yitong.kernel.identifiers import uscc
from yitong.kernel.identifiers.errors import InvalidIdentifier
from yitong.kernel.identifiers.region import PROVINCES
from yitong.kernel.reasons import N_

BASIC = "item-basic"
IMPLEMENTATION = "item-implementation"
HANDLING = "item-handling"
NATIONAL_PREFIX = "00"

# GB/T 39046-2020 Annex A, 事项类型. 11-19 and 21-99 are extensions a place may define, so no code is refused.
ITEM_TYPES = MappingProxyType(
    {
        "00": "行政权力",
        "01": "行政许可",
        "02": "行政处罚",
        "03": "行政强制",
        "04": "行政征收",
        "05": "行政给付",
        "06": "行政检查",
        "07": "行政确认",
        "08": "行政奖励",
        "09": "行政裁决",
        "10": "其他行政权力",
        "20": "公共服务",
    }
)
# GB/T 39046-2020 Annex A, 行使层级.
EXERCISE_LEVELS = MappingProxyType(
    {"1": "国家", "2": "省", "3": "市", "4": "县", "5": "镇(乡街)", "6": "村(社区)", "7": "分级管理"}
)


@dataclass(frozen=True, slots=True)
class BasicCode:
    """基本编码. ``prefix``: province or 00 for national; ``type_code``: see ITEM_TYPES; ``sub`` 000: no sub-item."""

    value: str
    prefix: str
    type_code: str
    department: str
    main: str
    sub: str

    @property
    def type_name(self) -> str:
        """Chinese name of the type; an extension is named by the class it extends."""
        return ITEM_TYPES.get(self.type_code, ITEM_TYPES["10" if self.type_code < "20" else "20"])


@dataclass(frozen=True, slots=True)
class ImplementationCode:
    """实施编码: who implements the item, at which level."""

    value: str
    implementer: uscc.Uscc
    level: str
    basic: BasicCode


@dataclass(frozen=True, slots=True)
class HandlingCode:
    """业务办理项编码: one way of handling an implemented item. ``serial``: two digits."""

    value: str
    implementation: ImplementationCode
    serial: str


def parse_basic(value: str, kind: str = BASIC) -> BasicCode:
    """The parts of a 12-digit code, or InvalidIdentifier of ``kind``."""
    if len(value) != 12:
        raise InvalidIdentifier(
            kind,
            value,
            "length",
            N_("A basic item code has 12 digits, not %(length)s; copy it from the item catalogue."),
            {"length": len(value)},
        )
    if not re.fullmatch(r"[0-9]{12}", value):
        raise InvalidIdentifier(
            kind, value, "characters", N_("A basic item code has digits only; remove anything else.")
        )
    if value[:2] != NATIONAL_PREFIX and value[:2] not in PROVINCES:
        raise InvalidIdentifier(
            kind,
            value,
            "region",
            N_("A basic item code begins with 00 or a province, not %(prefix)s; check the first two digits."),
            {"prefix": value[:2]},
        )
    return BasicCode(value, value[:2], value[2:4], value[4:6], value[6:9], value[9:12])


def parse_implementation(value: str, kind: str = IMPLEMENTATION) -> ImplementationCode:
    """The parts of a 31-character code, or InvalidIdentifier of ``kind``."""
    if len(value) != 31:
        raise InvalidIdentifier(
            kind,
            value,
            "length",
            N_(
                "An implementation code has 31 characters, not %(length)s: credit code 18, level 1, basic item code 12."
            ),
            {"length": len(value)},
        )
    if value[18] not in EXERCISE_LEVELS:
        raise InvalidIdentifier(
            kind,
            value,
            "level",
            N_("Character 19 of an implementation code is the level, 1 to 7, not %(level)s."),
            {"level": value[18]},
        )
    implementer = uscc.parse(value[:18], kind)
    return ImplementationCode(value, implementer, value[18], parse_basic(value[19:], kind))


def parse_handling(value: str) -> HandlingCode:
    """The parts of a 33-character code, or InvalidIdentifier."""
    if len(value) != 33:
        raise InvalidIdentifier(
            HANDLING,
            value,
            "length",
            N_("A handling code has 33 characters, not %(length)s: implementation code 31, serial 2."),
            {"length": len(value)},
        )
    if not re.fullmatch(r"[0-9]{2}", value[31:]):
        raise InvalidIdentifier(
            HANDLING, value, "serial", N_("A handling code ends with a serial of two digits; check the last two.")
        )
    return HandlingCode(value, parse_implementation(value[:31], HANDLING), value[31:])


def compose_basic(prefix: str, type_code: str, department: str, main: str, sub: str = "000") -> str:
    """The 12-digit code of these parts (2, 2, 2, 3, 3 digits); InvalidIdentifier if they do not fit."""
    if tuple(map(len, (prefix, type_code, department, main, sub))) != (2, 2, 2, 3, 3):
        raise InvalidIdentifier(
            BASIC,
            prefix + type_code + department + main + sub,
            "parts",
            N_("A basic item code is made from prefix 2, type 2, department 2, main item 3 and sub-item 3 digits."),
        )
    return parse_basic(prefix + type_code + department + main + sub).value


def compose_implementation(implementer: str, level: str, basic: str) -> str:
    """The 31-character code of a body's credit code, a level 1-7 and a 12-digit basic code."""
    uscc.parse(implementer, IMPLEMENTATION)
    return parse_implementation(implementer + level + basic).value


def compose_handling(implementation: str, serial: int) -> str:
    """The 33-character code of an implementation code and ``serial`` 0-99."""
    parse_implementation(implementation, HANDLING)
    return parse_handling(f"{implementation}{serial:02d}").value
