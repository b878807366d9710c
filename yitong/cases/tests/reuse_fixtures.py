"""An item whose materials the government has already, and licences of 李梅 in the library."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from yitong.cases import commands
from yitong.cases.commands import Applicant
from yitong.cases.models import Case
from yitong.cases.tests.conftest import Office
from yitong.cases.tests.items import RECORD, item
from yitong.catalog.queries.items import PublishedItem
from yitong.licences.commands import issue
from yitong.licences.models import Licence
from yitong.licences.types_data import BY_NAME
from yitong.parties.actors import system

ID_CARD, DIPLOMA = BY_NAME["居民身份证"].code, BY_NAME["学历证书"].code
ADDRESS = "示范市朝晖区春风路8号"
REUSE_ITEM: dict[str, Any] = {
    "name": "小店备案",
    "materials": [
        {
            "code": "id_card",
            "name": "居民身份证",
            "basis": "办法第三条",
            "licence_type": ID_CARD,
            "fills": {"address": "address"},
            "key": True,
        },
        {"code": "diploma", "name": "学历证书", "basis": "办法第三条", "licence_type": DIPLOMA},
        {"code": "photo", "name": "近期免冠照片", "basis": "办法第三条", "accept": ["png"]},
        {
            "code": "layout",
            "name": "经营场所平面图",
            "basis": "办法第三条",
            "necessity": "optional",
            "verifier": "health",
        },
    ],
    "steps": [{"code": "review", "name": "书面审查"}],
    "questions": [],
    "commitment": None,
    "channels": ["web", "mobile", "window"],
}
FACES: dict[str, dict[str, str]] = {
    ID_CARD: {"sex": "女", "birth_on": "1990-05-20", "address": ADDRESS},
    DIPLOMA: {"school": "示范大学", "major": "教育学", "level": "本科", "graduated_on": "2012-06-30"},
}


@pytest.fixture(name="reuse_item")
def reuse_item_fixture(office: Office) -> PublishedItem:
    return item(office.cast.department("market").pk, office.now, basic_code="000131007000", **{**REUSE_ITEM})


@pytest.fixture(name="hold")
def hold_fixture(office: Office) -> Callable[..., Licence]:
    """``hold(ID_CARD)``: a licence of this type in the library, by default of 李梅 and without end."""

    serials = count(1)

    def make(type_code: str, who: str = "citizen", years: int | None = None, days_old: int = 100) -> Licence:
        person = office.cast.person(who)
        return issue(
            type_code=type_code,
            holder_person_id=person.pk,
            holder_enterprise_id=None,
            holder_name=person.name,
            data={"idcard": person.idcard, **FACES[type_code]},
            issuer_department_id=office.cast.department("market").pk,
            region_id=office.cast.region().pk,
            case_number=f"EARLIER-{next(serials)}",
            valid_years=years,
            actor=system("tests"),
            now=office.now - timedelta(days=days_old),
        )

    return make


@pytest.fixture(name="begin")
def begin_fixture(office: Office, reuse_item: PublishedItem) -> Callable[..., Case]:
    """A draft of the item with its form filled, without materials."""

    def make(who: str = "citizen") -> Case:
        case = commands.start_draft(
            actor=office.actor(who),
            item_code=reuse_item.implementation_code,
            applicant=Applicant(person_id=office.cast.person(who).pk),
            now=office.now,
        )
        form = {"shop": "李梅小吃店", "phone": "13800000001"}
        commands.save_form(actor=office.actor(who), case_id=case.pk, form=form, now=office.now)
        return Case.objects.get(pk=case.pk)

    return make


@pytest.fixture(name="reused")
def reused_fixture(office: Office, hold: Callable[..., Licence], begin: Callable[..., Case]) -> Callable[..., Case]:
    """A submitted case whose identity card and diploma came from the library; the photo was uploaded."""

    def make(*, submit: bool = True) -> Case:
        for code in (ID_CARD, DIPLOMA):
            if not Licence.objects.filter(type__code=code, status="valid").exists():
                hold(code)
        case = begin()
        licences = {row.type.code: row.pk for row in Licence.objects.select_related("type").filter(status="valid")}
        choices = [
            commands.Choice("id_card", "licence", str(licences[ID_CARD])),
            commands.Choice("diploma", "licence", str(licences[DIPLOMA])),
        ]
        commands.agree(actor=office.actor("citizen"), case_id=case.pk, choices=choices, sensitive=True, now=office.now)
        commands.attach_material(
            actor=office.actor("citizen"),
            case_id=case.pk,
            material_code="photo",
            stored_file_id=office.upload("citizen", "照片.png"),
            now=office.now,
        )
        return office.do(commands.submit, "citizen", case) if submit else Case.objects.get(pk=case.pk)

    return make


__all__ = ["ADDRESS", "DIPLOMA", "FACES", "ID_CARD", "RECORD", "REUSE_ITEM"]
