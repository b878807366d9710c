"""Phone numbers that can receive a code."""

from __future__ import annotations

import re
import unicodedata

from yitong.kernel.reasons import N_, Reason

# 电信网编号计划 (2017): mobile numbers are 11 digits and begin with 13 to 19.
MOBILE = re.compile(r"1[3-9][0-9]{9}")


def normalised(phone: str) -> str:
    """The number without spaces, hyphens, a +86 prefix and full-width digits, as people type and paste it."""
    digits = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", phone))
    return re.sub(r"^(\+86|0086)", "", digits)


def mobile_refusal(phone: str, field: str = "phone") -> Reason | None:
    """Why the normalised ``phone`` can't receive a code, or None."""
    if MOBILE.fullmatch(phone):
        return None
    return Reason(
        "phone_form",
        N_("This is not a mobile number. Write 11 digits that begin with 1, such as 13800000000."),
        field=field,
    )
