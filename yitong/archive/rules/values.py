"""What was read, as a value: numbers checked by their check characters, dates and sex in one form.

Every function takes the text a reader saw and gives a Value. ``checked``: True when a check character or the calendar
agrees, False when it does not, None when there is nothing to check by.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from yitong.kernel.identifiers import idcard, uscc
from yitong.kernel.identifiers.errors import InvalidIdentifier
from yitong.kernel.reasons import N_


@dataclass(frozen=True, slots=True)
class Value:
    """``text``: normalised; ``note``: a message for the reader, English msgid, empty when all is well."""

    text: str
    checked: bool | None = None
    note: str = ""


NOTHING = Value("")
BAD_IDCARD = N_("The check character does not fit: a character was read wrongly, or the number is wrong.")
BAD_USCC = N_("The check character does not fit: a character was read wrongly, or the code is wrong.")
BAD_VIN = N_("The check digit does not fit; compare every character. Vehicles from abroad may have none.")
BAD_DATE = N_("This is not a day of the calendar.")

# What a reader takes for a digit, seen in both directions; O and I are in neither number's alphabet.
_AS_DIGIT = str.maketrans({"O": "0", "o": "0", "D": "0", "Q": "0", "I": "1", "l": "1", "|": "1", "Z": "2", "S": "5"})
_AS_USCC = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1", "Z": "2", "S": "5", "V": "Y"})
_AS_VIN = str.maketrans({"O": "0", "o": "0", "Q": "0", "I": "1", "l": "1", "|": "1"})
_CHINESE_DIGITS = {
    "〇": 0, "○": 0, "零": 0, "O": 0, "0": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5,
    "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
}  # fmt: skip
_DATE = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})")
_SOLID_DATE = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)")
_CHINESE_DATE = re.compile(
    r"([〇○零O0一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日?"
)
_MONTH = re.compile(r"(\d{4}|[〇○零O0一二三四五六七八九]{4})年(\d{1,2}|[一二三四五六七八九十]{1,3})月")
# GB 16735-2019: value of each letter, weight of each place; the ninth is the check digit, X for ten.
_VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9], strict=True)
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
LONG_TERM = "长期"


def citizen_number(text: str) -> Value:
    """公民身份号码, 18 characters."""
    solid = re.sub(r"[^0-9A-Za-z|]", "", text)
    best = NOTHING
    for start in range(max(1, len(solid) - 17)):
        body = solid[start : start + 18]
        if len(body) < 15:
            break
        number = body.translate(_AS_DIGIT).upper()
        try:
            return Value(idcard.parse(number).value, True)
        except InvalidIdentifier:
            best = best if best.text else Value(number, False, BAD_IDCARD)
    return best


def credit_code(text: str) -> Value:
    """统一社会信用代码, 18 characters."""
    solid = re.sub(r"[^0-9A-Za-z|]", "", text)
    best = NOTHING
    for start in range(max(1, len(solid) - 17)):
        body = solid[start : start + 18]
        if len(body) < 15:
            break
        for code in (body, body.upper().translate(_AS_USCC)):
            try:
                return Value(uscc.parse(code).value, True)
            except InvalidIdentifier:
                best = best if best.text else Value(body.upper(), False, BAD_USCC)
    return best


def vehicle_number(text: str) -> Value:
    """车辆识别代号, 17 characters (GB 16735-2019); the check digit binds makers inside China."""
    solid = re.sub(r"[^0-9A-Za-z|]", "", text).upper().translate(_AS_VIN)[:17]
    if len(solid) < 12:
        return NOTHING
    if len(solid) < 17 or not all(c.isdigit() or c in _VIN_VALUES for c in solid):
        return Value(solid, False, BAD_VIN)
    total = sum(w * (int(c) if c.isdigit() else _VIN_VALUES[c]) for c, w in zip(solid, _VIN_WEIGHTS, strict=True))
    fits = solid[8] == "0123456789X"[total % 11]
    return Value(solid, fits, "" if fits else BAD_VIN)


def day(text: str) -> Value:
    """A date in any of the forms printed on papers, as ``2026-11-21``."""
    found = days(text)
    if found:
        return Value(found[0].isoformat(), True)
    digits = _DATE.search(text) or _SOLID_DATE.search(text)
    return Value("-".join(digits.groups()), False, BAD_DATE) if digits else NOTHING


def days(text: str) -> list[date]:
    """Every date in ``text``, in order."""
    hits: list[tuple[int, date]] = []
    for pattern in (_DATE, _SOLID_DATE, _CHINESE_DATE):
        for match in pattern.finditer(text):
            parts = [_number(part) for part in match.groups()]
            try:
                hits.append((match.start(), date(*parts)))
            except ValueError:
                continue
    seen: dict[int, date] = {}
    for start, found in hits:
        seen.setdefault(start, found)
    return [seen[start] for start in sorted(seen)]


def period(text: str) -> Value:
    """有效期限 as ``2016-05-20/2026-05-20``, ``2016-05-20/长期``, or the one date there is."""
    found = days(text)
    if len(found) >= 2:
        return Value(f"{found[0]}/{found[1]}", found[0] < found[1], "" if found[0] < found[1] else BAD_DATE)
    if LONG_TERM in text or "永久" in text:
        return Value(f"{found[0]}/{LONG_TERM}" if found else LONG_TERM, True)
    return Value(found[0].isoformat(), True) if found else NOTHING


def month(text: str) -> Value:
    """A year and month, as ``2012-06``."""
    match = _MONTH.search(text)
    if match is None:
        return NOTHING
    year, number = (_number(part) for part in match.groups())
    return Value(f"{year:04d}-{number:02d}", 1 <= number <= 12)


def sex(text: str) -> Value:
    """男 or 女; anything else is nothing."""
    for word in ("男", "女"):
        if word in text:
            return Value(word)
    lowered = text.lower()
    return Value("女") if "female" in lowered else Value("男") if "male" in lowered else NOTHING


def person_name(text: str) -> Value:
    """A name: Chinese characters and the dot of names of other peoples of China."""
    match = re.search(r"[\u3400-\u9fff\U00020000-\U0003ffff][·•・\u3400-\u9fff\U00020000-\U0003ffff]{0,24}", text)
    return Value(re.sub("[•・]", "·", match.group())) if match else NOTHING


def plate(text: str) -> Value:
    """号牌号码 such as 湘AD12345; the dot printed after the second character is left out."""
    match = re.search(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{5,6}", re.sub(r"[·•.\-]", "", text.upper()))
    return Value(match.group()) if match else NOTHING


def code(text: str) -> Value:
    """A number of letters, digits and brackets, without the words around it."""
    match = re.search(r"[0-9A-Za-z][0-9A-Za-z\-]{3,}", text)
    return Value(match.group().upper()) if match else NOTHING


def words(text: str) -> Value:
    """Any text, without the marks at its ends."""
    return Value(text.strip(" :：,，。.、;；|-—_'\"“”"))


KINDS: dict[str, Callable[[str], Value]] = {
    "idcard": citizen_number,
    "uscc": credit_code,
    "vin": vehicle_number,
    "date": day,
    "period": period,
    "month": month,
    "sex": sex,
    "name": person_name,
    "plate": plate,
    "code": code,
    "text": words,
}


def _number(text: str) -> int:
    """An Arabic number, a year written digit by digit, or a number up to 99 with 十."""
    if text.isdigit() and text.isascii():
        return int(text)
    if "十" not in text:
        return int("".join(str(_CHINESE_DIGITS[c]) for c in text))
    tens, _, ones = text.partition("十")
    return 10 * (_CHINESE_DIGITS[tens] if tens else 1) + (_CHINESE_DIGITS[ones] if ones else 0)
