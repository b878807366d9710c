"""Data sharing of the demonstration city: its connectors, and one outside system with a narrow scope."""

from __future__ import annotations

from yitong.exchange import commands
from yitong.exchange.rules.scopes import Scope
from yitong.licences.types_data import BY_NAME
from yitong.parties.actors import system
from yitong.parties.queries.organisation import department_by_code
from yitong.site.demo.calendar import History

ACTOR = system("demo")
SCOPES = (("食品经营许可证", ("business_place", "scope")), ("营业执照", ("kind", "address", "scope")))


def load_exchange(history: History) -> None:
    """A dozen rows. The system's secret is nobody's: the administrator replaces it to try the interface."""
    commands.ensure_connectors(history.opening)
    department = department_by_code("health")
    assert department is not None
    made = commands.register_client(
        actor=ACTOR,
        name="卫生健康监督执法系统",
        department_id=department.pk,
        contact="示范市卫生健康委员会信息科 0799-8800120",
        purpose="餐饮与公共场所卫生监督检查时核验经营资格",
        law="《中华人民共和国食品安全法》第三十五条",
        now=history.opening,
    )
    commands.set_scopes(
        actor=ACTOR,
        client_pk=made.client.pk,
        scopes=[
            Scope(BY_NAME[name].code, frozenset(fields), frozenset({"identifier", "holder", "verify"}))
            for name, fields in SCOPES
        ],
        reason="按监督检查职责开通",
        now=history.opening,
    )
