"""People change what messages say: what is refused, what is kept, what is sent afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from tests.cast import NOW, Cast
from yitong.audit.models import Entry
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.notifications import commands
from yitong.notifications.commands import Recipient, drain, ensure_templates, send
from yitong.notifications.models import Message, Template, TemplateVersion
from yitong.notifications.rules.texts import Texts
from yitong.notifications.rules.wording import SAMPLES, problems
from yitong.notifications.templates_data import SEEDS

CODE = "case_withdrawn"
ADDRESS = f"/console/notifications/templates/{CODE}/"
SMS = "【易通政务】{item}（{number}）已撤回，欢迎再来。"


def wording(**changes: Any) -> dict[str, Any]:
    return {"title": "已撤回", "sms": SMS, "inapp": "{number} 已撤回。", "email": "", "based_on": 0, **changes}


def save(cast: Cast, **changes: Any) -> TemplateVersion:
    return commands.save_template(code=CODE, actor=cast.actor("admin"), now=NOW, **wording(**changes))


def told(cast: Cast, key: str) -> str:
    """The text message somebody gets now."""
    values = {"item": "食品经营许可", "number": "N1"}
    send(template=CODE, recipient=Recipient(phone="13800000001"), context=values, dedup_key=key, now=NOW)
    drain(now=NOW)
    return str(Message.objects.get(dedup_key=key, channel="sms").text)


def test_every_placeholder_is_described_and_every_built_in_wording_could_be_saved() -> None:
    assert {name for texts in SEEDS.values() for name in texts.placeholders} <= set(SAMPLES)
    assert {code: problems(texts, texts.placeholders) for code, texts in SEEDS.items()} == {code: [] for code in SEEDS}


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"sms": SMS + "{nmae}"}, "unknown_placeholder", "sms"),
        ({"title": "{item"}, "broken_placeholder", "title"),
        ({"inapp": "{number} ｛item｝"}, "broken_placeholder", "inapp"),
        ({"inapp": "{number.__class__}"}, "broken_placeholder", "inapp"),
        ({"sms": "【易通政务】{item}已撤回"}, "left_out", "sms"),
        ({"email": "已撤回"}, "left_out", "email"),
        ({"sms": SMS[6:]}, "unsigned", "sms"),
        ({"sms": SMS + "长" * 160}, "sms_long", "sms"),
        ({"title": " "}, "empty", "title"),
        ({"inapp": ""}, "empty", "inapp"),
    ],
)
def test_a_wrong_wording_is_refused_naming_field_and_placeholder(
    cast: Cast, change: dict[str, str], code: str, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        save(cast, **change)
    assert (code, field) in {(reason.code, reason.field) for reason in refusal.value.reasons}
    assert not TemplateVersion.objects.exists()


def test_an_unknown_placeholder_is_named_with_those_there_are() -> None:
    texts = Texts("t", "t", "题", "【易通政务】{nmae}", "文", "")
    (reason,) = problems(texts, frozenset({"name"}))
    assert reason.params == {"names": "{nmae}", "known": "{name}"}


def test_a_message_about_a_licence_keeps_the_licences_number() -> None:
    texts = SEEDS["licence_renewal_due"]
    cut = replace(texts, sms=texts.sms.replace("（编号 {licence_number}）", ""))
    (reason,) = problems(cut, texts.placeholders)
    assert (reason.code, reason.field, reason.params) == ("left_out", "sms", {"names": "{licence_number}"})


def test_a_saved_wording_is_sent_and_the_one_before_stays_in_the_history(cast: Cast) -> None:
    before = told(cast, "one")
    version = save(cast)
    assert version.number == 2 and told(cast, "two") == "【易通政务】食品经营许可（N1）已撤回，欢迎再来。" != before
    first = TemplateVersion.objects.get(number=1)
    assert (first.saved_by, first.sms_text) == ("system:setup", SEEDS[CODE].sms)
    assert ensure_templates() == 0 and Template.objects.get(code=CODE).sms_text == SMS
    assert save(cast, based_on=2).number == 2, "the same again changes nothing"
    assert Entry.objects.filter(tag="notifications:template:saved").count() == 1


def test_two_editors_do_not_overwrite_one_another(cast: Cast) -> None:
    save(cast)
    with pytest.raises(Conflict, match="Version 2"):
        save(cast, title="别的标题")
    assert save(cast, title="别的标题", based_on=2).number == 3


def test_an_earlier_and_the_built_in_wording_come_back(cast: Cast) -> None:
    admin = cast.actor("admin")
    save(cast)
    save(cast, title="又改", based_on=2)
    again = commands.restore_template(code=CODE, number=2, actor=admin, now=NOW)
    assert (again.number, again.restored_from, again.title) == (4, 2, "已撤回")
    commands.restore_template(code=CODE, number=0, actor=admin, now=NOW)
    row = Template.objects.get(code=CODE)
    assert (row.sms_text, row.edited_at) == (SEEDS[CODE].sms, None)
    for number in (9, 5000):
        with pytest.raises(commands.NoSuchTemplate):
            commands.restore_template(code=CODE, number=number, actor=admin, now=NOW)
    assert Entry.objects.filter(tag="notifications:template:restored").count() == 2


def test_a_newer_built_in_wording_enters_the_history_before_the_next_edit(cast: Cast) -> None:
    save(cast)
    commands.restore_template(code=CODE, number=0, actor=cast.actor("admin"), now=NOW)
    Template.objects.filter(code=CODE).update(title="新版内置标题")
    assert save(cast, based_on=3).number == 5
    assert TemplateVersion.objects.get(number=4).title == "新版内置标题"


def test_a_version_never_changes(cast: Cast) -> None:
    save(cast)
    for act in (lambda rows: rows.update(title="x"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act(TemplateVersion.objects.all())


def test_the_console_edits_previews_and_restores(cast: Cast, client: Client) -> None:
    client.force_login(cast.account("admin"))
    assert "撤回" in client.get("/console/notifications/templates/").text
    page = client.get(ADDRESS).text
    assert "{number}" in page and "办件编号" in page and "内置内容未经修改" in page and "食品经营许可（新办）" in page
    wrong = client.post(ADDRESS, wording(sms=SMS + "{who}", save=""))
    assert wrong.status_code == 422 and "{who}：该消息没有这个占位符" in wrong.text and "{who}</textarea>" in wrong.text
    shown = client.post(ADDRESS, wording(preview=""))
    assert "尚未保存" in shown.text and "食品经营许可（新办）（114399" in shown.text
    assert not TemplateVersion.objects.exists()
    assert "第 2 版已生效" in client.post(ADDRESS, wording(save=""), follow=True).text
    late = client.post(ADDRESS, wording(title="晚了一步", save=""))
    assert late.status_code == 422 and "第 2 版已保存" in late.text and 'value="晚了一步"' in late.text
    assert 'name="based_on" value="2"' in late.text
    assert "第 3 版已生效" in client.post(f"{ADDRESS}1/restore/", follow=True).text
    assert client.post(f"{ADDRESS}77/restore/").status_code == 404
    assert client.get("/console/notifications/templates/nothing/").status_code == 404


@pytest.mark.parametrize("name", ["clerk", "supervisor", "stranger"])
def test_others_do_not_see_or_change_the_wording(cast: Cast, client: Client, name: str) -> None:
    client.force_login(cast.account(name))
    for address in ("/console/notifications/templates/", ADDRESS):
        assert client.get(address).status_code == 404
    assert client.post(ADDRESS, wording(save="")).status_code == 404
    assert client.post(f"{ADDRESS}0/restore/").status_code == 404
    with pytest.raises(NotAllowed):
        commands.save_template(code=CODE, actor=cast.actor(name), now=NOW, **wording())
    assert not TemplateVersion.objects.exists()


def test_all_that_was_given_up_is_sent_again_but_what_expired(cast: Cast, client: Client) -> None:
    for number in range(3):
        send(
            template="login_code",
            recipient=Recipient(phone="13800000001"),
            context={"code": "246810", "minutes": 5},
            dedup_key=f"code:{number}",
            channels=("sms",),
            now=NOW,
        )
    Message.objects.update(state="dead", attempts=8)
    Message.objects.filter(dedup_key="code:0").update(expires_at=NOW - timedelta(days=400))
    client.force_login(cast.account("admin"))
    assert "全部重新发送" in client.get("/console/notifications/").text
    assert "正在重新发送 2 条消息" in client.post("/console/notifications/retry/", follow=True).text
    assert Message.objects.filter(state="pending", attempts=0).count() == 2
    assert "没有可以重新发送的消息" in client.post("/console/notifications/retry/", follow=True).text
    assert Entry.objects.filter(tag="notifications:message:retried").count() == 1
    client.force_login(cast.account("clerk"))
    assert client.post("/console/notifications/retry/").status_code == 404
