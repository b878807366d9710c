"""Persons and enterprises of the city, and who acts for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from yitong.kernel.identifiers import idcard, uscc
from yitong.parties.actors import Actor, system
from yitong.parties.commands import bulk, representation
from yitong.parties.queries.actors import actor_of_person
from yitong.parties.queries.organisation import regions
from yitong.parties.queries.people import enterprise_by_uscc, person_by_idcard
from yitong.site.demo import names_data as words
from yitong.site.demo.calendar import History
from yitong.site.demo.places import villages

ACTOR = system("demo")
PERSONS, ENTERPRISES = 2000, 300
HANDLERS, MANDATES = 60, 40


@dataclass(frozen=True, slots=True)
class PersonSpec:
    """One person. Everything but the database's id follows from the place in the list."""

    name: str
    idcard: str
    phone: str
    birth_on: date
    sex: str
    village: str
    address: str


@dataclass(frozen=True, slots=True)
class EnterpriseSpec:
    """One enterprise. ``head`` is the place of its legal representative in the list of persons."""

    name: str
    uscc: str
    head: int
    village: str
    address: str
    phone: str


NAMED = (
    ("李梅", date(1990, 5, 20), "female", "439901001201"),
    ("陈磊", date(1982, 11, 3), "male", "439901002201"),
    ("林芳", date(1993, 2, 14), "female", "439902002201"),
    ("周小燕", date(1988, 8, 8), "female", "439901001202"),
    ("王建国", date(1941, 9, 30), "male", "439901001201"),
    ("赵雪", date(2001, 6, 1), "female", "439903002202"),
)
"""The persons of the accounts list, at the head of the list: name, birth, sex, village."""
MEI, LEI, FANG, YAN, JIANGUO = 0, 1, 2, 3, 4


def persons(count: int, history: History) -> list[PersonSpec]:
    """The first ``count`` persons; a shorter list is the beginning of a longer one."""
    random, homes = Random("persons"), villages()
    found: list[PersonSpec] = []
    for place in range(count):
        if place < len(NAMED):
            name, born, sex, village = NAMED[place]
        else:
            sex = random.choice(("male", "female"))
            born = date(1938, 1, 1) + timedelta(days=int(random.triangular(0, 24800, 17000)))
            name, village = person_name(random, sex), random.choice(homes)
        serial = (place * 2 + (sex == "male")) % 1000
        number = idcard.compose(village[:6], born, serial)
        found.append(PersonSpec(name, number, f"1990000{place + 1:04d}", born, sex, village, address(random)))
    return found


def person_name(random: Random, sex: str) -> str:
    """A fictional name."""
    given = words.GIVEN_MALE if sex == "male" else words.GIVEN_FEMALE
    return random.choice(words.SURNAMES) + "".join(random.sample(given, random.choice((1, 2, 2))))


def address(random: Random) -> str:
    """A fictional address down to the door."""
    street, estate = random.choice(words.STREETS), random.choice(words.ESTATES)
    return f"示范市{street}{random.randint(1, 299)}号{estate}{random.randint(1, 30)}栋{random.randint(1, 33)}0{random.randint(1, 4)}室"


def enterprises(count: int, people: list[PersonSpec]) -> list[EnterpriseSpec]:
    """The first ``count`` enterprises, the first of them 恒信 with 陈磊 at its head."""
    random, homes = Random("enterprises"), villages()
    found: list[EnterpriseSpec] = []
    names: set[str] = set()
    while len(found) < count:
        place = len(found)
        name = f"示范市{random.choice(words.TRADE_NAMES)}{random.choice(words.TRADES)}{random.choice(words.FORMS)}"
        name = "示范市恒信商贸有限公司" if place == 0 else name
        if name in names:
            continue
        names.add(name)
        head = LEI if place == 0 else random.randrange(len(NAMED), len(people))
        village = random.choice(homes)
        number = uscc.compose("9", "1", village[:6], f"MA{place + 1:06d}")
        where = f"示范市{random.choice(words.STREETS)}{random.randint(1, 299)}号"
        found.append(EnterpriseSpec(name, number, head, village, where, people[head].phone))
    return found


def load_people(history: History, persons_wanted: int, enterprises_wanted: int) -> None:
    """Enter everybody, each with a log-in, then handlers and mandates."""
    now = history.opening
    people = persons(persons_wanted, history)
    firms = enterprises(enterprises_wanted, people)
    places = {row.code: row.pk for row in regions()}
    rows = bulk.load_people(
        actor=ACTOR,
        now=now,
        rows=[
            bulk.PersonRow(one.name, one.idcard, one.phone, places[one.village], one.address, with_account=True)
            for one in people
        ],
    )
    bulk.load_enterprises(
        actor=ACTOR,
        now=now,
        rows=[
            bulk.EnterpriseRow(firm.name, firm.uscc, rows[firm.head].pk, places[firm.village], firm.address, firm.phone)
            for firm in firms
        ],
    )
    _handlers(people, firms, history)
    _mandates(people, history)


def _handlers(people: list[PersonSpec], firms: list[EnterpriseSpec], history: History) -> None:
    random = Random("handlers")
    for place, firm in enumerate(firms[: max(1, len(firms) * HANDLERS // ENTERPRISES)]):
        person = people[FANG] if place == 0 else people[random.randrange(len(NAMED), len(people))]
        if person is people[firm.head]:
            continue
        found = enterprise_by_uscc(firm.uscc)
        assert found is not None  # entered a moment ago
        representation.name_handler(
            actor=citizen(people[firm.head], history),
            enterprise_id=found.pk,
            name=person.name,
            idcard=person.idcard,
            valid_from=history.opening.date(),
            now=history.opening,
        )


def _mandates(people: list[PersonSpec], history: History) -> None:
    random = Random("mandates")
    pairs = [(JIANGUO, YAN)]
    most = max(1, len(people) * MANDATES // PERSONS)
    pairs += [tuple(random.sample(range(len(NAMED), len(people)), 2)) for _ in range(most - 1)]  # type: ignore[misc]
    for principal, agent in pairs:
        representation.give_mandate(
            actor=citizen(people[principal], history),
            agent_name=people[agent].name,
            agent_idcard=people[agent].idcard,
            valid_from=history.opening.date(),
            valid_until=history.opening.date() + timedelta(days=1000),
            now=history.opening,
        )


def citizen(spec: PersonSpec, history: History) -> Actor:
    """The actor of a person of the list as of the city's opening."""
    found = person_by_idcard(spec.idcard)
    assert found is not None  # entered before anybody acts
    return actor_of_person(found.pk, history.opening)
