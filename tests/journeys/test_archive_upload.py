"""A citizen photographs her identity card: the platform reads it, she corrects and confirms; a clerk sees the original."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.journeys.looks import fits, go
from tests.journeys.test_portal_application import city, log_in, no_barriers  # noqa: F401 - the fixture
from yitong.archive import commands, contents, reading
from yitong.archive.models import ArchivedFile
from yitong.archive.tests.pictures import photographed
from yitong.audit.commands import ensure_keys
from yitong.parties.actors import system
from yitong.site.demo.paper_pictures import DRAWN

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def card(city: Cast, tmp_path: Path) -> Path:  # noqa: F811
    """Her card as a telephone takes it, turned and grainy; the address on it is an old one."""
    person = city.person("citizen")
    stated = {
        "name": person.name,
        "sex": "女",
        "ethnicity": "汉",
        "birth_on": person.birth_on.isoformat(),
        "address": "示范市临江区解放西路116号",
        "idcard": person.idcard,
    }
    file = tmp_path / "身份证.jpg"
    file.write_bytes(photographed(DRAWN["id_card"](stated), 2.4, 8, 0.8))
    return file


def test_an_upload_that_is_read_for_its_owner(city: Cast, card: Path, phone_page: Page) -> None:  # noqa: F811
    ensure_keys(now=timezone.now() - timedelta(days=1))
    page = phone_page
    log_in(page, city.account("citizen"))
    page.goto("/my/archive/")
    expect(page.get_by_text("档案袋还是空的")).to_be_visible()
    fits(page)
    no_barriers(page)
    go(page.get_by_role("link", name="添加材料").first)
    page.get_by_label("这是什么材料？").select_option("id_card")
    page.get_by_label("拍照或选择文件").set_input_files(card)
    fits(page)
    no_barriers(page)
    go(page.get_by_role("button", name="放入档案袋"))
    expect(page.get_by_text("等待识别").first).to_be_visible()

    # The worker's next round; the page finds out by itself.
    try:
        assert commands.read_waiting(actor=system("archive"), now=timezone.now(), limit=5) == 1
    finally:
        reading.stop()
    number = city.person("citizen").idcard
    expect(page.get_by_label("公民身份号码")).to_have_value(number)
    expect(page.get_by_label("姓名")).to_have_value("李梅")
    expect(page.get_by_label("出生")).to_have_value("1990-05-20")
    expect(page.get_by_text("已识别，校验相符").first).to_be_visible()
    fits(page)
    no_barriers(page)

    page.get_by_label("公民身份号码").fill(number[:-1] + ("1" if number[-1] != "1" else "2"))
    go(page.get_by_role("button", name="确认无误"))
    expect(page.get_by_role("alert")).to_contain_text("校验位不符")
    page.get_by_label("公民身份号码").fill(number)
    page.get_by_label("住址").fill("示范市朝晖区春风路8号")
    go(page.get_by_role("button", name="确认无误"))
    expect(page.get_by_text("已保存").first).to_be_visible()
    file = ArchivedFile.objects.get()
    assert contents.of(file).value("address") == "示范市朝晖区春风路8号"
    assert file.trust == "uploaded"

    page.goto("/my/archive/")
    expect(page.get_by_text("内容已确认")).to_be_visible()
    page.get_by_role("button", name="全部导出").scroll_into_view_if_needed()
    with page.expect_download() as download:
        page.get_by_role("button", name="全部导出").click()
    assert download.value.suggested_filename.endswith(".zip")
    page.goto(f"/my/archive/{file.pk}/delete/")
    page.get_by_role("button", name="彻底删除").click()
    expect(page.get_by_text("材料已删除")).to_be_visible()
    assert ArchivedFile.objects.get().state == "deleted"
