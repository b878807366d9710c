"""The main path: apply, accept, review, decide, deliver."""

from __future__ import annotations

from yitong.cases import commands
from yitong.cases.models import Case, CaseEvent


def test_a_citizen_gets_a_licence(office):
    case = office.granted()
    assert (case.state, case.outcome) == ("delivering", "granted")
    assert case.licence.holder_name == "李梅"
    case = office.do(commands.deliver, "clerk", case, method="window", receiver="李梅", receiver_idcard_tail="0024")
    assert case.state == "closed" and case.closed_at == office.now
    kinds = list(CaseEvent.objects.filter(case=case).order_by("seq").values_list("kind", flat=True))
    assert kinds[0] == "submitted" and kinds[-2:] == ["delivered", "closed"]
    assert Case.objects.filter(number__startswith=office.item.implementation_code).count() == 1
