"""Two items of the demonstration catalogue in the cast's city, and what the government has of 李梅 already."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import yaml
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile

from yitong.archive import commands as archive
from yitong.cases.tests.conftest import PNG, Office
from yitong.catalog.commands.drafts import create_item
from yitong.catalog.commands.publishing import publish
from yitong.catalog.queries.items import PublishedItem, version
from yitong.catalog.rules import shape
from yitong.licences.commands import issue
from yitong.licences.holders import holder_of_person
from yitong.licences.models import Licence
from yitong.licences.types_data import BY_NAME
from yitong.parties.actors import system

ITEMS = django_settings.BASE_DIR / "yitong" / "catalog" / "data" / "items"
HOME = "示范市朝晖区春风路8号2栋301室"
FACES: dict[str, dict[str, str]] = {
    "居民身份证": {"sex": "女", "birth_on": "1990-05-20", "address": HOME},
    "户口簿": {"sex": "女", "birth_on": "1990-05-20", "relation": "户主", "address": HOME},
    "居住登记凭证": {"address": HOME, "registered_on": "2025-12-01", "reason": "务工"},
    "学历证书": {"school": "示范师范大学", "major": "汉语言文学", "level": "本科", "graduated_on": "2012-06-30"},
    "普通话水平测试等级证书": {"grade": "二级甲等", "score": "90.5", "tested_on": "2026-05-10"},
    "教师资格考试合格证明": {"stage": "高级中学教师资格", "subject": "语文", "tested_on": "2026-06-20"},
    "体检合格证明": {"conclusion": "合格", "checked_on": "2026-08-30"},
    "无犯罪记录证明": {"range": "2008年至今", "result": "未发现犯罪记录", "purpose": "教师资格认定"},
}
Hold = Callable[..., Licence]


def item_of(office: Office, name: str) -> PublishedItem:
    """An item as the demonstration city has it, in the hands of the cast's departments."""
    data = yaml.safe_load((ITEMS / f"{name}.yaml").read_text(encoding="utf-8"))
    record = data["record"]
    for step in record["steps"]:
        step.pop("department", None)
    for material in record["materials"]:
        if material.get("verifier"):
            material["verifier"] = "health"
    loader = system("tests")
    draft = create_item(
        actor=loader,
        basic_code=data["basic_code"],
        department_id=office.cast.department("market").pk,
        record=shape.parse(record),
        now=office.now - timedelta(days=1),
    )
    return version(publish(actor=loader, version_id=draft.pk, rev=draft.rev, now=office.now - timedelta(days=1)).pk)


@pytest.fixture(name="hold")
def hold_fixture(office: Office) -> Hold:
    """``hold("居民身份证")``: 李梅 has this licence in the library, issued 60 days ago by the department of market."""

    def make(name: str) -> Licence:
        person = office.cast.person("citizen")
        known = {field for field, _label in BY_NAME[name].fields}
        data = {"idcard": person.idcard, **FACES[name]}
        return issue(
            type_code=BY_NAME[name].code,
            holder_person_id=person.pk,
            holder_enterprise_id=None,
            holder_name=person.name,
            data={field: value for field, value in data.items() if field in known},
            issuer_department_id=office.cast.department("market").pk,
            region_id=office.cast.region().pk,
            case_number=f"EARLIER-{BY_NAME[name].code[-6:]}",
            valid_years=None,
            actor=system("tests"),
            now=office.now - timedelta(days=60),
        )

    return make


def put_photo(office: Office) -> Any:
    """A bare-headed photo lies in 李梅's archive."""
    person = office.cast.person("citizen")
    return archive.upload(
        actor=office.actor("citizen"),
        holder=holder_of_person(person),
        kind="family",
        paper="photo",
        name="近期免冠照片",
        upload=SimpleUploadedFile("免冠照.png", PNG),
        now=office.now - timedelta(days=30),
    )
