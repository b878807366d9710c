"""Consents of the demonstration city: what 李梅 allowed and took back, who looked, and an officer who looked late at night."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from yitong.cases.permissions import visible_to as cases_visible_to
from yitong.consents import commands
from yitong.consents.commands.bases import ensure_bases
from yitong.licences.holders import holder_of_person
from yitong.licences.queries.library import valid_of
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor
from yitong.parties.queries.actors import actor_of_login, actor_of_person
from yitong.parties.queries.organisation import department_by_code
from yitong.parties.queries.people import person_by_idcard
from yitong.site.demo import people
from yitong.site.demo.calendar import History, at, back

OFFICER, LATE_OFFICER = "market.review1", "market.chief"
NIGHT, LOOKS_AT_NIGHT = time(21, 40), 6


def load_consents(history: History) -> None:
    """The table of laws, two consents, a dozen looks; nothing for a city too small to have a case of 李梅."""
    ensure_bases(history.opening)
    found = person_by_idcard(people.persons(len(people.NAMED), history)[people.MEI].idcard)
    department = department_by_code("market")
    if found is None or department is None:
        return
    holder = holder_of_person(found)
    given = at(back(history.last, 9), time(10, 5))
    licences = valid_of(holder, None, given.date())
    if not licences:
        return
    mei = actor_of_person(found.pk, given)
    first = _grant(mei, holder, licences[0].pk, department.pk, "核对经营资格", given)
    taken_back = _grant(mei, holder, licences[-1].pk, department.pk, "参加信用评价", given + timedelta(minutes=4))
    commands.revoke(actor=mei, consent_id=taken_back, now=given + timedelta(days=1))
    _look(OFFICER, found.pk, licences[0].pk, first, given + timedelta(hours=5))
    _late(found.pk, [licence.pk for licence in licences], back(history.last, 4))


def _grant(mei: Actor, holder: Holder, licence_id: int, department_id: int, purpose: str, now: datetime) -> int:
    consent = commands.grant(
        actor=mei,
        holder=holder,
        licence_ids=[licence_id],
        purpose=purpose,
        department_id=department_id,
        until=now + timedelta(days=180),
        uses=5,
        now=now,
    )
    return consent.pk


def _look(login: str, person_id: int, licence_id: int, consent_id: int, now: datetime) -> None:
    officer = actor_of_login(login, now)
    number = _case_of(officer, person_id)
    if number:
        commands.use(
            actor=officer,
            licence_id=licence_id,
            consent_id=consent_id,
            case_number=number,
            purpose="审查申请材料",
            now=now,
        )


def _late(person_id: int, licence_ids: list[int], day: date) -> None:
    """Enough looks after closing time for the list of anomalies to name somebody."""
    officer = actor_of_login(LATE_OFFICER, at(day, NIGHT))
    number = _case_of(officer, person_id)
    for place in range(LOOKS_AT_NIGHT if number else 0):
        commands.use(
            actor=officer,
            licence_id=licence_ids[place % len(licence_ids)],
            law="licence-examination",
            case_number=number,
            purpose="核实申请材料",
            now=at(day, NIGHT) + timedelta(minutes=3 * place),
        )


def _case_of(officer: Actor, person_id: int) -> str:
    """The number of a case of the person that the officer may see; empty when there is none."""
    rows = cases_visible_to(officer).filter(applicant_person_id=person_id, number__isnull=False).order_by("id")
    return rows.values_list("number", flat=True).first() or ""
