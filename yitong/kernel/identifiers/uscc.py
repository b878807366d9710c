"""统一社会信用代码 (GB 32100-2015): department 1, category 1, region 6, organisation 9 (GB 11714), check character.

The region is six digits and no more is asked of it: bodies of the State register under 100000, which GB/T 2260 lacks.
The first two characters may be letters (N 农业, Y 其他), which is why python-stdnum lends its check digit here but not
its validation, which takes digits only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum.cn import uscc as stdnum_uscc

from yitong.kernel.identifiers.errors import InvalidIdentifier
from yitong.kernel.reasons import N_

KIND = "uscc"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# GB 11714-1997; the organisation code has its own alphabet 0-9A-Z with A = 10.
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Uscc:
    """One unified social credit code. ``organisation`` is the 9-character code of GB 11714 inside it."""

    value: str
    department: str
    category: str
    region: str
    organisation: str
    check: str

    @property
    def organisation_code_valid(self) -> bool:
        """Whether the organisation code's own check character fits.

        Not a ground for refusal: the 18th character is what GB 32100 checks a credit code by. Every sample at hand fits
        both, so a misfit is worth showing to a clerk, and not enough to send an applicant away.
        """
        return self.organisation[8] == organisation_check(self.organisation[:8])


def organisation_check(body: str) -> str:
    """Check character (0-9 or X) of the first 8 characters of an organisation code. Source: GB 11714-1997."""
    total = sum(weight * int(character, 36) for weight, character in zip(_ORGANISATION_WEIGHTS, body, strict=True))
    return "0123456789X0"[11 - total % 11]


def parse(value: str, kind: str = KIND) -> Uscc:
    """The parts of ``value``, or InvalidIdentifier. ``kind`` is the identifier this code is part of, for the error."""
    if len(value) != 18:
        raise InvalidIdentifier(
            kind,
            value,
            "length",
            N_("A unified social credit code has 18 characters, not %(length)s; copy all of them."),
            {"length": len(value)},
        )
    for position, character in enumerate(value, start=1):
        if character not in ALPHABET:
            raise InvalidIdentifier(
                kind,
                value,
                "characters",
                N_(
                    "Character %(position)s of the unified social credit code is %(character)s; use digits and capital "
                    "letters without I, O, S, V and Z."
                ),
                {"position": position, "character": character},
            )
    if not re.fullmatch(r"[0-9]{6}", value[2:8]):
        raise InvalidIdentifier(
            kind,
            value,
            "region",
            N_("Characters 3 to 8 of a unified social credit code are a region of 6 digits; check them."),
        )
    if value[17] != stdnum_uscc.calc_check_digit(value[:17]):
        raise InvalidIdentifier(
            kind,
            value,
            "check_character",
            N_(
                "The 18th character of the unified social credit code does not fit the others; compare every character."
            ),
        )
    return Uscc(value, value[0], value[1], value[2:8], value[8:17], value[17])


def compose(department: str, category: str, region: str, organisation: str) -> str:
    """The code for these parts; ``organisation`` has 8 characters (its check is added) or 9 (kept as given)."""
    if len(organisation) == 8 and all(character in ALPHABET for character in organisation):
        organisation += organisation_check(organisation)
    body = department + category + region + organisation
    if len(body) != 17 or any(character not in ALPHABET for character in body):
        raise InvalidIdentifier(
            KIND,
            body,
            "parts",
            N_(
                "A unified social credit code is made from department 1, category 1, region 6 and organisation 8 or 9 "
                "characters, digits and capital letters without I, O, S, V and Z."
            ),
        )
    return parse(body + stdnum_uscc.calc_check_digit(body)).value
