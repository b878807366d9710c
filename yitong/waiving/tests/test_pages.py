"""Pages, exports and the API of the analysis, and what the guide says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from tests.cast import Cast
from yitong.waiving.models import SourceCount
from yitong.waiving.tests.catalogue import RESIDENCE, TEACHER

Publish = Callable[..., Any]
Fill = Callable[..., None]
ROOT = "/supervision/waiving/"
PAGES = ("", "items/", "next/", "report/")
DIPLOMA = "111000009900020121002"


def client_of(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.account(who))
    return client


def text_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode()


@pytest.mark.parametrize("who", ["supervisor", "registrar", "author"])
def test_each_page_opens_for_those_who_may_see_it(cast: Cast, publish: Publish, fill: Fill, who: str) -> None:
    item = publish(TEACHER)
    fill(material.licence_type for material in item.record.materials if material.licence_type)
    client = client_of(cast, who)
    for page in (*PAGES, f"items/{item.item_id}/"):
        answer = client.get(ROOT + page)
        assert answer.status_code == 200, page
        assert "减证免证" in text_of(answer)
    whole = text_of(client.get(f"{ROOT}items/{item.item_id}/"))
    assert "8 → 1" in whole and "证照库已有：学历证书" in whole and "须提交： 近期免冠照片" in whole


@pytest.mark.parametrize("who", ["citizen", "clerk", "chief", "admin"])
def test_the_others_find_nothing(cast: Cast, publish: Publish, who: str) -> None:
    item = publish(TEACHER)
    client = client_of(cast, who)
    for page in (*PAGES, f"items/{item.item_id}/", "export/items/", "export/workbook/"):
        answer = client.get(ROOT + page)
        assert answer.status_code == (302 if who == "citizen" else 404), page
    assert client.get("/api/waiving/summary").status_code == 404


def test_an_empty_catalogue_says_so(cast: Cast) -> None:
    client = client_of(cast, "supervisor")
    assert "还没有发布事项" in text_of(client.get(ROOT))
    for page in PAGES:
        assert client.get(ROOT + page).status_code == 200


def test_filters_stay_in_the_address_and_nonsense_is_left_out(cast: Cast, publish: Publish) -> None:
    publish(TEACHER), publish(RESIDENCE)
    client = client_of(cast, "supervisor")
    page = text_of(client.get(f"{ROOT}items/?q=教师&state=untouched&order=name"))
    assert "教师资格认定" in page and "居住证申领" not in page
    assert "没有符合筛选条件的事项" in text_of(client.get(f"{ROOT}items/?state=free"))
    nonsense = "?department=x&subject=9&state=z&order=q&aim=%00&with=%00&with=type:nowhere&page=-1"
    for each in PAGES:
        assert client.get(ROOT + each + nonsense).status_code == 200


def test_what_if_shows_both_figures_and_a_way_back(cast: Cast, publish: Publish) -> None:
    publish(TEACHER)
    client = client_of(cast, "registrar")
    page = text_of(client.get(f"{ROOT}next/?with=type:{DIPLOMA}"))
    assert "接入后的变化" in page and "(0 / 12)" in page and "(1 / 12)" in page
    assert "假设：" in page and "学历证书" in page and "回到实际数字" in page
    # What is assumed goes along to the other pages.
    assert f"with=type%3A{DIPLOMA}" in page


def test_exports_hold_what_the_page_shows(cast: Cast, publish: Publish, fill: Fill) -> None:
    publish(TEACHER), publish(RESIDENCE)
    fill([DIPLOMA])
    client = client_of(cast, "supervisor")
    items = text_of(client.get(f"{ROOT}export/items/?q=教师"))
    assert items.startswith("\ufeff基本编码") and "教师资格认定" in items and "居住证申领" not in items
    materials = text_of(client.get(f"{ROOT}export/materials/"))
    assert "学历证书" in materials and len(materials.splitlines()) == 1 + 12 + 8
    for table in ("figures", "departments", "next"):
        assert len(text_of(client.get(f"{ROOT}export/{table}/")).splitlines()) > 1
    book = load_workbook(BytesIO(client.get(f"{ROOT}export/workbook/").content))
    assert book.sheetnames == ["指标", "部门", "事项", "材料", "下一步接入"]
    assert client.get(f"{ROOT}export/secrets/").status_code == 404


def test_only_the_registrar_has_the_library_counted(cast: Cast) -> None:
    assert client_of(cast, "supervisor").post(f"{ROOT}recount/").status_code == 404
    assert not SourceCount.objects.exists()
    client = client_of(cast, "registrar")
    assert "立即盘点证照库" not in text_of(client_of(cast, "supervisor").get(ROOT))
    page = client.post(f"{ROOT}recount/", follow=True)
    assert "盘点完成" in text_of(page) and SourceCount.objects.exists()
    assert "数字是新的" in text_of(client.post(f"{ROOT}recount/", follow=True))


def test_an_old_count_is_told(cast: Cast, publish: Publish) -> None:
    publish(TEACHER)
    SourceCount.objects.create(kind="library", number=0, counted_at=timezone.now() - timedelta(days=5))
    assert "夜间盘点没有运行" in text_of(client_of(cast, "supervisor").get(ROOT))


def test_the_guide_says_what_need_not_be_brought(cast: Cast, publish: Publish, fill: Fill) -> None:
    item = publish(TEACHER)
    answers = "?apply_by=household&exam_route=exam&diploma_kind=online"
    assert "份免提交" not in text_of(Client().get(f"/guide/{TEACHER}/{answers}"))
    fill(material.licence_type for material in item.record.materials if material.licence_type)
    page = text_of(Client().get(f"/guide/{TEACHER}/{answers}"))
    assert "其中7份免提交" in page and page.count(">免提交<") == 7 and "证照库已有：居民身份证" in page


def test_the_api_gives_figures_to_staff_and_an_item_to_everybody(cast: Cast, publish: Publish, fill: Fill) -> None:
    publish(TEACHER)
    fill([DIPLOMA])
    found = client_of(cast, "supervisor").get("/api/waiving/summary").json()
    assert found["items"] == 1 and found["figures"][0]["numerator"] == 1 and len(found["next"]) == 10
    item = Client().get(f"/api/waiving/items/{TEACHER}").json()
    assert {each["code"]: each["status"] for each in item}["diploma"] == "waived"
    assert Client().get("/api/waiving/items/000000000000").status_code == 404
    assert Client().get("/api/waiving/summary").status_code == 401
