"""How large the city is: 1 is the full one, tests and `yitong demo` make do with less."""

from __future__ import annotations

from dataclasses import dataclass

from yitong.site import env
from yitong.site.demo.people import ENTERPRISES, PERSONS

VARIABLE = "YITONG_DEMO_SCALE"


@dataclass(frozen=True, slots=True)
class Scale:
    """``cases``: share of the 3,000 cases; persons and enterprises shrink with it, but stay enough to tell apart."""

    cases: float

    @classmethod
    def chosen(cls) -> Scale:
        """What YITONG_DEMO_SCALE says, 1 when it is not set. BadSetting for anything but a number from 0.01 to 10."""
        value = env.text(VARIABLE, "1")
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if not 0.01 <= number <= 10:
            raise env.BadSetting(VARIABLE, value, "Write a number from 0.01 to 10; 1 is the full city of 3,000 cases.")
        return cls(number)

    @property
    def persons(self) -> int:
        """Persons of the city; their phones are four digits long, so that there are 9,999 at most."""
        return min(9999, max(120, round(PERSONS * self.cases)))

    @property
    def enterprises(self) -> int:
        """Enterprises of the city."""
        return min(9999, max(60, round(ENTERPRISES * self.cases)))
