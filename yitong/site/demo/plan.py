"""Which cases the city has: course, item, applicant and channel of each, and the scripts of one share of them.

The allocation is drawn once and cheaply; a script is written from a random source of its own, so that each process writes only
its share. Shares hold whole items: the versions of an item and the numbers of its cases then come in the order of time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from yitong.catalog.records import ItemRecord
from yitong.kernel.calendar import load_calendar
from yitong.site.demo import people as folk
from yitong.site.demo.calendar import History, after, at, back
from yitong.site.demo.courses import COURSES as WRITERS
from yitong.site.demo.courses import UNDER_WAY, suits
from yitong.site.demo.courses_data import COURSES, OTHER, POPULARITY
from yitong.site.demo.filling import fill
from yitong.site.demo.items import REVISED, at_revision
from yitong.site.demo.people import EnterpriseSpec, PersonSpec
from yitong.site.demo.places import absences, official_names
from yitong.site.demo.places_data import TOWN_ORGANS
from yitong.site.demo.script import Act, Script, Who

PERSON: Final = "1"
RESERVED: Final = 24
"""The last persons and enterprises of the lists break promises, each one once: it bars them from making another."""
REVOKED_EVERY: Final = 12
"""Every so many commitments one proves false."""
COPIED: Final = frozenset(
    {
        "granted", "corrected", "special", "extended", "provisional", "commitment", "refused", "not_required",
        "acceptance_refused", "withdrawn",
    }
)  # fmt: skip
"""Courses of which there are many cases alike, all ended."""
PLAYED_EVERY: Final = 14
PLAIN: Final = (45, 65)
"""A case others are copied from lies in so many days without holidays, where it can be moved to others: an ordinary one, and one
that takes longer."""
LONG_BEFORE: Final = timedelta(days=200)
"""Dates in forms lie so long before the year that no copy takes them for days of the case: see copies.AROUND."""
Absences = list[tuple[str, date, date]]


@dataclass(frozen=True, slots=True)
class Slot:
    """One case before its script. ``serial``: its place among the cases of its course."""

    index: int
    course: str
    serial: int
    item: str
    personal: bool
    like: int | None = None
    """The case it is a copy of; None for one that is played."""
    model: bool = False
    """Others are copies of it."""


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
    return _with_copies(found)


def _with_copies(cases: list[Slot]) -> list[Slot]:
    """One in ``PLAYED_EVERY`` of the cases that are alike is played, the others are its copies."""
    alike: dict[tuple[str, str, bool], list[Slot]] = {}
    for slot in cases:
        # Those with a part of their own in the city are played.
        if slot.course in COPIED and slot.serial > 1 and not proves_false(slot):
            alike.setdefault((slot.course, slot.item, slot.personal), []).append(slot)
    found = list(cases)
    for group in alike.values():
        models = group[: -(-len(group) // PLAYED_EVERY)]
        for place, slot in enumerate(group):
            if slot in models:
                found[slot.index] = replace(slot, model=len(group) > len(models))
            else:
                found[slot.index] = replace(slot, like=models[place % len(models)].index)
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
    found = {slot.index: _who(city, slot) for slot in cases if slot.like is None}
    for slot in cases:
        if slot.like is not None:
            found[slot.index] = _like(city, slot, found[slot.like])
    return found


def _like(city: City, slot: Slot, model: Who) -> Who:
    """An applicant for whom the same department works as for the applicant of the case it is a copy of."""
    organ = _organ(city, slot.item, model)
    for attempt in range(500):
        found = _who(city, slot, attempt)
        if _organ(city, slot.item, found) == organ:
            return found
    return model


def acts(city: City, cases: Sequence[Slot], share: set[str], *, under_way: bool) -> list[Act]:
    """Every act of the played cases of ``share`` in the order of time: of those under way, or of the ended ones.

    New versions of the items come among the acts of the ended ones.
    """
    away = absences(city.history)
    wanted = [slot for slot in cases if slot.item in share and slot.like is None]
    wanted = [slot for slot in wanted if (slot.course in UNDER_WAY) == under_way]
    found = [act for slot in wanted for act in script(city, slot, away).acts]
    if not under_way:
        revision, revised = at_revision(city.history), sorted(share & set(REVISED))
        found += [Act(revision, -1, n, "revise", "clock", {"item": code}) for n, code in enumerate(revised)]
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
        if slot.model and attempt < 40 and not _plain(written.acts[0].at.date(), slot.course, written.record):
            continue
        if written.fits() and written.acts[0].at >= at(city.history.first, written.acts[0].at.time()) - timedelta(
            days=30
        ):
            return written
    raise ValueError(f"case {slot.index}: {slot.item} cannot take the course {slot.course}")


def _plain(day: date, course: str, record: ItemRecord) -> bool:
    """Whether the weeks from ``day`` on have five working days each."""
    calendar = load_calendar()
    longer = record.statutory_limit.amount > 20 or course in ("special", "extended")
    days = (day + timedelta(days=n) for n in range(PLAIN[longer]))
    return all(calendar.is_workday(each) == (each.weekday() < 5) for each in days)


def _workday(day: date) -> date:
    """The day itself when it is a working day, else the one before."""
    return back(after(day, 1), 1)


def _blank(city: City, slot: Slot, who: Who, away: Absences, random: Random) -> Script:
    record = city.records[slot.item]
    filled = fill(record, _known(city, who), city.history.first - LONG_BEFORE, random)
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


def _who(city: City, slot: Slot, attempt: int = 0) -> Who:
    """李梅 and 恒信 have a case of each course; 王建国 is acted for by 周小燕; who breaks promises is set apart."""
    random = Random(f"who:{slot.index}:{attempt}")
    if slot.personal:
        place = random.randrange(len(folk.NAMED), len(city.persons) - RESERVED)
        while slot.model and not unmistakable(city.persons[place].name):
            place = random.randrange(len(folk.NAMED), len(city.persons) - RESERVED)
        place = {0: folk.MEI, 1: folk.JIANGUO}.get(slot.serial, place)
        place = _breaker(slot, len(city.persons)) or place
        actor = folk.YAN if place == folk.JIANGUO else place
        return Who(place, None, actor, city.persons[place].village, city.persons[actor].idcard[-4:])
    place = random.randrange(1, len(city.firms) - RESERVED)
    while slot.model and not unmistakable(city.persons[city.firms[place].head].name):
        place = random.randrange(1, len(city.firms) - RESERVED)
    place = 0 if slot.serial < 2 else place
    place = _breaker(slot, len(city.firms)) or place
    firm = city.firms[place]
    actor = folk.FANG if place == 0 and slot.index % 2 else firm.head
    return Who(None, place, actor, firm.village, city.persons[actor].idcard[-4:])


def unmistakable(name: str) -> bool:
    """Whether a name can be replaced wherever it stands: no official has it, and no longer name begins like it."""
    return len(name) == 3 and name not in official_names()


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
