"""Records for the tests: one that may be published, and variations of it."""

from __future__ import annotations

from typing import Any

from yitong.catalog.records import ItemRecord

BASE: dict[str, Any] = {
    "name": "食品经营许可",
    "kind": "01",
    "level": "3",
    "subjects": ["2"],
    "summary": "从事食品销售和餐饮服务的，应当取得食品经营许可。",
    "legal_basis": [{"title": "中华人民共和国食品安全法", "article": "第三十五条"}],
    "conditions": ["具有与经营的食品品种、数量相适应的场所"],
    "statutory_limit": {"amount": 20},
    "committed_limit": {"amount": 8},
    "materials": [
        {"code": "application", "name": "食品经营许可申请书", "kind": "form", "key": True, "basis": "办法第十二条"},
        {"code": "layout", "name": "经营场所平面图", "basis": "办法第十二条", "may_be_provisional": True},
        {"code": "kitchen", "name": "厨房设备清单", "basis": "办法第十二条", "when": 'scope == "catering"'},
        {"code": "large", "name": "食品安全管理制度", "basis": "办法第十二条", "when": "area >= 500.0"},
    ],
    "steps": [
        {"code": "review", "name": "审查", "limit": {"amount": 3}},
        {"code": "site", "name": "现场核查", "kind": "site_check", "stage": 2, "when": 'scope == "catering"'},
    ],
    "fees": [{"code": "book", "name": "工本费", "fen": 1000, "basis": "价费字〔1992〕1号", "when": "paper"}],
    "questions": [
        {
            "code": "scope",
            "text": "您经营哪一类食品？",
            "choices": [{"value": "retail", "label": "食品销售"}, {"value": "catering", "label": "餐饮服务"}],
        },
        {"code": "open_kitchen", "text": "厨房是否可视？", "kind": "boolean", "when": 'scope == "catering"'},
        {"code": "paper", "text": "是否需要纸质证？", "kind": "boolean"},
    ],
    "form_schema": {
        "type": "object",
        "required": ["shop", "phone", "seats"],
        "properties": {
            "shop": {"type": "string", "title": "门店名称", "minLength": 2, "maxLength": 40},
            "phone": {"type": "string", "title": "联系电话", "format": "phone"},
            "area": {"type": "number", "title": "面积", "minimum": 1},
            "seats": {"type": "integer", "title": "座位数", "minimum": 0},
            "opening": {"type": "string", "title": "开业日期", "format": "date"},
        },
    },
    "form_fields": [
        {"name": "shop", "group": "门店"},
        {"name": "seats", "group": "餐饮", "when": 'scope == "catering"'},
    ],
    "result": {"kind": "approval", "name": "食品经营许可证"},
    "themes": ["operation_permit"],
    "everyday_words": ["开饭店", "开小吃店"],
    "contact": {"phone": "0430-8888888", "complaint": "12345"},
}


def data(**changes: Any) -> dict[str, Any]:
    """The base record's data with other top-level values."""
    return {**BASE, **changes}


def record(**changes: Any) -> ItemRecord:
    """The base record with other top-level values."""
    return ItemRecord.model_validate(data(**changes))
