"""Two administrators enter the same thing: the second writes while the first has not finished, and is told in words."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests import cast as city
from tests.cast import NOW
from yitong.kernel.reasons import Conflict, Refused
from yitong.parties.commands import accounts, authority, organisation
from yitong.parties.commands.first_come import first_come
from yitong.parties.models import Account, Counter, Department, Region, Staff

pytestmark = pytest.mark.django_db(transaction=True)


def overtaken(first: Callable[[], object], second: Callable[[], object]) -> object:
    """What ``second`` gets that begins before ``first`` is committed: its result, or its refusal."""

    def run() -> object:
        try:
            return second()
        except (Refused, Conflict) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            waiting = pool.submit(run)
            _until_blocked()
        return waiting.result(timeout=20)


def _until_blocked() -> None:
    for _ in range(200):
        with connection.cursor() as cursor:
            # Of this database: the server may serve other tests at the same time. A transaction sees one snapshot of it.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("the second never came to wait for the first")


def acts(cast: Any) -> dict[str, tuple[Callable[[], object], str]]:
    """What can be entered twice: the command, and the field that the second is told about."""
    admin, market = cast.actor("admin"), cast.department("market")
    person = iter((cast.staff_member("周涛"), cast.staff_member("吴敏")))
    holder = iter((cast.staff_member("周涛"), cast.staff_member("吴敏")))
    uscc = market.uscc

    def staff() -> object:
        return organisation.save_staff(
            actor=admin, number="S900", name="钱进", department_id=market.pk, region_id=market.region_id, now=NOW
        )

    def department() -> object:
        return organisation.save_department(
            actor=admin, code="new", name="新部门", uscc=uscc, region_id=market.region_id, now=NOW
        )

    def counter() -> object:
        return organisation.save_counter(actor=admin, code="Z9", name="九号窗", region_id=market.region_id, now=NOW)

    def account() -> object:
        staff_id = next(person).pk
        Account.objects.filter(staff_id=staff_id).delete()
        return accounts.open_staff_account(
            actor=admin, staff_id=staff_id, username="qianjin", password="yi-tong-2026", now=NOW
        )

    def letter() -> object:
        return authority.issue_letter(
            actor=admin,
            number="示授〔2026〕9号",
            staff_id=next(holder).pk,
            department_id=market.pk,
            powers=["decide"],
            valid_from=date(2026, 10, 1),
            valid_until=date(2027, 10, 1),
            now=NOW,
        )

    return {
        "staff": (staff, "number"),
        "department": (department, "code"),
        "counter": (counter, "code"),
        "account": (account, "username"),
        "letter": (letter, "number"),
    }


@pytest.mark.parametrize("name", ["staff", "department", "counter", "account", "letter"])
def test_the_second_is_told_which_field_is_taken(name: str) -> None:
    act, field = acts(city.build())[name]
    told = overtaken(act, act)
    assert isinstance(told, Conflict) and told.reason.field == field, told
    assert str(told)


def test_renaming_to_the_name_somebody_just_took() -> None:
    cast = city.build()
    admin, region = cast.actor("admin"), cast.region("district")
    one, other = cast.department("market"), cast.department("health")

    def rename(row: Department) -> Callable[[], object]:
        return lambda: organisation.save_department(
            actor=admin,
            department_id=row.pk,
            code=row.code,
            name="同名局",
            uscc=row.uscc,
            region_id=one.region_id,
            now=NOW,
        )

    told = overtaken(rename(one), rename(other))
    assert isinstance(told, Conflict) and told.reason.field == "name"
    with pytest.raises(Refused) as refusal:
        taken = Region.objects.filter(parent=region)[0].name
        code = f"{region.code.rstrip('0')}999"
        organisation.add_region(actor=admin, code=code, name=taken, parent_id=region.pk, now=NOW)
    assert refusal.value.reasons[0].field == "name"


def test_the_form_tells_it_and_keeps_what_was_typed() -> None:
    cast = city.build()
    client = Client()
    client.force_login(cast.account("admin"))
    act, _field = acts(cast)["counter"]
    values = {"code": "Z9", "name": "咨询窗", "region": cast.department("market").region_id, "address": "一楼"}
    page: Any = overtaken(act, lambda: client.post("/console/parties/counters/new/", values))
    assert page.status_code == 422 and "咨询窗" in page.content.decode()
    assert page.context["form"].errors["code"]
    assert Counter.objects.filter(code="Z9").count() == 1


def test_another_broken_constraint_stays_a_fault() -> None:
    cast = city.build()
    with pytest.raises(IntegrityError), first_come(organisation.CONFLICTS):
        Staff.objects.filter(pk=cast.staff_member("周涛").pk).update(state="gone")
