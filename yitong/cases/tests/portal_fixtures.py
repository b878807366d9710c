"""A citizen at the wizard: an item with questions, grouped fields and every kind of material, and a client that walks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yitong.cases.models import Case
from yitong.cases.tests.conftest import PNG, Office
from yitong.cases.tests.items import item
from yitong.catalog.queries.items import PublishedItem

WIZARD_ITEM: dict[str, Any] = {
    "name": "小餐饮店登记",
    "questions": [
        {
            "code": "scope",
            "text": "您经营哪一类食品？",
            "choices": [{"value": "retail", "label": "食品销售"}, {"value": "catering", "label": "餐饮服务"}],
        },
        {"code": "kitchen", "text": "是否有独立厨房？", "kind": "boolean", "when": 'scope == "catering"'},
    ],
    "materials": [
        {
            "code": "application",
            "name": "登记申请书",
            "kind": "form",
            "key": True,
            "basis": "办法第十二条",
            "guidance": "本人签名，字迹清楚。",
        },
        {
            "code": "layout",
            "name": "经营场所平面图",
            "basis": "办法第十二条",
            "may_be_provisional": True,
            "guidance": "标明操作间和仓库",
        },
        {
            "code": "rules",
            "name": "食品安全管理制度",
            "basis": "办法第十二条",
            "may_be_commitment": True,
            "when": "kitchen",
        },
        {
            "code": "photo",
            "name": "门头照片",
            "basis": "办法第十二条",
            "necessity": "optional",
            "accept": ["jpg", "png"],
        },
    ],
    "form_schema": {
        "type": "object",
        "required": ["name", "idcard", "phone", "shop"],
        "properties": {
            "name": {"type": "string", "title": "姓名"},
            "idcard": {"type": "string", "title": "公民身份号码", "format": "idcard"},
            "phone": {"type": "string", "title": "联系电话", "format": "phone"},
            "shop": {"type": "string", "title": "门店名称", "minLength": 2, "maxLength": 40},
            "seats": {"type": "integer", "title": "座位数", "minimum": 1},
            "open_on": {"type": "string", "title": "开业日期", "format": "date"},
        },
    },
    "form_fields": [
        {"name": "name", "group": "申请人", "prefill": "person.name"},
        {"name": "idcard", "group": "申请人", "prefill": "person.idcard"},
        {"name": "phone", "group": "申请人", "prefill": "person.phone"},
        {"name": "shop", "group": "门店"},
        {"name": "seats", "group": "门店", "when": "kitchen"},
        {"name": "open_on", "group": "门店"},
    ],
}


@dataclass
class Walker:
    """One citizen with a browser, on one item. Each step posts what the page offers and follows nothing."""

    client: Client
    item: PublishedItem
    case_id: int = 0

    @property
    def base(self) -> str:
        return f"/apply/drafts/{self.case_id}"

    @property
    def case(self) -> Case:
        return Case.objects.get(pk=self.case_id)

    def start(self, applicant: str, token: str = "t1") -> str:
        page = self.client.post(f"/apply/{self.item.basic_code}/", {"applicant": applicant, "token": token})
        assert page.status_code == 302, page.content.decode()
        self.case_id = int(page["Location"].split("/")[3])
        return str(page["Location"])

    def post(self, path: str, /, **fields: Any) -> Any:
        return self.client.post(f"{self.base}/{path}", fields)

    def give(self, code: str, name: str = "图.png", content: bytes = PNG, **fields: Any) -> Any:
        upload = SimpleUploadedFile(name, content)
        return self.client.post(f"{self.base}/materials/{code}/", {"files": upload, "act": "next", **fields})

    def fill(self) -> None:
        """Everything up to the review, without a kitchen."""
        self.post("questions/scope/", answer="retail")
        self.post("form/1/", phone="13800000001")
        self.post("form/2/", shop="李梅小吃店")
        for code in ("application", "layout"):
            assert self.give(code).status_code == 302
        self.post("delivery/", method="electronic", receiver="李梅")

    def submit(self, **fields: Any) -> Any:
        case = self.case
        posted = {"declared": "yes", "rev": case.rev, "token": case.client_token or "", **fields}
        return self.client.post(f"{self.base}/review/", posted)

    def apply(self, applicant: str) -> Case:
        """The whole way."""
        self.start(applicant)
        self.fill()
        page = self.submit()
        assert page.status_code == 302, page.content.decode()
        return self.case


@pytest.fixture(name="wizard_item")
def wizard_item_fixture(office: Office) -> PublishedItem:
    department = office.cast.department("market").pk
    return item(department, office.now, basic_code="000131002000", **WIZARD_ITEM)


@pytest.fixture(name="walker")
def walker_fixture(enter: Any, wizard_item: PublishedItem) -> Walker:
    return Walker(enter("citizen"), wizard_item)


@pytest.fixture(name="me")
def me_fixture(office: Office) -> str:
    """The start page's value for applying for oneself."""
    return f"person:{office.cast.person('citizen').pk}"
