"""The test set: 24 pictures of eight kinds of papers, three of each, of fictional people, photographed badly on purpose.

``SET`` gives for each the paper, what stands on it, and how it was photographed. What a field should be read as stands in
``truth``: the normalised value, as ``rules.values`` writes it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date

import numpy as np
from PIL import Image, ImageFilter

from yitong.kernel.identifiers import idcard, uscc
from yitong.site.demo.paper_pictures import DRAWN

PEOPLE = (
    ("欧阳明月", "女", date(1990, 5, 20), 124),
    ("赵国栋", "男", date(1978, 11, 3), 31),
    ("陆思远", "男", date(2001, 2, 28), 517),
)
ADDRESSES = ("示范市朝晖区春风路8号2栋301室", "示范市临江区解放西路116号", "示范市朝晖区望江镇望江村3组12号")
VEHICLES = ("LSVAG2180E2100001", "LFV2A21K8A3000007", "LGBH52E01EY100032")


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture of the set. ``turn`` in degrees; ``noise``: standard deviation of the grain, of 255."""

    paper: str
    values: dict[str, str]
    turn: float
    noise: float
    blur: float
    quality: int

    @property
    def truth(self) -> dict[str, str]:
        hidden = {"seal", "started", "graduated"}
        return {name: value for name, value in self.values.items() if name not in hidden}

    def jpeg(self) -> bytes:
        return photographed(DRAWN[self.paper](self.values), self.turn, self.noise, self.blur, self.quality)


def photographed(picture: Image.Image, turn: float, noise: float, blur: float, quality: int = 85) -> bytes:
    """As a telephone would take it on a table: turned, a little out of focus, grainy, unevenly lit, JPEG."""
    table = Image.new("RGB", (picture.width + 120, picture.height + 120), (126, 108, 92))
    table.paste(picture, (60, 60))
    table = table.rotate(turn, resample=Image.Resampling.BICUBIC, expand=abs(turn) > 45, fillcolor=(126, 108, 92))
    table = table.filter(ImageFilter.GaussianBlur(blur))
    points = np.asarray(table).astype(np.float32)
    source = np.random.default_rng(20260924)
    light = np.linspace(0.86, 1.06, points.shape[1], dtype=np.float32)[None, :, None]
    points = points * light + source.normal(0, noise, points.shape).astype(np.float32)
    out = io.BytesIO()
    Image.fromarray(points.clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=quality)
    return out.getvalue()


def vin(body: str) -> str:
    """``body`` with the ninth character as its check digit (GB 16735-2019)."""
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    letters = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True))
    total = sum(w * int(letters.get(c, c)) for c, w in zip(body, weights, strict=True))
    return body[:8] + "0123456789X"[total % 11] + body[9:]


def _person(number: int) -> dict[str, str]:
    name, sex, born, serial = PEOPLE[number]
    return {"name": name, "sex": sex, "birth_on": born.isoformat(), "idcard": idcard.compose("439901", born, serial)}


def values(paper: str, number: int) -> dict[str, str]:
    """What stands on the paper of person ``number`` (0 to 2)."""
    person, address = _person(number), ADDRESSES[number]
    spouse = {f"spouse_{name}": value for name, value in _person((number + 1) % 3).items()}
    company = ("示范市恒信商贸有限公司", "示范市青禾生态农业有限公司", "示范市云帆信息技术有限公司")[number]
    issued = ("2015-06-18", "2009-03-02", "2021-10-30")[number]
    sheets: dict[str, dict[str, str]] = {
        "id_card": {**person, "ethnicity": ("汉", "土家族", "苗")[number], "address": address},
        "household": {
            **person,
            "ethnicity": ("汉族", "土家族", "苗族")[number],
            "relation": ("户主", "妻", "长子")[number],
            "native_place": "示范市朝晖区",
            "address": address,
        },
        "driving_licence": {
            **person,
            "nationality": "中国",
            "address": address,
            "first_issued_on": issued,
            "class": ("C1", "B2", "C2")[number],
            "period": (f"{issued}/2025-06-18", f"{issued}/2029-03-02", f"{issued}/长期")[number],
        },
        "vehicle_licence": {
            "plate": ("湘AD12345", "湘B6K728", "湘FR9037")[number],
            "vehicle_type": ("小型轿车", "轻型厢式货车", "小型普通客车")[number],
            "owner": person["name"],
            "address": address,
            "use": ("非营运", "货运", "非营运")[number],
            "model": ("大众牌SVW71810", "福田牌BJ5041", "日产牌DFL7150")[number],
            "vin": vin(VEHICLES[number]),
            "engine": ("A1234567", "K88210934", "H20251107")[number],
            "registered_on": issued,
            "issued_on": issued,
        },
        "diploma": {
            **{name: value for name, value in person.items() if name != "idcard"},
            "major": ("汉语言文学", "机械设计制造及其自动化", "计算机科学与技术")[number],
            "level": "本科",
            "started": "二〇〇八年九月",
            "graduated": "二〇一二年六月",
            "graduated_on": "2012-06",
            "school": ("示范师范大学", "示范工业大学", "示范理工学院")[number],
            "number": f"10999120120500{number + 1:04d}",
        },
        "business_licence": {
            "uscc": uscc.compose("9", "1", "439901", f"MA00021{number}"),
            "company_name": company,
            "company_type": "有限责任公司（自然人独资）" if number else "有限责任公司",
            "legal_representative": person["name"],
            "scope": (
                "日用百货、五金交电、办公用品的批发与零售",
                "谷物、蔬菜、水果的种植与销售；农业技术推广服务",
                "软件开发；信息系统集成服务；数据处理和存储支持服务",
            )[number],
            "capital": ("壹佰万元整", "伍佰万元整", "壹仟万元整")[number],
            "founded_on": issued,
            "address": address,
        },
        "marriage": {
            **person,
            **spouse,
            "holder": person["name"],
            "registered_on": issued,
            "number": f"J439901-{issued[:4]}-00{number + 1:04d}",
        },
        "property": {
            "number": f"湘（{issued[:4]}）示范市不动产权第00{number + 1}2345号",
            "owner": person["name"],
            "sharing": "单独所有",
            "place": address,
            "unit_number": f"439901001001GB0000{number + 1}F00010023",
            "right_kind": "国有建设用地使用权/房屋所有权",
            "nature": "出让/市场化商品房",
            "land_use": "城镇住宅用地/住宅",
            "area": ("89.36平方米", "120.50平方米", "142.08平方米")[number],
            "term": "2010年05月01日起2080年04月30日止",
        },
    }
    return sheets[paper]


PAPERS = (
    "id_card",
    "household",
    "driving_licence",
    "vehicle_licence",
    "diploma",
    "business_licence",
    "marriage",
    "property",
)
_CONDITIONS = ((0.0, 4.0, 0.4, 90), (2.6, 9.0, 0.9, 80), (-3.4, 13.0, 1.1, 70))
SET: tuple[Sample, ...] = tuple(
    Sample(paper, values(paper, number), *_CONDITIONS[number]) for paper in PAPERS for number in range(3)
)


def same(read: str, truth: str) -> bool:
    """Equal but for brackets and blanks in full or half width, which a reader gives as it likes."""
    fold = str.maketrans({"（": "(", "）": ")", "；": ";", "，": ",", "、": "", ",": "", "·": ""})
    return read.replace(" ", "").translate(fold) == truth.replace(" ", "").translate(fold)
