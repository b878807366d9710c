"""Instant certificates and data sheets: what the source said, sealed; nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from yitong.audit.models import Entry
from yitong.certificates import commands
from yitong.certificates.events import CertificateIssued
from yitong.certificates.models import CertificateRequest
from yitong.certificates.tests.conftest import Bench
from yitong.documents.models import Document
from yitong.documents.queries import pdf, verification
from yitong.kernel import events
from yitong.kernel.reasons import NotAllowed, Refused

pytestmark = pytest.mark.django_db
HOUSE = {"count": 1, "place": "朝晖区春风路8号2幢301室", "area": 89, "land_use": "住宅"}


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def test_no_record_is_certified_with_source_and_time_and_verifies_by_code(bench: Bench) -> None:
    entries = Entry.objects.filter(tag="certificates:request:issued").count()
    made = bench.instant()
    document = Document.objects.get(pk=made.document_id)
    assert (made.state, made.outcome, made.face_state) == ("issued", "absent", "declared")
    assert "未查询到李梅" in document.context["statement"] and "entries" not in document.context
    assert document.context["source_note"] == "自然资源厅不动产登记平台，2026年9月24日09:58"
    assert made.sources[0]["outcome"] == "absent" and made.sources[0]["reference"] == "7"
    sealed = pdf(document, bench.now)
    finding = verification.of_pdf(sealed, bench.now)
    assert (finding.verdict, finding.title, finding.holder) == ("valid", "有无房证明", "李*")
    assert finding.source == document.context["source_note"]
    assert "证字第" in finding.number and made.valid_until == bench.now.date() + timedelta(days=29)
    assert Entry.objects.filter(tag="certificates:request:issued").count() == entries + 1
    assert bench.registers.asked == [("real-estate", bench.cast.person("citizen").idcard, "有无房证明：公租房申请", "")]


def test_a_record_is_certified_with_the_fields_the_source_gave_and_no_others(bench: Bench) -> None:
    bench.registers.answers["real-estate"] = {**HOUSE, "secret": "不在证明上", "sharing": ""}
    made = bench.instant()
    context = Document.objects.get(pk=made.document_id).context
    assert made.outcome == "found" and "登记有房屋1套" in context["statement"]
    assert [line["label"] for line in context["entries"]] == ["登记套数", "坐落", "建筑面积（平方米）", "用途"]
    assert "不在证明上" not in str(context)


def test_after_its_term_it_verifies_as_expired(bench: Bench) -> None:
    made = bench.instant()
    assert verification.by_code(made.document.code, bench.later(days=30)).verdict == "expired"


def test_nothing_is_certified_when_the_source_does_not_answer(bench: Bench) -> None:
    del bench.registers.answers["real-estate"]
    with pytest.raises(Refused) as refused:
        bench.instant()
    assert codes(refused) == {"unavailable", "timeout"}
    assert not CertificateRequest.objects.exists() and not Document.objects.exists()


def test_no_record_where_none_is_certified_says_what_to_do(bench: Bench) -> None:
    bench.registers.answers["housing-fund"] = None
    with pytest.raises(Refused) as refused:
        bench.instant("fund_paid", purpose="购房贷款")
    assert codes(refused) == {"no_record"} and "缴存登记" in str(refused.value.reasons[0])


def test_an_answer_that_lacks_what_the_sentence_claims_is_no_certificate(bench: Bench) -> None:
    bench.registers.answers["housing-fund"] = {"status": "正常缴存", "months": 66}
    with pytest.raises(Refused) as refused:
        bench.instant("fund_paid", purpose="购房贷款")
    assert codes(refused) == {"incomplete_answer"} and "缴存单位" in str(refused.value.reasons[0])


def test_the_library_is_asked_first(bench: Bench) -> None:
    kind = bench.type("degree")
    kind.licence_type = "1" * 21
    kind.save()
    data = {"school": "示范大学", "major": "数学", "level": "本科", "graduated_on": "2012-07-01"}
    bench.registers.licences = {"1" * 21: data}
    made = bench.instant("degree", purpose="落户")
    assert made.sources[0]["kind"] == "library" and bench.registers.asked == []
    assert "2012年7月1日毕业于示范大学数学专业" in made.document.context["statement"]


def test_who_fails_the_identity_check_gets_nothing_and_nobody_is_asked(bench: Bench) -> None:
    with pytest.raises(Refused) as refused:
        bench.instant(evidence={})
    assert codes(refused) == {"face_failed"} and bench.registers.asked == []


@pytest.mark.parametrize("who", ["reviewer", "supervisor", "admin", "author"])
def test_staff_without_a_window_get_nothing(bench: Bench, who: str) -> None:
    with pytest.raises((NotAllowed, Refused)):
        bench.instant(who=who, person_id=bench.cast.person("citizen").pk)
    assert bench.registers.asked == []


def test_a_stranger_gets_nothing_about_others(bench: Bench) -> None:
    for wanted in ({"person_id": bench.cast.person("citizen").pk}, {"enterprise_id": bench.cast.enterprise().pk}):
        with pytest.raises(NotAllowed):
            bench.instant(who="stranger", **wanted)
    with pytest.raises(NotAllowed):
        bench.instant(person_id=999_999)
    assert bench.registers.asked == []


def test_an_enterprise_gets_its_registration_through_who_acts_for_it(bench: Bench) -> None:
    bench.registers.answers["business-licence"] = {
        "founded_on": "2020-01-02", "legal_representative": "李梅", "status": "存续（在营）",
    }  # fmt: skip
    made = bench.instant("firm_registration", purpose="投标", enterprise_id=bench.cast.enterprise().pk)
    assert (
        made.holder_enterprise_id == bench.cast.enterprise().pk
        and "示范市恒信商贸有限公司" in made.document.context["statement"]
    )
    with pytest.raises(Refused) as refused:
        bench.instant("firm_registration", purpose="投标")
    assert codes(refused) == {"wrong_holder"}


def test_a_second_press_gives_the_same_certificate(bench: Bench) -> None:
    said: dict[str, Any] = {"type_code": "housing", "purpose": "公租房申请", "evidence": {"confirmed": "yes"}}
    actor = bench.actor("citizen")
    first = commands.issue_instant(actor=actor, now=bench.now, **said)
    again = commands.issue_instant(actor=actor, now=bench.later(seconds=30), **said)
    assert first.pk == again.pk and Document.objects.count() == 1
    other = commands.issue_instant(actor=actor, now=bench.now, **{**said, "purpose": "子女入学"})
    assert other.pk != first.pk


def test_a_register_is_not_asked_endlessly_for_one_person(bench: Bench) -> None:
    kind = bench.type("housing")
    kind.daily_limit = 2
    kind.save()
    bench.instant(), bench.later(minutes=2), bench.instant(), bench.later(minutes=2)
    with pytest.raises(Refused) as refused:
        bench.instant()
    assert codes(refused) == {"too_many_today"} and len(bench.registers.asked) == 2
    bench.later(days=1)
    assert bench.instant().state == "issued"


def test_a_register_without_an_answer_is_not_asked_endlessly(bench: Bench, settings: Any) -> None:
    settings.YITONG_RATE_LIMITS = {**settings.YITONG_RATE_LIMITS, "register_ask": (3, 3600)}
    bench.registers.answers.clear()
    said: dict[str, Any] = {"purpose": "本人查阅", "evidence": {"confirmed": "yes"}}
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            bench.instant()
        assert "unavailable" in codes(refused)
    with pytest.raises(Refused) as refused:
        commands.draw_sheet(
            actor=bench.actor("citizen"), chosen=["real-estate.count", "degree.school"], now=bench.now, **said
        )
    assert codes(refused) == {"asked_too_often"} and len(bench.registers.asked) == 2
    bench.later(hours=1)
    with pytest.raises(Refused) as refused:
        bench.instant()
    assert "unavailable" in codes(refused)


def test_wrong_input_names_its_field(bench: Bench) -> None:
    for changes, code in (
        ({"purpose": ""}, "empty"),
        ({"purpose": "𠮷𠮷"}, "undrawable"),
        ({"code": "household"}, "unknown_type"),
        ({"code": "no_such"}, "unknown_type"),
    ):
        with pytest.raises(Refused) as refused:
            bench.instant(**changes)
        assert code in codes(refused), changes


def test_a_certificate_is_never_rewritten(bench: Bench) -> None:
    made = bench.instant()
    for change in (
        lambda: CertificateRequest.objects.filter(pk=made.pk).update(outcome="found"),
        lambda: CertificateRequest.objects.filter(pk=made.pk).update(sources=[{"name": "别处"}]),
        lambda: made.events.all().update(text="改"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_others_hear_of_it(bench: Bench) -> None:
    heard: list[CertificateIssued] = []
    events.subscribe(CertificateIssued, heard.append)
    try:
        made = bench.instant()
    finally:
        events._handlers[CertificateIssued].remove(heard.append)
    assert [(each.number, each.way, each.code) for each in heard] == [(made.number, "instant", made.document.code)]


def test_a_sheet_shows_each_field_with_its_source_and_time(bench: Bench) -> None:
    chosen = ["housing-fund.status", "housing-fund.months", "real-estate.count", "degree.school"]
    made = commands.draw_sheet(
        actor=bench.actor("citizen"), chosen=chosen, purpose="本人查阅", evidence={"confirmed": "yes"}, now=bench.now
    )
    rows = made.document.context["rows"]
    assert [(row["label"], row["value"], row["source"], row["at"]) for row in rows] == [
        ("登记套数", "未查询到记录", "自然资源厅不动产登记平台", "2026年9月24日09:57"),
        ("账户状态", "正常缴存", "住房公积金管理中心", "2026年9月24日09:57"),
        ("累计缴存月数", "66", "住房公积金管理中心", "2026年9月24日09:57"),
        ("学校名称", "未能应答", "教育部学信网", "—"),
    ]
    assert made.document.context["ground"] == "本人查询" and len(made.sources) == 3
    assert verification.of_pdf(pdf(made.document, bench.now), bench.now).title == "政务数据查询单"


def test_a_sheet_at_the_window_needs_the_signed_consent_of_who_stands_there(bench: Bench) -> None:
    clerk, said = bench.actor("clerk"), {"chosen": ["real-estate.count"], "purpose": "窗口核验", "evidence": {}}
    with pytest.raises(Refused) as refused:
        commands.draw_sheet(actor=clerk, person_id=bench.cast.person("citizen").pk, now=bench.now, **said)
    assert codes(refused) == {"consent_missing"}
    window = bench.window()
    made = commands.draw_sheet(actor=clerk, window_id=window.pk, now=bench.now, **said)
    assert made.holder_person_id == bench.cast.person("citizen").pk and made.face_state == "window"
    assert window.number in made.document.context["ground"]
    assert bench.registers.asked[-1][3] == window.number
    bench.later(minutes=31)
    with pytest.raises(Refused) as refused:
        commands.draw_sheet(actor=clerk, window_id=window.pk, now=bench.now, **said)
    assert codes(refused) == {"consent_missing"}


def test_a_window_without_card_or_signature_is_not_opened(bench: Bench) -> None:
    said: dict[str, Any] = {"purpose": "窗口核验", "person_id": bench.cast.person("citizen").pk, "now": bench.now}
    for changes, code in (
        ({"card_checked": False, "scan_id": 1}, "card_not_checked"),
        ({"card_checked": True, "scan_id": None}, "no_scan"),
    ):
        with pytest.raises(Refused) as refused:
            commands.open_window(actor=bench.actor("clerk"), **said, **changes)
        assert codes(refused) == {code}
    for who in ("citizen", "stranger", "supervisor"):
        with pytest.raises(NotAllowed):
            commands.open_window(actor=bench.actor(who), **said, card_checked=True, scan_id=1)


def test_a_sheet_of_nothing_or_of_unknown_fields_is_refused(bench: Bench) -> None:
    for chosen, code in (([], "nothing_chosen"), (["tax.paid"], "unknown_field"), (["degree.school"], "unavailable")):
        with pytest.raises(Refused) as refused:
            commands.draw_sheet(
                actor=bench.actor("citizen"),
                chosen=chosen,
                purpose="本人查阅",
                evidence={"confirmed": "yes"},
                now=bench.now,
            )
        assert codes(refused) == {code}
    assert not CertificateRequest.objects.exists()
