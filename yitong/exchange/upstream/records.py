"""What the stand-in's registers hold about a number: made up, and the same whenever it is asked.

Field names, days and amounts are spelled as registers of different houses spell them, each in its own way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from yitong.exchange.upstream import words_data as words

Record = dict[str, Any]

PROFILES: Mapping[str, Mapping[str, bool]] = {
    # The people of the accounts list, by region and birth; what is not named here follows from the number.
    "43990119900520": {  # 李梅
        "degree": True, "insurance": True, "marriage": True, "estate": False, "no-crime": True, "fund": True,
        "household": True, "blood": True, "lawyer": False,
    },
    "43990219821103": {  # 陈磊
        "degree": True, "insurance": True, "marriage": True, "estate": True, "no-crime": True, "fund": True,
        "household": True, "blood": False, "lawyer": False,
    },
    "43990219930214": {  # 林芳
        "degree": True, "insurance": True, "marriage": False, "estate": False, "no-crime": True, "fund": True,
        "household": True, "blood": True, "lawyer": True,
    },
}  # fmt: skip
SHARES = {
    "degree": 70, "insurance": 90, "marriage": 60, "estate": 55, "no-crime": 100, "fund": 65, "household": 99,
    "licence": 97, "blood": 25, "lawyer": 2,
}  # fmt: skip
"""Of a hundred numbers so many have a record."""


OF_AGE = {"degree": 24, "marriage": 32, "fund": 22, "blood": 22, "lawyer": 25, "insurance": 18}
"""From which age on a register may know somebody. 李梅 and the others of the list are all older."""


class Draw:
    """Chance that follows from a register and a number."""

    def __init__(self, register: str, number: str) -> None:
        self.digest = hashlib.sha256(f"{register}|{number}".encode()).digest()
        self.place = 0

    def below(self, limit: int) -> int:
        """0 to ``limit`` - 1."""
        self.place = (self.place + 2) % 30
        return int.from_bytes(self.digest[self.place : self.place + 2], "big") % limit

    def one(self, choices: tuple[str, ...]) -> str:
        return choices[self.below(len(choices))]

    def digits(self, count: int) -> str:
        return str(int.from_bytes(self.digest, "big"))[-count:]


def record_of(register: str, number: str, name: str, today: date) -> Record | None:
    """The record about ``number`` on ``today``; None when the register holds none. Raises KeyError: no such register."""
    make, draw = REGISTERS[register], Draw(register, number)
    named = PROFILES.get(number[:14], {}).get(register)
    exists = named if named is not None else draw.below(100) < SHARES[register]
    if not exists or _too_young(register, number, today):
        return None
    return {"SFZH": number, "XM": name} | make(draw, number, today)


def _born(number: str) -> date:
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def _too_young(register: str, number: str, today: date) -> bool:
    """Records whose days are counted from birth must not lie in the future."""
    return register != "licence" and _born(number).year + OF_AGE.get(register, 0) >= today.year


def _month_before(today: date) -> str:
    months = today.year * 12 + today.month - 2
    return f"{months // 12}{months % 12 + 1:02d}"


def _degree(draw: Draw, number: str, today: date) -> Record:
    graduated = _born(number).year + 22 + draw.below(2)
    return {
        "YXMC": draw.one(words.UNIVERSITIES),
        "ZYMC": draw.one(words.MAJORS),
        "CC": draw.one(("1", "2")) if number[:14] not in PROFILES else "1",
        "XXXS": "1",
        "RXRQ": f"{graduated - 4}0901",
        "BYRQ": f"{graduated}0630",
        "ZSBH": f"1{draw.digits(4)}{graduated}05{draw.digits(6)}",
    }


def _insurance(draw: Draw, number: str, today: date) -> Record:
    months = 6 + draw.below(240)
    return {
        "cbd": "示范市",
        "cbzt": "1",
        "xz": draw.one(("职工基本养老、职工基本医疗、失业、工伤", "城乡居民基本养老、城乡居民基本医疗")),
        "dwmc": draw.one(words.EMPLOYERS),
        "ljys": str(months),
        "zhjfny": _month_before(today),
        "scjfrq": f"{today.year - 1 - months // 12}-0{1 + draw.below(9)}-01",
    }


def _marriage(draw: Draw, number: str, today: date) -> Record:
    born = _born(number)
    day = date(born.year + 24 + draw.below(8), 1 + draw.below(12), 1 + draw.below(28))
    return {
        "HYZT": "10" if draw.below(8) else "20",
        "DJRQ": f"{day.year}年{day.month}月{day.day}日",
        "DJJG": draw.one(words.MARRIAGE_OFFICES),
        "ZSZH": f"J439901-{day.year}-{draw.digits(6)}",
        "POXM": draw.one(words.NAMES),
    }


def _estate(draw: Draw, number: str, today: date) -> Record:
    return {
        "FWTS": 1 + draw.below(2),
        "BDCQZH": f"示（{2016 + draw.below(9)}）示范市不动产权第{draw.digits(7)}号",
        "ZL": f"示范市{draw.one(words.STREETS)}{1 + draw.below(200)}号{1 + draw.below(30)}栋{101 + draw.below(20) * 100}室",
        "MJ": f"{60 + draw.below(90)}.{draw.below(100):02d}",
        "YT": "住宅",
        "GYQK": draw.one(("单独所有", "共同共有")),
    }


def _no_crime(draw: Draw, number: str, today: date) -> Record:
    return {"CXJG": "0", "CXFW": f"自出生至{today.year}年{today.month}月{today.day}日", "CXRQ": today.isoformat()}


def _fund(draw: Draw, number: str, today: date) -> Record:
    months, base = 3 + draw.below(180), 300_000 + draw.below(1_200_000)
    return {
        "grzh": f"4399{draw.digits(8)}",
        "dwmc": draw.one(words.EMPLOYERS),
        "zhzt": "01",
        "jcys": months,
        "jcjs": f"{base / 100:,.2f}",
        "zhye": f"{months * base * 16 // 100 / 100:,.2f}",
        "zjjcny": _month_before(today),
    }


def _household(draw: Draw, number: str, today: date) -> Record:
    return {
        "HH": f"{number[:6]}{draw.digits(3)}",
        "YHZGX": "01" if draw.below(3) else "10",
        "HB": draw.one(("1", "2")),
        "CSRQ": number[6:14],
        "XB": "1" if int(number[16]) % 2 else "2",
        "MZ": "汉族",
        "ZZ": f"示范市{draw.one(words.STREETS)}{1 + draw.below(300)}号",
        "PCS": draw.one(words.POLICE_STATIONS),
        "QYRQ": f"{_born(number).year + draw.below(20)}0901",
    }


def _licence(draw: Draw, number: str, today: date) -> Record:
    year = 2008 + draw.below(17)
    return {
        "TYSHXYDM": number,
        "LX": draw.one(("有限责任公司(自然人投资或控股)", "有限责任公司(自然人独资)", "个人独资企业")),
        "FDDBR": draw.one(words.NAMES),
        "ZCZB": f"{50 + draw.below(950)}万元人民币",
        "CLRQ": f"{year}-{1 + draw.below(12):02d}-{1 + draw.below(28):02d}",
        "ZS": f"示范市{draw.one(words.STREETS)}{1 + draw.below(300)}号",
        "JYFW": draw.one(words.BUSINESSES),
        "DJZT": "1",
    }


def _blood(draw: Draw, number: str, today: date) -> Record:
    times = 1 + draw.below(12)
    return {
        "cs": times,
        "zl": str(times * 400),
        "zjrq": f"{today.year - 1 - draw.below(3)}/{1 + draw.below(12)}/{1 + draw.below(28)}",
        "zsbh": f"SF{draw.digits(10)}",
        "jg": "示范市中心血站",
    }


def _lawyer(draw: Draw, number: str, today: date) -> Record:
    return {
        "ZYZH": f"14399{2005 + draw.below(20)}1{draw.digits(7)}",
        "ZYJG": draw.one(words.LAW_FIRMS),
        "SCZYRQ": f"{2005 + draw.below(18)}-07-01",
        "ZYZT": "1",
        "CFJL": "0",
    }


REGISTERS: dict[str, Callable[[Draw, str, date], Record]] = {
    "degree": _degree,
    "insurance": _insurance,
    "marriage": _marriage,
    "estate": _estate,
    "no-crime": _no_crime,
    "fund": _fund,
    "household": _household,
    "licence": _licence,
    "blood": _blood,
    "lawyer": _lawyer,
}
"""Register to what makes its records."""
