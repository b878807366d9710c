"""Certificates of the demonstration city: types, requests in every state, questions between departments."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from yitong.certificates import commands
from yitong.certificates.commands.requesting import PostWish
from yitong.consents.commands.bases import ensure_bases, save_basis
from yitong.parties.actors import Actor, system
from yitong.parties.queries.actors import actor_of_login, actor_of_person
from yitong.parties.queries.people import person_by_idcard
from yitong.site.demo import people
from yitong.site.demo.calendar import History, at, back

ACTOR = system("demo")
LAWYER = {"licence_no": "14399202010012345", "firm": "湖畔律师事务所", "range": "2021年1月1日至今"}
LAWS = (
    ("school-admission", "随迁子女入学审核", "《居住证暂行条例》第十二条", "核对申请人的居住年限。", "education"),
    (
        "public-rental",
        "公租房资格审核",
        "《公共租赁住房管理办法》第八条",
        "核对申请人申报的婚姻、住房和收入。",
        "housing",
    ),
)
"""Provisions under which departments of this city ask about people who applied on paper: code, title, citation, allows, department."""
HOME = {"address": "示范市朝晖区望江镇望江村12号", "relation": "户主", "moved_on": "2012年9月1日"}


def load_certificates(history: History) -> None:
    """The types, and for the named citizens a few certificates and questions of the last working days."""
    commands.ensure_types(actor=ACTOR, now=history.opening)
    _laws(history.opening)
    known = people.persons(len(people.NAMED), history)
    places = (people.MEI, people.LEI, people.FANG, people.YAN, people.JIANGUO)
    found = [person_by_idcard(known[place].idcard) for place in places]
    mei, lei, fang, yan, jianguo = (person.pk for person in found if person is not None)
    last = history.last
    _under_mandate(yan, jianguo, known[people.JIANGUO].address, back(last, 5))
    _revoked(lei, back(last, 15))
    _issued_by_post(mei, back(last, 12))
    _asked_back(lei, back(last, 2))
    _waiting(fang, last)
    _refused(lei, back(last, 20))
    _overdue(mei, back(last, 6))
    _questions(mei, lei, last)
    _firm(lei, back(last, 1))


def _laws(now: datetime) -> None:
    ensure_bases(now)
    for code, title, citation, allows, department in LAWS:
        save_basis(
            actor=actor_of_login("registrar", now), code=code, title=title, citation=citation, allows=allows,
            departments=[department], needs_case=False, now=now,
        )  # fmt: skip


def _approved(request_id: int, login: str, values: dict[str, str], now: datetime) -> Actor:
    """Taken and approved; returns the officer."""
    officer = actor_of_login(login, now)
    commands.claim(actor=officer, request_id=request_id, now=now)
    commands.approve(actor=officer, request_id=request_id, values=values, now=now + timedelta(minutes=9))
    return officer


def _under_mandate(agent_id: int, principal_id: int, address: str, day: date) -> None:
    now = at(day, time(10, 45))
    made = commands.request(
        actor=actor_of_person(agent_id, now), type_code="household", purpose="银行业务", person_id=principal_id, now=now
    )
    _approved(made.pk, "police.review1", HOME | {"address": address}, now + timedelta(hours=1))


def _revoked(person_id: int, day: date) -> None:
    now = at(day, time(14, 15))
    made = commands.request(
        actor=actor_of_person(person_id, now), type_code="lawyer_no_penalty", purpose="招投标", now=now
    )
    officer = _approved(made.pk, "justice.review1", LAWYER, now + timedelta(hours=1))
    reason = "查询期间录入有误，请重新申请。"
    commands.revoke(actor=officer, request_id=made.pk, reason=reason, now=now + timedelta(days=1))


def _issued_by_post(person_id: int, day: date) -> None:
    now = at(day, time(9, 10))
    made = commands.request(
        actor=actor_of_person(person_id, now),
        type_code="household",
        purpose="子女入学",
        post=PostWish("李梅", "示范市朝晖区望江镇望江村12号"),
        now=now,
    )
    now += timedelta(hours=2)
    officer = _approved(made.pk, "police.review1", HOME, now)
    commands.post(
        actor=officer, request_id=made.pk, carrier="中国邮政EMS", tracking="EB430112345CN", now=now + timedelta(hours=3)
    )
    commands.confirm_post(actor=officer, request_id=made.pk, delivered=True, now=now + timedelta(days=1))


def _asked_back(person_id: int, day: date) -> None:
    now = at(day, time(10, 20))
    made = commands.request(
        actor=actor_of_person(person_id, now), type_code="no_crime", purpose="求职入职", reason="入职体检中心", now=now
    )
    officer, now = actor_of_login("police.review1", now), now + timedelta(hours=3)
    commands.claim(actor=officer, request_id=made.pk, now=now)
    commands.ask_back(
        actor=officer,
        request_id=made.pk,
        text="请说明查询期间的起止日期，并上传用人单位的要求。",
        now=now + timedelta(minutes=5),
    )


def _waiting(person_id: int, day: date) -> None:
    now = at(day, time(15, 40))
    commands.request(actor=actor_of_person(person_id, now), type_code="lawyer_no_penalty", purpose="评优评先", now=now)


def _refused(person_id: int, day: date) -> None:
    now = at(day, time(9, 30))
    made = commands.request(
        actor=actor_of_person(person_id, now), type_code="minimum_living", purpose="教育救助", now=now
    )
    officer, now = actor_of_login("civil_affairs.review1", now), now + timedelta(hours=1)
    commands.claim(actor=officer, request_id=made.pk, now=now)
    text = "经核对，您不是本市最低生活保障对象。需要申请低保的，请到户籍所在地乡镇（街道）提出。"
    commands.refuse(actor=officer, request_id=made.pk, reason=text, now=now + timedelta(minutes=20))


def _overdue(person_id: int, day: date) -> None:
    now = at(day, time(11, 0))
    commands.request(actor=actor_of_person(person_id, now), type_code="personnel_file", purpose="报考公职", now=now)


def _questions(mei: int, lei: int, last: date) -> None:
    """One answered, one waiting in time, one overdue."""
    answered, waiting, late = at(back(last, 9), time(10, 0)), at(last, time(14, 30)), at(back(last, 8), time(9, 45))
    made = commands.ask_department(
        actor=actor_of_login("education.review1", answered),
        type_code="verify_residence",
        person_id=mei,
        fact="李梅自2024年3月起在望江镇望江村连续居住。",
        purpose="随迁子女入学审核",
        law="school-admission",
        now=answered,
    )
    commands.answer(
        actor=actor_of_login("police.review1", answered),
        verification_id=made.pk,
        outcome="confirmed",
        text="居住登记连续，无中断。",
        now=answered + timedelta(hours=5),
    )
    for person_id, fact, purpose, now in (
        (lei, "陈磊目前的婚姻登记状态为已婚。", "公租房资格审核", waiting),
        (mei, "李梅最近一次婚姻登记日期为2015年。", "公租房资格审核", late),
    ):
        commands.ask_department(
            actor=actor_of_login("housing.review1", now),
            type_code="verify_marriage",
            person_id=person_id,
            fact=fact,
            purpose=purpose,
            law="public-rental",
            now=now,
        )


def _firm(person_id: int, day: date) -> None:
    now = at(day, time(16, 5))
    actor = actor_of_person(person_id, now)
    firm_id = min(actor.enterprise_ids)
    commands.request(actor=actor, type_code="firm_compliance", purpose="投标", enterprise_id=firm_id, now=now)
