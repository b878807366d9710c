import os
from datetime import timedelta
import pytest
from django.utils import timezone
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.test_portal_application import *
from tests.journeys.test_portal_application import city, shop_item, picture
OUT = "/tmp/shots-portal"
os.makedirs(OUT, exist_ok=True)

def test_shots(city, shop_item, new_page, picture):
    for tag, vp, opts in (("375", PHONE, dict(has_touch=True, is_mobile=True)), ("1280", DESKTOP, {})):
        page = new_page(vp, **opts)
        log_in(page, city.account("citizen"))
        def shot(name):
            page.add_style_tag(content=".phone-bar{position:static!important}") if False else None
            page.screenshot(path=f"{OUT}/{name}-{tag}.png", full_page=True)
            fits(page)
        page.goto(f"/apply/{shop_item.basic_code}/"); shot("01-start")
        page.get_by_text("本人办理").click(); go_on(page, "开始办理"); shot("02-question")
        page.get_by_text("餐饮服务").click(); go_on(page, "继续"); page.get_by_text("是", exact=True).click(); go_on(page, "继续")
        shot("03-form1"); go_on(page)
        page.get_by_label("座位数").fill("zwei"); go_on(page); shot("04-form2-errors")
        page.get_by_label("门店名称").fill("李梅小吃店"); page.get_by_label("座位数").fill("12"); go_on(page); shot("05-materials")
        page.get_by_role("link", name="继续", exact=True).click()
        page.get_by_label("拍照或选择文件").set_input_files([picture("申请书1.png"), picture("申请书2.png")]); go_on(page, "上传并停留"); shot("06-material-given")
        page.locator("#id_files").set_input_files(picture("假的.pdf", b"x")); go_on(page, "上传并停留"); shot("07-material-bad"); go_on(page, "继续")
        page.get_by_text("现在没有，之后补交").click(); shot("08-material-promise")
        page.get_by_text("本人自愿作出").click(); go_on(page, "承诺并继续")
        page.get_by_text("以告知承诺代替提交").click(); shot("09-material-commit"); page.get_by_role("link", name="阅读并签署").click(); shot("10-commitment")
        page.goto(page.url.replace("commitment/", "materials/rules/"))
        page.get_by_label("拍照或选择文件").set_input_files(picture("制度.png")); go_on(page, "上传并继续"); go_on(page, "继续")
        page.get_by_text("邮寄", exact=True).click(); shot("11-delivery"); go_on(page); shot("12-review")
        page.get_by_text("我所提交的内容真实、完整").click(); go_on(page, "提交申请"); shot("13-submitted")
        case = Case.objects.exclude(number=None).order_by("-id").first()
        page.goto(f"/my/cases/{case.number}/"); shot("14-case-submitted")
        items = [{"material": "rules", "problem": "缺少签字", "remedy": "签字后重新拍照"}, {"field": "shop", "problem": "与招牌不一致", "remedy": "按招牌填写"}]
        case = officer(city, "accepter", commands.request_correction, case, items=items)
        page.goto("/my/"); shot("15-my"); page.goto("/my/cases/"); shot("16-cases")
        page.goto(f"/my/cases/{case.number}/correction/"); shot("17-correction")
        page.locator("#id_rules").set_input_files(picture("制度2.png")); page.locator("#item-rules").get_by_role("button", name="上传").click()
        shot("18-correction-half"); page.get_by_role("button", name="全部提交").click()
        case = officer(city, "accepter", commands.accept_provisionally, case)
        page.goto(f"/my/cases/{case.number}/"); page.get_by_text("期限计算").first.click(); shot("19-case-owed")
        page.goto(f"/my/cases/{case.number}/provisional/"); shot("20-provisional")
        page.locator("#id_layout").set_input_files(picture("图.png")); page.locator("#item-layout").get_by_role("button", name="上传").click(); page.get_by_role("button", name="全部提交").click()
        page.goto(f"/my/cases/{case.number}/withdraw/"); shot("21-withdraw")
        agree = {"opinion": "agree", "text": ""}
        officers = [city.staff_member("reviewer").pk, city.staff_member("second_reviewer").pk]
        step = lambda c: CaseStep.objects.get(case=case, code=c).pk
        officer(city, "reviewer", commands.complete_step, case, step_id=step("review"), **agree)
        officer(city, "reviewer", commands.record_site_check, case, step_id=step("site"), officer_ids=officers, findings="一致")
        officer(city, "reviewer", commands.complete_step, case, step_id=step("site"), **agree)
        officer(city, "outsider", commands.complete_step, case, step_id=step("health"), **agree)
        officer(city, "chief", commands.decide, case, outcome="granted")
        page.goto(f"/my/cases/{case.number}/"); shot("22-case-granted")
        page.goto(f"/apply/{shop_item.basic_code}/blank-form/"); shot("23-blank")
        page.goto("/progress/"); shot("24-progress")
        page.locator("#id_number").fill(case.number); page.locator("#id_tail").fill(city.person("citizen").idcard[-4:]); go_on(page, "查询"); shot("25-progress-found")
        page.goto(f"/my/cases/{case.number}/rate/"); shot("26-rate")
        page.goto("/my/drafts/"); shot("27-drafts")
