"""Which cases the city has: course, item, applicant and channel of each, and the scripts of one share of them.

The allocation is drawn once and cheaply; a script is written from a random source of its own, so that each process writes only
its share. Shares hold whole items: the versions of an item and the numbers of its cases then come in the order of time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from yitong.catalog.records import ItemRecord
from yitong.site.demo import people as folk
from yitong.site.demo.calendar import History, after, at, back
from yitong.site.demo.courses import COURSES as WRITERS
from yitong.site.demo.courses import UNDER_WAY, suits
from yitong.site.demo.courses_data import COURSES, OTHER, POPULARITY
from yitong.site.demo.filling import Filled, fill
from yitong.site.demo.items import REVISED, at_revision
from yitong.site.demo.people import EnterpriseSpec, PersonSpec
from yitong.site.demo.places import absences
from yitong.site.demo.places_data import TOWN_ORGANS
from yitong.site.demo.script import Act, Script, Who

PERSON: Final = "1"
RESERVED: Final = 24
"""The last persons and enterprises of the lists break promises, each one once: it bars them from making another."""
REVOKED_EVERY: Final = 12
"""Every so many commitments one proves false."""
Absences = list[tuple[str, date, date]]


@dataclass(frozen=True, slots=True)
class Slot:
    """One case before its script. ``serial``: its place among the cases of its course."""

    index: int
    course: str
    serial: int
    item: str
    personal: bool


@dataclass(frozen=True, slots=True)
class City:
    """What scripts are written from: items by basic code, people, time."""

    records: Mapping[str, ItemRecord]  # as they are now, whatever version is in force while the past is played
    codes: Mapping[str, str]  # basic code to implementation code
    departments: Mapping[str, str]  # basic code to the deciding department's code
    persons: Sequence[PersonSpec]
    firms: Sequence[EnterpriseSpec]
    history: History


def slots(items: Mapping[str, ItemRecord], scale: float) -> list[Slot]:
    """All cases of the city; at any scale at least one of each course."""
    random = Random("slots")
    found: list[Slot] = []
    for course, wanted in COURSES.items():
        able = sorted(code for code, record in items.items() if suits(course, record))
        weights = [POPULARITY.get(code, OTHER) for code in able]
        for serial in range(max(1, round(wanted * scale))):
            code = random.choices(able, weights)[0]
            subjects = items[code].subjects
            personal = PERSON in subjects and (len(subjects) == 1 or random.random() < 0.4)
            found.append(Slot(len(found), course, serial, code, personal))
    return found


def shares(cases: Sequence[Slot], count: int) -> list[set[str]]:
    """Basic codes of items in ``count`` shares of about the same number of cases."""
    sizes = Counter(slot.item for slot in cases)
    found: list[set[str]] = [set() for _ in range(count)]
    loads = [0] * count
    for code, size in sorted(sizes.items(), key=lambda row: (-row[1], row[0])):
        place = loads.index(min(loads))
        found[place].add(code)
        loads[place] += size
    return found


def whos(city: City, cases: Sequence[Slot]) -> dict[int, Who]:
    """The applicant of every case."""
    return {slot.index: _who(city, slot) for slot in cases}


def acts(city: City, cases: Sequence[Slot], share: set[str]) -> list[Act]:
    """Every act of the cases of ``share`` in the order of time, new versions of its items among them."""
    away = absences(city.history)
    found = [act for slot in cases if slot.item in share for act in script(city, slot, away).acts]
    revision = at_revision(city.history)
    found += [Act(revision, -1, n, "revise", "clock", {"item": code}) for n, code in enumerate(sorted(share & set(REVISED)))]
    return sorted(found, key=lambda act: (act.at, act.case, act.order))


def script(city: City, slot: Slot, away: Absences) -> Script:
    """The script of one case. ValueError when the item cannot take the course after all."""
    random = Random(f"{city.history.today}:{slot.index}")
    who = _who(city, slot)
    days = (city.history.last - city.history.first).days
    for attempt in range(60):
        # Recent months are busier; every failed attempt looks further back.
        ago = int(random.triangular(0, days, days * 0.25)) if attempt < 40 else days - random.randint(0, 20)
        day = city.history.last - timedelta(days=ago)
        written = _blank(city, slot, who, away, random)
        if slot.course in {"provisional", "promise_broken", "provisional_open"} and not written.filled.provisional:
            continue
        if slot.course in {"corrected", "correcting", "not_supplied"} and not written.filled.materials:
            continue
        if written.channel == "window":
            day = city.history.first if day < city.history.first else _workday(day)
        WRITERS[slot.course](written, day)
        if written.fits() and written.acts[0].at >= at(city.history.first, written.acts[0].at.time()) - timedelta(days=30):
            return written
    raise ValueError(f"case {slot.index}: {slot.item} cannot take the course {slot.course}")


def _workday(day: date) -> date:
    """The day itself when it is a working day, else the one before."""
    return back(after(day, 1), 1)


def _blank(city: City, slot: Slot, who: Who, away: Absences, random: Random) -> Script:
    record = city.records[slot.item]
    filled = fill(record, _known(city, who), city.history.first, random)
    return Script(
        index=slot.index,
        item=city.codes[slot.item],
        record=record,
        organ=_organ(city, slot.item, who),
        who=who,
        filled=filled,
        channel=_channel(record, random),
        history=city.history,
        random=random,
        away=away,
        hurried=slot.course in UNDER_WAY,
        false_promise=proves_false(slot),
    )


def _channel(record: ItemRecord, random: Random) -> str:
    weights = {"window": 34, "web": 38, "mobile": 25, "kiosk": 3, "post": 0}
    return random.choices(record.channels, [weights[name] for name in record.channels])[0]


def _organ(city: City, code: str, who: Who) -> str:
    """The department that exercises the item for somebody of this village."""
    town = who.village[:9]
    return TOWN_ORGANS[town][0] if town in city.records[code].delegated_to else city.departments[code]


def _who(city: City, slot: Slot) -> Who:
    """李梅 and 恒信 have a case of each course; 王建国 is acted for by 周小燕; who breaks promises is set apart."""
    random = Random(f"who:{slot.index}")
    if slot.personal:
        place = random.randrange(len(folk.NAMED), len(city.persons) - RESERVED)
        place = {0: folk.MEI, 1: folk.JIANGUO}.get(slot.serial, place)
        place = _breaker(slot, len(city.persons)) or place
        actor = folk.YAN if place == folk.JIANGUO else place
        return Who(place, None, actor, city.persons[place].village, city.persons[actor].idcard[-4:])
    place = 0 if slot.serial < 2 else random.randrange(1, len(city.firms) - RESERVED)
    place = _breaker(slot, len(city.firms)) or place
    firm = city.firms[place]
    actor = folk.FANG if place == 0 and slot.index % 2 else firm.head
    return Who(None, place, actor, firm.village, city.persons[actor].idcard[-4:])


def _breaker(slot: Slot, count: int) -> int | None:
    """The place, in a list of ``count``, of somebody who breaks a promise in this case; None when it is kept."""
    half = RESERVED // 2
    if slot.course == "promise_broken":
        return count - RESERVED + slot.serial % half
    if proves_false(slot):
        return count - half + slot.serial // REVOKED_EVERY % half
    return None


def proves_false(slot: Slot) -> bool:
    """Whether this case's commitment is revoked after the check."""
    return slot.course == "commitment" and slot.serial % REVOKED_EVERY == REVOKED_EVERY - 1


def _known(city: City, who: Who) -> dict[str, str]:
    """What the platform fills in by itself, by prefill source."""
    if who.person is not None:
        one = city.persons[who.person]
        return {
            "person.name": one.name,
            "person.idcard": one.idcard,
            "person.phone": one.phone,
            "person.address": one.address,
            "person.birth_on": one.birth_on.isoformat(),
        }
    firm = city.firms[who.enterprise or 0]
    head = city.persons[firm.head].name
    return {
        "enterprise.name": firm.name,
        "enterprise.uscc": firm.uscc,
        "enterprise.address": firm.address,
        "enterprise.phone": firm.phone,
        "enterprise.legal_representative": head,
        "person.name": head,
    }
