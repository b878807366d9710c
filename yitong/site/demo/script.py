"""The script of one case: its acts with their instants, in order, as plain data.

Writing a script asks the database nothing, so that a load that was cut off writes the same scripts again and goes on
where it stopped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from yitong.catalog.records import ItemRecord
from yitong.kernel.calendar import load_calendar
from yitong.kernel.clock import SHANGHAI
from yitong.site.demo import names_data as words
from yitong.site.demo.calendar import EVENING, MORNING, History, after, at, office
from yitong.site.demo.courses_data import LEVELS, RATED
from yitong.site.demo.filling import Filled

BEFORE = datetime.min.replace(tzinfo=SHANGHAI)
"""What the clock of a script shows before it begins."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act: who does what when. ``who``: a staff log-in, ``applicant`` or ``clock``; ``args`` are the command's."""

    at: datetime
    case: int
    order: int
    verb: str
    who: str
    args: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Who:
    """The applicant of a case: places in the lists of persons and enterprises, and the actor's place."""

    person: int | None
    enterprise: int | None
    actor: int
    village: str
    tail: str


@dataclass
class Script:
    """Writes the acts of one case with a clock that only goes forward. ``item``: its implementation code, ``organ``: the deciding department's code."""

    index: int
    item: str
    record: ItemRecord
    organ: str
    who: Who
    filled: Filled
    channel: str
    history: History
    random: Random
    away: list[tuple[str, date, date]]
    acts: list[Act] = field(default_factory=list)
    clock: datetime = BEFORE
    reviewed: int = 0
    false_promise: bool = False
    hurried: bool = False
    """Under way: what is done was done by the last working day, in the evening if need be."""

    # --- time ---------------------------------------------------------------------------------------------------
    def today(self) -> date:
        """The day the clock shows."""
        return self.clock.date()

    def start(self, day: date) -> None:
        """Begin on ``day``: at a window in office hours, online at any waking hour, a kiosk included."""
        if self.channel == "window":
            self.clock = office(day, self.random, until=0.75)
        else:
            self.clock = at(day, time(7)) + timedelta(seconds=self.random.randint(0, 14 * 3600))

    def wait(self, days: int) -> None:
        """Go to an office hour ``days`` working days later; 0: later the same day, or the next morning when it is over."""
        soon = self.clock + timedelta(seconds=self.random.randint(240, 5400))
        if days > 0:
            then = office(after(self.today(), days), self.random)
        elif not load_calendar().is_workday(self.today()) or soon.time() > EVENING:
            then = office(after(self.today(), 1), self.random, until=0.5)
        elif soon.time() < MORNING:
            then = office(self.today(), self.random, until=0.5)
        else:
            then = soon
        if self.hurried and then.date() > self.history.last:
            then = self.clock + timedelta(minutes=self.random.randint(3, 8))
        self.clock = then

    def on(self, day: date, share: float = 0.0, until: float = 1.0) -> None:
        """Go to an office hour of ``day``, later than now."""
        self.clock = max(self.clock + timedelta(minutes=2), office(day, self.random, share, until))

    def fits(self, instant: datetime | None = None) -> bool:
        """Whether ``instant``, or the last act, is over before today."""
        return (instant or self.acts[-1].at) < at(self.history.today, time(0))

    def add(self, verb: str, who: str, **args: Any) -> None:
        """Write one act at the clock's instant, a moment after the one before."""
        if self.acts and self.clock <= self.acts[-1].at:
            self.clock = self.acts[-1].at + timedelta(seconds=20)
        self.acts.append(Act(self.clock, self.index, len(self.acts), verb, who, args))

    # --- people -------------------------------------------------------------------------------------------------
    def duty(self, job: str, organ: str = "") -> str:
        """The log-in of whoever does ``job`` in the department today: the A seat, or B while A is away."""
        login = f"{organ or self.organ}.{job}"
        stand_in = {
            "accept": "review1",
            "review1": "review2",
            "review2": "review1",
            "chief": "deputy",
            "head": "deputy",
        }
        gone = any(who == login and since <= self.today() < until for who, since, until in self.away)
        return f"{organ or self.organ}.{stand_in[job]}" if gone else login

    def clerk(self) -> str:
        """The window at which this applicant stands: the department's own, or a general one."""
        dedicated = {"police", "market", "natural_resources", "real_estate", "healthcare", "housing_fund", "housing"}
        if self.organ in dedicated and self.index % 2:
            return f"{self.organ}.clerk"
        return f"clerk.{1 + self.index % 3}"

    # --- the usual acts -----------------------------------------------------------------------------------------
    def apply(self, *, wish: str = "", commitment: bool = False, offer: tuple[list[str], str] | None = None) -> None:
        """Hand the application in. ``wish``: how the result is to be delivered."""
        left_out = set(offer[0]) if offer else set()
        if commitment:
            left_out |= {each.code for each in self.filled.selection.materials if each.may_be_commitment}
        given = [each.code for each in self.filled.materials if each.code not in left_out]
        who = self.clerk() if self.channel == "window" else "applicant"
        form, answers = self.filled.form, self.filled.answers
        self.add(
            "apply",
            who,
            item=self.item,
            channel=self.channel,
            answers=answers,
            form=form,
            materials=given,
            wish=wish,
            commitment=commitment,
            offer=offer,
        )

    def accept(self, verb: str = "accept") -> None:
        """Accept, after claiming it in half of the cases."""
        self.add(verb, self.duty("accept"), claim=self.index % 2 == 0)

    def review(self, days: int, *, leave: int = 0, opinion: str = "agree") -> None:
        """The steps not done yet over ``days`` working days; ``leave``: how many of all stay undone."""
        steps = self.filled.selection.steps
        begun, first = self.today(), self.reviewed
        for place in range(first, len(steps) - leave):
            step, last = steps[place], place == len(steps) - 1
            passed = load_calendar().workdays_between(begun, self.today())
            self.wait(max(0, round(days * (place - first + 1) / (len(steps) - first)) - passed))
            organ = step.department or self.organ
            who = self.duty("chief" if step.role == "chief" else ("review1", "review2")[self.index % 2], organ)
            if step.kind == "site_check":
                other = next(f"{organ}.{job}" for job in ("review1", "review2") if f"{organ}.{job}" != who)
                found = self.random.choice(words.FINDINGS)
                self.add("site_check", who, step=step.code, officers=[who, other], findings=found)
            text = words.DISAGREE if opinion != "agree" and last else self.random.choice(words.OPINIONS)
            self.add("step", who, step=step.code, opinion=opinion if last else "agree", text=text)
            self.reviewed = place + 1

    def decide(self, outcome: str = "granted") -> None:
        """The chief representative decides, within hours of the last step."""
        self.wait(0)
        reasons = self.random.choice(words.REFUSALS) if outcome == "refused" else ""
        self.add("decide", self.duty("chief"), outcome=outcome, reasons=reasons)

    def hand_over(self, wish: str) -> None:
        """Delivery as wished; an electronic one happened with the decision."""
        if wish == "electronic":
            return
        if wish == "post":
            self.wait(1)
            self.send()
            self.wait(self.random.randint(1, 4))
            self.add("confirm", "clerk.1")
            return
        self.wait(self.random.randint(0, 3))
        who = self.clerk() if self.channel == "window" else "clerk.1"
        self.add("deliver", who, method="window", tail=self.who.tail)

    def send(self) -> None:
        """Give the result to the post."""
        number = f"EY{self.random.randint(10**8, 10**9 - 1)}CN"
        self.add("deliver", "clerk.1", method="post", carrier="中国邮政速递", tracking=number)

    def rate(self) -> None:
        """Some days later, perhaps, the applicant rates."""
        if self.random.random() > RATED:
            return
        level = self.random.choices([level for level, _ in LEVELS], [share for _, share in LEVELS])[0]
        when = self.clock + timedelta(hours=self.random.randint(1, 90), minutes=self.random.randint(0, 59))
        if not self.fits(when):
            return
        self.clock = when
        tags = self.random.sample(("fast", "clear", "polite", "online", "few_materials"), 2) if level < 3 else []
        tags = ["slow"] if level > 3 else tags
        text = self.random.choice(words.PRAISE if level < 3 else words.COMPLAINTS) if self.random.random() < 0.5 else ""
        self.add("rate", "applicant", level=level, tags=tags, text=text)

    def wish(self) -> str:
        """How this applicant wants the result."""
        ways = self.record.deliveries
        weights = {"electronic": 60, "window": 25, "post": 15}
        return self.random.choices(ways, [weights[way] for way in ways])[0]
