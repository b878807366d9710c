"""The measured city: 11 areas, 242 organs, 1,500 officials, 5,000 published items, 200,000 people, 20,000 enterprises.

Everything is computed from counters and seeded chance, so that the same city comes out every time. Rows are written
past the commands, which would take hours; the constraints of the tables hold all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

import yaml
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from benchmarks.million_data import ACTS, DISTRICTS, EVERYDAY, MATTERS, TOWNS
from yitong.catalog.commands.imports import read
from yitong.catalog.commands.search_index import index
from yitong.catalog.commands.synonyms import ensure_synonyms
from yitong.catalog.models import ItemSearch, ItemVersion, ServiceItem
from yitong.catalog.records import ItemRecord
from yitong.catalog.rules import shape
from yitong.kernel.identifiers import idcard, item, uscc
from yitong.parties.actors import system
from yitong.parties.models import (
    Account,
    Counter,
    Department,
    Enterprise,
    Person,
    Post,
    PostHolding,
    Region,
    Staff,
    StaffRole,
)
from yitong.parties.roles import Role
from yitong.site.demo import names_data

CATALOG = Path(__file__).parent.parent / "yitong" / "catalog" / "data"
SINCE = date(2020, 1, 1)
POSTS = ((Role.ACCEPTER, "受理岗"), (Role.REVIEWER, "审查岗"), (Role.CHIEF, "首席代表岗"), (Role.HEAD, "负责人岗"))
OFFICIALS_A_POST = {Role.ACCEPTER: 2, Role.REVIEWER: 2, Role.CHIEF: 1, Role.HEAD: 1}
CLERKS_AN_AREA = 4
PEOPLE_AN_ENTERPRISE = 10
Progress = Callable[[str, int, int], None]
"""(what, done, of how many)"""


@dataclass(frozen=True, slots=True)
class Size:
    """How large the measured city is."""

    cases: int
    items: int
    people: int

    @property
    def enterprises(self) -> int:
        return self.people // PEOPLE_AN_ENTERPRISE


FULL = Size(cases=1_000_000, items=5_000, people=200_000)
SMALL = Size(cases=5_000, items=120, people=1_000)


def build(size: Size, now: datetime, progress: Progress) -> None:
    """The whole city but its cases, in one transaction: an interrupted build leaves nothing."""
    with transaction.atomic():
        areas = _areas()
        organs = _organs(areas)
        _officials(areas, organs, now)
        _items(organs, size, now, progress)
        _people(areas, size, now, progress)
        ensure_synonyms(actor=system("bench"), now=now)


def _areas() -> list[Region]:
    """The city and its districts; towns below them only fill the tree."""
    city = Region.objects.create(code="439900", name="示范市", level=1)
    areas = [city]
    for number, name in enumerate(DISTRICTS, start=1):
        district = Region.objects.create(code=f"4399{number:02d}", name=f"{name}区", level=2, parent=city)
        areas.append(district)
        for serial, town in enumerate(TOWNS, start=1):
            Region.objects.create(code=f"4399{number:02d}{serial:03d}", name=town, level=3, parent=district)
    return areas


def _organs(areas: list[Region]) -> list[tuple[str, Department]]:
    """(department code of the catalogue, organ) of every area."""
    known = yaml.safe_load((CATALOG / "departments.yaml").read_text(encoding="utf-8"))
    found: list[tuple[str, Department]] = []
    for area in areas:
        for row in known:
            name = row["name"].replace("示范市", area.name)
            organisation = f"MB{len(found) + 1:06d}"
            organ = Department(
                code=f"{row['code']}_{area.code}",
                name=name,
                short_name=f"{row['short_name']}{area.code[4:]}",
                uscc=uscc.compose("1", "1", area.code, organisation),
                region=area,
                phone=row["phone"],
                address=row["address"],
            )
            found.append((row["code"], organ))
    Department.objects.bulk_create([organ for _, organ in found])
    return found


def _officials(areas: list[Region], organs: list[tuple[str, Department]], now: datetime) -> None:
    random, secret = Random("officials"), make_password("bench")
    staff: list[Staff] = []
    seats: list[tuple[Staff, Post]] = []
    direct: list[tuple[Staff, Role]] = []

    def hire(organ: Department, area: Region, counter: Counter | None = None) -> Staff:
        number = f"B{len(staff) + 1:05d}"
        staff.append(Staff(name=_name(random), number=number, department=organ, region=area, counter=counter))
        return staff[-1]

    posts: list[Post] = []
    for _, organ in organs:
        for role, name in POSTS:
            for serial in range(1, OFFICIALS_A_POST[role] + 1):
                posts.append(Post(department=organ, name=f"{name}{serial}", role=role.value))
                seats.append((hire(organ, organ.region), posts[-1]))
    for area in areas:
        hall = next(organ for code, organ in organs if code == "service" and organ.region_id == area.pk)
        for serial in range(1, CLERKS_AN_AREA + 1):
            counter = Counter.objects.create(code=f"{area.code}-{serial}", name=f"综合窗口{serial}号", region=area)
            direct.append((hire(hall, area, counter), Role.CLERK))
        direct.append((hire(hall, area), Role.SUPERVISOR))
    Staff.objects.bulk_create(staff)
    Post.objects.bulk_create(posts)
    PostHolding.objects.bulk_create(
        PostHolding(post=post, staff=who, seat="A", valid_from=SINCE) for who, post in seats
    )
    StaffRole.objects.bulk_create(StaffRole(staff=who, role=role.value) for who, role in direct)
    Account.objects.bulk_create(
        Account(kind="staff", username=who.number.lower(), staff=who, password=secret, opened_at=now) for who in staff
    )


def _name(random: Random) -> str:
    given = random.choice((names_data.GIVEN_MALE, names_data.GIVEN_FEMALE))
    return random.choice(names_data.SURNAMES) + "".join(random.sample(given, random.choice((1, 2, 2))))


@cache
def prepared() -> tuple[ItemRecord, ...]:
    """The records of the prepared catalogue: what the generated items are varied from."""
    records: list[ItemRecord] = []
    for file in sorted((CATALOG / "items").glob("*.yaml")):
        records += [envelope.record for envelope in read(file.read_bytes(), file.name).envelopes]
    return tuple(records)


def basics() -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """(department code, basic code, name, everyday words) of every basic item, the most asked for first."""
    matters = {code: words.split() for code, words in MATTERS.items()}
    for number in range(max(map(len, matters.values()))):
        for act_number, act in enumerate(ACTS):
            for place, (code, words) in enumerate(matters.items()):
                if number < len(words):
                    basic = item.compose_basic(
                        "00",
                        ("01", "07", "20")[act_number],
                        f"{place + 1:02d}",
                        f"{number + 1:03d}",
                        f"{act_number:03d}",
                    )
                    yield code, basic, f"{words[number]}{act}", EVERYDAY.get(words[number], ())


def _items(organs: list[tuple[str, Department]], size: Size, now: datetime, progress: Progress) -> None:
    records, wanted = prepared(), list(basics())
    by_code: dict[str, list[Department]] = {}
    for code, organ in organs:
        by_code.setdefault(code, []).append(organ)
    plan = [(row, organ) for row in wanted for organ in by_code[row[0]]][: size.items]
    published_at = now - timedelta(days=1200)
    versions: list[ItemVersion] = []
    items: list[ServiceItem] = []
    varied: list[ItemRecord] = []
    for place, ((_, basic, name, words), organ) in enumerate(plan):
        level = "3" if organ.region.level == 1 else "4"
        record = records[place // 11 % len(records)].model_copy(
            update={"name": name, "everyday_words": words, "level": level, "delegated_to": ()}
        )
        code = item.compose_implementation(organ.uscc, level, basic)
        items.append(
            ServiceItem(
                basic_code=basic,
                implementation_code=code,
                department=organ,
                region=organ.region,
                created_at=published_at,
            )
        )
        varied.append(record)
    ServiceItem.objects.bulk_create(items)
    for row, record in zip(items, varied, strict=True):
        versions.append(
            ItemVersion(
                item=row,
                number=1,
                state="published",
                name=record.name,
                record=shape.dump(record),
                author_ref="system:bench",
                reviewer_ref="system:bench",
                created_at=published_at,
                updated_at=published_at,
                submitted_at=published_at,
                published_at=published_at,
            )
        )
    ItemVersion.objects.bulk_create(versions, batch_size=500)
    for row, version in zip(items, versions, strict=True):
        row.current_version, row.state = version, ServiceItem.State.PUBLISHED
    ServiceItem.objects.bulk_update(items, ["current_version", "state"], batch_size=500)
    for done, (row, version, record) in enumerate(zip(items, versions, varied, strict=True), start=1):
        index(row, version, record)
        if done % 100 == 0:
            progress("items", done, len(items))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_itemsearch SET popularity = 200000 / (item_id + 10)")
    assert ItemSearch.objects.count() == len(items)


def _people(areas: list[Region], size: Size, now: datetime, progress: Progress) -> None:
    """Persons and enterprises numbered from 1, so that a case names its applicant without looking him up."""
    random = Random("people")
    districts = areas[1:]
    with connection.cursor() as cursor:
        person = _columns(Person)
        with cursor.copy(f"COPY parties_person ({person}) FROM STDIN") as copy:
            for number in range(1, size.people + 1):
                copy.write_row(_person(number, random, districts, now))
                if number % 10_000 == 0:
                    progress("people", number, size.people)
        enterprise = _columns(Enterprise)
        with cursor.copy(f"COPY parties_enterprise ({enterprise}) FROM STDIN") as copy:
            for number in range(1, size.enterprises + 1):
                copy.write_row(_enterprise(number, random, districts, now))
        for table in ("parties_person", "parties_enterprise"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")


def _columns(model: type[Person] | type[Enterprise]) -> str:
    return ", ".join(str(field.column) for field in model._meta.concrete_fields)


def _person(number: int, random: Random, districts: list[Region], now: datetime) -> tuple[object, ...]:
    district = districts[number % len(districts)]
    # One day and serial belong to one person of a district: 365 days of 60 years, serials up to 999.
    born = date(1945, 1, 1) + timedelta(days=number // len(districts) % 21_900)
    code = idcard.compose(district.code, born, number // len(districts) // 21_900 % 999 + 1)
    sex = "male" if int(code[16]) % 2 else "female"
    address = f"示范市{district.name}{random.choice(names_data.STREETS)}{number % 300 + 1}号"
    return number, _name(random), code, f"13{number:09d}", sex, born, district.pk, address, now


def _enterprise(number: int, random: Random, districts: list[Region], now: datetime) -> tuple[object, ...]:
    district = districts[number % len(districts)]
    trade = (
        f"{random.choice(names_data.TRADE_NAMES)}{random.choice(names_data.TRADES)}{random.choice(names_data.FORMS)}"
    )
    code = uscc.compose("9", "1", district.code, f"MA{number:06d}")
    address = f"示范市{district.name}{random.choice(names_data.STREETS)}{number % 300 + 1}号"
    return number, f"示范市{trade}", code, number, district.pk, address, f"0990-{number:07d}", now
