"""The built-in certificate types of the demonstration city (Chinese data): 16 reviewed, 8 instant, 6 verified, 2 sheets.

``fields``: (name in the source's data, label). Each names the article it rests on; a city edits them in the console.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TypeData:
    """One built-in type. ``department``: code; ``materials``: (name, required); the rest as the columns of the model."""

    code: str
    name: str
    way: str
    department: str
    law: str
    statement: str = ""
    fields: Fields = ()
    purposes: tuple[str, ...] = ()
    materials: tuple[tuple[str, bool], ...] = ()
    holder_kind: str = "person"
    licence_type: str = ""
    connector: str = ""
    absence: str = "refuse"
    absence_statement: str = ""
    absence_advice: str = ""
    limit_days: int = 3
    validity_days: int | None = 30
    daily_limit: int = 10

    @property
    def columns(self) -> dict[str, Any]:
        """The model's columns, without department and position."""
        return {
            "code": self.code, "name": self.name, "way": self.way, "law": self.law, "statement": self.statement,
            "fields": [{"name": name, "label": label} for name, label in self.fields],
            "purposes": list(self.purposes),
            "materials": [{"name": name, "required": required} for name, required in self.materials],
            "holder_kind": self.holder_kind, "licence_type": self.licence_type, "connector": self.connector,
            "absence": self.absence, "absence_statement": self.absence_statement, "absence_advice": self.absence_advice,
            "limit_days": self.limit_days, "validity_days": self.validity_days, "daily_limit": self.daily_limit,
            "document_kind": "data_sheet" if self.way == "sheet" else "certificate",
        }  # fmt: skip


_POLICE_RULES = "《关于改进和规范公安派出所出具证明工作的意见》（公通字〔2016〕21号）"
_USES = ("求职入职", "子女入学", "出国（境）", "购房贷款", "其他")
_FIRM_USES = ("投标", "上市融资", "评优评先", "其他")

REVIEWED = (
    TypeData(
        "household", "户籍证明", "reviewed", "police", "《中华人民共和国户口登记条例》第四条",
        "兹证明{{ holder_name }}（公民身份号码{{ id_number }}）系本市常住户口居民，户籍地址为{{ address }}。",
        (("address", "户籍地址"), ("relation", "与户主关系"), ("moved_on", "迁入日期")), _USES, limit_days=2, validity_days=90,
    ),
    TypeData(
        "no_crime", "无犯罪记录证明", "reviewed", "police", "《公安机关办理犯罪记录查询工作规定》（公通字〔2021〕19号）",
        "经查询，{{ holder_name }}（公民身份号码{{ id_number }}）在{{ range }}期间，未发现有犯罪记录。",
        (("range", "查询期间"),), ("求职入职", "从事教育行业", "出国（境）", "其他"), limit_days=3, validity_days=90,
    ),
    TypeData(
        "household_cancelled", "户口注销证明", "reviewed", "police", _POLICE_RULES,
        "兹证明{{ subject }}的户口已于{{ cancelled_on }}注销，注销原因：{{ cause }}。",
        (("subject", "被注销户口人员"), ("cancelled_on", "注销日期"), ("cause", "注销原因")), ("继承", "保险理赔", "其他"),
        (("与被注销人员关系的材料", True),), limit_days=3, validity_days=180,
    ),
    TypeData(
        "household_change", "户口登记项目变更更正证明", "reviewed", "police", _POLICE_RULES,
        "兹证明{{ holder_name }}（公民身份号码{{ id_number }}）的户口登记项目“{{ item }}”于{{ changed_on }}由“{{ before }}”变更更正为“{{ after }}”。",
        (("item", "变更项目"), ("before", "变更前"), ("after", "变更后"), ("changed_on", "变更日期")), ("学历档案", "银行业务", "其他"),
        limit_days=3, validity_days=180,
    ),
    TypeData(
        "kinship", "亲属关系证明", "reviewed", "police", _POLICE_RULES,
        "经查阅户口登记资料，{{ holder_name }}（公民身份号码{{ id_number }}）与{{ relative }}曾同户登记，登记关系为{{ relation }}。",
        (("relative", "亲属姓名"), ("relation", "亲属关系")), ("继承", "公证", "其他"), (("亲属身份材料", True),),
        limit_days=5, validity_days=180,
    ),
    TypeData(
        "lawyer_no_penalty", "律师无行政处罚证明", "reviewed", "justice", "《中华人民共和国律师法》第四条",
        "经查，{{ holder_name }}（律师执业证号{{ licence_no }}）在{{ range }}期间，未受到行政处罚。",
        (("licence_no", "律师执业证号"), ("firm", "执业机构"), ("range", "查询期间")), ("变更执业机构", "评优评先", "招投标", "其他"),
        limit_days=1, validity_days=90,
    ),
    TypeData(
        "lawyer_practice", "律师执业状态证明", "reviewed", "justice", "《中华人民共和国律师法》第四条",
        "兹证明{{ holder_name }}自{{ since_on }}起在{{ firm }}执业，律师执业证号{{ licence_no }}，目前执业状态：{{ status }}。",
        (("licence_no", "律师执业证号"), ("firm", "执业机构"), ("since_on", "执业起始日期"), ("status", "执业状态")),
        ("变更执业机构", "跨省执业", "其他"), limit_days=2, validity_days=90,
    ),
    TypeData(
        "employment", "就业失业状态证明", "reviewed", "human_resources", "《就业服务与就业管理规定》第六十一条",
        "经查询就业失业登记信息，{{ holder_name }}（公民身份号码{{ id_number }}）目前的登记状态为{{ status }}。",
        (("status", "登记状态"), ("registered_on", "登记日期")), ("申领补贴", "创业担保贷款", "其他"), limit_days=2, validity_days=30,
    ),
    TypeData(
        "personnel_file", "人事档案存档证明", "reviewed", "human_resources", "《流动人员人事档案管理服务规定》（人社部发〔2021〕112号）",
        "兹证明{{ holder_name }}（公民身份号码{{ id_number }}）的人事档案自{{ since_on }}起由本机构保管。",
        (("since_on", "存档起始日期"), ("file_no", "档案编号")), ("报考公职", "考研", "其他"), limit_days=2, validity_days=90,
    ),
    TypeData(
        "student_status", "学籍证明", "reviewed", "education", "《中小学生学籍管理办法》（教基一〔2013〕7号）",
        "兹证明{{ student }}现为{{ school }}{{ grade }}在籍学生，学籍号{{ student_no }}。",
        (("student", "学生姓名"), ("school", "学校"), ("grade", "年级"), ("student_no", "学籍号")), ("转学", "申领补助", "其他"),
        (("监护关系材料", True),), limit_days=3, validity_days=90,
    ),
    TypeData(
        "doctor_practice", "医师执业注册证明", "reviewed", "health", "《中华人民共和国医师法》第十三条",
        "兹证明{{ holder_name }}（公民身份号码{{ id_number }}）已注册为{{ category }}，执业地点为{{ place }}，执业证书编号{{ licence_no }}。",
        (("category", "执业类别"), ("place", "执业地点"), ("licence_no", "执业证书编号")), ("多机构备案", "职称评审", "其他"),
        limit_days=3, validity_days=90,
    ),
    TypeData(
        "minimum_living", "最低生活保障对象证明", "reviewed", "civil_affairs", "《社会救助暂行办法》第九条",
        "兹证明{{ holder_name }}（公民身份号码{{ id_number }}）自{{ since_on }}起为本市最低生活保障对象，保障类别：{{ category }}。",
        (("since_on", "保障起始日期"), ("category", "保障类别")), ("教育救助", "医疗救助", "法律援助", "其他"), limit_days=2, validity_days=90,
    ),
    TypeData(
        "adoption", "收养登记证明", "reviewed", "civil_affairs", "《中国公民收养子女登记办法》第七条",
        "经查阅收养登记档案，{{ holder_name }}（公民身份号码{{ id_number }}）于{{ registered_on }}办理收养登记，被收养人{{ child }}。",
        (("child", "被收养人"), ("registered_on", "登记日期"), ("certificate_no", "收养登记证字号")), ("落户", "公证", "其他"),
        limit_days=5, validity_days=180,
    ),
    TypeData(
        "firm_compliance", "企业无违法违规记录证明", "reviewed", "market", "《企业信息公示暂行条例》第七条",
        "经查询，{{ holder_name }}（统一社会信用代码{{ id_number }}）在{{ range }}期间，未发现受到本机关行政处罚的记录。",
        (("range", "查询期间"),), _FIRM_USES, holder_kind="enterprise", limit_days=3, validity_days=90,
    ),
    TypeData(
        "no_tax_arrears", "无欠税证明", "reviewed", "tax", "《国家税务总局关于开具〈无欠税证明〉有关事项的公告》（国家税务总局公告2019年第47号）",
        "经查询税收征管信息系统，截至{{ until_on }}，未发现{{ holder_name }}（统一社会信用代码{{ id_number }}）有欠税情形。",
        (("until_on", "截止日期"),), _FIRM_USES, holder_kind="enterprise", limit_days=1, validity_days=30,
    ),
    TypeData(
        "fund_offsite", "异地贷款职工住房公积金缴存使用证明", "reviewed", "housing_fund", "《住房公积金管理条例》第二十六条",
        "兹证明{{ holder_name }}（公民身份号码{{ id_number }}）在本中心连续缴存住房公积金{{ months }}个月，账户状态{{ status }}，公积金贷款次数{{ loans }}次。",
        (("months", "连续缴存月数"), ("status", "账户状态"), ("loans", "贷款次数")), ("异地购房贷款",), limit_days=2, validity_days=60,
    ),
)  # fmt: skip

INSTANT = (
    TypeData(
        "housing", "有无房证明", "instant", "real_estate", "《不动产登记暂行条例》第二十七条",
        "经查询{{ source }}，{{ holder_name }}（公民身份号码{{ id_number }}）在查询范围内登记有房屋{{ count }}套。",
        (("count", "登记套数"), ("place", "坐落"), ("area", "建筑面积（平方米）"), ("land_use", "用途"), ("sharing", "共有情况")),
        ("公租房申请", "公积金提取", "子女入学", "购房资格核验", "其他"), connector="real-estate", absence="certify",
        absence_statement="经查询{{ source }}，截至{{ checked_at }}，未查询到{{ holder_name }}（公民身份号码{{ id_number }}）的房屋登记记录。",
    ),
    TypeData(
        "fund_paid", "个人住房公积金缴存证明", "instant", "housing_fund", "《住房公积金管理条例》第四条",
        "经查询{{ source }}，{{ holder_name }}（公民身份号码{{ id_number }}）由{{ employer }}缴存住房公积金，账户状态{{ status }}，累计缴存{{ months }}个月。",
        (("account", "个人账号"), ("employer", "缴存单位"), ("status", "账户状态"), ("months", "累计缴存月数"), ("base", "缴存基数（元）"), ("balance", "账户余额（元）"), ("last_paid", "最近缴存年月")),
        ("购房贷款", "公积金转移", "其他"), connector="housing-fund",
        absence_advice="请先由用人单位办理缴存登记；在外地缴存的，请向缴存地公积金中心申请。",
    ),
    TypeData(
        "blood", "电子无偿献血证", "instant", "health", "《中华人民共和国献血法》第六条",
        "经查询{{ source }}，{{ holder_name }}（公民身份号码{{ id_number }}）累计无偿献血{{ times }}次，共{{ volume }}毫升。",
        (("certificate_no", "献血证号"), ("times", "献血次数"), ("volume", "累计献血量（毫升）"), ("last_on", "最近献血日期"), ("organ", "采血机构")),
        ("用血费用减免", "荣誉激励", "其他"), connector="blood-donation", validity_days=None,
        absence_advice="没有查到您的献血记录；在外省献血的，请向当地血站申请。",
    ),
    TypeData(
        "insured", "社会保险参保证明", "instant", "human_resources", "《中华人民共和国社会保险法》第七十四条",
        "经查询{{ source }}，{{ holder_name }}（公民身份号码{{ id_number }}）在{{ place }}参加{{ insurances }}，参保状态{{ status }}，累计缴费{{ months }}个月。",
        (("place", "参保地"), ("status", "参保状态"), ("insurances", "参保险种"), ("employer", "参保单位"), ("months", "累计缴费月数"), ("last_paid", "最后缴费年月"), ("from_on", "首次参保日期")),
        ("购房资格核验", "子女入学", "求职入职", "其他"), connector="social-insurance", absence="certify",
        absence_statement="经查询{{ source }}，截至{{ checked_at }}，未查询到{{ holder_name }}（公民身份号码{{ id_number }}）的参保记录。",
    ),
    TypeData(
        "marriage", "婚姻登记记录证明", "instant", "civil_affairs", "《婚姻登记档案管理办法》第十五条",
        "经查询{{ source }}，{{ holder_name }}（公民身份号码{{ id_number }}）最近一次婚姻登记为{{ status }}，登记日期{{ registered_on }}，登记机关{{ organ }}。",
        (("status", "登记类别"), ("registered_on", "登记日期"), ("organ", "登记机关"), ("certificate_no", "证件字号"), ("spouse", "配偶姓名")),
        ("公证", "购房贷款", "出国（境）", "其他"), connector="marriage", absence="certify",
        absence_statement="经查询{{ source }}，截至{{ checked_at }}，未查询到{{ holder_name }}（公民身份号码{{ id_number }}）的婚姻登记记录。",
    ),
    TypeData(
        "estate_info", "不动产登记信息查询证明", "instant", "real_estate", "《不动产登记资料查询暂行办法》第七条",
        "经查询{{ source }}，{{ holder_name }}（公民身份号码{{ id_number }}）名下不动产登记信息如下。",
        (("certificate_no", "不动产权证号"), ("place", "坐落"), ("area", "建筑面积（平方米）"), ("land_use", "用途"), ("sharing", "共有情况")),
        ("办理抵押", "办理过户", "子女入学", "其他"), connector="real-estate",
        absence_advice="没有查到您的不动产登记记录。需要无房证明的，请申请“有无房证明”。",
    ),
    TypeData(
        "degree", "高等学历信息证明", "instant", "education", "《普通高等学校学生管理规定》第三十五条",
        "经查询{{ source }}，{{ holder_name }}（公民身份号码{{ id_number }}）于{{ graduated_on }}毕业于{{ school }}{{ major }}专业，学历层次{{ level }}。",
        (("school", "毕业学校"), ("major", "专业"), ("level", "学历层次"), ("study_form", "学习形式"), ("graduated_on", "毕业日期"), ("certificate_no", "证书编号")),
        ("求职入职", "职称评审", "落户", "其他"), connector="degree", validity_days=None,
        absence_advice="没有查到您的高等学历记录；1991年以前的学历，请到教育部门窗口人工核查。",
    ),
    TypeData(
        "firm_registration", "企业登记信息证明", "instant", "market", "《企业信息公示暂行条例》第六条",
        "经查询{{ source }}，{{ holder_name }}（统一社会信用代码{{ id_number }}）成立于{{ founded_on }}，法定代表人（负责人）{{ legal_representative }}，登记状态{{ status }}。",
        (("kind", "类型"), ("legal_representative", "法定代表人（负责人）"), ("capital", "注册资本"), ("founded_on", "成立日期"), ("address", "住所"), ("scope", "经营范围"), ("status", "登记状态")),
        ("投标", "银行开户", "诉讼", "其他"), holder_kind="enterprise", connector="business-licence",
        absence_advice="请核对统一社会信用代码；刚登记的企业，数据次日可查。",
    ),
)  # fmt: skip

VERIFIED = (
    TypeData("verify_residence", "居住事实核验", "verified", "police", "《居住证暂行条例》第九条", limit_days=3),
    TypeData("verify_marriage", "婚姻状况核验", "verified", "civil_affairs", "《婚姻登记条例》第三条", limit_days=2),
    TypeData(
        "verify_degree", "学历学籍核验", "verified", "education", "《普通高等学校学生管理规定》第三十五条", limit_days=3
    ),
    TypeData(
        "verify_estate", "房屋权属核验", "verified", "real_estate", "《不动产登记暂行条例》第二十七条", limit_days=2
    ),
    TypeData("verify_disability", "残疾状况核验", "verified", "disabled", "《残疾人证管理办法》第三条", limit_days=3),
    TypeData(
        "verify_insurance",
        "参保缴费核验",
        "verified",
        "human_resources",
        "《中华人民共和国社会保险法》第七十四条",
        limit_days=3,
    ),
)

SHEETS = (
    TypeData(
        "data_sheet", "政务数据查询单", "sheet", "service", "《中华人民共和国个人信息保护法》第四十五条",
        purposes=("窗口核验", "本人查阅", "求职入职", "子女入学", "其他"), validity_days=15, daily_limit=5,
    ),
    TypeData(
        "firm_data_sheet", "政务数据查询单（企业）", "sheet", "service", "《政务数据共享条例》",
        purposes=("窗口核验", "投标", "其他"), holder_kind="enterprise", validity_days=15, daily_limit=5,
    ),
)  # fmt: skip

TYPES: tuple[TypeData, ...] = (*REVIEWED, *INSTANT, *VERIFIED, *SHEETS)
