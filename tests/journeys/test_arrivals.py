"""A registrar brings a file in and mends a rejected row by keyboard, in a browser without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.cast import NOW, build
from tests.journeys.conftest import PHONE
from tests.journeys.guide_city import log_in
from tests.journeys.looks import enter, fits, go, shot
from yitong.ingest.commands import sources
from yitong.ingest.tests.rows import HEADER, line
from yitong.licences.commands import ensure_types
from yitong.licences.models import Licence, LicenceType

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look(page, name):
    """The page has no sideways scrolling, at either width."""
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 812})
        shot(page, f"{name}-{width}")
        fits(page)


def test_a_rejected_row_is_mended_by_keyboard(new_page, tmp_path):
    cast = build()
    ensure_types(NOW)
    source = sources.save_source(
        actor=cast.actor("registrar"), code="police.residence", name="公安居住证归集",
        department_id=cast.department("health").pk, type_code=LicenceType.objects.get(name="居住证").code,
        expected_hours=24, active=True, now=NOW,
    )  # fmt: skip
    file = tmp_path / "rows.csv"
    wrong = line(2, issued_on="2026/01/05", 性别="不明")
    file.write_text("\n".join([HEADER, line(1), wrong, "too,few"]), encoding="utf-8")
    page = log_in(new_page(PHONE, java_script_enabled=False), "wendian")
    page.goto("/console/ingest/sources/new/")
    look(page, "new-source")
    page.goto(f"/console/ingest/sources/{source.pk}/")
    expect(page.get_by_text("最大 8 MB")).to_be_visible()
    look(page, "source")
    page.get_by_label("文件").set_input_files(file)
    go(page.get_by_role("button", name="入库"))
    look(page, "batches")
    go(page.get_by_role("link", name="被拒的行"))
    look(page, "rejected")
    go(page.get_by_role("link", name="第 3 行"))
    expect(page.get_by_text("too,few")).to_be_visible()
    look(page, "broken")
    page.go_back()
    enter(page.get_by_role("link", name="第 2 行"))
    # The first field that is wrong has the focus.
    field = page.get_by_label("发证日期")
    expect(field).to_be_focused()
    look(page, "mend")
    page.keyboard.press("Control+A")
    page.keyboard.type("2026-01-05")
    enter(field)
    field = page.locator("[name=sex]")
    expect(field).to_be_focused()
    look(page, "mend-again")
    page.keyboard.press("Control+A")
    page.keyboard.type("男")
    enter(field)
    expect(page).to_have_url(re.compile(r"/rejected/$"))
    assert Licence.objects.filter(source_id="S2", status="valid").exists()
    page.goto("/console/ingest/")
    look(page, "sources")
