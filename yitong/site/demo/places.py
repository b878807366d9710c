"""Regions, departments, counters and officials of the city, through the commands of parties."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from yitong.kernel.identifiers import uscc
from yitong.parties.actors import system
from yitong.parties.commands import authority, bulk, organisation, posts
from yitong.parties.queries import organisation as registry
from yitong.parties.roles import Role
from yitong.site.demo import accounts, names_data, places_data
from yitong.site.demo.calendar import History

ACTOR = system("demo")
DEPARTMENTS_FILE = Path(__file__).parents[2] / "catalog" / "data" / "departments.yaml"
NAMED = {account.login: account.name for account in accounts.ACCOUNTS}
EXPIRED_CHIEF = "market.chief2"
AWAY_NOW = ("education.review1", "housing.accept")
"""Officials on leave today: their B seats have the work."""


@dataclass(frozen=True, slots=True)
class Official:
    """One official to be entered: log-in, department, counter code, and what he does."""

    login: str
    department: str
    counter: str = ""
    region: str = ""
    roles: tuple[Role, ...] = ()


SEATS = (
    ("受理岗", Role.ACCEPTER, "accept", "review1"),
    ("审查一岗", Role.REVIEWER, "review1", "review2"),
    ("审查二岗", Role.REVIEWER, "review2", "review1"),
    ("首席代表岗", Role.CHIEF, "chief", "deputy"),
    ("负责人岗", Role.HEAD, "head", "deputy"),
)
"""Posts of every department: name, role, who sits on A and who on B (AB角)."""
JOBS = ("accept", "review1", "review2", "chief", "deputy", "head")


def load_places(history: History) -> None:
    """Regions of four levels, departments of the city and of towns, counters."""
    now, ids = history.opening, {}
    code, name = places_data.CITY
    ids[code] = organisation.add_region(actor=ACTOR, code=code, name=name, parent_id=None, now=now).pk
    for code, name, parent in regions():
        ids[code] = organisation.add_region(actor=ACTOR, code=code, name=name, parent_id=ids[parent], now=now).pk
    for row in [*yaml.safe_load(DEPARTMENTS_FILE.read_text(encoding="utf-8")), *_town_organs()]:
        keep = {key: row[key] for key in ("code", "name", "short_name", "uscc", "phone", "address")}
        organisation.save_department(actor=ACTOR, region_id=ids[row["region"]], now=now, **keep)
    known = {row.code: row.pk for row in registry.departments()}
    for code, name, department, place in places_data.COUNTERS:
        _counter(code, name, ids[places_data.CITY[0]], known.get(department or ""), place, now)
    for number, (region, hall) in enumerate(places_data.HALLS.items(), start=1):
        _counter(f"D{number:02d}", f"{hall}综合窗口", ids[region], None, f"{hall}1楼", now)


def _counter(code: str, name: str, region: int, department: int | None, place: str, now: datetime) -> None:
    organisation.save_counter(
        actor=ACTOR, code=code, name=name, region_id=region, department_id=department, address=place, now=now
    )


def regions() -> Iterator[tuple[str, str, str]]:
    """(code, name, code of the parent) of everything below the city, each parent before its children."""
    for district, (name, towns) in places_data.DISTRICTS.items():
        yield district, name, places_data.CITY[0]
        for number, (town, villages) in enumerate(towns.items(), start=1):
            code = f"{district}{number:03d}"
            yield code, town, district
            for serial, village in enumerate(villages, start=1):
                yield f"{code}{200 + serial:03d}", village, code


def villages() -> list[str]:
    """Codes of all villages, where people live."""
    return [code for code, _, _ in regions() if len(code) == 12]


def _town_organs() -> Iterator[dict[str, Any]]:
    for number, (region, (code, name, mark)) in enumerate(places_data.TOWN_ORGANS.items(), start=1):
        yield {
            "code": code,
            "name": name,
            "short_name": mark,
            "uscc": uscc.compose("1", "1", region[:6], f"MB0200{number:02d}"),
            "region": region,
            "phone": f"0990-8820{number:03d}",
            "address": f"{name}便民服务中心",
        }


def officials(only: Collection[str] = ()) -> list[Official]:
    """Everybody who works here (or in the departments ``only``), in the order of their staff numbers."""
    found = [Official(f"clerk.{n}", "service", f"A0{n}") for n in (1, 2, 3)]
    found += [Official(f"clerk.{n + 3}", "service", f"D0{n}", region) for n, region in enumerate(places_data.HALLS, 1)]
    for code, _, department, _ in places_data.COUNTERS:
        if department:
            found.append(Official(f"{department}.clerk", department, code))
    direct = {"supervisor": Role.SUPERVISOR, "author": Role.AUTHOR, "author2": Role.AUTHOR, "admin": Role.ADMIN}
    found += [Official(login, "service", roles=(role,)) for login, role in direct.items()]
    for row in registry.departments().order_by("id"):
        found += [Official(f"{row.code}.{job}", row.code) for job in JOBS]
    found.append(Official(EXPIRED_CHIEF, "market"))
    # Last, so that nobody else's staff number moves.
    found.append(Official("registrar", "service", roles=(Role.REGISTRAR,)))
    return [one for one in found if not only or one.department in only]


def load_staff(history: History, only: Collection[str] = ()) -> None:
    """Officials (of all departments, or of ``only``) with log-ins, posts with A and B, letters, absences."""
    now = history.opening
    random = Random("staff")
    organs = {row.code: row for row in registry.departments() if not only or row.code in only}
    places = {row.code: row for row in registry.regions()}
    counters = {row.code: row for row in registry.counters()}
    everybody = officials(only)
    staff: dict[str, Any] = {}
    for number, one in enumerate(everybody, start=1):
        organ = organs[one.department]
        staff[one.login] = organisation.save_staff(
            actor=ACTOR,
            number=f"G{number:04d}",
            name=NAMED.get(one.login) or official_name(random),
            department_id=organ.pk,
            region_id=places[one.region].pk if one.region else organ.region_id,
            counter_id=counters[one.counter].pk if one.counter else None,
            phone=f"1990001{number:04d}",
            now=now,
        )
        if one.roles:
            roles = [role.value for role in one.roles]
            organisation.set_roles(actor=ACTOR, staff_id=staff[one.login].pk, roles=roles, now=now)
    logins = [(row.pk, login) for login, row in staff.items()]
    bulk.open_staff_accounts(actor=ACTOR, logins=logins, password=accounts.PASSWORD, now=now)
    _posts(everybody, staff, organs, history)
    _letters(staff, organs, history)
    _absences(staff, history)


def official_name(random: Random) -> str:
    """A fictional name of two or three characters."""
    given = names_data.GIVEN_MALE if random.random() < 0.5 else names_data.GIVEN_FEMALE
    return random.choice(names_data.SURNAMES) + "".join(random.sample(given, random.choice((1, 2, 2))))


@cache
def official_names() -> frozenset[str]:
    """The names of all officials."""
    random = Random("staff")
    everybody = officials()
    return frozenset(NAMED.get(one.login) or official_name(random) for one in everybody)


def _posts(everybody: list[Official], staff: dict[str, Any], organs: dict[str, Any], history: History) -> None:
    def seat(department: int, name: str, role: Role, *who: str) -> None:
        post = posts.add_post(actor=ACTOR, department_id=department, name=name, role=role.value, now=history.opening)
        for letter, login in zip("AB", who, strict=False):
            posts.seat_staff(
                actor=ACTOR,
                post_id=post.pk,
                staff_id=staff[login].pk,
                seat=letter,
                valid_from=history.opening.date(),
                now=history.opening,
            )

    for organ in organs.values():
        for name, role, first, second in SEATS:
            seat(organ.pk, name, role, f"{organ.code}.{first}", f"{organ.code}.{second}")
    clerks = [one for one in everybody if one.counter]
    general = [one.login for one in clerks if one.counter.startswith("A")]
    for number, one in enumerate(clerks, start=1):
        # A backup from the same hall: general windows stand in for one another and for the dedicated ones.
        backup = next(login for login in [*general[number % 3 :], *general] if login != one.login)
        seat(organs[one.department].pk, f"收件岗{one.counter}", Role.CLERK, one.login, backup)
    if "market" in organs:
        seat(organs["market"].pk, "首席代表二岗", Role.CHIEF, EXPIRED_CHIEF, "market.deputy")


def _letters(staff: dict[str, Any], organs: dict[str, Any], history: History) -> None:
    """One letter a year, renewed two months ago; one that ended ten days ago and was not renewed."""
    first, renewed, end = history.letters
    for organ in organs.values():
        head = staff[f"{organ.code}.head"].name
        for job, serial in (("chief", 1), ("deputy", 2)):
            for since, until in ((first, renewed), (renewed, end)):
                _letter(staff[f"{organ.code}.{job}"].pk, organ, serial, since, until, head, history.opening)
    market = organs.get("market")
    if market is None:
        return
    ended = history.today - timedelta(days=10)
    _letter(staff[EXPIRED_CHIEF].pk, market, 3, first, ended, staff["market.head"].name, history.opening)


def _letter(staff: int, organ: Any, serial: int, since: date, until: date, head: str, now: datetime) -> None:
    authority.issue_letter(
        actor=ACTOR,
        number=f"{organ.short_name}授〔{since.year}〕{serial}号",
        staff_id=staff,
        department_id=organ.pk,
        powers=("decide", "review", "coordinate"),
        valid_from=since,
        valid_until=until,
        signed_by=head,
        now=now,
    )


def _absences(staff: dict[str, Any], history: History) -> None:
    for login, since, until in absences(history):
        if login not in staff:
            continue
        posts.tell_absence(
            actor=ACTOR, staff_id=staff[login].pk, from_on=since, until_on=until, reason="年休假", now=history.opening
        )


def absences(history: History) -> list[tuple[str, date, date]]:
    """(log-in, first day, day after the last) of every absence of the year, past and present."""
    past = (
        ("market.accept", 200, 5),
        ("police.review1", 150, 7),
        ("health.chief", 90, 4),
        ("human_resources.accept", 60, 5),
    )
    found = [
        (login, history.today - timedelta(days=ago), history.today - timedelta(days=ago - n)) for login, ago, n in past
    ]
    found += [(login, history.today - timedelta(days=2), history.today + timedelta(days=5)) for login in AWAY_NOW]
    return found
