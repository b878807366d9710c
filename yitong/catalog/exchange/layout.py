"""The workbook's layout as data: sheets, columns, and how a cell becomes a value and back.

Empty means "not written", so that the record's default applies; a list emptied against a default is ``[]``.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, Literal

from yitong.catalog import labels

Kind = Literal["text", "number", "bool", "list", "json", "label", "labels"]
MOST_CELL = 32_767  # characters Excel keeps in one cell


@dataclass(frozen=True, slots=True)
class Column:
    """``path``: dotted attribute of the row's object. ``labels``: words for its values, for kinds label and labels."""

    heading: str
    path: str
    kind: Kind = "text"
    labels: labels.Labels | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """``path``: the record's list the rows go to; empty for the record itself. Rows keep their order."""

    title: str
    path: str
    columns: tuple[Column, ...]


KEY_COLUMNS = (Column("基本编码", "/basic_code"), Column("部门编码", "/department"))
REGION_COLUMN = Column("区划编码", "/region")
QUESTION_COLUMN = Column("问题代码", "/question")
WHEN = Column("适用条件", "when")


def _limit(name: str, path: str) -> tuple[Column, ...]:
    return (
        Column(name, f"{path}.amount", "number"),
        Column(f"{name}单位", f"{path}.unit", "label", labels.UNITS),
        Column(f"{name}说明", f"{path}.note"),
    )


ITEMS = Sheet(
    "事项",
    "",
    (
        Column("事项名称", "name"),
        Column("事项类型", "kind", "label", labels.KINDS),
        Column("行使层级", "level", "label", labels.LEVELS),
        Column("服务对象", "subjects", "labels", labels.SUBJECTS),
        Column("事项简介", "summary"),
        Column("办件类型", "case_type", "label", labels.CASE_TYPES),
        *_limit("法定时限", "statutory_limit"),
        *_limit("承诺时限", "committed_limit"),
        Column("可延长天数", "extension_limit", "number"),
        Column("联合办理", "joint", "bool"),
        Column("表单", "form_schema", "json"),
        Column("结果类型", "result.kind", "label", labels.RESULT_KINDS),
        Column("结果名称", "result.name"),
        Column("证照类型代码", "result.licence_type"),
        Column("有效年数", "result.valid_years", "number"),
        Column("证照数据", "result.fields", "json"),
        Column("特别程序", "special_procedures", "labels", labels.SPECIAL_PROCEDURES),
        Column("承诺内容", "commitment.content"),
        Column("不实承诺责任", "commitment.liability"),
        Column("核查方式", "commitment.check_method"),
        *_limit("核查期限", "commitment.check_within"),
        Column("承诺依据", "commitment.basis"),
        Column("超时默认", "deemed_approval.listed", "bool"),
        Column("超时默认清单", "deemed_approval.list_name"),
        Column("超时默认依据", "deemed_approval.basis"),
        Column("赋权乡镇", "delegated_to", "list"),
        Column("办理形式", "channels", "labels", labels.CHANNELS),
        Column("送达方式", "deliveries", "labels", labels.DELIVERIES),
        Column("到现场次数", "visits", "number"),
        Column("需要项目代码", "needs_project_code", "bool"),
        Column("风险领域", "risk_domains", "labels", labels.RISK_DOMAINS),
        Column("主题", "themes", "list"),
        Column("百姓用语", "everyday_words", "list"),
        Column("办理地点", "contact.place"),
        Column("办理时间", "contact.hours"),
        Column("咨询电话", "contact.phone"),
        Column("投诉电话", "contact.complaint"),
        Column("演示数据", "demo", "bool"),
        Column("备注", "notes"),
    ),
)
CHOICES = Sheet(
    "情形选项",
    "choices",
    (Column("选项代码", "value"), Column("选项名称", "label"), Column("选项说明", "help")),
)
LISTS = (
    Sheet(
        "设定依据",
        "legal_basis",
        (Column("名称", "title"), Column("文号", "number"), Column("条款", "article"), Column("条文", "text")),
    ),
    Sheet("受理条件", "conditions", (Column("条件", ""),)),
    Sheet(
        "材料",
        "materials",
        (
            Column("材料代码", "code"),
            Column("材料名称", "name"),
            Column("材料类型", "kind", "label", labels.MATERIAL_KINDS),
            Column("材料形式", "form", "label", labels.MATERIAL_FORMS),
            Column("必要性", "necessity", "label", labels.NECESSITIES),
            Column("来源渠道", "source", "label", labels.SOURCES),
            Column("来源说明", "source_note"),
            Column("份数", "copies", "number"),
            Column("填报须知", "guidance"),
            Column("要求依据", "basis"),
            Column("证照类型代码", "licence_type"),
            Column("共享接口代码", "connector"),
            Column("核验部门编码", "verifier"),
            Column("填表字段", "fills", "json"),
            Column("主要材料", "key", "bool"),
            Column("可容缺", "may_be_provisional", "bool"),
            Column("可告知承诺", "may_be_commitment", "bool"),
            WHEN,
            Column("文件格式", "accept", "list"),
            Column("大小上限MB", "max_mb", "number"),
        ),
    ),
    Sheet(
        "环节",
        "steps",
        (
            Column("环节代码", "code"),
            Column("环节名称", "name"),
            Column("环节类型", "kind", "label", labels.STEP_KINDS),
            Column("阶段", "stage", "number"),
            Column("岗位", "role", "label", labels.STEP_ROLES),
            Column("协办部门", "department"),
            *_limit("环节时限", "limit"),
            WHEN,
        ),
    ),
    Sheet(
        "收费",
        "fees",
        (
            Column("收费代码", "code"),
            Column("收费项目", "name"),
            Column("标准(分)", "fen", "number"),
            Column("计费单位", "unit"),
            Column("收费依据", "basis"),
            Column("减免", "reduction"),
            WHEN,
        ),
    ),
    Sheet(
        "情形问题",
        "questions",
        (
            Column("问题代码", "code"),
            Column("问题", "text"),
            Column("问题说明", "help"),
            Column("问题类型", "kind", "label", labels.QUESTION_KINDS),
            WHEN,
        ),
    ),
    Sheet(
        "表单字段",
        "form_fields",
        (
            Column("字段", "name"),
            Column("分组", "group"),
            Column("预填", "prefill"),
            WHEN,
            Column("控件", "widget", "label", labels.WIDGETS),
        ),
    ),
    Sheet("常见问题", "questions_answers", (Column("问", "0"), Column("答", "1"))),
)


def to_cell(column: Column, value: Any, default: Any) -> str | int | None:
    """What stands in the cell for ``value``; None for a cell left empty."""
    match column.kind:
        case "bool":
            return "是" if value else "否"
        case "number":
            return None if value is None else int(value)
        case "label":
            words = (column.labels or {}).get(value)
            return words[1] if words else value or None
        case "labels":
            value = [(column.labels or {}).get(each, ("", each))[1] for each in value]
            return _list_text(value, default)
        case "list":
            return _list_text(value, default)
        case "json":
            return None if value == default else json.dumps(value, ensure_ascii=False)
    return value or None


def from_cell(column: Column, cell: Any) -> Any:
    """The value a filled cell stands for; what can't be read is handed on for the record's own check to refuse."""
    text = cell_text(cell)
    match column.kind:
        case "bool":
            return {"是": True, "否": False, "true": True, "false": False, "1": True, "0": False}.get(
                text.lower(), text
            )
        case "number":
            return text
        case "label":
            return _value_of(column, text)
        case "labels":
            return [_value_of(column, each) for each in _list(text)]
        case "list":
            return _list(text)
        case "json":
            try:
                return json.loads(text)
            except (ValueError, RecursionError):
                return text
    return text


def cell_text(cell: Any) -> str:
    """A cell's value as text: whole numbers without .0, days as ISO dates."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell).strip()


def _value_of(column: Column, text: str) -> str:
    known = column.labels or {}
    return next((value for value, words in known.items() if words[1] == text), text)


def _list(text: str) -> list[Any]:
    if text.startswith("["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, list):
            return found
    return [line.strip() for line in text.splitlines() if line.strip()]


def _list_text(value: Any, default: Any) -> str | None:
    values = list(value)
    if not values:
        return "[]" if default else None
    if any(not each or "\n" in each for each in values) or values[0].startswith("["):
        return json.dumps(values, ensure_ascii=False)
    # str.splitlines also splits at these, which a record may hold.
    if any(len(each.splitlines()) > 1 for each in values):
        return json.dumps(values, ensure_ascii=False)
    return "\n".join(values)
