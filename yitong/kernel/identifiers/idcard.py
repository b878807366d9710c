"""公民身份号码 (GB 11643-1999): region 6, birth date 8, serial 3 (odd male), check character.

The region part is checked to the province only: numbers keep the county code of their day, and thousands of those
codes have since been abolished. 83 is the prefix of the residence permit for residents of Taiwan, numbered by the same
standard (港澳台居民居住证申领发放办法, 2018; Hong Kong 81, Macau 82). The permanent residence card for foreigners,
which begins with 9, is numbered by another rule and refused here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric

from yitong.kernel.identifiers.dates import date_from_digits, digits_from_date
from yitong.kernel.identifiers.errors import InvalidIdentifier
from yitong.kernel.identifiers.region import PROVINCES
from yitong.kernel.reasons import N_

KIND = "idcard"
EARLIEST_BIRTH = date(1900, 1, 1)
PREFIXES = frozenset(PROVINCES) | {"83"}


@dataclass(frozen=True, slots=True)
class IdCard:
    """One citizen number. ``value`` is normalised (capital X); ``sex`` is ``"male"`` or ``"female"``."""

    value: str
    region: str
    birth_on: date
    serial: str
    sex: str
    check: str


def parse(value: str, today: date | None = None) -> IdCard:
    """The parts of ``value`` (a small x is accepted), or InvalidIdentifier.

    ``today``: when given, a birth after it is refused; when None the future is not looked at.
    """
    number = value[:-1] + "X" if value.endswith("x") else value
    if len(number) != 18:
        raise InvalidIdentifier(
            KIND,
            value,
            "length",
            N_("A citizen number has 18 characters, not %(length)s; copy all of them from the card."),
            {"length": len(number)},
        )
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise InvalidIdentifier(
            KIND, value, "characters", N_("A citizen number has 17 digits and then a digit or X; remove anything else.")
        )
    if number[:2] not in PREFIXES:
        raise InvalidIdentifier(
            KIND,
            value,
            "region",
            N_("No province has the code %(province)s; check the first two digits."),
            {"province": number[:2]},
        )
    birth_on = _birth(number, value, today)
    expected = _check_character(number[:17])
    if number[17] != expected:
        # The expected character is not told: it would turn a typing error into a plausible wrong person.
        raise InvalidIdentifier(
            KIND,
            value,
            "check_character",
            N_("The last character does not fit the other 17; compare every character with the card."),
        )
    return IdCard(number, number[:6], birth_on, number[14:17], "male" if int(number[16]) % 2 else "female", expected)


def _check_character(body: str) -> str:
    # python-stdnum takes the whole number and drops its last character, whatever that is.
    return ric.calc_check_digit(body + "0")


def _birth(number: str, value: str, today: date | None) -> date:
    birth_on = date_from_digits(number[6:14])
    if birth_on is None:
        raise InvalidIdentifier(
            KIND,
            value,
            "birth_date",
            N_("Characters 7 to 14 are not a date; write the birth date as year, month, day."),
        )
    if birth_on < EARLIEST_BIRTH:
        raise InvalidIdentifier(
            KIND, value, "birth_date", N_("The birth date is before 1900; check characters 7 to 14 against the card.")
        )
    if today is not None and birth_on > today:
        raise InvalidIdentifier(
            KIND, value, "birth_date", N_("The birth date is in the future; check characters 7 to 14 against the card.")
        )
    return birth_on


def compose(region: str, birth_on: date, serial: int) -> str:
    """The number for a 6-digit ``region`` and ``serial`` 0-999 (odd male, even female), or InvalidIdentifier."""
    body = f"{region}{digits_from_date(birth_on)}{serial:03d}"
    if not re.fullmatch(r"[0-9]{17}", body):
        raise InvalidIdentifier(
            KIND,
            body,
            "characters",
            N_("A citizen number is made from a region of 6 digits and a serial from 0 to 999."),
        )
    return parse(body + _check_character(body)).value
