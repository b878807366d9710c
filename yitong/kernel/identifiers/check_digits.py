"""ISO/IEC 7064 hybrid check characters. Both catch every single-character substitution."""

from __future__ import annotations

_DIGITS = "0123456789"
_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def mod_37_36(text: str) -> str:
    """Check character, one of 0-9A-Z, of ``text`` (0-9A-Z). ``ValueError`` for any other character.

    Source: ISO/IEC 7064 MOD 37,36, used by GB/T 36904-2018.
    """
    return _hybrid(text, _ALPHANUMERIC)


def mod_11_10(text: str) -> str:
    """Check digit of ``text`` (0-9). ``ValueError`` for any other character.

    Source: ISO/IEC 7064 MOD 11,10, used by GB/T 40058-2021.
    """
    return _hybrid(text, _DIGITS)


def _hybrid(text: str, alphabet: str) -> str:
    modulus = len(alphabet)
    product = modulus
    for character in text:
        position = alphabet.find(character)
        if position < 0:
            raise ValueError(f"character {character!r} is not one of {alphabet}")
        # The sum is never 0: a remainder of 0 counts as the modulus, or the doubling below would forget the prefix.
        product = ((product + position) % modulus or modulus) * 2 % (modulus + 1)
    return alphabet[(modulus + 1 - product) % modulus]
