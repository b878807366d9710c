"""The connectors of the demonstration city (Chinese data): ten registers of the province and the ministries.

All of them ask the local stand-in; a real city puts addresses, envelopes and spellings of the real registers in their place.
``licence_type`` names the type by its Chinese name, see ``licences.types_data``.
"""

from __future__ import annotations

from typing import Any

Field = dict[str, Any]
ENVELOPE = {"found": ["0"], "absent": ["1404"], "number": "SFZH", "holder": "XM"}
SHARING_LAW = "《政务数据共享条例》"


def _field(
    name: str,
    label: str,
    path: str,
    kind: str = "text",
    *,
    required: bool = False,
    level: str = "internal",
    **more: Any,
) -> Field:
    return {
        "name": name,
        "label": label,
        "path": path,
        "kind": kind,
        "required": required,
        "confidentiality": level,
    } | more


def _connector(
    code: str, name: str, source: str, register: str, fields: tuple[Field, ...], *, cache: int, **more: Any
) -> dict[str, Any]:
    return {
        "code": code, "name": name, "source_name": source, "provider": "http_json", "url": f"standin:/v1/{register}",
        "envelope": ENVELOPE, "fields": list(fields), "subject": "person", "licence_type": "", "law": SHARING_LAW,
        "timeout_ms": 2000, "retries": 1, "cache_seconds": cache, "idempotent": True,
        "test_number": "439901199005200023", "test_name": "测试人员",
    } | more  # fmt: skip


_NAME = _field("name", "姓名", "XM", required=True, level="open")
_NUMBER = _field("idcard", "公民身份号码", "SFZH", "idcard", required=True, level="sensitive")
HOUR, DAY = 3600, 86_400

CONNECTORS: tuple[dict[str, Any], ...] = (
    _connector("degree", "高等学历信息", "教育部学信网", "degree", (
        _NAME, _NUMBER,
        _field("school", "学校名称", "YXMC", required=True),
        _field("major", "专业", "ZYMC", required=True),
        _field("level", "学历层次", "CC", "choice", required=True, choices={"1": "本科", "2": "专科", "3": "硕士研究生", "4": "博士研究生"}),
        _field("study_form", "学习形式", "XXXS", "choice", choices={"1": "普通全日制", "2": "成人教育", "3": "自学考试"}),
        _field("enrolled_on", "入学日期", "RXRQ", "date"),
        _field("graduated_on", "毕业日期", "BYRQ", "date", required=True),
        _field("certificate_no", "证书编号", "ZSBH", required=True),
    ), cache=7 * DAY, licence_type="学历证书"),
    _connector("social-insurance", "社会保险参保信息", "人力资源社会保障厅", "insurance", (
        _NAME, _NUMBER,
        _field("place", "参保地", "cbd", required=True),
        _field("status", "参保状态", "cbzt", "choice", required=True, choices={"1": "正常参保", "2": "暂停参保", "3": "终止参保"}),
        _field("insurances", "参保险种", "xz", required=True),
        _field("employer", "参保单位", "dwmc"),
        _field("months", "累计缴费月数", "ljys", "number", required=True),
        _field("last_paid", "最后缴费年月", "zhjfny"),
        _field("from_on", "首次参保日期", "scjfrq", "date"),
    ), cache=HOUR, licence_type="社会保险登记凭证"),
    _connector("marriage", "婚姻登记信息", "民政部婚姻登记系统", "marriage", (
        _NAME, _NUMBER,
        _field("status", "婚姻状况", "HYZT", "choice", required=True, choices={"10": "结婚登记", "20": "离婚登记"}),
        _field("registered_on", "登记日期", "DJRQ", "date", required=True),
        _field("organ", "登记机关", "DJJG", required=True),
        _field("certificate_no", "证件字号", "ZSZH", required=True, level="sensitive"),
        _field("spouse", "配偶姓名", "POXM", level="sensitive"),
    ), cache=HOUR, licence_type="结婚证"),
    _connector("real-estate", "不动产登记信息", "自然资源厅不动产登记平台", "estate", (
        _NAME, _NUMBER,
        _field("count", "登记套数", "FWTS", "number", required=True),
        _field("certificate_no", "不动产权证号", "BDCQZH", required=True),
        _field("place", "坐落", "ZL", required=True, level="sensitive"),
        _field("area", "建筑面积（平方米）", "MJ", "number", required=True),
        _field("land_use", "用途", "YT"),
        _field("sharing", "共有情况", "GYQK"),
    ), cache=HOUR, licence_type="不动产权证书"),
    _connector("no-crime", "违法犯罪记录核查", "公安厅", "no-crime", (
        _NAME, _NUMBER,
        _field("result", "核查结果", "CXJG", "choice", required=True, level="sensitive", choices={"0": "无犯罪记录", "1": "有记录，请到公安机关窗口核实"}),
        _field("range", "核查范围", "CXFW", required=True),
        _field("checked_on", "核查日期", "CXRQ", "date", required=True),
    ), cache=0, licence_type="无犯罪记录证明"),
    _connector("housing-fund", "住房公积金缴存信息", "住房公积金管理中心", "fund", (
        _NAME, _NUMBER,
        _field("account", "个人账号", "grzh", required=True, level="sensitive"),
        _field("employer", "缴存单位", "dwmc", required=True),
        _field("status", "账户状态", "zhzt", "choice", required=True, choices={"01": "正常缴存", "02": "封存"}),
        _field("months", "累计缴存月数", "jcys", "number", required=True),
        _field("base", "缴存基数（元）", "jcjs", "number", level="sensitive"),
        _field("balance", "账户余额（元）", "zhye", "number", required=True, level="sensitive"),
        _field("last_paid", "最近缴存年月", "zjjcny"),
    ), cache=HOUR, licence_type="公积金缴存证明"),
    _connector("household", "户籍信息", "公安厅人口信息库", "household", (
        _NAME, _NUMBER,
        _field("household_no", "户号", "HH", required=True, level="sensitive"),
        _field("relation", "与户主关系", "YHZGX", "choice", required=True, choices={"01": "户主", "10": "配偶", "20": "子", "30": "女"}),
        _field("kind", "户别", "HB", "choice", choices={"1": "家庭户", "2": "居民家庭户"}),
        _field("sex", "性别", "XB", "choice", required=True, choices={"1": "男", "2": "女"}),
        _field("birth_on", "出生日期", "CSRQ", "date", required=True, level="sensitive"),
        _field("nation", "民族", "MZ"),
        _field("address", "住址", "ZZ", required=True, level="sensitive"),
        _field("station", "所属派出所", "PCS"),
        _field("moved_on", "迁入日期", "QYRQ", "date"),
    ), cache=DAY, licence_type="户口簿"),
    _connector("business-licence", "营业执照登记信息", "市场监督管理总局", "licence", (
        _field("name", "名称", "XM", required=True, level="open"),
        _field("uscc", "统一社会信用代码", "TYSHXYDM", "uscc", required=True, level="open"),
        _field("kind", "类型", "LX", required=True, level="open"),
        _field("legal_representative", "法定代表人（负责人）", "FDDBR", required=True),
        _field("capital", "注册资本", "ZCZB", level="open"),
        _field("founded_on", "成立日期", "CLRQ", "date", required=True, level="open"),
        _field("address", "住所", "ZS", required=True, level="open"),
        _field("scope", "经营范围", "JYFW", level="open"),
        _field("status", "登记状态", "DJZT", "choice", required=True, level="open", choices={"1": "存续（在营）", "2": "吊销", "3": "注销"}),
    ), cache=DAY, subject="enterprise", licence_type="营业执照", test_number="91439901MA0000015T", test_name="测试企业"),
    _connector("blood-donation", "无偿献血信息", "卫生健康委血液管理系统", "blood", (
        _NAME, _NUMBER,
        _field("times", "献血次数", "cs", "number", required=True),
        _field("volume", "累计献血量（毫升）", "zl", "number", required=True),
        _field("last_on", "最近献血日期", "zjrq", "date", required=True),
        _field("certificate_no", "献血证号", "zsbh", required=True),
        _field("organ", "采血机构", "jg"),
    ), cache=DAY),
    _connector("lawyer", "律师执业信息", "司法厅律师管理系统", "lawyer", (
        _NAME, _NUMBER,
        _field("licence_no", "执业证号", "ZYZH", required=True),
        _field("firm", "执业机构", "ZYJG", required=True),
        _field("since_on", "首次执业日期", "SCZYRQ", "date"),
        _field("status", "执业状态", "ZYZT", "choice", required=True, choices={"1": "正常执业", "2": "停止执业"}),
        _field("penalties", "行政处罚次数", "CFJL", "number", required=True, level="sensitive"),
    ), cache=DAY),
)  # fmt: skip
