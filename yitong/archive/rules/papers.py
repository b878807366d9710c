"""The kinds of papers the archive knows: their class, the licence type they stand for, and what is printed on each.

Labels are Chinese data: they are what stands on the paper. ``aliases`` are other spellings of the label on the paper, those of
bilingual papers included. Field names are those of the licence types' data where the type has the field, so that the two
can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from yitong.kernel.reasons import N_


class Kind(StrEnum):
    """The four classes of an archive (四类): one's family, education, health, business."""

    FAMILY = "family"
    EDUCATION = "education"
    MEDICAL = "medical"
    BUSINESS = "business"


KIND_LABELS: dict[str, str] = {
    Kind.FAMILY: N_("Personal and family"),
    Kind.EDUCATION: N_("Education"),
    Kind.MEDICAL: N_("Medical"),
    Kind.BUSINESS: N_("Business"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a paper. ``kind``: a key of ``values.KINDS``. ``many``: the value may run over several rows.

    ``pattern``: where the paper is prose, a regular expression with one group over the whole text. ``nth``: which occurrence
    of the label, from 0, on papers that name two people.
    """

    name: str
    label: str
    kind: str = "text"
    aliases: tuple[str, ...] = ()
    many: bool = False
    pattern: str = ""
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Paper:
    """One kind of paper. ``name``: as people call it; ``licence_type``: the type's name in the library, empty when it has none.

    ``ends_on``: the field whose date is the last day on which the paper says something.
    """

    code: str
    name: str
    kind: Kind
    licence_type: str = ""
    fields: tuple[Field, ...] = ()
    words: tuple[str, ...] = ()
    ends_on: str = ""

    @property
    def is_read(self) -> bool:
        return bool(self.fields)


_NAME = Field("name", "姓名", "name", ("Name",))
_SEX = Field("sex", "性别", "sex", ("Sex",))
_IDCARD = Field(
    "idcard", "公民身份号码", "idcard", ("身份号码", "公民身份证件编号", "公民身份证号码", "身份证件号", "身份证号")
)
_ADDRESS = Field("address", "住址", "text", ("Address",), many=True)
_DATES = r"[0-9〇○零O一二三四五六七八九十年月.\-]{6,14}日?"

PAPERS: dict[str, Paper] = {
    paper.code: paper
    for paper in (
        Paper(
            "id_card", "居民身份证（人像面）", Kind.FAMILY, "居民身份证",
            (
                _NAME, _SEX, Field("ethnicity", "民族", "name"), Field("birth_on", "出生", "date"), _ADDRESS,
                _IDCARD,
            ),
            ("公民身份号码", "身份证"),
        ),
        Paper(
            "household", "户口簿（常住人口登记卡）", Kind.FAMILY, "户口簿",
            (
                _NAME, Field("relation", "户主或与户主关系", "name", ("与户主关系",)), _SEX,
                Field("ethnicity", "民族", "name"), Field("native_place", "籍贯"),
                Field("birth_on", "出生日期", "date"), Field("address", "本市(县)其他住址", "text", ("住址",), many=True),
                _IDCARD,
            ),
            ("常住人口登记卡", "户口", "户主"),
        ),
        Paper(
            "driving_licence", "机动车驾驶证", Kind.FAMILY, "机动车驾驶证",
            (
                Field("idcard", "证号", "idcard"), _NAME, _SEX, Field("nationality", "国籍", "name", ("Nationality",)),
                _ADDRESS, Field("birth_on", "出生日期", "date", ("DateofBirth",)),
                Field("first_issued_on", "初次领证日期", "date", ("DateofFirstIssue",)),
                Field("class", "准驾车型", "text", ("Class",)),
                Field("period", "有效期限", "period", ("有效起始日期", "ValidPeriod")),
            ),
            ("驾驶证", "准驾车型"), ends_on="period",
        ),
        Paper(
            "vehicle_licence", "机动车行驶证", Kind.FAMILY, "机动车行驶证",
            (
                Field("plate", "号牌号码", "plate", ("PlateNo.", "PlateNo")),
                Field("vehicle_type", "车辆类型", "text", ("VehicleType",)),
                Field("owner", "所有人", "text", ("Owner",)), _ADDRESS,
                Field("use", "使用性质", "text", ("UseCharacter",)), Field("model", "品牌型号", "text", ("Model",)),
                Field("vin", "车辆识别代号", "vin", ("VIN",)),
                Field("engine", "发动机号码", "code", ("EngineNo.", "EngineNo")),
                Field("registered_on", "注册日期", "date", ("RegisterDate",)),
                Field("issued_on", "发证日期", "date", ("IssueDate",)),
            ),
            ("行驶证", "车辆识别代号"),
        ),
        Paper(
            "diploma", "毕业证书", Kind.EDUCATION, "学历证书",
            (
                Field("name", "姓名", "name", pattern=r"学生([^,，。]{1,20}?)[,，]?(?:性别|[男女][,，])"),
                Field("sex", "性别", "sex", pattern=r"(?:性别|[,，])([男女])"),
                Field("birth_on", "出生日期", "date", pattern=rf"({_DATES})(?:出)?生"),
                Field("major", "专业", pattern=r"(?:在本校|在我校|本院)([^,，。]{2,30}?)专业"),
                Field("level", "学历层次", pattern=r"(博士研究生|硕士研究生|研究生|本科|专科|高职|中专)"),
                Field("graduated_on", "毕业时间", "month", pattern=rf"至({_DATES})"),
                Field("school", "毕业院校", pattern=r"(?:校名|学校)[:：]?([\u4e00-\u9fff]{2,20}?(?:大学|学院|学校))"),
                Field("number", "证书编号", "code", pattern=r"(?:证书编号|编号)[:：]?(?:第)?([0-9A-Za-z]{8,20})"),
            ),
            ("毕业证书", "准予毕业"),
        ),
        Paper(
            "business_licence", "营业执照", Kind.BUSINESS, "营业执照",
            (
                Field("uscc", "统一社会信用代码", "uscc"), Field("company_name", "名称", "text"),
                Field("company_type", "类型"), Field("legal_representative", "法定代表人", "name", ("负责人", "经营者")),
                Field("scope", "经营范围", "text", many=True), Field("capital", "注册资本"),
                Field("founded_on", "成立日期", "date", ("注册日期",)), Field("period", "营业期限", "period"),
                Field("address", "住所", "text", ("经营场所",), many=True),
            ),
            ("营业执照", "经营范围"), ends_on="period",
        ),
        Paper(
            "marriage", "结婚证", Kind.FAMILY, "结婚证",
            (
                Field("holder", "持证人", "name"), Field("registered_on", "登记日期", "date"),
                Field("number", "结婚证字号", "code"),
                Field("name", "姓名", "name"), Field("sex", "性别", "sex"), Field("birth_on", "出生日期", "date"),
                Field("idcard", "身份证件号", "idcard", ("身份证号",)),
                Field("spouse_name", "配偶姓名", "name", ("姓名",), nth=1),
                Field("spouse_sex", "配偶性别", "sex", ("性别",), nth=1),
                Field("spouse_birth_on", "配偶出生日期", "date", ("出生日期",), nth=1),
                Field("spouse_idcard", "配偶身份证件号", "idcard", ("身份证件号", "身份证号"), nth=1),
            ),
            ("结婚证", "婚姻登记"),
        ),
        Paper(
            "property", "房产证（不动产权证书）", Kind.FAMILY, "不动产权证书",
            (
                Field("number", "证号", pattern=r"([\u4e00-\u9fff][(（]\d{4}[)）][\u4e00-\u9fff]{2,12}不动产权第\d{5,10}号)"),
                Field("owner", "权利人"), Field("sharing", "共有情况"), Field("place", "坐落", many=True),
                Field("unit_number", "不动产单元号", "code"), Field("right_kind", "权利类型"), Field("nature", "权利性质"),
                Field("land_use", "用途"), Field("area", "面积"), Field("term", "使用期限", many=True),
            ),
            ("不动产", "房产", "房屋所有权"),
        ),
        Paper("photo", "免冠照", Kind.FAMILY, words=("免冠", "照片", "证件照")),
        Paper("health", "体检、病历、医疗票据", Kind.MEDICAL, words=("体检", "病历", "诊断", "医疗", "疫苗", "出生医学证明")),
        Paper("school", "其他教育材料", Kind.EDUCATION, words=("学位", "资格证", "普通话", "成绩单", "教师", "学籍")),
        Paper("trade", "其他经营材料", Kind.BUSINESS, words=("章程", "租赁合同", "许可证", "平面图", "布局图", "制度", "公章", "企业")),
        Paper("other", "其他个人材料", Kind.FAMILY),
    )
}  # fmt: skip


def paper_of(name: str, licence_type: str = "") -> Paper:
    """The kind of paper a material or file is by its name, or by the name of the licence type it stands for; else ``other``."""
    if licence_type:
        for paper in PAPERS.values():
            if paper.licence_type == licence_type:
                return paper
    for paper in PAPERS.values():
        if paper.licence_type and paper.licence_type in name:
            return paper
    for paper in PAPERS.values():
        if any(word in name for word in paper.words):
            return paper
    return PAPERS["other"]


def fields_of(code: str) -> tuple[Field, ...]:
    """The fields of a kind of paper; none for kinds nobody reads."""
    paper = PAPERS.get(code)
    return paper.fields if paper else ()
