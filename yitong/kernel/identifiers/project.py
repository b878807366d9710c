"""投资项目代码 (GB/T 40058-2021): ``YYMM-RRRRRR-DD-TT-NNNNNC``, 24 characters with its four hyphens.

Month of filing, region, central guiding department, project type, five random digits, and a check digit ISO/IEC 7064
MOD 11,10 over the 19 digits before it. The scheme used before November 2020 (a four-digit year first) is refused, as it
should be: such a project must be given a new code before an approval can be filed on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from yitong.kernel.identifiers.check_digits import mod_11_10
from yitong.kernel.identifiers.errors import InvalidIdentifier
from yitong.kernel.identifiers.region import PROVINCES
from yitong.kernel.reasons import N_

KIND = "project"
NATIONAL_PREFIX = "00"
_FORM = re.compile(r"([0-9]{2})([0-9]{2})-([0-9]{6})-([0-9]{2})-([0-9]{2})-([0-9]{5})([0-9])")


@dataclass(frozen=True, slots=True)
class Project:
    """One investment project. ``year`` is the full year; ``department`` the central guiding department's code."""

    value: str
    year: int
    month: int
    region: str
    department: str
    project_type: str
    serial: str
    check: str


def parse(value: str) -> Project:
    """The parts of ``value``, or InvalidIdentifier. Region 00xxxx is a project filed with the central government."""
    match = _FORM.fullmatch(value)
    if match is None:
        raise InvalidIdentifier(
            KIND,
            value,
            "form",
            N_("A project code is written YYMM-RRRRRR-DD-TT-NNNNNN: 20 digits with four hyphens; copy all of it."),
        )
    year, month, region, department, project_type, serial, check = match.groups()
    if not 1 <= int(month) <= 12:
        raise InvalidIdentifier(
            KIND,
            value,
            "month",
            N_("Digits 3 and 4 of a project code are a month, 01 to 12, not %(month)s."),
            {"month": month},
        )
    if region[:2] != NATIONAL_PREFIX and region[:2] not in PROVINCES:
        raise InvalidIdentifier(
            KIND,
            value,
            "region",
            N_("The region of a project code begins with 00 or a province, not %(prefix)s; check it."),
            {"prefix": region[:2]},
        )
    if check != mod_11_10(value.replace("-", "")[:19]):
        raise InvalidIdentifier(
            KIND,
            value,
            "check_character",
            N_(
                "The last digit of the project code does not fit the others; compare every digit, or have a code from "
                "before November 2020 replaced."
            ),
        )
    return Project(value, 2000 + int(year), int(month), region, department, project_type, serial, check)


def compose(year: int, month: int, region: str, department: str, project_type: str, serial: int) -> str:
    """The code of these parts: ``year`` 2000-2099, ``serial`` 0-99999; InvalidIdentifier if they do not fit."""
    body = f"{year - 2000:02d}{month:02d}-{region}-{department}-{project_type}-{serial:05d}"
    digits = body.replace("-", "")
    check = mod_11_10(digits) if re.fullmatch(r"[0-9]{19}", digits) else ""
    return parse(body + check).value
