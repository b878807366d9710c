"""电子证照标识 (GB/T 36904-2018): ``1.2.156.3005.2.<type>.<issuer>.<serial>.<version>.<check>``.

type 21 (credit code of the body that defined the type, then 3 digits), issuer, serial 6-32 of 0-9A-Z, version 3 digits,
check character ISO/IEC 7064 MOD 37,36 over type, issuer, serial and version without the dots and the OID root.

What live identifiers show, and therefore is accepted: the root may be left out; the issuer is a credit code or the
region code of 6 digits; the serial may hold letters. The check characters of the credit codes inside are required.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from yitong.kernel.identifiers import region, uscc
from yitong.kernel.identifiers.check_digits import mod_37_36
from yitong.kernel.identifiers.errors import InvalidIdentifier
from yitong.kernel.reasons import N_

KIND = "licence"
OID_ROOT = "1.2.156.3005.2"


@dataclass(frozen=True, slots=True)
class Licence:
    """One e-licence. ``value`` is the full form with the root, however it was written; ``version`` three digits."""

    value: str
    type_code: str
    issuer: str
    serial: str
    version: str
    check: str

    @property
    def type_definer(self) -> str:
        """Credit code of the body that defined the licence type."""
        return self.type_code[:18]


@lru_cache(maxsize=256)  # a request asks several rooms, and each asks what it was given
def parse(value: str) -> Licence:
    """The parts of ``value``, with or without the OID root, or InvalidIdentifier."""
    parts = value.removeprefix(OID_ROOT + ".").split(".")
    if len(parts) != 5:
        raise InvalidIdentifier(
            KIND,
            value,
            "parts",
            N_(
                "An e-licence identifier has the root 1.2.156.3005.2 and then five parts with dots between them: type, "
                "issuer, serial, version, check."
            ),
        )
    type_code, issuer, serial, version, check = parts
    _check_type(type_code, value)
    _check_issuer(issuer, value)
    if not re.fullmatch(r"[0-9A-Z]{6,32}", serial):
        raise InvalidIdentifier(
            KIND, value, "serial", N_("The serial of an e-licence identifier has 6 to 32 digits and capital letters.")
        )
    if not re.fullmatch(r"[0-9]{3}", version):
        raise InvalidIdentifier(
            KIND, value, "version", N_("The version of an e-licence identifier has three digits, such as 001.")
        )
    if check != mod_37_36(type_code + issuer + serial + version):
        raise InvalidIdentifier(
            KIND,
            value,
            "check_character",
            N_("The last character of the e-licence identifier does not fit the others; compare every character."),
        )
    return Licence(".".join((OID_ROOT, *parts)), type_code, issuer, serial, version, check)


def _check_type(type_code: str, value: str) -> None:
    if len(type_code) != 21 or not re.fullmatch(r"[0-9]{3}", type_code[18:]):
        raise InvalidIdentifier(
            KIND,
            value,
            "type_code",
            N_("The type of an e-licence identifier has 21 characters: a unified social credit code and three digits."),
        )
    uscc.parse(type_code[:18], KIND)


def _check_issuer(issuer: str, value: str) -> None:
    if len(issuer) == 18:
        uscc.parse(issuer, KIND)
        return
    try:
        if len(issuer) == 6:
            region.parse(issuer)
            return
    except InvalidIdentifier:
        pass
    raise InvalidIdentifier(
        KIND,
        value,
        "issuer",
        N_("The issuer of an e-licence identifier is a unified social credit code or a region code of 6 digits."),
    )


def compose(type_code: str, issuer: str, serial: str, version: int = 1) -> str:
    """The identifier, with the OID root and its check character, of these parts (``version`` 0-999)."""
    body = f"{type_code}{issuer}{serial}{version:03d}"
    # A wrong character is left for parse to name by its part; any placeholder check reaches it.
    check = mod_37_36(body) if re.fullmatch(r"[0-9A-Z]+", body) else "0"
    return parse(f"{OID_ROOT}.{type_code}.{issuer}.{serial}.{version:03d}.{check}").value
