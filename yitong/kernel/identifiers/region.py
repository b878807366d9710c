"""行政区划代码: administrative division codes of GB/T 2260, extended to towns (GB/T 10114) and villages.

Written with 2, 4, 6, 9 or 12 digits: province 2, prefecture 2, county 2, town 3, village 3; trailing zeros mean "the
whole of what stands before". Only the province is looked up: the lower levels change every year and belong to data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from yitong.kernel.identifiers.errors import InvalidIdentifier
from yitong.kernel.reasons import N_

KIND = "region"

# GB/T 2260-2007, province level.
PROVINCES = MappingProxyType(
    {
        "11": "北京市",
        "12": "天津市",
        "13": "河北省",
        "14": "山西省",
        "15": "内蒙古自治区",
        "21": "辽宁省",
        "22": "吉林省",
        "23": "黑龙江省",
        "31": "上海市",
        "32": "江苏省",
        "33": "浙江省",
        "34": "安徽省",
        "35": "福建省",
        "36": "江西省",
        "37": "山东省",
        "41": "河南省",
        "42": "湖北省",
        "43": "湖南省",
        "44": "广东省",
        "45": "广西壮族自治区",
        "46": "海南省",
        "50": "重庆市",
        "51": "四川省",
        "52": "贵州省",
        "53": "云南省",
        "54": "西藏自治区",
        "61": "陕西省",
        "62": "甘肃省",
        "63": "青海省",
        "64": "宁夏回族自治区",
        "65": "新疆维吾尔自治区",
        "71": "台湾省",
        "81": "香港特别行政区",
        "82": "澳门特别行政区",
    }
)

_LENGTHS = (2, 4, 6, 9, 12)
_WIDTHS = (("province", 2), ("city", 4), ("county", 6), ("town", 9), ("village", 12))


@dataclass(frozen=True, slots=True)
class Region:
    """One division. ``code`` as written; absent lower parts are zeros of their width."""

    code: str
    province: str
    prefecture: str
    county: str
    town: str
    village: str

    @property
    def value(self) -> str:
        """``code``, under the name every other kind has for the identifier itself."""
        return self.code

    @property
    def full_code(self) -> str:
        """The 12-digit form, the same for every way of writing one division."""
        return self.province + self.prefecture + self.county + self.town + self.village

    @property
    def level(self) -> str:
        """``province``, ``city``, ``county``, ``town`` or ``village``."""
        significant = self.full_code
        level = "province"
        for (name, end), (_, start) in zip(_WIDTHS[1:], _WIDTHS, strict=False):
            if significant[start:end].strip("0"):
                level = name
        return level

    @property
    def province_name(self) -> str:
        """Chinese name of the province."""
        return PROVINCES[self.province]

    @property
    def parent(self) -> str | None:
        """12-digit code of the next division above that is not empty, None for a province."""
        own = self.full_code
        for _, width in reversed(_WIDTHS[:-1]):
            above = own[:width].ljust(12, "0")
            if above != own:
                return above
        return None


def parse(value: str) -> Region:
    """The parts of ``value``, or InvalidIdentifier.

    A town may stand directly under a prefecture (东莞 441900003000, 中山: cities without counties), so county ``00``
    with a town is valid; a county without prefecture and a village without town do not exist.
    """
    if not re.fullmatch(r"[0-9]*", value):
        raise InvalidIdentifier(KIND, value, "characters", N_("A region code has digits only; remove anything else."))
    if len(value) not in _LENGTHS:
        raise InvalidIdentifier(
            KIND,
            value,
            "length",
            N_("A region code has 2, 4, 6, 9 or 12 digits, not %(length)s; write it as in GB/T 2260."),
            {"length": len(value)},
        )
    if value[:2] not in PROVINCES:
        raise InvalidIdentifier(
            KIND,
            value,
            "province",
            N_("No province has the code %(province)s; check the first two digits against GB/T 2260."),
            {"province": value[:2]},
        )
    full = value.ljust(12, "0")
    region = Region(value, full[:2], full[2:4], full[4:6], full[6:9], full[9:12])
    if region.prefecture == "00" and (region.county != "00" or region.town != "000"):
        raise InvalidIdentifier(
            KIND, value, "gap", N_("A county or town needs a prefecture; digits 3 and 4 must not be 00.")
        )
    if region.town == "000" and region.village != "000":
        raise InvalidIdentifier(KIND, value, "gap", N_("A village needs a town; digits 7 to 9 must not be 000."))
    return region


def compose(province: str, prefecture: str = "00", county: str = "00", town: str = "000", village: str = "000") -> str:
    """The shortest of the 6-, 9- and 12-digit forms that says everything; InvalidIdentifier as from ``parse``."""
    code = province + prefecture + county
    if town != "000" or village != "000":
        code += town
    if village != "000":
        code += village
    return parse(code).code
