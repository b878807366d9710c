"""Identifiers with check characters: parse, check, compose. Pure; nothing is looked up outside this package.

Owns: the form and the check characters of the nine kinds below. Does not own: whether the thing named exists.
Words: region 行政区划, idcard 公民身份号码, uscc 统一社会信用代码, item 事项编码, case 办件编号, licence 电子证照标识,
project 投资项目代码.
Public: ``check``, ``KINDS``, ``InvalidIdentifier``, ``UnknownKind``; ``parse`` and ``compose`` of each module.
Law: GB/T 2260, GB 11643, GB 32100, GB 11714, GB/T 39554.1, GB/T 39046, GB/T 36904, GB/T 40058.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from yitong.kernel.identifiers import case_number, idcard, item, licence, project, region, uscc
from yitong.kernel.identifiers.errors import InvalidIdentifier, UnknownKind

__all__ = ["KINDS", "InvalidIdentifier", "Parsed", "UnknownKind", "check"]

Parsed = (
    idcard.IdCard
    | uscc.Uscc
    | item.BasicCode
    | item.ImplementationCode
    | item.HandlingCode
    | case_number.CaseNumber
    | licence.Licence
    | project.Project
    | region.Region
)

KINDS: Mapping[str, Callable[[str], Parsed]] = MappingProxyType(
    {
        idcard.KIND: idcard.parse,
        uscc.KIND: uscc.parse,
        item.BASIC: item.parse_basic,
        item.IMPLEMENTATION: item.parse_implementation,
        item.HANDLING: item.parse_handling,
        case_number.KIND: case_number.parse,
        licence.KIND: licence.parse,
        project.KIND: project.parse,
        region.KIND: region.parse,
    }
)


def check(kind: str, value: str, *, today: date | None = None) -> Parsed:
    """The parts of ``value``, or InvalidIdentifier; UnknownKind for a kind that is not in KINDS.

    ``today`` concerns idcard only: when given, a birth after it is refused.
    """
    parse = KINDS.get(kind)
    if parse is None:
        raise UnknownKind(kind, tuple(KINDS))
    return idcard.parse(value, today) if kind == idcard.KIND else parse(value)
