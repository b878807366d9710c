"""Pictures of papers of fictional people, drawn with Pillow: what demonstration uploads and the tests of reading show.

They follow the order and wording of the real papers closely enough for a reader of text, and are marked 样本 (specimen)
so that nobody takes one for a document.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from yitong.site.vendor import FONTS

INK, LABEL, RED, PAPER = (28, 28, 36), (52, 84, 140), (200, 30, 36), (244, 246, 243)
Values = dict[str, str]


@cache
def font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    name = Path("700Bold/NotoSansSC_700Bold.ttf") if bold else Path("400Regular/NotoSansSC_400Regular.ttf")
    return ImageFont.truetype(str(FONTS / name), size)


class Sheet:
    """A blank picture to write on. Sizes and places in points."""

    def __init__(self, width: int, height: int, colour: tuple[int, int, int] = PAPER) -> None:
        self.picture = Image.new("RGB", (width, height), colour)
        self.pen = ImageDraw.Draw(self.picture)
        self.write(width - 110, 14, "样本", 28, colour=(190, 190, 190))

    def write(
        self, x: float, y: float, text: str, size: int = 30, *, bold: bool = False, colour: tuple[int, int, int] = INK
    ) -> None:
        self.pen.text((x, y), text, font=font(size, bold), fill=colour)

    def pair(self, x: float, y: float, label: str, value: str, gap: float, size: int = 30, width: int = 99) -> None:
        """A label and, ``gap`` to the right, its value, wrapped after ``width`` characters."""
        self.write(x, y, label, size, colour=LABEL)
        for number in range(0, max(1, len(value)), width):
            self.write(x + gap, y + number // width * size * 1.4, value[number : number + width], size)

    def face(self, box: tuple[int, int, int, int]) -> None:
        """A grey head and shoulders where the photograph stands."""
        left, top, right, bottom = box
        middle, wide = (left + right) / 2, (right - left) / 2
        self.pen.rectangle(box, fill=(214, 222, 232))
        self.pen.ellipse(
            (middle - wide * 0.5, top + wide * 0.3, middle + wide * 0.5, top + wide * 1.5), fill=(150, 160, 175)
        )
        self.pen.pieslice(
            (middle - wide * 0.9, bottom - wide * 1.1, middle + wide * 0.9, bottom + wide * 0.9),
            180,
            360,
            fill=(120, 130, 150),
        )

    def seal(self, x: float, y: float, text: str, diameter: int = 180, *, oval: bool = False) -> None:
        """A red seal about (x, y): rim, text along the upper arc, a star; see-through like ink."""
        height = int(diameter * 0.7) if oval else diameter
        mark = Image.new("RGBA", (diameter + 4, height + 4), (0, 0, 0, 0))
        pen = ImageDraw.Draw(mark)
        pen.ellipse((2, 2, diameter, height), outline=(*RED, 225), width=max(4, diameter // 36))
        if not oval:
            star = _star(diameter / 2 + 1, height / 2 + 1, diameter * 0.14)
            pen.polygon(star, fill=(*RED, 225))
        self._arc_text(mark, text, diameter, height)
        self.picture.paste(mark, (int(x - diameter / 2), int(y - height / 2)), mark)

    def _arc_text(self, mark: Image.Image, text: str, diameter: int, height: int) -> None:
        size = max(16, min(int(diameter * 0.15), int(diameter * 2.0 / max(1, len(text)))))
        span = math.radians(min(250, 26 * len(text)))
        for number, character in enumerate(text):
            share = (number + 0.5) / len(text) - 0.5
            turn = share * span - math.pi / 2
            letter = Image.new("RGBA", (size + 8, size + 12), (0, 0, 0, 0))
            ImageDraw.Draw(letter).text((4, 0), character, font=font(size, bold=True), fill=(*RED, 225))
            letter = letter.rotate(-math.degrees(turn + math.pi / 2), resample=Image.Resampling.BICUBIC, expand=True)
            x = diameter / 2 + (diameter / 2 - size * 0.95) * math.cos(turn)
            y = height / 2 + (height / 2 - size * 0.95) * math.sin(turn)
            mark.alpha_composite(letter, (max(0, int(x - letter.width / 2)), max(0, int(y - letter.height / 2))))


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.4
        turn = math.pi / 5 * corner - math.pi / 2
        points.append((x + reach * math.cos(turn), y + reach * math.sin(turn)))
    return points


def chinese_day(iso: str) -> str:
    """``2026-11-21`` as 2026年11月21日."""
    year, month, day = iso.split("-")
    return f"{year}年{int(month)}月{int(day)}日"


def id_card(v: Values) -> Image.Image:
    sheet = Sheet(1010, 640, (233, 240, 245))
    sheet.pair(60, 70, "姓名", v["name"], 110, 36)
    sheet.pair(60, 145, "性别", v["sex"], 110, 32)
    sheet.pair(280, 145, "民族", v["ethnicity"], 110, 32)
    year, month, day = v["birth_on"].split("-")
    sheet.pair(60, 220, "出生", f"{year} 年 {int(month)} 月 {int(day)} 日", 110, 32)
    sheet.pair(60, 295, "住址", v["address"], 110, 32, width=13)
    sheet.write(60, 545, "公民身份号码", 32, colour=LABEL)
    sheet.write(330, 540, v["idcard"], 42)
    sheet.face((720, 90, 950, 400))
    return sheet.picture


def household(v: Values) -> Image.Image:
    sheet = Sheet(1200, 820, (250, 247, 238))
    sheet.write(420, 30, "常住人口登记卡", 44, bold=True)
    grid = (
        ("姓名", "name", "户主或与户主关系", "relation"),
        ("性别", "sex", "民族", "ethnicity"),
        ("籍贯", "native_place", "出生日期", "birth_on"),
    )
    for number, (label, name, other, second) in enumerate(grid):
        y = 130 + number * 90
        sheet.pen.rectangle((40, y - 20, 1160, y + 70), outline=(120, 120, 120))
        sheet.pair(60, y, label, v[name], 150)
        value = chinese_day(v[second]) if second == "birth_on" else v[second]
        sheet.pair(600, y, other, value, 280)
    sheet.pen.rectangle((40, 380, 1160, 470), outline=(120, 120, 120))
    sheet.pair(60, 400, "本市（县）其他住址", v["address"], 300)
    sheet.pen.rectangle((40, 470, 1160, 560), outline=(120, 120, 120))
    sheet.pair(60, 490, "公民身份证件编号", v["idcard"], 300)
    sheet.seal(950, 670, v.get("seal", "示范市公安局户口专用"), 190)
    return sheet.picture


def driving_licence(v: Values) -> Image.Image:
    sheet = Sheet(1040, 720, (238, 244, 240))
    sheet.write(230, 24, "中华人民共和国机动车驾驶证", 40, bold=True)
    sheet.write(310, 76, "Driving License of the People's Republic of China", 18)
    sheet.pair(60, 120, "证号", v["idcard"], 110)
    sheet.pair(60, 185, "姓名", v["name"], 110)
    sheet.pair(440, 185, "性别", v["sex"], 90)
    sheet.pair(660, 185, "国籍", v["nationality"], 90)
    sheet.pair(60, 250, "住址", v["address"], 110, width=22)
    sheet.pair(60, 360, "出生日期", v["birth_on"], 190)
    sheet.pair(60, 425, "初次领证日期", v["first_issued_on"], 220)
    sheet.pair(60, 490, "准驾车型", v["class"], 190)
    start, _, end = v["period"].partition("/")
    sheet.pair(60, 570, "有效期限", f"{start} 至 {end}", 190)
    sheet.face((780, 330, 980, 600))
    sheet.seal(600, 460, v.get("seal", "示范市公安局交通警察支队"), 170)
    return sheet.picture


def vehicle_licence(v: Values) -> Image.Image:
    sheet = Sheet(1040, 720, (240, 243, 238))
    sheet.write(230, 24, "中华人民共和国机动车行驶证", 40, bold=True)
    sheet.pair(60, 120, "号牌号码", v["plate"], 170)
    sheet.pair(520, 120, "车辆类型", v["vehicle_type"], 170)
    sheet.pair(60, 190, "所有人", v["owner"], 170)
    sheet.pair(60, 260, "住址", v["address"], 170, width=24)
    sheet.pair(60, 350, "使用性质", v["use"], 170)
    sheet.pair(430, 350, "品牌型号", v["model"], 170)
    sheet.pair(430, 420, "车辆识别代号", v["vin"], 220)
    sheet.pair(430, 490, "发动机号码", v["engine"], 220)
    sheet.pair(430, 560, "注册日期", v["registered_on"], 170)
    sheet.pair(430, 630, "发证日期", v["issued_on"], 170)
    sheet.seal(220, 540, v.get("seal", "示范市公安局交通警察支队"), 190)
    return sheet.picture


def diploma(v: Values) -> Image.Image:
    sheet = Sheet(1300, 900, (250, 246, 235))
    sheet.write(500, 50, "毕 业 证 书", 64, bold=True, colour=(150, 30, 30))
    text = (
        f"学生 {v['name']} 性别 {v['sex']}，{chinese_day(v['birth_on'])}生，于{v['started']}至{v['graduated']}在本校 {v['major']} 专业"
        f"四年制{v['level']}学习，修完教学计划规定的全部课程，成绩合格，准予毕业。"
    )
    for number in range(0, len(text), 28):
        sheet.write(110 if number else 180, 200 + number // 28 * 70, text[number : number + 28], 36)
    sheet.write(110, 640, f"校 名：{v['school']}", 34)
    sheet.write(110, 720, f"证书编号：{v['number']}", 30)
    sheet.write(800, 720, "校（院）长：", 34)
    sheet.seal(980, 620, v.get("seal", v["school"]), 200)
    return sheet.picture


def business_licence(v: Values) -> Image.Image:
    sheet = Sheet(1500, 1050, (251, 249, 242))
    sheet.write(600, 60, "营 业 执 照", 76, bold=True)
    sheet.pair(80, 180, "统一社会信用代码", "", 0, 28)
    sheet.write(80, 225, v["uscc"], 34, bold=True)
    left = (("名称", "company_name"), ("类型", "company_type"), ("法定代表人", "legal_representative"))
    for number, (label, name) in enumerate(left):
        sheet.pair(80, 320 + number * 70, label, v[name], 190)
    sheet.pair(80, 530, "经营范围", v["scope"], 190, width=17)
    sheet.pair(860, 320, "注册资本", v["capital"], 180)
    sheet.pair(860, 390, "成立日期", chinese_day(v["founded_on"]), 180)
    sheet.pair(860, 460, "住所", v["address"], 180, width=13)
    sheet.write(860, 800, "登记机关", 30, colour=LABEL)
    sheet.write(1020, 880, chinese_day(v["founded_on"]), 30)
    sheet.seal(1180, 800, v.get("seal", "示范市市场监督管理局"), 230)
    return sheet.picture


def marriage(v: Values) -> Image.Image:
    sheet = Sheet(1000, 1050, (252, 243, 240))
    sheet.write(400, 30, "结 婚 证", 52, bold=True, colour=(160, 30, 30))
    sheet.pair(80, 140, "持证人", v["holder"], 190)
    sheet.pair(80, 205, "登记日期", chinese_day(v["registered_on"]), 190)
    sheet.pair(80, 270, "结婚证字号", v["number"], 190)
    for number, prefix in enumerate(("", "spouse_")):
        y = 400 + number * 260
        sheet.pair(80, y, "姓名", v[f"{prefix}name"], 140)
        sheet.pair(520, y, "性别", v[f"{prefix}sex"], 110)
        sheet.pair(80, y + 65, "国籍", "中国", 140)
        sheet.pair(440, y + 65, "出生日期", chinese_day(v[f"{prefix}birth_on"]), 170)
        sheet.pair(80, y + 130, "身份证件号", v[f"{prefix}idcard"], 200)
    sheet.seal(780, 230, v.get("seal", "示范市民政局婚姻登记"), 180)
    return sheet.picture


def property_deed(v: Values) -> Image.Image:
    sheet = Sheet(1100, 1200, (250, 250, 244))
    sheet.write(250, 40, v["number"], 34)
    rows = (
        ("权利人", "owner"), ("共有情况", "sharing"), ("坐落", "place"), ("不动产单元号", "unit_number"),
        ("权利类型", "right_kind"), ("权利性质", "nature"), ("用途", "land_use"), ("面积", "area"), ("使用期限", "term"),
    )  # fmt: skip
    for number, (label, name) in enumerate(rows):
        y = 130 + number * 85
        sheet.pen.rectangle((50, y - 20, 1050, y + 65), outline=(130, 130, 130))
        sheet.pair(80, y, label, v[name], 240)
    sheet.write(640, 1020, "登记机构", 30, colour=LABEL)
    sheet.seal(850, 1060, v.get("seal", "示范市不动产登记中心"), 200)
    return sheet.picture


def photo(v: Values) -> Image.Image:
    """A bare-headed photograph: no text but the specimen mark."""
    sheet = Sheet(413, 579, (225, 233, 245))
    sheet.face((40, 60, 373, 579))
    return sheet.picture


DRAWN: dict[str, Callable[[Values], Image.Image]] = {
    "id_card": id_card,
    "household": household,
    "driving_licence": driving_licence,
    "vehicle_licence": vehicle_licence,
    "diploma": diploma,
    "business_licence": business_licence,
    "marriage": marriage,
    "property": property_deed,
    "photo": photo,
}
"""By the archive's code of the kind of paper."""
