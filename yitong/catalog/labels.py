"""Words for the code values of a record: the English msgid for pages, and the Chinese term for exchange files.

Source: code sets of GB/T 39046-2020 Annex A.
"""

from __future__ import annotations

from yitong.kernel.reasons import N_

Labels = dict[str, tuple[str, str]]

MATERIAL_KINDS: Labels = {
    "original": (N_("Original"), "原件"),
    "copy": (N_("Copy"), "复印件"),
    "original_and_copy": (N_("Original and copy"), "原件和复印件"),
    "form": (N_("Form"), "表格"),
}
MATERIAL_FORMS: Labels = {
    "paper": (N_("Paper"), "纸质"),
    "electronic": (N_("Electronic"), "电子"),
    "both": (N_("Paper or electronic"), "纸质或电子"),
}
NECESSITIES: Labels = {"required": (N_("Required"), "必要"), "optional": (N_("Optional"), "非必要")}
SOURCES: Labels = {
    "applicant": (N_("From the applicant"), "申请人自备"),
    "government": (N_("Issued by the government"), "政府部门核发"),
    "other": (N_("From somebody else"), "其他"),
}
CASE_TYPES: Labels = {"instant": (N_("Decided on the spot"), "即办件"), "committed": (N_("Within a limit"), "承诺件")}
UNITS: Labels = {"workday": (N_("working days"), "工作日"), "day": (N_("calendar days"), "自然日")}
STEP_KINDS: Labels = {
    "review": (N_("Review"), "审查"),
    "site_check": (N_("Site check"), "现场勘验"),
    "joint_review": (N_("Joint review"), "联合审查"),
}
STEP_ROLES: Labels = {"reviewer": (N_("Reviewer"), "审查员"), "chief": (N_("Chief representative"), "首席代表")}
RESULT_KINDS: Labels = {
    "licence": (N_("Licence"), "证照"),
    "certificate": (N_("Certificate"), "证明"),
    "approval": (N_("Approval document"), "批文"),
    "registration": (N_("Registration"), "登记备案"),
    "none": (N_("No document"), "无"),
}
CHANNELS: Labels = {
    "window": (N_("Service window"), "窗口"),
    "web": (N_("Online, computer"), "电脑网上"),
    "mobile": (N_("Online, phone"), "移动终端"),
    "post": (N_("By post"), "邮寄"),
    "kiosk": (N_("Self-service terminal"), "自助终端"),
}
DELIVERIES: Labels = {
    "window": (N_("Collect at the window"), "窗口领取"),
    "post": (N_("By post"), "邮寄"),
    "electronic": (N_("Electronic"), "电子送达"),
}
SUBJECTS: Labels = {
    "1": (N_("Natural persons"), "自然人"),
    "2": (N_("Enterprises"), "企业法人"),
    "3": (N_("Public institutions"), "事业法人"),
    "4": (N_("Social organisations"), "社会组织法人"),
    "5": (N_("State organs"), "行政机关"),
    "6": (N_("Others"), "其他"),
}
LEVELS: Labels = {
    "1": (N_("State"), "国家"),
    "2": (N_("Province"), "省"),
    "3": (N_("City"), "市"),
    "4": (N_("County"), "县"),
    "5": (N_("Town"), "镇(乡街)"),
    "6": (N_("Village"), "村(社区)"),
    "7": (N_("By level"), "分级管理"),
}
KINDS: Labels = {
    "00": (N_("Administrative power"), "行政权力"),
    "01": (N_("Administrative permit"), "行政许可"),
    "02": (N_("Administrative penalty"), "行政处罚"),
    "03": (N_("Administrative coercion"), "行政强制"),
    "04": (N_("Administrative levy"), "行政征收"),
    "05": (N_("Administrative payment"), "行政给付"),
    "06": (N_("Administrative inspection"), "行政检查"),
    "07": (N_("Administrative confirmation"), "行政确认"),
    "08": (N_("Administrative reward"), "行政奖励"),
    "09": (N_("Administrative ruling"), "行政裁决"),
    "10": (N_("Other administrative power"), "其他行政权力"),
    "20": (N_("Public service"), "公共服务"),
}
SPECIAL_PROCEDURES: Labels = {
    "hearing": (N_("Hearing"), "听证"),
    "tender": (N_("Tender"), "招标"),
    "auction": (N_("Auction"), "拍卖"),
    "inspection": (N_("Inspection"), "检验"),
    "testing": (N_("Testing"), "检测"),
    "quarantine": (N_("Quarantine"), "检疫"),
    "appraisal": (N_("Appraisal"), "鉴定"),
    "expert_review": (N_("Expert review"), "专家评审"),
}
QUESTION_KINDS: Labels = {"choice": (N_("Choice"), "选择"), "boolean": (N_("Yes or no"), "是否")}
RISK_DOMAINS: Labels = {
    "state_security": (N_("State security"), "国家安全"),
    "public_safety": (N_("Public safety"), "公共安全"),
    "finance": (N_("Finance"), "金融业审慎监管"),
    "ecology": (N_("Ecology"), "生态环境"),
    "life_health": (N_("Life and health"), "生命健康财产安全"),
    "foreign_affairs": (N_("Foreign affairs"), "重要涉外"),
    "high_risk": (N_("High risk"), "风险较大、纠错成本高"),
}
WIDGETS: Labels = {
    "textarea": (N_("Several lines"), "多行文本"),
    "date": (N_("Date"), "日期"),
    "radio": (N_("Radio buttons"), "单选按钮"),
    "idcard": (N_("ID card number"), "身份证号"),
    "uscc": (N_("Credit code"), "信用代码"),
    "phone": (N_("Telephone"), "电话"),
    "region": (N_("Region"), "行政区划"),
    "money": (N_("Money"), "金额"),
}
