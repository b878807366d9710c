"""Themes by life event (主题分类) and the public lists (清单). Codes are stored in records; names are Chinese data.

Source: themes of the national service platform for natural and legal persons (GB/T 39046-2020, 主题分类), joined with
 the life events of 国办发〔2022〕32号 (一件事).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Theme:
    """``icon``: a file of catalog/static/catalog/icons without its ending; ``hint``: everyday words below the name."""

    code: str
    name: str
    subject: Literal["person", "enterprise"]
    hint: str
    icon: str


@dataclass(frozen=True, slots=True)
class PublicList:
    """A list that must be public by itself. ``note``: what stands on it, and why it is public."""

    code: str
    name: str
    note: str


PERSON_THEMES = (
    Theme("birth", "生育收养", "person", "生孩子、上户口、打疫苗", "birth"),
    Theme("household", "户籍身份", "person", "身份证、居住证、落户", "household"),
    Theme("education", "教育科研", "person", "上学、教师资格", "education"),
    Theme("employment", "就业创业", "person", "找工作、失业、创业", "employment"),
    Theme("social_security", "社会保障", "person", "社保、养老金、补贴", "security"),
    Theme("medical", "医疗卫生", "person", "医保、看病报销", "medical"),
    Theme("marriage", "婚姻家庭", "person", "结婚、离婚", "marriage"),
    Theme("housing", "住房不动产", "person", "买房、公积金、房产证", "housing"),
    Theme("transport", "交通出行", "person", "驾驶、营运、出行", "transport"),
    Theme("retirement", "退休养老", "person", "退休、老年补贴", "retirement"),
    Theme("disability", "扶残助困", "person", "残疾人证、低保", "support"),
    Theme("death", "身后事", "person", "注销户口、丧葬", "death"),
    Theme("justice", "公证司法", "person", "法律援助、证明", "justice"),
)
ENTERPRISE_THEMES = (
    Theme("enterprise_startup", "企业开办", "enterprise", "办执照、刻章、开户", "startup"),
    Theme("enterprise_change", "变更备案", "enterprise", "改名、迁址、变更股东", "change"),
    Theme("enterprise_closure", "注销退出", "enterprise", "关店、注销公司", "closure"),
    Theme("operation_permit", "经营许可", "enterprise", "食品、卫生、出版物", "permit"),
    Theme("investment", "投资立项", "enterprise", "项目备案、核准", "investment"),
    Theme("construction", "工程建设", "enterprise", "用地、规划、施工许可", "construction"),
    Theme("acceptance", "竣工验收", "enterprise", "联合验收、首次登记", "acceptance"),
    Theme("utilities", "水电气网", "enterprise", "报装、过户", "utilities"),
    Theme("staff", "用工社保", "enterprise", "职工参保、招聘", "staff"),
    Theme("tax_finance", "税务财政", "enterprise", "缴税、补贴", "finance"),
    Theme("environment", "环保水利", "enterprise", "排水、取水、排污", "environment"),
    Theme("transport_business", "交通运输", "enterprise", "货运、客运", "transport"),
    Theme("culture", "文化旅游", "enterprise", "娱乐场所、演出", "culture"),
)
THEMES: dict[str, Theme] = {theme.code: theme for theme in PERSON_THEMES + ENTERPRISE_THEMES}
# 耒阳 [S1]: start-up items follow the 1/3/6 rule, see rules.publishing.
ENTERPRISE_STARTUP = "enterprise_startup"

LISTS: dict[str, PublicList] = {
    each.code: each
    for each in (
        PublicList("permits", "行政许可事项清单", "依法设定的行政许可事项，清单之外一律不得违法实施行政许可。"),
        PublicList("delegated", "乡镇（街道）赋权事项清单", "由县级部门下放、在乡镇（街道）就近可办的事项。"),
        PublicList(
            "deemed", "超时默认事项清单", "承办部门逾期未作出决定、又未依法延期的，视为同意；仅限本清单所列事项。"
        ),
        PublicList("instant", "即办件清单", "材料齐全、符合法定形式的，当场办结。"),
        PublicList("commitment", "告知承诺事项清单", "申请人书面承诺符合条件的，可以先行办理、事后核查。"),
    )
}
