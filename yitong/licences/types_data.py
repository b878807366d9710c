"""The licence types of the demonstration city (Chinese data). Codes: GB/T 36904-2018, 21 characters.

The defining bodies are fictional: their credit codes are valid in form (registered under 100000, organisations 990001…),
and belong to nobody. ``fields``: what stands on the licence's face, (name in the data, label); the holder stands above them.
What a field holds and how confidential it is follows from its name, see ``_SHAPES``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_POLICE, _EDUCATION, _MARKET = "1110000099000101XD", "111000009900020121", "11100000990003015H"
_HOUSING, _LAND, _HEALTH = "111000009900040182", "11100000990005010G", "111000009900060131"
_DISABLED, _PRESS, _TRANSPORT = "11100000990007016H", "111000009900080192", "11100000990009011G"
_WATER, _LABOUR, _CIVIL = "11100000990010012A", "11100000990011015T", "11100000990012018B"
_CITY, _PLANNING_COMMISSION = "11100000990013010R", "11100000990015016T"
_INSURANCE, _AIR_DEFENCE = "11100000990022013K", "11100000990024019L"

PERSON = (("idcard", "公民身份号码"),)
DIPLOMA = (("school", "毕业学校"), ("major", "专业"), ("level", "学历层次"), ("graduated_on", "毕业日期"))
COMPANY = (("uscc", "统一社会信用代码"), ("legal_representative", "法定代表人（负责人）"))
PROJECT = (("project_code", "项目代码"), ("project_name", "建设项目名称"), ("project_place", "建设位置"))


_SHAPES: dict[str, dict[str, Any]] = {
    "idcard": {"kind": "idcard", "confidentiality": "sensitive"},
    "mother_idcard": {"kind": "idcard", "confidentiality": "sensitive"},
    "uscc": {"kind": "uscc", "confidentiality": "open"},
    "sex": {"kind": "choice", "choices": ["男", "女"]},
    "spouse_idcard": {"kind": "idcard", "confidentiality": "sensitive"},
    "birth_on": {"kind": "date", "confidentiality": "sensitive"},
    "birth_at": {"confidentiality": "sensitive"},
    "birth_place": {"confidentiality": "sensitive"},
    "founded_on": {"kind": "date", "confidentiality": "open"},
    "cancelled_on": {"kind": "date", "confidentiality": "open"},
    "phone": {"kind": "phone", "confidentiality": "sensitive"},
    **{
        name: {"kind": "date"}
        for name in ("graduated_on", "tested_on", "checked_on", "registered_on", "from_on", "expires_on")
    },
    # What is said of a person's home, money, health, past or child: 《个人信息保护法》第二十八条.
    **{
        name: {"confidentiality": "sensitive"}
        for name in (
            *("household_place", "balance", "degree", "guardian", "conclusion", "result", "allowance", "clinic"),
            *("relation", "child_name"),
        )
    },
}
_HOME = {"address", "place", "kind", "unit_number", "house_place", "landlord", "tenant"}
"""Sensitive on a person's licence (a home, a disability), open on a company's (a shop, a form of company)."""


@dataclass(frozen=True, slots=True)
class TypeData:
    """One built-in licence type. ``prefix`` begins its numbers; ``holders``: person, enterprise or any.

    ``years``: term when the item names none. ``renewable``: its holder applies for renewal before the end. ``private``: tells
    of a person's affairs though companies hold it as well.
    """

    code: str
    name: str
    issuer: str
    prefix: str
    holders: str
    law: str
    statement: str
    fields: tuple[tuple[str, str], ...]
    years: int | None = None
    renewable: bool = False
    private: bool = False


def fields_of(kind: TypeData) -> list[dict[str, Any]]:
    """The fields of a built-in type as its row keeps them."""
    return [_field(kind, name, label) for name, label in kind.fields]


def _field(kind: TypeData, name: str, label: str) -> dict[str, Any]:
    person, personal = kind.holders == "person", kind.holders == "person" or kind.private
    field: dict[str, Any] = {
        "name": name,
        "label": label,
        "kind": "text",
        "required": (name == "idcard" and person) or (name == "uscc" and kind.holders == "enterprise"),
        "confidentiality": "internal" if personal else "open",
        **_SHAPES.get(name, {}),
    }
    if personal and name in _HOME:
        field["confidentiality"] = "sensitive"
    return field


def _permit(subject: str) -> str:
    return f"经审查，{subject}，依法准予许可，特发此证。"


_BUILD = "经审核，本建设工程符合国土空间规划和用途管制要求，颁发此证。"

TYPES: tuple[TypeData, ...] = (
    TypeData(
        f"{_POLICE}001", "居住证", "公安机关", "JZ", "person", "《居住证暂行条例》第二条、第八条",
        "持证人在居住地依法享受基本公共服务和便利。",
        (*PERSON, ("sex", "性别"), ("address", "居住地址"), ("household_place", "常住户口所在地")),
        years=1, renewable=True,
    ),
    TypeData(
        f"{_POLICE}002", "户口簿", "公安机关", "HK", "person", "《中华人民共和国户口登记条例》第四条",
        "户口登记簿记载的事项具有证明公民身份的效力。",
        (*PERSON, ("sex", "性别"), ("birth_on", "出生日期"), ("relation", "与户主关系"), ("address", "住址")),
    ),
    TypeData(
        f"{_POLICE}003", "居民身份证", "公安机关", "SF", "person", "《中华人民共和国居民身份证法》第二条",
        "", (*PERSON, ("sex", "性别"), ("birth_on", "出生日期"), ("address", "住址")),
    ),
    TypeData(
        f"{_POLICE}004", "公章刻制备案凭证", "公安机关", "GZ", "enterprise", "《印铸刻字业暂行管理规则》",
        "下列印章的刻制已经备案。", (*COMPANY, ("seals", "备案印章"), ("maker", "刻制单位")),
    ),
    TypeData(
        f"{_POLICE}005", "户籍证明", "公安机关", "HZ", "person", "《中华人民共和国户口登记条例》第四条",
        "经核查户口登记，证明下列事项属实。", (*PERSON, ("address", "户籍地址"), ("purpose", "用途")),
    ),
    TypeData(
        f"{_POLICE}006", "无犯罪记录证明", "公安机关", "WF", "person", "《公安机关办理犯罪记录查询工作规定》（公通字〔2021〕19号）",
        "经查询犯罪记录信息系统，证明下列事项属实。", (*PERSON, ("range", "查询期间"), ("result", "查询结果"), ("purpose", "用途")),
    ),
    TypeData(
        f"{_POLICE}007", "居住登记凭证", "公安机关", "JD", "person", "《居住证暂行条例》第五条",
        "持证人已经办理居住登记。", (*PERSON, ("address", "居住地址"), ("registered_on", "登记日期"), ("reason", "居住事由")),
    ),
    TypeData(
        f"{_EDUCATION}001", "教师资格证", "教育行政部门", "JS", "person", "《中华人民共和国教师法》第十条、《教师资格条例》",
        "经认定，持证人具备教师资格。", (*PERSON, ("sex", "性别"), ("stage", "教师资格种类"), ("subject", "任教学科")),
    ),
    TypeData(
        f"{_EDUCATION}002", "学历证书", "教育行政部门", "XL", "person", "《中华人民共和国教育法》第二十二条",
        "持证人修业期满，成绩合格，准予毕业。", (*PERSON, *DIPLOMA),
    ),
    TypeData(
        f"{_EDUCATION}003", "普通话水平测试等级证书", "语言文字工作部门", "PT", "person", "《中华人民共和国国家通用语言文字法》第十九条",
        "经测试，持证人的普通话水平达到下列等级。", (*PERSON, ("grade", "等级"), ("score", "分数"), ("tested_on", "测试日期")),
    ),
    TypeData(
        f"{_EDUCATION}004", "教师资格考试合格证明", "教育考试机构", "KS", "person", "《教师资格条例》第八条",
        "持证人教师资格考试合格。", (*PERSON, ("stage", "考试类别"), ("subject", "面试科目"), ("tested_on", "签发日期")), years=3,
    ),
    TypeData(
        f"{_EDUCATION}005", "在读证明", "教育行政部门", "ZD", "person", "《普通高等学校学生管理规定》（教育部令第41号）",
        "经核查学籍，证明下列事项属实。", (*PERSON, ("school", "就读学校"), ("major", "专业或者年级"), ("expires_on", "预计毕业日期")), years=1,
    ),
    TypeData(
        f"{_EDUCATION}006", "学历认证报告", "教育行政部门", "RZ", "person", "《教师资格条例》第十五条",
        "经认证，持证人的学历属实。", (*PERSON, *DIPLOMA),
    ),
    TypeData(
        f"{_EDUCATION}007", "师范生教师职业能力证书", "教育行政部门", "SFS", "person", "《教育类研究生和公费师范生免试认定中小学教师资格改革实施方案》",
        "经考核，持证人具备从事教师职业的能力。", (*PERSON, ("stage", "任教学段"), ("subject", "任教学科"), ("school", "培养学校")), years=3,
    ),
    TypeData(
        f"{_MARKET}001", "营业执照", "市场监督管理部门", "YZ", "any", "《中华人民共和国市场主体登记管理条例》第二十一条",
        "经依法登记，持照人取得市场主体资格。",
        (*COMPANY, ("kind", "类型"), ("capital", "注册资本"), ("founded_on", "成立日期"), ("address", "住所"), ("scope", "经营范围")),
    ),
    TypeData(
        f"{_MARKET}002", "食品经营许可证", "市场监督管理部门", "JY", "any", "《中华人民共和国食品安全法》第三十五条",
        _permit("食品经营者具备与其经营项目相适应的条件"),
        (*COMPANY, ("address", "住所"), ("business_place", "经营场所"), ("business_kind", "主体业态"), ("scope", "经营项目")),
        years=5, renewable=True,
    ),
    TypeData(
        f"{_MARKET}003", "准予注销登记通知书", "市场监督管理部门", "ZX", "any", "《中华人民共和国市场主体登记管理条例》第三十一条",
        "经审查，准予注销登记，自注销登记之日起市场主体终止。", (*COMPANY, ("cancelled_on", "注销日期")),
    ),
    TypeData(
        f"{_HOUSING}001", "建筑工程施工许可证", "住房和城乡建设部门", "SG", "enterprise", "《中华人民共和国建筑法》第七条、第八条",
        "经审查，本建筑工程符合施工条件，准予施工。",
        (*PROJECT, ("builder", "施工单位"), ("supervisor", "监理单位"), ("scale", "建设规模"), ("price", "合同价格"), ("period", "合同工期")),
    ),
    TypeData(
        f"{_HOUSING}002", "竣工联合验收意见书", "住房和城乡建设部门", "YS", "enterprise", "《建设工程质量管理条例》第四十九条",
        "经联合验收，本工程符合竣工验收要求。", (*PROJECT, ("scale", "建设规模")),
    ),
    TypeData(
        f"{_HOUSING}003", "公积金缴存证明", "住房公积金管理中心", "GJ", "person", "《住房公积金管理条例》第四条",
        "经核查缴存记录，证明下列事项属实。", (*PERSON, ("employer", "缴存单位"), ("months", "缴存月数"), ("balance", "账户余额")),
    ),
    TypeData(
        f"{_HOUSING}004", "房屋租赁登记备案证明", "住房和城乡建设部门", "ZL", "any", "《商品房屋租赁管理办法》第十四条、第十七条",
        "下列房屋租赁已经登记备案。",
        (("house_place", "房屋坐落"), ("landlord", "出租人"), ("tenant", "承租人"), ("term", "租赁期限"), ("use", "用途")),
        private=True,
    ),
    TypeData(
        f"{_LAND}001", "建设用地规划许可证", "自然资源主管部门", "YD", "enterprise", "《中华人民共和国城乡规划法》第三十七条、第三十八条",
        _BUILD, (*PROJECT, ("land_area", "用地面积"), ("land_use", "土地用途"), ("approval_basis", "批准用地文件")),
    ),
    TypeData(
        f"{_LAND}002", "建设工程规划许可证", "自然资源主管部门", "GC", "enterprise", "《中华人民共和国城乡规划法》第四十条",
        _BUILD, (*PROJECT, ("scale", "建设规模"), ("land_use", "土地用途")),
    ),
    TypeData(
        f"{_LAND}003", "不动产权证书", "不动产登记机构", "BD", "any", "《不动产登记暂行条例》第二十一条",
        "根据法律法规，为保护不动产权利人合法权益，对申请登记的本证所列不动产权利，经审查核实，准予登记，颁发此证。",
        (("unit_number", "不动产单元号"), ("place", "坐落"), ("right_kind", "权利类型"), ("land_use", "用途"), ("area", "面积"), ("term", "使用期限")),
        private=True,
    ),
    TypeData(
        f"{_LAND}004", "不动产登记信息证明", "不动产登记机构", "FC", "person", "《不动产登记暂行条例》第二十七条",
        "经查询不动产登记资料，证明下列事项属实。", (*PERSON, ("result", "查询结果"), ("range", "查询范围")),
    ),
    TypeData(
        f"{_HEALTH}001", "公共场所卫生许可证", "卫生健康行政部门", "GW", "any", "《公共场所卫生管理条例》第四条",
        _permit("该场所符合国家卫生标准和要求"), (*COMPANY, ("address", "经营场所"), ("scope", "经营项目")),
        years=4, renewable=True,
    ),
    TypeData(
        f"{_HEALTH}002", "出生医学证明", "卫生健康行政部门", "CS", "person", "《中华人民共和国母婴保健法》第二十三条",
        "下列新生儿的出生情况属实。",
        (("child_name", "新生儿姓名"), ("sex", "性别"), ("birth_at", "出生时间"), ("birth_place", "出生地点"), ("mother", "母亲"), ("father", "父亲")),
    ),
    TypeData(
        f"{_HEALTH}003", "预防接种证", "卫生健康行政部门", "YF", "person", "《中华人民共和国疫苗管理法》第四十七条",
        "请按照免疫程序接种疫苗。", (("child_name", "儿童姓名"), ("birth_on", "出生日期"), ("clinic", "接种单位")),
    ),
    TypeData(
        f"{_HEALTH}004", "体检合格证明", "卫生健康行政部门", "TJ", "person", "《教师资格条例》第十五条",
        "经体检，持证人符合下列岗位的身体条件。", (*PERSON, ("hospital", "体检医院"), ("checked_on", "体检日期"), ("conclusion", "体检结论")), years=1,
    ),
    TypeData(
        f"{_DISABLED}001", "残疾人证", "残疾人联合会", "CJ", "person", "《中华人民共和国残疾人保障法》、《残疾人证管理办法》",
        "经评定，持证人符合残疾标准。", (*PERSON, ("kind", "残疾类别"), ("degree", "残疾等级"), ("guardian", "监护人"), ("address", "住址")),
        years=10, renewable=True,
    ),
    TypeData(
        f"{_PRESS}001", "出版物经营许可证", "出版行政主管部门", "CB", "any", "《出版管理条例》第三十五条",
        _permit("经营者符合出版物零售条件"), (*COMPANY, ("address", "经营场所"), ("scope", "经营范围")),
        years=5, renewable=True,
    ),
    TypeData(
        f"{_TRANSPORT}001", "道路运输经营许可证", "交通运输主管部门", "YT", "any", "《中华人民共和国道路运输条例》第二十四条、第二十五条",
        _permit("经营者符合道路货物运输经营条件"), (*COMPANY, ("address", "地址"), ("scope", "经营范围")),
        years=4, renewable=True,
    ),
    TypeData(
        f"{_WATER}001", "取水许可证", "水行政主管部门", "QS", "any", "《中华人民共和国水法》第四十八条、《取水许可和水资源费征收管理条例》",
        _permit("取水申请符合取水许可条件"),
        (*COMPANY, ("place", "取水地点"), ("source", "水源类型"), ("amount", "取水量"), ("use", "取水用途"), ("discharge", "退水地点")),
        years=5, renewable=True,
    ),
    TypeData(
        f"{_LABOUR}001", "人力资源服务许可证", "人力资源和社会保障部门", "RL", "enterprise", "《人力资源市场暂行条例》第十八条",
        _permit("该机构符合经营性人力资源服务机构的条件"), (*COMPANY, ("address", "地址"), ("scope", "服务范围")),
        years=5, renewable=True,
    ),
    TypeData(
        f"{_LABOUR}002", "社会保险登记凭证", "社会保险经办机构", "SB", "any", "《中华人民共和国社会保险法》第五十七条、第五十八条",
        "已办理社会保险登记。", (("idcard", "公民身份号码"), ("uscc", "统一社会信用代码"), ("insurances", "参保险种"), ("from_on", "参保日期")),
        private=True,
    ),
    TypeData(
        f"{_CIVIL}001", "老年人优待证", "民政部门", "LN", "person", "《中华人民共和国老年人权益保障法》第五十三条",
        "持证人依法享受老年人优待。", (*PERSON, ("address", "住址"), ("allowance", "津贴标准")),
    ),
    TypeData(
        f"{_CIVIL}002", "结婚证", "婚姻登记机关", "JH", "person", "《中华人民共和国民法典》第一千零四十九条、《婚姻登记条例》",
        "结婚申请符合法律规定，予以登记，发给此证。",
        (*PERSON, ("spouse_name", "配偶姓名"), ("spouse_idcard", "配偶公民身份号码"), ("registered_on", "登记日期")),
    ),
    TypeData(
        f"{_CITY}001", "城镇污水排入排水管网许可证", "城镇排水主管部门", "PS", "any", "《城镇排水与污水处理条例》第二十一条",
        _permit("排水户的污水符合排入城镇排水设施的条件"),
        (*COMPANY, ("address", "排水户地址"), ("outlet", "排水口位置"), ("amount", "排水量"), ("pollutants", "主要污染物")),
        years=5, renewable=True,
    ),
    TypeData(
        f"{_CITY}002", "城市绿地、树木审批许可证", "城市园林绿化主管部门", "LH", "any", "《城市绿化条例》第十九条、第二十条",
        _permit("占用绿地、移植树木的申请符合规定条件"), (*COMPANY, ("place", "地点"), ("area", "面积"), ("trees", "树木"), ("period", "期限")),
    ),
    TypeData(
        f"{_CITY}003", "户外广告设置许可证", "城市管理部门", "GG", "any", "《城市市容和环境卫生管理条例》第十一条",
        _permit("户外广告的设置符合规定条件"), (*COMPANY, ("place", "设置地点"), ("size", "规格"), ("period", "期限")),
        years=2, renewable=True,
    ),
    TypeData(
        f"{_PLANNING_COMMISSION}001", "企业投资项目备案证明", "投资主管部门", "BA", "enterprise", "《企业投资项目核准和备案管理条例》第十三条",
        "本项目已经备案。", (*COMPANY, *PROJECT, ("investment", "总投资"), ("content", "建设内容")),
    ),
    TypeData(
        f"{_PLANNING_COMMISSION}002", "企业投资项目核准文件", "投资主管部门", "HZW", "enterprise", "《企业投资项目核准和备案管理条例》第九条",
        "经审查，同意核准本项目。", (*COMPANY, *PROJECT, ("investment", "总投资"), ("content", "建设内容")),
    ),
    TypeData(
        f"{_AIR_DEFENCE}001", "防空地下室建设许可决定书", "人民防空主管部门", "RF", "enterprise", "《中华人民共和国人民防空法》第二十二条",
        _permit("防空地下室的建设符合国家规定"), (*PROJECT, ("area", "防空地下室面积"), ("grade", "抗力等级")),
    ),
    TypeData(
        f"{_INSURANCE}001", "医疗保险参保凭证", "医疗保障经办机构", "YB", "person", "《中华人民共和国社会保险法》第二十五条、第五十八条",
        "已办理基本医疗保险参保登记。", (*PERSON, ("scheme", "险种"), ("from_on", "参保日期"), ("address", "参保地")),
    ),
)  # fmt: skip

BY_NAME = {kind.name: kind for kind in TYPES}
