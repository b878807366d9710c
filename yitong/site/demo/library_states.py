"""Licences of the enterprise of the accounts list in the states a library knows: one about to end, one lost and issued again."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from yitong.licences import commands as licences
from yitong.licences.types_data import BY_NAME
from yitong.parties.actors import system
from yitong.parties.queries.actors import actor_of_login, actor_of_person
from yitong.parties.queries.organisation import department_by_code
from yitong.parties.queries.people import enterprise_by_uscc
from yitong.site.demo import people
from yitong.site.demo.calendar import History, at

ACTOR = system("demo")
FOOD, ENDS_IN = "食品经营许可证", 45
LOST, PUBLISHED, AGAIN = 200, 100, 96
"""Days before today: a food licence was issued a second time after its loss; see ``load_library_states``."""


def load_library_states(history: History) -> None:
    """Two licences of the enterprise; nothing in a city without it."""
    head = people.persons(len(people.NAMED), history)
    firm = enterprise_by_uscc(people.enterprises(1, head)[0].uscc)
    department = department_by_code("market")
    if firm is None or department is None:
        return
    _food(firm, department, history.today + timedelta(days=ENDS_IN - 5 * 365 - 1), "LS1", "总店", "预包装食品销售")
    lost = _food(firm, department, history.today - timedelta(days=LOST), "LS2", "春风路分店", "热食类食品制售")
    day = at(history.today - timedelta(days=PUBLISHED), time(9, 10))
    owner = actor_of_person(firm.legal_representative_id, day)
    licences.report_lost(licence_id=lost.pk, reason="店铺搬迁时遗失", actor=owner, now=day)
    keeper = actor_of_login("market.chief", history.opening)
    later = at(history.today - timedelta(days=AGAIN), time(15, 30))
    licences.reissue(licence_id=lost.pk, reason="遗失补领", actor=keeper, now=later)
    licences.remind_renewals(now=at(history.last, time(9, 0)))


def _food(firm: Any, department: Any, day: date, reference: str, shop: str, scope: str) -> Any:
    now: datetime = at(day, time(10, 0))
    return licences.issue(
        type_code=BY_NAME[FOOD].code,
        holder_person_id=None,
        holder_enterprise_id=firm.pk,
        holder_name=firm.name,
        data={
            "uscc": firm.uscc,
            "legal_representative": firm.legal_representative.name,
            "address": firm.address,
            "business_place": f"{firm.address}（{shop}）",
            "business_kind": "食品销售经营者",
            "scope": scope,
        },
        issuer_department_id=department.pk,
        region_id=department.region_id,
        case_number=f"{reference}{day:%Y%m%d}",
        valid_years=5,
        actor=ACTOR,
        now=now,
    )
