"""What each kind of document is and which values its templates may use. Pure.

Every kind has the fields of ``COMMON``; the caller of ``commands.issue`` gives the fields of the kind, the platform adds
those of ``PLATFORM`` when it seals. An unknown field in the context is kept and ignored, a missing required one is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Shape(StrEnum):
    TEXT = "text"
    DATE = "date"  # ISO date or instant, shown as 2026年11月21日
    LIST = "list"  # list of texts, shown as numbered paragraphs; stands on a line of its own
    TABLE = "table"  # list of objects, shown as a table; stands on a line of its own


@dataclass(frozen=True, slots=True)
class Field:
    """One placeholder. ``columns``: of a table, pairs of key and Chinese heading. ``sample``: what a preview shows."""

    name: str
    label: str
    shape: Shape = Shape.TEXT
    required: bool = True
    columns: tuple[tuple[str, str], ...] = ()
    sample: object = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document. ``word``: its series in the number (受字); empty when the number is given by the caller."""

    code: str
    title: str
    word: str
    fields: tuple[Field, ...] = ()

    @property
    def all_fields(self) -> dict[str, Field]:
        return {field.name: field for field in (*COMMON, *self.fields, *PLATFORM)}

    @property
    def required(self) -> tuple[Field, ...]:
        return tuple(field for field in (*COMMON, *self.fields) if field.required)


def _text(name: str, label: str, sample: str, *, required: bool = True) -> Field:
    return Field(name, label, Shape.TEXT, required, (), sample)


def _date(name: str, label: str, sample: str, *, required: bool = True) -> Field:
    return Field(name, label, Shape.DATE, required, (), sample)


COMMON = (
    _text("applicant_name", "申请人", "李梅"),
    _text("item_name", "事项名称", "居住证申领"),
    _text("case_number", "办件编号", "1143990100000000013439900017000202611210001"),
)
PLATFORM = (
    _text("number", "文书编号", "示行审〔2026〕受字第000123号"),
    _text("issuer_name", "发文机关", "示范市行政审批服务局"),
    _date("issued_on", "落款日期", "2026-11-21"),
)
REMEDIES = (
    _text("review_organ", "行政复议机关", "示范市人民政府", required=False),
    _text("court", "管辖法院", "示范市人民法院", required=False),
)
CONTACT = (_text("contact", "联系方式", "0999-12345", required=False),)
_MATERIALS = Field(
    "materials",
    "材料清单",
    Shape.TABLE,
    True,
    (("name", "材料名称"), ("form", "形式"), ("copies", "份数")),
    [{"name": "居民身份证", "form": "电子", "copies": 1}, {"name": "居住登记凭证", "form": "纸质", "copies": 1}],
)
_REASONS = Field("reasons", "理由", Shape.LIST, True, (), ["不符合《居住证暂行条例》第二条规定的居住半年以上条件。"])
_BASIS = _text("basis", "法律依据", "《居住证暂行条例》第二条", required=False)
_REASON = _text("reason", "事由", "申请材料涉及的事实需要进一步核实。")
_PROCEDURE = _text("procedure_name", "特别程序", "听证")
_DUE = _date("statutory_due_on", "法定办结日期", "2026-12-18", required=False)
_COMMITTED = _date("committed_due_on", "承诺办结日期", "2026-12-04", required=False)

_KINDS = (
    Kind(
        "receipt_of_materials",
        "收件凭证",
        "收",
        (_MATERIALS, _date("received_on", "收件日期", "2026-11-20"), *CONTACT),
    ),
    Kind(
        "acceptance_notice",
        "受理通知书",
        "受",
        (_date("accepted_on", "受理日期", "2026-11-20"), _DUE, _COMMITTED, _BASIS, *CONTACT),
    ),
    Kind(
        "correction_notice",
        "补正告知书",
        "补",
        (
            Field(
                "items",
                "需补正的内容",
                Shape.TABLE,
                True,
                (("name", "材料或内容"), ("problem", "存在的问题"), ("remedy", "补正要求")),
                [{"name": "居住登记凭证", "problem": "登记日期不清", "remedy": "重新上传清晰的扫描件"}],
            ),
            _date("received_on", "收件日期", "2026-11-20"),
            _date("supply_by", "补正期限", "2026-12-20", required=False),
            *CONTACT,
        ),
    ),
    Kind(
        "basis_notice",
        "依据失效补充材料告知书",
        "依",
        (
            Field(
                "items",
                "失效的材料",
                Shape.TABLE,
                True,
                (("name", "材料"), ("problem", "失效原因"), ("remedy", "补充要求")),
                [{"name": "居民身份证", "problem": "证照已注销", "remedy": "提交现行有效的身份证件"}],
            ),
            _text("basis", "依据", "《行政许可法》第三十四条、第三十八条"),
            _date("supply_by", "提交期限", "2026-12-01"),
            *CONTACT,
        ),
    ),
    Kind(
        "acceptance_refusal",
        "不予受理通知书",
        "不受",
        (_REASONS, _text("right_organ", "有权机关", "示范市公安局"), _BASIS, *REMEDIES),
    ),
    Kind("not_required_notice", "不受理告知书", "告", (_REASONS, _BASIS, *REMEDIES)),
    Kind(
        "special_procedure_notice",
        "特别程序告知书",
        "特",
        (
            _PROCEDURE,
            _REASON,
            _text("planned_days", "所需时间(工作日)", "10"),
            _date("from_on", "开始日期", "2026-11-23"),
            _date("planned_until", "预计结束日期", "2026-12-07", required=False),
            *CONTACT,
        ),
    ),
    Kind(
        "special_procedure_end",
        "特别程序结束告知书",
        "特结",
        (
            _PROCEDURE,
            _date("from_on", "开始日期", "2026-11-23"),
            _date("until_on", "结束日期", "2026-12-07"),
            _text("result", "结果", "听证已结束，听证笔录已归档。", required=False),
            _DUE,
            _COMMITTED,
        ),
    ),
    Kind(
        "extension_notice",
        "延期办理告知书",
        "延",
        (
            _text("days", "延长的天数", "10"),
            _REASON,
            _text("approved_by", "批准人", "吴敏", required=False),
            _date("new_due_on", "延长后的办结日期", "2027-01-04"),
            *CONTACT,
        ),
    ),
    Kind(
        "provisional_notice",
        "容缺受理通知书",
        "容",
        (
            Field(
                "materials",
                "容缺材料",
                Shape.TABLE,
                True,
                (("name", "材料名称"), ("form", "形式"), ("requirement", "要求")),
                [{"name": "体检合格证明", "form": "纸质", "requirement": "二级以上医院出具"}],
            ),
            _date("promised_on", "承诺补齐日期", "2026-11-27"),
            _date("accepted_on", "受理日期", "2026-11-20"),
            _COMMITTED,
            *CONTACT,
        ),
    ),
    Kind(
        "commitment_letter",
        "告知承诺书",
        "诺",
        (
            _text("content", "告知内容", "从事公共场所经营应当符合卫生标准。"),
            _text("promise", "承诺内容", "本人已知晓告知的全部内容，所作承诺真实。"),
            _text("liability", "法律责任", "承诺不实的，依法撤销行政决定并纳入信用记录。"),
            _text("check_method", "核查方式", "现场核查", required=False),
            _date("signed_on", "承诺日期", "2026-11-20"),
        ),
    ),
    Kind(
        "approval_decision",
        "准予决定书",
        "许",
        (
            _date("accepted_on", "受理日期", "2026-11-20", required=False),
            _text("content", "准予的内容", "准予居住证申领。"),
            _date("deliver_by", "送达期限", "2026-12-07", required=False),
            _BASIS,
        ),
    ),
    Kind(
        "refusal_decision",
        "不予许可决定书",
        "不许",
        (_date("accepted_on", "受理日期", "2026-11-20", required=False), _REASONS, _BASIS, *REMEDIES),
    ),
    Kind(
        "withdrawal_notice",
        "撤回确认书",
        "撤",
        (_date("withdrawn_on", "撤回日期", "2026-11-21"), _text("reason", "撤回理由", "暂不办理。", required=False)),
    ),
    Kind("termination_notice", "终止办理告知书", "终", (_REASON, _BASIS, *REMEDIES)),
    Kind(
        "deemed_acceptance_notice",
        "逾期视为受理告知书",
        "视",
        (_date("received_on", "收件日期", "2026-11-20"), _DUE, _COMMITTED),
    ),
    Kind(
        "deemed_approval_notice",
        "超时默认通知书",
        "默",
        (
            _date("accepted_on", "受理日期", "2026-11-20"),
            _date("due_on", "审批期限届满日期", "2026-12-18"),
            _text("list_name", "清单名称", "超时默认事项清单", required=False),
            _BASIS,
        ),
    ),
    Kind(
        "deemed_renewal_notice",
        "视为准予延续通知书",
        "续",
        (
            _date("accepted_on", "受理日期", "2026-11-20", required=False),
            _text("renewed_name", "证照名称", "食品经营许可证"),
            _text("renewed_number", "证照编号", "SP2021399001"),
            _date("expired_on", "原有效期届满日期", "2026-12-18"),
            _text("renewed_until", "延续后的有效期限", "2031年12月18日"),
        ),
    ),
    Kind(
        "delivery_receipt",
        "送达回证",
        "送",
        (
            Field(
                "documents",
                "送达文书",
                Shape.TABLE,
                False,
                (("name", "文书名称"), ("number", "文书编号")),
                [{"name": "准予决定书", "number": "示行审〔2026〕许字第000045号"}],
            ),
            _text("method", "送达方式", "窗口领取"),
            _text("recipient", "收件人", "李梅"),
            _date("delivered_on", "送达日期", "2026-12-01"),
            _text("tracking_number", "邮件号码", "EB123456789CN", required=False),
        ),
    ),
    Kind(
        "certificate",
        "证明",
        "证",
        (
            _text("certificate_name", "证明名称", "无房证明"),
            _text("holder_name", "持有人", "李梅"),
            _text("id_number", "证件号码", "439901199005200247"),
            _text("statement", "证明内容", "经查询不动产登记信息，未查询到李梅在本市的房屋登记记录。"),
            Field(
                "entries",
                "证明事项",
                Shape.TABLE,
                False,
                (("label", "项目"), ("value", "内容")),
                [{"label": "查询范围", "value": "示范市"}, {"label": "查询结果", "value": "无登记记录"}],
            ),
            _text("purpose", "用途", "公租房申请", required=False),
            _text("source_note", "数据来源和查询时间", "示范市不动产登记中心，2026年11月21日09:30", required=False),
            _text("basis", "依据", "《不动产登记暂行条例》第二十七条", required=False),
            _date("valid_until_on", "有效期", "2026-12-20", required=False),
        ),
    ),
    Kind(
        "data_sheet",
        "政务数据查询单",
        "查",
        (
            _text("certificate_name", "名称", "政务数据查询单"),
            _text("holder_name", "被查询人", "李梅"),
            _text("id_number", "证件号码", "439901199005200247"),
            _text("purpose", "用途", "窗口核验"),
            _text("ground", "查询依据", "本人查询"),
            Field(
                "rows",
                "查询结果",
                Shape.TABLE,
                True,
                (("label", "项目"), ("value", "内容"), ("source", "数据来源"), ("at", "查询时间")),
                [
                    {"label": "缴存状态", "value": "正常", "source": "住房公积金管理中心", "at": "2026年11月21日09:30"},
                    {
                        "label": "房屋套数",
                        "value": "未查询到记录",
                        "source": "不动产登记中心",
                        "at": "2026年11月21日09:30",
                    },
                ],
            ),
            _date("valid_until_on", "有效期", "2026-12-20", required=False),
        ),
    ),
    Kind(
        "verification_reply",
        "部门核验意见",
        "核",
        (
            _text("asking_department", "提出核验的部门", "示范市教育局"),
            _text("holder_name", "核验对象", "李梅"),
            _text("id_number", "证件号码", "439901199005200247"),
            _text("fact", "核验事项", "李梅于2012年取得本科学历。"),
            _text("answer", "核验意见", "情况属实"),
            _text("text", "说明", "经核对登记簿，与所述一致。", required=False),
            _date("asked_on", "提出日期", "2026-11-19"),
        ),
    ),
    Kind(
        "licence",
        "电子证照",
        "",
        (
            _text("licence_name", "证照名称", "居住证"),
            _text("licence_number", "证照编号", "JZ2026439900000001"),
            _text("identifier", "电子证照标识", "1.2.156.3005.2.…"),
            _text("holder_name", "持证主体", "李梅"),
            _text("statement", "证明内容", "依法予以登记，特发此证。", required=False),
            Field(
                "entries",
                "照面信息",
                Shape.TABLE,
                True,
                (("label", "项目"), ("value", "内容")),
                [
                    {"label": "公民身份号码", "value": "43990119900101****"},
                    {"label": "居住地址", "value": "朝晖区和平路1号"},
                ],
            ),
            _date("issued_on_face", "发证日期", "2026-11-21"),
            _text("validity", "有效期限", "2026年11月21日至2027年11月20日"),
        ),
    ),
)
KINDS = MappingProxyType({kind.code: kind for kind in _KINDS})


class UnknownKind(LookupError):
    """No such kind of document; a fault of the caller."""

    def __init__(self, code: str) -> None:
        super().__init__(f"unknown kind of document {code!r}; known: {', '.join(KINDS)}")


def kind_of(code: str) -> Kind:
    """The kind with this code, or UnknownKind."""
    try:
        return KINDS[code]
    except KeyError:
        raise UnknownKind(code) from None
