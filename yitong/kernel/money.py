"""Money in integer fen (分), so that sums are exact; yuan (元) only at the edges."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Thousands separators are taken only where they belong: "1,2" is a typing mistake, not twelve yuan.
_YUAN = re.compile(r"(?P<sign>-?)¥?(?P<yuan>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<cents>[0-9]{1,2}))?元?")


class MoneyError(ValueError):
    """Not an amount of yuan, or not a whole number of fen; the message says what is expected."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of renminbi; ``fen`` is an int and may be negative. Raises ``MoneyError`` for anything else."""

    fen: int = 0

    def __post_init__(self) -> None:
        if type(self.fen) is not int:
            raise MoneyError(f"money is a whole number of fen, not {self.fen!r}")

    @classmethod
    def parse(cls, text: str) -> Money:
        """``"12.50"`` to 1250 fen. Takes full-width characters, ``¥``, ``元``, a minus sign and thousands separators.

        Raises ``MoneyError`` for more than two decimals, because rounding money silently loses it.
        """
        match = _YUAN.fullmatch(unicodedata.normalize("NFKC", text).strip())
        if match is None:
            raise MoneyError(f"{text!r} is not an amount in yuan; write it like 12.50, with at most two decimals")
        fen = int(match["yuan"].replace(",", "")) * 100 + int((match["cents"] or "").ljust(2, "0"))
        return cls(-fen if match["sign"] else fen)

    @property
    def yuan(self) -> str:
        """Plain decimal text with two places, such as ``"-1234.50"``; ``parse`` reads it back."""
        whole, cents = divmod(abs(self.fen), 100)
        return f"{'-' if self.fen < 0 else ''}{whole}.{cents:02d}"

    def __str__(self) -> str:
        whole, cents = divmod(abs(self.fen), 100)
        return f"{'-' if self.fen < 0 else ''}¥{whole:,}.{cents:02d}"

    def __bool__(self) -> bool:
        return self.fen != 0

    def __add__(self, other: Money) -> Money:
        return Money(self.fen + other.fen) if isinstance(other, Money) else NotImplemented

    def __radd__(self, other: int) -> Money:
        # sum() starts from the int 0; no other number has a unit that could be added.
        return self if other == 0 else NotImplemented

    def __sub__(self, other: Money) -> Money:
        return Money(self.fen - other.fen) if isinstance(other, Money) else NotImplemented

    def __mul__(self, count: int) -> Money:
        return Money(self.fen * count) if type(count) is int else NotImplemented

    __rmul__ = __mul__

    def __neg__(self) -> Money:
        return Money(-self.fen)
