"""The reviewed certificate: asked for, reviewed within working days, issued, posted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from yitong.audit.models import Entry
from yitong.certificates import commands
from yitong.certificates.commands.requesting import Attachment, PostWish
from yitong.certificates.models import CertificateRequest
from yitong.certificates.tests.conftest import VALUES, Bench
from yitong.documents.permissions import may_see_subject
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.notifications.models import Message

pytestmark = pytest.mark.django_db


def codes(refused: Any) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def act(bench: Bench, command: Any, who: str, made: CertificateRequest, **arguments: Any) -> CertificateRequest:
    return command(actor=bench.actor(who), request_id=made.pk, now=bench.later(minutes=1), **arguments)


def test_it_is_asked_for_reviewed_and_issued(bench: Bench) -> None:
    made = bench.request()
    assert (made.state, made.due_on) == ("submitted", date(2026, 9, 30))
    made = act(bench, commands.claim, "outsider", made)
    assert made.state == "reviewing"
    made = act(bench, commands.approve, "outsider", made, values=VALUES)
    context = made.document.context
    assert made.state == "issued" and made.due_at is None and made.document.issuer_department.code == "health"
    assert "已注册为执业医师（临床），执业地点为示范市人民医院" in context["statement"]
    assert "source_note" not in context and context["basis"] == "《中华人民共和国医师法》第十三条"
    assert [event.kind for event in made.events.all()] == ["submitted", "claimed", "issued"]
    assert (
        Entry.objects.filter(tag__startswith="certificates:request", subject=f"certificate:{made.number}").count() == 3
    )
    told = set(Message.objects.filter(subject=f"certificate:{made.number}").values_list("template", "channel"))
    assert told >= {("certificate_submitted", "sms"), ("certificate_issued", "inapp")}


def test_the_same_certificate_is_not_reviewed_twice_at_once(bench: Bench) -> None:
    made = bench.request()
    with pytest.raises(Conflict) as again:
        bench.request(purpose="多机构备案")
    assert again.value.reason.code == "open_already" and CertificateRequest.objects.count() == 1
    act(bench, commands.withdraw, "citizen", made)
    assert bench.request().state == "submitted"


def test_a_required_material_is_asked_for_by_name_and_belongs_to_the_request(bench: Bench) -> None:
    file = bench.upload("citizen")
    with pytest.raises(Refused) as refused:
        bench.request("kinship", purpose="公证")
    assert codes(refused) == {"material_missing"} and "亲属身份材料" in str(refused.value.reasons[0])
    assert not CertificateRequest.objects.exists()
    made = bench.request("kinship", purpose="公证", materials=[Attachment("亲属身份材料", file)])
    subject = made.materials.get().stored_file.subject
    assert subject == f"certificate:{made.number}" and may_see_subject(bench.actor("citizen"), subject)
    assert not may_see_subject(bench.actor("outsider"), subject) and not may_see_subject(
        bench.actor("stranger"), subject
    )
    with pytest.raises(NotAllowed):
        bench.request("kinship", who="stranger", purpose="公证", materials=[Attachment("亲属身份材料", file)])


def test_two_officers_do_not_work_on_one_request(bench: Bench) -> None:
    made = bench.request("firm_compliance", purpose="投标", enterprise_id=bench.cast.enterprise().pk)
    act(bench, commands.claim, "reviewer", made)
    with pytest.raises(Conflict):
        act(bench, commands.claim, "second_reviewer", made)
    with pytest.raises(Refused) as refused:
        act(bench, commands.approve, "second_reviewer", made, values={"range": "近三年"})
    assert codes(refused) == {"not_claimed"}
    assert act(bench, commands.claim, "reviewer", made).state == "reviewing"
    assert act(bench, commands.approve, "reviewer", made, values={"range": "近三年"}).state == "issued"


@pytest.mark.parametrize(
    "who", ["citizen", "stranger", "clerk", "head", "supervisor", "reviewer", "town_official", "admin"]
)
def test_nobody_but_the_reviewers_of_the_department_reviews(bench: Bench, who: str) -> None:
    made = bench.request()
    for command, more in (
        (commands.claim, {}),
        (commands.approve, {"values": VALUES}),
        (commands.refuse, {"reason": "不符"}),
        (commands.ask_back, {"text": "补"}),
        (commands.post, {"carrier": "邮政", "tracking": "1"}),
        (commands.confirm_post, {"delivered": True}),
    ):
        with pytest.raises(NotAllowed):
            act(bench, command, who, made, **more)
    assert CertificateRequest.objects.get().rev == made.rev


def test_what_the_sentence_needs_must_be_filled_in(bench: Bench) -> None:
    made = bench.claimed()
    with pytest.raises(Refused) as refused:
        act(bench, commands.approve, "outsider", made, values={"category": "执业医师"})
    assert {reason.field for reason in refused.value.reasons} == {"place", "licence_no"}
    with pytest.raises(Refused) as refused:
        act(bench, commands.approve, "outsider", made, values={**VALUES, "place": "𠮷" * 3})
    assert codes(refused) == {"undrawable"}
    with pytest.raises(Refused) as refused:
        act(bench, commands.approve, "outsider", made, values=VALUES, statement="{{ spouse }}")
    assert codes(refused) == {"unknown_placeholder"}
    own = act(bench, commands.approve, "outsider", made, values=VALUES, statement="兹证明{{ holder_name }}为注册医师。")
    assert own.document.context["statement"] == "兹证明李梅为注册医师。"


def test_a_refusal_gives_its_reason_and_nothing_is_posted(bench: Bench) -> None:
    made = bench.claimed(post=PostWish("李梅", "朝晖区春风路8号"))
    with pytest.raises(Refused):
        act(bench, commands.refuse, "outsider", made, reason=" ")
    made = act(bench, commands.refuse, "outsider", made, reason="注册信息在外省，请向注册地申请。")
    assert (made.state, made.post, made.document_id) == ("refused", "none", None)
    with pytest.raises(Refused) as refused:
        act(bench, commands.claim, "outsider", made)
    assert codes(refused) == {"wrong_state"}


def test_asking_back_stops_the_clock_and_is_done_once(bench: Bench) -> None:
    made = bench.claimed()
    bench.later(days=4)
    made = act(bench, commands.ask_back, "outsider", made, text="请上传资格证书扫描件。")
    assert (made.state, made.due_on, made.due_at) == ("asked_back", None, None)
    with pytest.raises(Refused):
        act(bench, commands.approve, "outsider", made, values=VALUES)
    with pytest.raises(NotAllowed):
        act(bench, commands.supply, "stranger", made, text="x")
    with pytest.raises(Refused):
        act(bench, commands.supply, "citizen", made, text="")
    bench.later(days=2)
    file = bench.upload("citizen")
    made = act(bench, commands.supply, "citizen", made, text="已上传。", materials=[Attachment("资格证书", file)])
    assert (made.state, made.due_on) == ("reviewing", date(2026, 10, 9))
    assert Message.objects.filter(template="certificate_supplied", staff_id=made.handler_id).count() == 1
    with pytest.raises(Refused) as refused:
        act(bench, commands.ask_back, "outsider", made, text="再补")
    assert codes(refused) == {"asked_before"}
    assert act(bench, commands.approve, "outsider", made, values=VALUES).state == "issued"


def test_a_request_is_withdrawn_until_it_is_decided(bench: Bench) -> None:
    made = bench.claimed()
    with pytest.raises(NotAllowed):
        act(bench, commands.withdraw, "stranger", made)
    assert act(bench, commands.withdraw, "citizen", made).state == "withdrawn"
    assert act(bench, commands.withdraw, "citizen", made).state == "withdrawn"
    other = bench.approved()
    with pytest.raises(Refused):
        act(bench, commands.withdraw, "citizen", other)


def test_a_form_shown_before_somebody_elses_act_is_refused(bench: Bench) -> None:
    made = bench.claimed()
    with pytest.raises(Conflict):
        act(bench, commands.approve, "outsider", made, values=VALUES, rev=made.rev - 1)
    with pytest.raises(Conflict):
        act(bench, commands.withdraw, "citizen", made, rev=made.rev - 1)
    assert CertificateRequest.objects.get().state == "reviewing"


def test_paper_goes_by_post_and_is_sent_again_when_it_came_back(bench: Bench) -> None:
    with pytest.raises(Refused):
        bench.request(post=PostWish("李梅", ""))
    made = bench.approved(post=PostWish("", "朝晖区春风路8号"))
    assert (made.post, made.receiver) == ("wanted", "李梅") and made.document_id is not None
    with pytest.raises(Refused) as refused:
        act(bench, commands.post, "outsider", made, carrier="", tracking="")
    assert {reason.field for reason in refused.value.reasons} == {"carrier", "tracking"}
    act(bench, commands.post, "outsider", made, carrier="邮政EMS", tracking="EX123456789CN")
    assert "EX123456789CN" in str(Message.objects.get(template="certificate_posted", channel="sms").context)
    with pytest.raises(Refused):
        act(bench, commands.confirm_post, "outsider", made, delivered=False)
    act(bench, commands.confirm_post, "outsider", made, delivered=False, note="查无此人")
    act(bench, commands.post, "outsider", made, carrier="邮政EMS", tracking="EX2", address="朝晖区春风路10号")
    made = act(bench, commands.confirm_post, "outsider", made, delivered=True)
    assert (made.post, made.tracking, made.address) == ("delivered", "EX2", "朝晖区春风路10号")
    with pytest.raises(Refused):
        act(bench, commands.post, "outsider", made, carrier="邮政EMS", tracking="3")
    assert [event.kind for event in made.events.all()][2:] == ["issued", "posted", "returned", "posted", "delivered"]


def test_an_ended_request_is_never_rewritten_nor_deleted(bench: Bench) -> None:
    made = bench.approved()
    for change in (
        lambda: CertificateRequest.objects.filter(pk=made.pk).update(state="refused"),
        lambda: CertificateRequest.objects.filter(pk=made.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_late_review_is_reminded_once_a_working_day(bench: Bench) -> None:
    bench.request()
    assert commands.remind_overdue(now=bench.now) == 0
    bench.now = bench.now.replace(month=10, day=9)
    assert [commands.remind_overdue(now=bench.now), commands.remind_overdue(now=bench.later(hours=1))] == [1, 0]
    assert Message.objects.filter(template="certificate_overdue").count() == 1
    bench.now = bench.now.replace(month=10, day=11)  # a Sunday
    assert commands.remind_overdue(now=bench.now) == 0
    bench.now = bench.now.replace(month=10, day=12)
    assert commands.remind_overdue(now=bench.now) == 1


def test_types_are_edited_by_who_may_and_keep_their_code(bench: Bench) -> None:
    kind = bench.type("housing")
    values = {column: getattr(kind, column) for column in commands.types.COLUMNS}
    for who in ("citizen", "reviewer", "clerk", "admin", "supervisor"):
        with pytest.raises(NotAllowed):
            commands.save_type(actor=bench.actor(who), type_id=kind.pk, values=values, now=bench.now)
    registrar = bench.actor("registrar")
    changed = commands.save_type(
        actor=registrar, type_id=kind.pk, values={**values, "validity_days": 60, "code": "other"}, now=bench.now
    )
    assert (changed.code, changed.validity_days) == ("housing", 60)
    entry = Entry.objects.get(tag="certificates:type:saved")
    assert entry.detail["changed"] == ["validity_days"]
    with pytest.raises(Conflict) as taken:
        commands.save_type(actor=registrar, values=values, now=bench.now)
    assert taken.value.reason.field == "code"
    with pytest.raises(Refused) as refused:
        commands.save_type(
            actor=registrar, type_id=kind.pk, values={**values, "law": "", "connector": ""}, now=bench.now
        )
    assert {reason.field for reason in refused.value.reasons} >= {"law", "connector"}
    assert commands.ensure_types(actor=registrar, now=bench.now) == 0
