"""Published items for the tests of cases: one rich record, and variations of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yitong.catalog.commands.drafts import create_item, save_draft
from yitong.catalog.commands.publishing import publish
from yitong.catalog.queries.items import PublishedItem, version
from yitong.catalog.records import ItemRecord
from yitong.licences.types_data import TYPES
from yitong.parties.actors import system

FOOD = next(each.code for each in TYPES if each.name == "食品经营许可证")
RECORD: dict[str, Any] = {
    "name": "食品经营许可",
    "kind": "01",
    "level": "3",
    "subjects": ["1", "2"],
    "summary": "从事食品销售和餐饮服务的，应当取得食品经营许可。",
    "legal_basis": [{"title": "中华人民共和国食品安全法", "article": "第三十五条"}],
    "conditions": ["具有与经营的食品品种、数量相适应的场所"],
    "statutory_limit": {"amount": 20},
    "committed_limit": {"amount": 10},
    "extension_limit": 10,
    "materials": [
        {"code": "application", "name": "食品经营许可申请书", "kind": "form", "key": True, "basis": "办法第十二条"},
        {
            "code": "layout",
            "name": "经营场所平面图",
            "basis": "办法第十二条",
            "may_be_provisional": True,
            "guidance": "标明操作间和仓库",
        },
        {"code": "rules", "name": "食品安全管理制度", "basis": "办法第十二条", "may_be_commitment": True},
    ],
    "steps": [
        {"code": "review", "name": "书面审查", "limit": {"amount": 3}},
        {"code": "site", "name": "现场核查", "kind": "site_check", "stage": 2},
        {"code": "health", "name": "卫生审查", "kind": "joint_review", "stage": 2, "department": "health"},
    ],
    "questions": [
        {
            "code": "scope",
            "text": "您经营哪一类食品？",
            "choices": [{"value": "retail", "label": "食品销售"}, {"value": "catering", "label": "餐饮服务"}],
        },
    ],
    "form_schema": {
        "type": "object",
        "required": ["shop", "phone"],
        "properties": {
            "shop": {"type": "string", "title": "门店名称", "minLength": 2, "maxLength": 40},
            "phone": {"type": "string", "title": "联系电话", "format": "phone"},
            "address": {"type": "string", "title": "经营地址", "maxLength": 100},
        },
    },
    "form_fields": [{"name": "shop"}, {"name": "phone", "prefill": "person.phone"}],
    "result": {
        "kind": "licence",
        "name": "食品经营许可证",
        "licence_type": FOOD,
        "valid_years": 5,
        "fields": {},
    },
    "special_procedures": ["hearing", "testing"],
    "commitment": {
        "content": "经营场所符合食品安全标准。",
        "liability": "承诺不实的，撤销许可并记入信用记录。",
        "check_method": "发证后三十日内现场核查。",
        "basis": "国办发〔2020〕42号",
        "check_within": {"amount": 60, "unit": "day"},
    },
    "contact": {"place": "政务大厅一楼B区", "phone": "0799-8800000", "complaint": "12345"},
}
SILENT = {
    "name": "占道摆摊备案",
    "deemed_approval": {"listed": True, "list_name": "超时默认事项清单", "basis": "示政办发〔2026〕8号"},
    "steps": [{"code": "review", "name": "审查"}],
}


def item(department_id: int, now: datetime, basic_code: str = "000131001000", **changes: Any) -> PublishedItem:
    """The published item of ``RECORD`` with ``changes`` in place of its top-level keys."""
    loader = system("tests")
    record = ItemRecord.model_validate({**RECORD, **changes})
    draft = create_item(actor=loader, basic_code=basic_code, department_id=department_id, record=record, now=now)
    return version(publish(actor=loader, version_id=draft.pk, rev=draft.rev, now=now).pk)


def next_version(old: PublishedItem, now: datetime, **changes: Any) -> PublishedItem:
    """A newer version of ``old`` in force, with ``changes`` in the record."""
    loader = system("tests")
    record = ItemRecord.model_validate({**RECORD, **changes})
    draft = save_draft(actor=loader, item_id=old.item_id, record=record, now=now)
    return version(publish(actor=loader, version_id=draft.pk, rev=draft.rev, now=now).pk)
