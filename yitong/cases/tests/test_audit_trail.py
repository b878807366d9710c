"""Every command leaves exactly one audit entry of its own, and its documents follow the case's policy."""

from __future__ import annotations

from datetime import date

import pytest

from yitong.audit.models import Entry
from yitong.cases import commands
from yitong.cases.models import Case
from yitong.cases.tests.test_promises import PROMISED, committed, provisional
from yitong.cases.tests.test_trust import FLOOD, WHY, asked, broken, signed
from yitong.documents.permissions import can_read_document
from yitong.documents.queries import of_subject


def correcting(office) -> Case:
    items = [{"material": "layout", "problem": "看不清", "remedy": "重传"}]
    return office.do(commands.request_correction, "accepter", office.submitted(), items=items)


def corrected(office) -> Case:
    case = correcting(office)
    office.later(minutes=1)
    commands.attach_material(
        actor=office.actor("citizen"),
        case_id=case.pk,
        material_code="layout",
        stored_file_id=office.upload("citizen", "x.png"),
        now=office.now,
    )
    return case


def suspended(office) -> Case:
    hearing = {"kind": "hearing", "reason": "听证", "planned_days": 3}
    return office.do(commands.start_special_procedure, "reviewer", office.accepted(), **hearing)


def extending(office) -> Case:
    return office.do(commands.request_extension, "reviewer", office.accepted(), days=5, reason="复杂")


def posted(office) -> Case:
    post = {"method": "post", "address": "春风路8号", "tracking": "EB1"}
    return office.do(commands.deliver, "clerk", office.granted(), **post)


ITEMS = [{"material": "layout", "problem": "看不清", "remedy": "重传"}]
ACTS = [
    ("draft", commands.save_answers, "citizen", {"answers": {"scope": "catering"}}),
    ("draft", commands.save_form, "citizen", {"form": {"shop": "新店"}}),
    ("draft", commands.submit, "citizen", {}),
    ("draft", commands.sign_commitment, "citizen", {}),
    ("draft", commands.choose_delivery, "citizen", {"method": "electronic"}),
    ("draft", commands.offer_provisional, "citizen", {"materials": ["layout"], "promised_on": PROMISED}),
    ("submitted", commands.claim, "accepter", {}),
    ("submitted", commands.accept, "accepter", {}),
    ("submitted", commands.declare_not_required, "accepter", {"reason": "无需许可"}),
    ("submitted", commands.refuse_acceptance, "accepter", {"right_organ": "公安局", "reason": "不属本机关"}),
    ("submitted", commands.request_correction, "accepter", {"items": ITEMS}),
    ("submitted", commands.withdraw, "citizen", {}),
    (corrected, commands.supply_correction, "citizen", {}),
    (
        "accepted",
        commands.start_special_procedure,
        "reviewer",
        {"kind": "testing", "reason": "抽检", "planned_days": 2},
    ),
    (suspended, commands.end_special_procedure, "reviewer", {}),
    ("accepted", commands.request_extension, "reviewer", {"days": 3, "reason": "复杂"}),
    (extending, commands.approve_extension, "head", {}),
    (extending, commands.refuse_extension, "head", {"note": "不必"}),
    ("accepted", commands.terminate, "accepter", {"ground": "impossible", "reason": "场所灭失"}),
    (provisional, commands.extend_promise, "head", FLOOD),
    (broken, commands.request_repair, "citizen", {"reason": "已补齐"}),
    (asked, commands.approve_repair, "head", {"reason": "已核实"}),
    (asked, commands.refuse_repair, "head", {"reason": "仍缺盖章"}),
    (signed, commands.withdraw_commitment, "citizen", {}),
    (committed, commands.withdraw_commitment, "citizen", WHY),
    ("deciding", commands.decide, "chief", {"outcome": "granted"}),
    ("deciding", commands.decide, "chief", {"outcome": "refused", "reasons": "不符", "remedies": commands.REMEDIES}),
    ("granted", commands.deliver, "clerk", {"method": "electronic"}),
    (posted, commands.confirm_delivery, "clerk", {}),
]


@pytest.mark.parametrize(("start", "command", "who", "arguments"), ACTS)
def test_one_entry_each(office, start, command, who, arguments):
    case = getattr(office, start)() if isinstance(start, str) else start(office)
    seen = Entry.objects.filter(tag__startswith="cases:").count()
    after = office.do(command, who, case, **arguments)
    mine = list(Entry.objects.filter(tag__startswith="cases:").order_by("id"))[seen:]
    assert len(mine) == 1
    assert mine[0].actor_ref == office.actor(who).ref
    assert mine[0].subject == (f"case:{after.number}" if after.number else f"draft:{after.pk}")
    for private in ("李梅", "13800000001", office.cast.person("citizen").idcard):
        assert private not in str(mine[0].detail)


def test_documents_follow_the_case(office):
    case = office.accepted()
    documents = list(of_subject(f"case:{case.pk}"))
    assert {document.kind for document in documents} == {"receipt_of_materials", "acceptance_notice"}
    for who, may in (("citizen", True), ("reviewer", True), ("stranger", False), ("author", False), ("admin", False)):
        assert can_read_document(office.actor(who), documents[0]) is may, who


def test_the_case_numbers_day_is_the_local_one(office):
    office.now = office.now.replace(hour=23, minute=50)
    assert office.submitted().number[31:39] == f"{date(2026, 9, 24):%Y%m%d}"
