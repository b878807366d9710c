"""How many cases of the city take which course, and how often each item is applied for."""

from __future__ import annotations

from typing import Final

COURSES: Final = {
    # ended
    "granted": 1800,
    "corrected": 240,
    "special": 70,
    "extended": 40,
    "provisional": 70,
    "commitment": 110,
    "late": 30,
    "refused": 75,
    "not_required": 40,
    "acceptance_refused": 55,
    "withdrawn": 60,
    "not_supplied": 25,
    "promise_broken": 12,
    "deemed_accepted": 20,
    "deemed_approved": 10,
    # under way
    "draft": 20,
    "submitted": 70,
    "correcting": 30,
    "reviewing": 75,
    "yellow": 20,
    "red": 10,
    "suspended": 15,
    "extension_asked": 5,
    "deciding": 30,
    "to_collect": 28,
    "posted": 20,
    "provisional_open": 12,
    "result_owed": 8,
}
"""Course to number of cases in the full city: 3,000 in all."""

POPULARITY: Final = {
    "002015001000": 14,  # 有无房证明
    "002015002000": 12,  # 公积金缴存证明
    "002009001000": 12,  # 户籍证明
    "002014001000": 10,  # 灵活就业人员参保登记
    "002036002000": 10,  # 城乡居民基本医疗保险参保登记
    "002036001000": 10,  # 职工参保登记
    "000709003000": 9,  # 居民身份证补领
    "000709004000": 8,  # 居住证申领
    "000131001001": 8,  # 企业设立登记
    "000131002000": 7,  # 食品经营许可
    "000131001002": 6,  # 企业变更登记
    "001009001000": 6,  # 公章刻制备案
    "002023001000": 6,  # 预防接种证办理
    "000709001000": 6,  # 新生儿户口登记
    "000723001000": 5,  # 出生医学证明签发
    "000511001000": 5,  # 高龄津贴
    "000105001000": 5,  # 教师资格认定
}
"""Basic code to weight; every other item has OTHER."""
OTHER: Final = 2.5

RATED: Final = 0.6
"""Share of closed cases whose applicant rated."""
LEVELS: Final = ((1, 72), (2, 19), (3, 6), (4, 2), (5, 1))
"""Level (1 is best) to its share in percent."""
