"""ISO/IEC 7064 hybrid check characters. Both catch every single-character substitution."""

from __future__ import annotations

from functools import lru_cache

_DIGITS = "0123456789"
_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def mod_37_36(text: str, begun: int = 36) -> str:
    """Check character, one of 0-9A-Z, of ``text`` (0-9A-Z). ``ValueError`` for any other character.

    ``begun``: what ``begun_37_36`` says of a text that comes before. Source: ISO/IEC 7064 MOD 37,36, used by GB/T 36904-2018.
    """
    return _ALPHANUMERIC[(37 - _through(text, _37_36, begun)) % 36]


@lru_cache(maxsize=4096)
def begun_37_36(text: str) -> int:
    """The state after ``text``, kept for the many texts that begin with the same."""
    return _through(text, _37_36, 36)


def mod_11_10(text: str) -> str:
    """Check digit of ``text`` (0-9). ``ValueError`` for any other character.

    Source: ISO/IEC 7064 MOD 11,10, used by GB/T 40058-2021.
    """
    return _DIGITS[(11 - _through(text, _11_10, 10)) % 10]


Steps = dict[str, tuple[int, ...]]
"""Character to the next state by state."""


def _steps(alphabet: str) -> Steps:
    modulus = len(alphabet)
    # The sum is never 0: a remainder of 0 counts as the modulus, or the doubling would forget the prefix.
    return {
        character: tuple(((state + position) % modulus or modulus) * 2 % (modulus + 1) for state in range(modulus + 1))
        for position, character in enumerate(alphabet)
    }


def _through(text: str, steps: Steps, state: int) -> int:
    try:
        for character in text:
            state = steps[character][state]
    except KeyError as error:
        raise ValueError(f"character {error.args[0]!r} is not one of {''.join(steps)}") from None
    return state


_11_10, _37_36 = _steps(_DIGITS), _steps(_ALPHANUMERIC)
