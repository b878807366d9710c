"""The cases of the measured city, in order of time: nine in ten closed, the rest in every state an office meets.

The case row is computed here and copied in; the rows below it (events, steps, opinions, materials, decisions, deliveries,
documents) follow from it by statements of the server. Due instants are those of the real clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Any

from benchmarks.million_city import Size
from benchmarks.million_data import WEIGHT
from yitong.cases.models import Case
from yitong.cases.rules.clock_replay import CaseDues, ClockEvent, clock_data, dues, replay
from yitong.cases.rules.deadlines import deliver_by, tell_by
from yitong.cases.rules.searching import number_tokens, scope_tokens, tokens
from yitong.catalog.models import ItemVersion
from yitong.kernel.calendar import load_calendar
from yitong.kernel.clock import SHANGHAI, Due, Limit, Unit
from yitong.kernel.identifiers import case_number
from yitong.parties.models import Counter, Enterprise, Person, Staff

DAYS = 365
"""A million cases are what a city of some millions takes in a year."""
BACKLOG = ((4, 0.97), (12, 0.88), (25, 0.72), (45, 0.42), (90, 0.08))
"""Of cases at most so many days old, the share still open; of older ones OLD_OPEN. In all about one in ten."""
OLD_OPEN = 0.004
TOLD_WITHIN = 7
"""Days after which hardly anything waits for acceptance: by then it is deemed accepted."""
RECENTLY = 16
"""Open cases were accepted, or decided, at most about so many days ago: most are in time, as in an office that works."""
USUAL = Limit(20)
"""Working days a department promises where the prepared record promises less than half of them but more than none:
prepared records are a model city's, whose open cases would be too few to measure with."""
STATES = (("accepted", 46), ("submitted", 20), ("delivering", 14), ("deciding", 12), ("correcting", 8))
OUTCOMES = (("granted", 92), ("refused", 4), ("withdrawn", 3), ("terminated", 1))
CHANNELS = (("web", 45), ("window", 30), ("mobile", 22), ("post", 2), ("kiosk", 1))
MORNING = time(9, 0)
COLUMNS = [
    str(field.column) for field in Case._meta.concrete_fields if not field.generated and not field.has_db_default()
]


@dataclass(frozen=True, slots=True)
class Item:
    """What a case copies of its item."""

    item_id: int
    version_id: int
    basic_code: str
    implementation_code: str
    name: str
    department_id: int
    region_id: int
    statutory: Limit
    committed: Limit
    extension_limit: int
    listed: bool
    of_enterprises: bool
    name_tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class City:
    """What cases refer to: read once, by id."""

    items: list[Item]
    weights: list[float]
    staff: dict[int, list[int]]  # department to its officials
    counters: dict[int, list[int]]  # area to its counters
    people: list[str]
    enterprises: list[str]


def read_city() -> City:
    """The city that was built."""
    rows = ItemVersion.objects.select_related("item__department").filter(state="published").order_by("id")
    items, weights = [], []
    for place, row in enumerate(rows):
        record, item = row.record, row.item
        limits = {
            name: Limit(record[f"{name}_limit"]["amount"], Unit(record[f"{name}_limit"]["unit"]))
            for name in ("statutory", "committed")
        }
        if 0 < limits["committed"].amount < USUAL.amount // 2:
            limits["committed"] = min(USUAL, limits["statutory"], key=lambda limit: limit.amount)
        kind = item.department.code.rsplit("_", 1)[0]
        items.append(
            Item(
                item.pk,
                row.pk,
                item.basic_code,
                item.implementation_code,
                row.name,
                item.department_id,
                item.region_id,
                limits["statutory"],
                limits["committed"],
                record["extension_limit"],
                record["deemed_approval"]["listed"],
                "1" not in record["subjects"],
                tuple(tokens(row.name)),
            )
        )
        # The first items are the most asked for; the city's own organs serve more people than a district's.
        weights.append(WEIGHT.get(kind, 2) / (1 + place / 400))
    staff: dict[int, list[int]] = {}
    for pk, department in (
        Staff.objects.filter(holdings__isnull=False).values_list("id", "department_id").order_by("id")
    ):
        staff.setdefault(department, []).append(pk)
    counters: dict[int, list[int]] = {}
    for pk, region in Counter.objects.values_list("id", "region_id").order_by("id"):
        counters.setdefault(region, []).append(pk)
    people = list(Person.objects.order_by("id").values_list("name", flat=True))
    enterprises = list(Enterprise.objects.order_by("id").values_list("name", flat=True))
    return City(items, list(accumulate(weights)), staff, counters, people, enterprises)


@lru_cache(maxsize=100_000)
def _dues(on: date, statutory: Limit, committed: Limit) -> CaseDues:
    """The due instants of an acceptance on that day."""
    data = clock_data(
        start_at=datetime.combine(on, MORNING, SHANGHAI),
        statutory=statutory,
        committed=committed,
        closing=None,
        calendar=load_calendar(),
    )
    clocks = replay([ClockEvent("accepted", data)])
    assert clocks is not None  # it begins with an acceptance
    return dues(clocks)


@lru_cache(maxsize=10_000)
def _tell(on: date) -> Due:
    return tell_by(datetime.combine(on, MORNING, SHANGHAI), None, load_calendar())


@lru_cache(maxsize=10_000)
def _deliver(on: date) -> Due:
    return deliver_by(datetime.combine(on, MORNING, SHANGHAI), load_calendar())


def _pick(random: Random, table: tuple[tuple[str, int], ...]) -> str:
    return random.choices([name for name, _ in table], [weight for _, weight in table])[0]


class Writer:
    """Computes case ``number`` (from 1) of ``size.cases``; the same every time for the same ``now``."""

    def __init__(self, city: City, size: Size, now: datetime) -> None:
        self.city, self.size, self.now = city, size, now

    def submitted_at(self, number: int, random: Random) -> datetime:
        """Evenly over the years, in office hours, in the order of numbers up to the hour."""
        offset = (number - 1) * DAYS // self.size.cases
        day = (self.now - timedelta(days=DAYS - offset)).astimezone(SHANGHAI).date()
        return datetime.combine(day, MORNING, SHANGHAI) + timedelta(seconds=random.randrange(8 * 3600))

    def row(self, number: int, random: Random) -> list[Any]:
        """The columns of COLUMNS."""
        city = self.city
        item = random.choices(city.items, cum_weights=city.weights)[0]
        at = min(self.submitted_at(number, random), self.now - timedelta(minutes=30))
        values = self._applied(number, random, item, at)
        age = (self.now - at).days
        share = next((share for days, share in BACKLOG if age <= days), OLD_OPEN)
        state = _pick(random, STATES) if random.random() < share else "closed"
        if state == "submitted" and age > TOLD_WITHIN:
            state = "accepted"
        values["state"] = state
        officials = city.staff[item.department_id]
        values["handler_id"] = random.choice(officials) if state != "submitted" or random.random() < 0.3 else None
        if state == "correcting":
            values["correction_given"] = True
        if state not in ("submitted", "correcting"):
            self._accepted(values, random, item, at)
        if state in ("delivering", "closed"):
            self._ended(values, random, state)
        values["last_event_at"] = values["closed_at"] or values["decided_at"] or values["accepted_at"] or at
        values["last_event_kind"] = (
            "closed" if state == "closed" else "decided" if values["decided_at"] else "submitted"
        )
        words = {*item.name_tokens, *tokens(values["applicant_name"]), *number_tokens(values["number"])}
        words |= {*scope_tokens(item.department_id, item.region_id, values["filed_region_id"])}
        # The text form of a tsvector; no word holds a quote or a backslash.
        values["search"] = " ".join(f"'{word}'" for word in words)
        return [values[column] for column in COLUMNS]

    def _applied(self, number: int, random: Random, item: Item, at: datetime) -> dict[str, Any]:
        values: dict[str, Any] = dict.fromkeys(COLUMNS)
        values |= _EMPTY
        person = random.randrange(len(self.city.people))
        channel = _pick(random, CHANNELS)
        told = _tell(at.date())
        values |= {
            "id": number,
            # Serials count through the whole city: unique within every item and day.
            "number": case_number.compose(item.implementation_code, at.date(), number),
            "item_id": item.item_id,
            "version_id": item.version_id,
            "item_code": item.basic_code,
            "item_name": item.name,
            "department_id": item.department_id,
            "region_id": item.region_id,
            "applicant_person_id": person + 1,
            "applicant_name": self.city.people[person],
            "contact_phone": f"13{person + 1:09d}",
            "channel": channel,
            "created_by_ref": f"person:{person + 1}",
            "extension_limit": item.extension_limit,
            "created_at": at - timedelta(minutes=20),
            "submitted_at": at,
            "received_at": at,
            "tell_by_on": told.due_on,
            "tell_by_at": told.due_at,
        }
        if item.of_enterprises:
            enterprise = random.randrange(len(self.city.enterprises))
            values |= {
                "applicant_person_id": None,
                "applicant_enterprise_id": enterprise + 1,
                "applicant_name": self.city.enterprises[enterprise],
                "agent_person_id": person + 1,
            }
        if channel == "window":
            values |= {
                "filed_region_id": item.region_id,
                "counter_id": random.choice(self.city.counters[item.region_id]),
            }
        return values

    def _accepted(self, values: dict[str, Any], random: Random, item: Item, at: datetime) -> None:
        accepted = at + timedelta(hours=random.randrange(1, 30))
        if values["state"] != "closed":
            accepted = max(accepted, self._lately(random))
        accepted = min(accepted, self.now - timedelta(minutes=5))
        found = _dues(accepted.astimezone(SHANGHAI).date(), item.statutory, item.committed)
        values |= {
            "accepted_at": accepted,
            "statutory_amount": item.statutory.amount,
            "statutory_unit": item.statutory.unit.value,
            "committed_amount": item.committed.amount,
            "committed_unit": item.committed.unit.value,
            "deemed_approval_listed": item.listed,
            "statutory_due_on": found.statutory_due_on,
            "statutory_due_at": found.statutory_due_at,
            "committed_due_on": found.committed_due_on,
            "committed_due_at": found.committed_due_at,
            "yellow_at": found.yellow_at,
            "provisional_clock": found.provisional_clock,
            "stage": 1,
        }
        if values["state"] == "accepted" and random.random() < 0.05:
            values |= dict.fromkeys(
                ("statutory_due_on", "statutory_due_at", "committed_due_on", "committed_due_at", "yellow_at")
            )
            values["suspended"] = True

    def _lately(self, random: Random) -> datetime:
        return self.now - timedelta(hours=random.randrange(1, RECENTLY * 24))

    def _ended(self, values: dict[str, Any], random: Random, state: str) -> None:
        outcome = _pick(random, OUTCOMES) if state == "closed" else ("granted" if random.random() < 0.95 else "refused")
        ended = values["accepted_at"] + timedelta(hours=random.randrange(1, 240))
        if state != "closed":
            ended = max(ended, self._lately(random))
        ended = min(ended, self.now - timedelta(minutes=2))
        values["outcome"] = outcome
        if outcome in ("granted", "refused"):
            within = _deliver(ended.astimezone(SHANGHAI).date())
            values |= {"decided_at": ended, "deliver_by_on": within.due_on, "deliver_by_at": within.due_at, "stage": 2}
        if state == "closed":
            values["closed_at"] = ended + timedelta(seconds=60)


_EMPTY: dict[str, Any] = {
    "contact_phone": "",
    "outcome": "",
    "stage": 0,
    "suspended": False,
    "deemed_accepted": False,
    "deemed_approved": False,
    "correction_given": False,
    "provisional_open": False,
    "committed_by_promise": False,
    "joint": False,
    "form": '{"contact": "13800000000", "remark": "申请材料已备齐"}',
    "answers": "{}",
    "statutory_unit": "",
    "committed_unit": "",
    "extension_limit": 0,
    "extension_days": 0,
    "deemed_approval_listed": False,
    "provisional_clock": False,
    "rev": 6,
    "event_count": 6,
    "last_event_actor": "李明",
}
