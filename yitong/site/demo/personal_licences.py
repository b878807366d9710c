"""Licences of the persons of the accounts list that departments issued long ago, and one case that lost its ground.

With them 李梅 hands in nothing but a photo for 教师资格认定, and nothing at all at the counter for 居住证申领.
"""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from yitong.cases import commands as cases
from yitong.documents.commands.uploads import store
from yitong.licences import commands as licences
from yitong.licences.holders import holder_of_person
from yitong.licences.queries.library import valid_of
from yitong.licences.types_data import BY_NAME
from yitong.parties.actors import Actor, system
from yitong.parties.queries.actors import actor_of_login, actor_of_person
from yitong.parties.queries.organisation import department_by_code
from yitong.parties.queries.people import person_by_idcard
from yitong.site.demo import people
from yitong.site.demo.calendar import History, at, back
from yitong.site.demo.paper_pictures import DRAWN

ACTOR = system("demo")
SEX = {"female": "女", "male": "男"}
RESIDENCE = "000709004000"
ISSUERS = {
    "居民身份证": "police",
    "户口簿": "police",
    "居住证": "police",
    "居住登记凭证": "police",
    "无犯罪记录证明": "police",
}
ISSUERS |= dict.fromkeys(("学历证书", "普通话水平测试等级证书", "教师资格考试合格证明"), "education")
ISSUERS |= {"体检合格证明": "health"}
EVERYBODY = ("居民身份证", "户口簿", "居住登记凭证")
AGES = {"居民身份证": 330, "户口簿": 320, "居住证": 150, "学历证书": 310, "居住登记凭证": 210}
"""Days before today on which each was issued; the others not long ago, since they hold for months only."""
YEARS = {"居住证": 1, "教师资格考试合格证明": 3, "体检合格证明": 1}


def load_personal_licences(history: History) -> None:
    """Some fifteen licences, none of a type its holder has already, and one case; under a second."""
    known = people.persons(len(people.NAMED), history)
    found = [person_by_idcard(known[place].idcard) for place in (people.MEI, people.LEI, people.FANG)]
    persons = [person for person in found if person is not None]
    made: dict[tuple[int, str], Any] = {}
    for serial, person in enumerate(persons):
        names = [*ISSUERS] if serial == 0 else EVERYBODY
        held = {each.type.name: each for each in valid_of(holder_of_person(person), None, history.today)}
        for place, name in enumerate(names):
            reference = f"GJ{history.opening:%Y%m%d}{serial:02d}{place:02d}"
            made[person.pk, name] = held.get(name) or _issue(person, name, reference, history)
    if len(persons) > 1:
        _case_that_loses_its_ground(persons[1], made, history)


def _issue(person: Any, name: str, reference: str, history: History) -> Any:
    department = department_by_code(ISSUERS[name])
    assert department is not None
    now = at(history.today - timedelta(days=AGES.get(name, 40)), time(10, 30))
    return licences.issue(
        type_code=BY_NAME[name].code,
        holder_person_id=person.pk,
        holder_enterprise_id=None,
        holder_name=person.name,
        data=_face(person, name, now.date()),
        issuer_department_id=department.pk,
        region_id=department.region_id,
        case_number=reference,
        valid_years=YEARS.get(name),
        actor=ACTOR,
        now=now,
    )


def _face(person: Any, name: str, day: date) -> dict[str, str]:
    """What stands on it, as far as its type has such fields."""
    home = person.address or "示范市朝晖区望江镇望江村12号"
    values = {
        "idcard": person.idcard,
        "sex": SEX.get(person.sex, ""),
        "birth_on": person.birth_on.isoformat(),
        "address": home,
        "relation": "户主",
        "household_place": "示范省远山县青石镇",
        "registered_on": (day - timedelta(days=1)).isoformat(),
        "reason": "务工",
        "school": "示范师范大学",
        "major": "汉语言文学",
        "level": "本科",
        "graduated_on": "2012-06-30",
        "grade": "二级甲等",
        "score": "90.5",
        "tested_on": (day - timedelta(days=30)).isoformat(),
        "stage": "高级中学教师资格",
        "subject": "语文",
        "checked_on": (day - timedelta(days=2)).isoformat(),
        "clinic": "示范市人民医院",
        "conclusion": "合格",
        "range": f"{person.birth_on.year + 18}年至今",
        "result": "未发现犯罪记录",
        "purpose": "教师资格认定",
    }
    return {field: values[field] for field, _label in BY_NAME[name].fields if field in values}


def _case_that_loses_its_ground(person: Any, made: dict[tuple[int, str], Any], history: History) -> None:
    """陈磊 applies for a residence permit with what the library has; then his residence registration is cancelled."""
    now = at(back(history.last, 1), time(9, 40))
    actor = actor_of_person(person.pk, now)
    applicant = cases.Applicant(person_id=person.pk)
    case = cases.start_draft(actor=actor, item_code=RESIDENCE, applicant=applicant, now=now, client_token="demo-reuse")
    answers = {"minor": False, "reason": "housing", "housing_kind": "dormitory"}
    cases.save_answers(actor=actor, case_id=case.pk, answers=answers, now=now)
    card, registration = made[person.pk, "居民身份证"], made[person.pk, "居住登记凭证"]
    choices = [
        cases.Choice("id_card", "licence", str(card.pk)),
        cases.Choice("lodging_proof", "licence", str(registration.pk)),
    ]
    cases.agree(actor=actor, case_id=case.pk, choices=choices, sensitive=True, now=now)
    _photo(actor, case.pk, now)
    cases.choose_delivery(actor=actor, case_id=case.pk, method="electronic", receiver=person.name, now=now)
    cases.submit(actor=actor, case_id=case.pk, now=now)
    ended = at(history.last, time(15, 20))
    keeper = actor_of_login("police.chief", ended)
    licences.cancel(
        licence_id=registration.pk,
        reason="登记人已搬离登记住址",
        actor=keeper,
        now=ended,
    )


def _photo(actor: Actor, case_id: int, now: datetime) -> None:
    out = io.BytesIO()
    DRAWN["photo"]({}).save(out, "JPEG", quality=82)
    file = SimpleUploadedFile("免冠照.jpg", out.getvalue(), "image/jpeg")
    kept = store(upload=file, actor=actor, purpose="cases:material", accept=("jpg", "png"), max_mb=2, now=now)
    cases.attach_material(actor=actor, case_id=case_id, material_code="photo", stored_file_id=kept.pk, now=now)
