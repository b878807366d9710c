"""办件编号: implementation code 31, day of filing 8, serial of at least 4 digits; 50 characters at most.

GB/T 39046-2020 leaves the form open (an..50); this is the one live platforms use, 43 characters with a 4-digit serial.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from yitong.kernel.identifiers.dates import date_from_digits, digits_from_date
from yitong.kernel.identifiers.errors import InvalidIdentifier
from yitong.kernel.identifiers.item import ImplementationCode, parse_implementation
from yitong.kernel.reasons import N_

KIND = "case"
MAX_LENGTH = 50
_MIN_LENGTH = 31 + 8 + 4


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """One case. ``on``: the day the number was taken; ``serial``: running number of that item and day."""

    value: str
    implementation: ImplementationCode
    on: date
    serial: int


def parse(value: str) -> CaseNumber:
    """The parts of ``value``, or InvalidIdentifier.

    A serial longer than 4 digits must not begin with 0, so that one item, day and serial have exactly one number.
    """
    if not _MIN_LENGTH <= len(value) <= MAX_LENGTH:
        raise InvalidIdentifier(
            KIND,
            value,
            "length",
            N_("A case number has 43 to 50 characters, not %(length)s; copy it from the receipt."),
            {"length": len(value)},
        )
    if not re.fullmatch(r"[0-9]+", value[31:]):
        raise InvalidIdentifier(
            KIND, value, "characters", N_("From character 32 a case number has digits only; copy it from the receipt.")
        )
    on = date_from_digits(value[31:39])
    if on is None:
        raise InvalidIdentifier(
            KIND, value, "date", N_("Characters 32 to 39 of a case number are not a date; copy it from the receipt.")
        )
    serial = value[39:]
    if len(serial) > 4 and serial[0] == "0":
        raise InvalidIdentifier(
            KIND, value, "serial", N_("The serial of a case number is padded to 4 digits only; remove the extra zeros.")
        )
    return CaseNumber(value, parse_implementation(value[:31], KIND), on, int(serial))


def compose(implementation: str, on: date, serial: int) -> str:
    """The number of ``serial`` (0 or more) of the item on that day; InvalidIdentifier if it does not fit."""
    return parse(f"{implementation}{digits_from_date(on)}{serial:04d}").value
