"""The sections of the user guides on the certificate-free city: each page is opened as the guide says and shows what it promises.

With YITONG_SHOTS=1 their pictures are taken anew into ``docs/guide/images/library``.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.album import DESK, PHONE_OPTIONS, Album
from tests.journeys.conftest import PHONE
from tests.journeys.desk_office import begin_at_counter
from tests.journeys.guide_city import demo_city_fixture, log_in, open_licences  # noqa: F401
from tests.journeys.looks import enter, go
from yitong.archive import commands as archive
from yitong.archive import reading
from yitong.cases.models import Case
from yitong.exchange import commands as exchange
from yitong.exchange.tests.conftest import Upstream, program, upstream  # noqa: F401 - the local source
from yitong.licences.holders import holder_of_person
from yitong.licences.models import Licence
from yitong.parties.actors import system
from yitong.parties.models import Enterprise, Person

MEI, LEI, FANG = "19900000001", "19900000002", "19900000003"
TEACHER = "000105001000"
ALBUM = Album("library")
show = ALBUM.show
NewPage = Callable[..., Page]


def on_phone(new_page: NewPage, login: str) -> Page:
    return log_in(new_page(PHONE, **PHONE_OPTIONS), login)


def at_desk(new_page: NewPage, login: str) -> Page:
    return log_in(new_page(DESK), login)


def press(page: Page, name: str) -> None:
    go(page.get_by_role("button", name=name).first)


def follow(page: Page, name: str, *, exact: bool = False) -> None:
    go(page.get_by_role("link", name=name, exact=exact).first)


def person(phone: str) -> Person:
    return Person.objects.get(phone=phone)


def own_licences(new_page: NewPage) -> None:
    page = on_phone(new_page, MEI)
    page.goto("/my/licences/")
    follow(page, "居住证", exact=True)
    expect(page.get_by_role("link", name="挂失")).to_be_visible()
    expect(page.get_by_role("link", name="下载已用印的 PDF")).to_be_visible()
    follow(page, "其他文件与出示")
    for heading in ("国密 SM2 证明", "数字钱包凭证（SD-JWT VC）", "OFD 导出件"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    show(page, "licence-files", "文件与证明")
    follow(page, "选择字段")
    page.get_by_label("性别").check()
    press(page, "生成出示文本")
    show(page, "licence-shared", "可以出示了")
    page = on_phone(new_page, LEI)
    ending = Licence.objects.filter(holder_enterprise__isnull=False, number__startswith="JY", status="valid")
    page.goto(f"/my/licences/{ending.earliest('valid_until').pk}/")
    expect(page.get_by_role("button", name="申请延续")).to_be_visible()
    show(page, "licence-renewal", "食品经营许可证", at="main .col-lg-4")


def code_of(phone: Page, scene: str, *offered: str, picture: str = "") -> str:
    """李梅 opens her code for the scene and offers these licences, sensitive fields too; the characters of the code."""
    phone.goto("/my/")
    follow(phone, "亮码")
    follow(phone, scene)
    for ticked in (*offered, "我单独同意", "是我本人"):
        for box in phone.get_by_role("checkbox", name=ticked).all():
            box.check()
    press(phone, "亮码")
    expect(phone.locator(".code-picture svg")).to_be_visible()
    if picture:
        show(phone, picture, scene)
    return phone.locator("#code-card code").text_content() or ""


def counter(new_page: NewPage) -> None:
    """A clerk takes what 李梅 shows on her phone into a case, then draws a certificate for her."""
    phone, page = on_phone(new_page, MEI), at_desk(new_page, "clerk.1")
    begin_at_counter(page, person(MEI).idcard, "居住证")
    page.locator("input[name=q_minor][value=false]").check()
    page.locator("input[name=q_reason][value=housing]").check()
    press(page, "更新所需内容")
    page.locator("input[name=q_housing_kind][value=dormitory]").check()
    press(page, "更新所需内容")
    page.locator("#id_token").fill(code_of(phone, "政务服务窗口", "居民身份证", "居住登记凭证", picture="code"))
    enter(page.locator("#id_token"))
    expect(page.get_by_role("button", name="取用所选")).to_be_visible()
    show(page, "counter-code", "亮码取证", at="#id_token_card")
    press(page, "取用所选")
    expect(page.get_by_text("已取用，申请人免提交。")).to_be_visible()

    token = code_of(phone, "窗口开具证明、查询数据")
    follow(page, "数据查询")
    page.locator("#id_code_card_checked").check()
    page.locator("#id_token").fill(token)
    enter(page.locator("#id_token"))
    expect(page.get_by_role("heading", name="即时开具证明")).to_be_visible()
    show(page, "counter-window", "政务数据查询单")
    press(page, "开具 有无房证明")
    expect(page.get_by_role("link", name="打开并打印")).to_be_visible()


def counter_renewal(new_page: NewPage) -> None:
    page = at_desk(new_page, "clerk.1")
    firm = Enterprise.objects.get(legal_representative__phone=LEI)
    begin_at_counter(page, person(FANG).idcard, "食品经营", firm.uscc)
    expect(page.get_by_text("是，延续食品经营许可证")).to_be_visible()
    show(page, "counter-renewal", "食品经营许可")


def consents_and_looks(new_page: NewPage) -> None:
    page = on_phone(new_page, MEI)
    page.goto("/my/consents/")
    expect(page.get_by_role("link", name="撤回授权").first).to_be_visible()
    show(page, "consents", "我的授权")
    follow(page, "新建授权")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page = on_phone(new_page, LEI)
    page.goto("/my/looks/")
    expect(page.get_by_role("link", name="审计日志存证").first).to_be_visible()
    show(page, "looks", "谁看过我的证照")


def certificates(new_page: NewPage) -> None:
    page = on_phone(new_page, MEI)
    page.goto("/certificates/")
    for way in ("即时生成", "线上开具（部门审核）"):
        expect(page.get_by_role("heading", name=way)).to_be_visible()
    show(page, "certificates", "证明")
    follow(page, "有无房证明")
    page.get_by_role("radio", name="公租房申请").check()
    page.get_by_role("checkbox", name="是本人办理").check()
    press(page, "立即开具")
    expect(page.get_by_text("防伪码", exact=True)).to_be_visible()
    show(page, "certificate", "有无房证明")
    page.goto("/my/data-sheet/")
    page.get_by_role("checkbox", name="献血次数").check()
    show(page, "data-sheet", "政务数据查询单")
    page.goto("/my/lookups/")
    expect(page.locator("main")).to_contain_text("有无房证明：公租房申请")
    show(page, "lookups", "关于我的数据查询")


def own_archive(new_page: NewPage) -> None:
    page = on_phone(new_page, MEI)
    page.goto("/my/archive/")
    for offered in ("添加材料", "查看或关闭", "无证件声明", "使用记录"):
        expect(page.get_by_role("link", name=offered).first).to_be_visible()
    expect(page.get_by_role("button", name="全部导出")).to_be_visible()
    show(page, "archive", "我的档案袋")
    try:
        archive.read_waiting(actor=system("archive"), now=timezone.now(), limit=1)
    finally:
        reading.stop()
    follow(page, "居民身份证")
    expect(page.get_by_label("公民身份号码")).to_have_value(person(MEI).idcard)
    expect(page.get_by_role("link", name="删除")).to_be_visible()
    show(page, "archive-reading", "识别结果：请核对", at="main form")
    follow(page, "我的档案袋")
    follow(page, "添加材料")
    expect(page.get_by_label("拍照或选择文件")).to_be_visible()


def nothing_to_bring(new_page: NewPage) -> None:
    page = on_phone(new_page, MEI)
    page.goto(f"/apply/{TEACHER}/")
    press(page, "开始办理")
    for answer in ("户口在示范市", "参加教师资格考试", "2002 年以后的国内学历"):
        page.get_by_text(answer).first.click()
        press(page, "继续")
    page.goto("/".join(page.url.split("/")[:6]) + "/materials/")
    expect(page.locator("input[name=found]")).to_have_count(7)
    show(page, "found", "已为您找到，可以免提交")


def officers(new_page: NewPage, case: Case) -> None:
    page = at_desk(new_page, "police.accept")
    page.goto("/desk/?lost=on")
    go(page.locator(f"a[href*='{case.number}']").first)
    expect(page.locator(".desk-lost")).to_contain_text("证照已注销")
    expect(page.locator("#actions, aside").get_by_text("记录仍予采信").first).to_be_visible()
    show(page, "case-ground-lost", "居住证申领")
    expect(page.locator("#materials")).to_contain_text("免提交")
    show(page, "case-sources", "材料", at="#materials")
    press(page, "查看内容（留痕）")
    expect(page.get_by_text("本次查看已记入持证人的查看记录")).to_be_visible()
    show(page, "case-contents", "居民身份证")
    page = at_desk(new_page, "justice.review1")
    page.goto("/desk/certificates/")
    follow(page, "律师无行政处罚证明")
    press(page, "领取申请")
    expect(page.get_by_role("link", name="请其他部门核验")).to_be_visible()
    show(page, "certificate-review", "律师无行政处罚证明")
    page = at_desk(new_page, "civil_affairs.review1")
    page.goto("/desk/verifications/")
    follow(page, "陈磊目前的婚姻登记状态为已婚。")
    expect(page.get_by_role("button", name="提交答复")).to_be_visible()
    show(page, "verification", "部门核验")
    page = at_desk(new_page, "police.chief")
    page.goto(f"/desk/licences/?q={Licence.objects.get(holder_person=person(MEI), type__name='居住证').number}")
    go(page.locator("main tbody a").first)
    follow(page, "撤销或者注销")
    show(page, "licence-ending", "终止证照")


def supervisor(new_page: NewPage) -> None:
    page = at_desk(new_page, "supervisor")
    page.goto("/supervision/")
    follow(page, "证照查看记录")
    show(page, "looks-anomalies", "证照查看异常线索")
    go(page.locator("main tbody a").first)
    expect(page.locator("main tbody tr")).to_have_count(6)
    show(page, "looks-of-officer", "证照查看记录")
    follow(page, "减证免证")
    show(page, "waiving", "减证免证")


def arrivals(new_page: NewPage) -> None:
    page = at_desk(new_page, "registrar")
    page.goto("/console/")
    show(page, "licence-types", "证照类型")
    go(page.locator("main tbody").get_by_role("link", name="食品经营许可证"))
    expect(page.get_by_label("可调用的部门")).to_be_visible()
    follow(page, "证照归集")
    expect(page.get_by_text("不新鲜", exact=False).first).to_be_visible()
    show(page, "arrivals", "证照归集")
    follow(page, "市场监管营业执照归集")
    for words in ("yitong licences ingest", "POST /api/ingest/market.business/batches"):
        expect(page.locator("main")).to_contain_text(words)
    show(page, "arrivals-source", "手工归集文件")
    follow(page, "证照归集")
    follow(page, "被拒的行")
    follow(page, "第 5 行")
    wrong = page.locator("input[name=founded_on]")
    expect(wrong).to_be_focused()
    show(page, "arrivals-mend", "第 5 行", at="input[name=issued_on]")
    wrong.fill(wrong.input_value().replace("/", "-"))
    press(page, "入库")
    expect(page).to_have_url(re.compile(r"/rejected/$"))
    expect(page.get_by_text("第 5 行")).to_have_count(0)


def registers(new_page: NewPage, source: Upstream) -> None:
    """A source fails three times and is left alone."""
    source.mode(insurance="down")
    asked = {"connector_code": "social-insurance", "holder": holder_of_person(person(MEI)), "purpose": "购房资格核验"}
    for _ in range(4):
        exchange.look_up(actor=system("guide"), case_number="GUIDE", fresh=True, now=timezone.now(), **asked)
    page = at_desk(new_page, "registrar")
    page.goto("/console/exchange/")
    expect(page.locator("main tbody")).to_contain_text("失败后暂停")
    show(page, "connectors", "数据接口", at="main tbody tr:nth-last-child(5)")
    follow(page, "社会保险参保信息")
    expect(page.get_by_text("连续失败 3 次后暂停查询该来源")).to_be_visible()
    show(page, "connector", "社会保险参保信息")
    follow(page, "依法调取依据")
    show(page, "laws", "依法调取依据")
    follow(page, "证明种类")
    show(page, "certificate-types", "证明种类")
    page = at_desk(new_page, "admin")
    page.goto("/console/exchange/")
    follow(page, "外部系统")
    expect(page.get_by_role("link", name="登记外部系统")).to_be_visible()
    follow(page, "卫生健康监督执法系统")
    show(page, "client", "可以查询的内容")


@pytest.mark.browser
def test_the_guides_show_the_certificate_free_city(demo_city: None, new_page: NewPage, upstream: Upstream) -> None:  # noqa: F811
    case = Case.objects.get(basis_lost=True)
    open_licences(case, timezone.now())
    own_licences(new_page)
    certificates(new_page)
    own_archive(new_page)
    nothing_to_bring(new_page)
    consents_and_looks(new_page)
    counter(new_page)
    counter_renewal(new_page)
    officers(new_page, case)
    supervisor(new_page)
    arrivals(new_page)
    registers(new_page, upstream)
    assert ALBUM.pictured() == ALBUM.taken
