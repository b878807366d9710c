"""The courses a case can take, from application to where it stands today. Each writes a `Script`.

A course of an ended case begins on a day drawn by the caller; one under way is reckoned back from today, so that the
lights show what the course is named after.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Final

from yitong.cases.commands.clock import closing
from yitong.cases.rules.deadlines import tell_by
from yitong.catalog.records import ItemRecord
from yitong.kernel.calendar import load_calendar
from yitong.kernel.clock import ClockInput, Limit, Unit, due
from yitong.site.demo import names_data as words
from yitong.site.demo.calendar import after, at, back
from yitong.site.demo.script import Script

Course = Callable[[Script, date], None]
NIGHT = time(0, 2)
"""When the sweeps find what passed at midnight."""


def limit(record: ItemRecord) -> int:
    """The committed limit in working days, calendar days taken as five in seven."""
    spec = record.committed_limit
    return spec.amount if spec.unit == "workday" else spec.amount * 5 // 7


# --- what ended ---------------------------------------------------------------------------------------------------
def granted(script: Script, day: date, *, late: bool = False, outcome: str = "granted") -> None:
    """Accepted, reviewed, decided, delivered, perhaps rated."""
    script.start(day)
    wish = script.wish()
    script.apply(wish=wish)
    _accept_soon(script)
    _to_the_end(script, wish, late=late, outcome=outcome)


def late(script: Script, day: date) -> None:
    """Granted after the committed limit and within the statutory one."""
    granted(script, day, late=True)


def refused(script: Script, day: date) -> None:
    """Refused with reasons and remedies."""
    granted(script, day, outcome="refused")


def corrected(script: Script, day: date) -> None:
    """One correction on the way."""
    script.start(day)
    wish = script.wish()
    script.apply(wish=wish)
    _ask_correction(script)
    script.clock += timedelta(hours=script.random.randint(5, 150))
    if script.channel == "window":
        script.wait(1)
    who = script.clerk() if script.channel == "window" else "applicant"
    script.add("supply", who, materials=[each["material"] for each in script.acts[-1].args["items"]])
    _accept_soon(script)
    _to_the_end(script, wish)


def special(script: Script, day: date) -> None:
    """A special procedure stops the clock for some days."""
    script.start(day)
    wish = script.wish()
    script.apply(wish=wish)
    _accept_soon(script)
    _stop(script, planned := script.random.randint(3, 12))
    script.wait(max(1, planned + script.random.randint(-2, 1)))
    script.add("special_end", script.duty("review1"), result=words.SPECIAL_RESULTS)
    _to_the_end(script, wish)


def extended(script: Script, day: date) -> None:
    """An extension, approved by the head (one in six refused), and a decision."""
    script.start(day)
    wish = script.wish()
    script.apply(wish=wish)
    _accept_soon(script)
    script.wait(max(1, limit(script.record) - 1))
    _ask_extension(script)
    script.wait(0)
    if script.index % 6 == 0:
        script.add("extend_refuse", script.duty("head"), note="现有材料足以作出判断，请按期办结。")
        script.review(0)
    else:
        script.add("extend_approve", script.duty("head"))
        more = script.random.randint(0, max(0, _extension_days(script) - 1))
        script.review(more)
    script.decide()
    script.hand_over(wish)
    script.rate()


def provisional(script: Script, day: date) -> None:
    """Accepted on a promise that is kept."""
    wish = _apply_with_promise(script, day, 4)
    script.review(0, leave=1)
    script.wait(1)
    who = script.clerk() if script.channel == "window" else "applicant"
    script.add("supply_provisional", who, materials=script.acts[0].args["offer"][0])
    script.review(script.random.randint(0, 2))
    script.decide()
    script.hand_over(wish)
    script.rate()


def promise_broken(script: Script, day: date) -> None:
    """Accepted on a promise that is not kept: terminated the night after the promised day."""
    _apply_with_promise(script, day, 2)
    promised = date.fromisoformat(script.acts[0].args["offer"][1])
    script.clock = at(promised + timedelta(days=1), NIGHT)
    script.add("end_overdue", "clock")


def commitment(script: Script, day: date) -> None:
    """Granted at once on a commitment, checked weeks later: passed, to be put right, or revoked."""
    script.start(day)
    wish = script.wish()
    script.apply(wish=wish, commitment=True)
    _accept_soon(script)
    script.decide()
    script.hand_over(wish)
    script.rate()
    script.wait(script.random.randint(10, 30))
    result = "revoke" if script.false_promise else script.random.choices(("pass", "rectify"), (9, 1))[0]
    if script.fits(script.clock):
        findings = "经核查，承诺内容与实际情况不符。" if result == "revoke" else script.random.choice(words.FINDINGS)
        script.add("check", script.duty("chief"), result=result, findings=findings)


def not_required(script: Script, day: date) -> None:
    """No permit is needed: told at once."""
    script.start(day)
    script.apply()
    script.wait(0)
    script.add("not_required", script.duty("accept"), reason=script.random.choice(words.NOT_REQUIRED))
    script.rate()


def acceptance_refused(script: Script, day: date) -> None:
    """Another organ's business."""
    script.start(day)
    script.apply()
    script.wait(script.random.randint(0, 1))
    reason, organ = script.random.choice(words.WRONG_ORGAN)
    script.add("refuse_acceptance", script.duty("accept"), reason=reason, right_organ=organ)
    script.rate()


def withdrawn(script: Script, day: date) -> None:
    """Withdrawn before or after acceptance."""
    script.start(day)
    script.apply()
    if script.index % 2 and limit(script.record) > 1:
        _accept_soon(script)
        script.wait(1)
    script.clock += timedelta(minutes=script.random.randint(30, 600))
    who = script.clerk() if script.channel == "window" else "applicant"
    if script.channel == "window":
        script.wait(0)
    script.add("withdraw", who, reason=script.random.choice(words.WITHDRAWALS))


def not_supplied(script: Script, day: date) -> None:
    """The correction never came: terminated after its day."""
    script.start(day)
    script.apply()
    _ask_correction(script)
    script.wait(script.random.randint(16, 20))
    reason = "申请人在补正告知书载明的期限内没有补正。"
    script.add("terminate", script.duty("accept"), ground="correction_not_supplied", reason=reason)


def deemed_accepted(script: Script, day: date) -> None:
    """Nobody told within five working days: accepted from the receipt; then in the ordinary way."""
    script.start(day)
    wish = script.wish()
    script.apply(wish=wish)
    ended = tell_by(script.acts[0].at, closing(), load_calendar()).due_on
    assert ended is not None
    script.clock = at(ended + timedelta(days=1), NIGHT)
    script.add("deem_accept", "clock")
    script.wait(1)
    _to_the_end(script, wish, days=0)


def deemed_approved(script: Script, day: date) -> None:
    """A listed item left undecided: granted by silence, the result issued on the next working day, delivered."""
    _silence(script, day)
    script.wait(1)
    script.add("issue_result", script.duty("chief"))
    script.hand_over("window")
    script.rate()


# --- what is under way --------------------------------------------------------------------------------------------
def draft(script: Script, day: date) -> None:
    """Begun and not handed in."""
    script.channel = "web"
    script.start(back(script.history.today, script.random.randint(1, 9)))
    form, answers = script.filled.form, script.filled.answers
    script.add("draft", "applicant", item=script.item, answers=answers, form=form)


def submitted(script: Script, day: date) -> None:
    """Waits for acceptance, the five days not over."""
    script.start(back(script.history.today, script.random.randint(1, 3)))
    script.apply(wish=script.wish())


def correcting(script: Script, day: date) -> None:
    """Waits for the applicant."""
    script.start(back(script.history.today, script.random.randint(6, 10)))
    script.apply(wish=script.wish())
    _ask_correction(script)


def reviewing(script: Script, day: date) -> None:
    """Under review, far from its end."""
    _accepted_so_that(script, lambda a: script.history.today <= _last_green(script, a))
    _leave_open(script)


def yellow(script: Script, day: date) -> None:
    """Under review, near its end."""
    _accepted_so_that(script, lambda a: _last_green(script, a) < script.history.today <= _committed(script, a))
    _leave_open(script)


def red(script: Script, day: date) -> None:
    """Under review, past the committed end by one to three working days."""
    _accepted_so_that(script, lambda a: back(script.history.today, 3) <= _committed(script, a) <= script.history.last)
    _leave_open(script)


def suspended(script: Script, day: date) -> None:
    """A special procedure is open."""
    _accepted_so_that(script, lambda a: back(script.history.today, min(6, limit(script.record))) <= a)
    script.on(back(script.history.today, 1), 0.4)
    _stop(script, script.random.randint(5, 15))


def extension_asked(script: Script, day: date) -> None:
    """The head has to answer."""
    _accepted_so_that(script, lambda a: _last_green(script, a) < script.history.today <= _committed(script, a))
    _leave_open(script)
    script.on(script.history.last, 0.9)
    _ask_extension(script)


def deciding(script: Script, day: date) -> None:
    """Reviewed, waits for the decision."""
    _accepted_so_that(script, lambda a: script.history.today <= _committed(script, a))
    script.review(0)


def to_collect(script: Script, day: date) -> None:
    """Decided, waits at the window."""
    script.start(back(script.history.today, script.random.randint(3, 8)))
    script.apply(wish="window")
    script.wait(0)
    script.accept()
    script.review(min(1, limit(script.record)))
    script.decide()


def posted(script: Script, day: date) -> None:
    """Decided and in the post."""
    script.start(back(script.history.today, script.random.randint(4, 8)))
    script.apply(wish="post")
    script.wait(0)
    script.accept()
    script.review(min(1, limit(script.record)))
    script.decide()
    script.wait(0)
    script.send()


def provisional_open(script: Script, day: date) -> None:
    """Accepted on a promise whose day has not come."""
    _apply_with_promise(script, back(script.history.today, 2), 4)


def result_owed(script: Script, day: date) -> None:
    """Granted by silence some days ago; the organ still owes the result."""
    spec = script.record.statutory_limit
    _silence(script, back(script.history.today, spec.amount + script.random.randint(3, 5)))


COURSES: Final[dict[str, Course]] = {
    course.__name__: course
    for course in (
        granted, corrected, special, extended, provisional, commitment, late, refused, not_required, acceptance_refused,
        withdrawn, not_supplied, promise_broken, deemed_accepted, deemed_approved, draft, submitted, correcting, reviewing,
        yellow, red, suspended, extension_asked, deciding, to_collect, posted, provisional_open, result_owed,
    )
}  # fmt: skip
UNDER_WAY: Final = frozenset(list(COURSES)[list(COURSES).index("draft") :])
"""Courses reckoned back from today; the others begin on the day they are given."""


def suits(course: str, record: ItemRecord) -> bool:
    """Whether an item can take a course at all."""
    days, steps = limit(record), bool(record.steps)
    promised = any(each.may_be_provisional for each in record.materials)
    workdays = record.committed_limit.unit == "workday" == record.statutory_limit.unit
    brought = any(not each.when and each.necessity == "required" for each in record.materials)
    needs = {
        "corrected": brought,
        "correcting": brought,
        "not_supplied": brought,
        "special": bool(record.special_procedures) and days >= 2,
        "suspended": bool(record.special_procedures) and days >= 3,
        "extended": record.extension_limit > 0 and days >= 3 and not record.deemed_approval.listed and steps,
        "extension_asked": record.extension_limit > 0 and days >= 3 and workdays,
        "provisional": promised and days >= 5,
        "promise_broken": promised and days >= 5,
        "provisional_open": promised and days >= 8,
        "commitment": record.commitment is not None,
        "late": days >= 2 and workdays and record.statutory_limit.amount >= days + 6 and steps,
        "not_required": record.kind == "01",
        "acceptance_refused": record.kind == "01",
        "refused": days >= 1,
        "withdrawn": days >= 1,
        "deemed_accepted": days >= 3,
        "deemed_approved": record.deemed_approval.listed,
        "result_owed": record.deemed_approval.listed and bool(record.result.licence_type),
        "reviewing": days >= 3 and workdays and steps,
        "yellow": days >= 3 and workdays and steps,
        "red": days >= 2 and workdays and record.statutory_limit.amount >= days + 5 and steps,
        "deciding": days >= 2 and workdays,
        "to_collect": "window" in record.deliveries,
        "posted": "post" in record.deliveries,
        "draft": "web" in record.channels,
    }
    return needs.get(course, True)


# --- the parts ----------------------------------------------------------------------------------------------------
def _accept_soon(script: Script) -> None:
    days = (
        0
        if script.channel == "window" or limit(script.record) == 0
        else script.random.choices((0, 1, 2, 3), (45, 30, 15, 10))[0]
    )
    script.wait(days)
    script.accept()


def _to_the_end(
    script: Script, wish: str, *, late: bool = False, outcome: str = "granted", days: int | None = None
) -> None:
    allowed = limit(script.record)
    if days is None:
        days = (
            allowed + script.random.randint(1, 2)
            if late
            else int(script.random.triangular(0, max(0, allowed - 1), allowed * 0.4))
        )
    script.review(days, opinion="disagree" if outcome == "refused" else "agree")
    script.decide(outcome)
    script.hand_over(wish)
    script.rate()


def _ask_correction(script: Script) -> None:
    script.wait(script.random.choices((0, 1, 2, 3), (35, 35, 20, 10))[0])
    named = script.random.sample(
        script.filled.materials, min(len(script.filled.materials), script.random.choice((1, 1, 2)))
    )
    items = []
    for material in named:
        problem, remedy = script.random.choice(words.CORRECTIONS)
        items.append({"material": material.code, "problem": f"{material.name}{problem}", "remedy": remedy})
    script.add("correct", script.duty("accept"), items=items)


def _stop(script: Script, planned: int) -> None:
    kind = script.random.choice(script.record.special_procedures)
    script.wait(0)
    script.add(
        "special_start", script.duty("review1"), kind=kind, reason=words.SPECIAL_REASONS[kind], planned_days=planned
    )


def _extension_days(script: Script) -> int:
    return min(5, script.record.extension_limit)


def _ask_extension(script: Script) -> None:
    reason = script.random.choice(words.EXTENSIONS)
    script.add("extend_ask", script.duty("review1"), days=_extension_days(script), reason=reason)


def _apply_with_promise(script: Script, day: date, days: int) -> str:
    """Apply with materials promised ``days`` working days after the day, and be accepted on that promise the same day."""
    script.start(day)
    if script.channel != "window":
        script.clock = script.clock.replace(hour=8)
    wish = script.wish()
    promised = [script.filled.provisional[0].code]
    script.apply(wish=wish, offer=(promised, after(script.today(), days).isoformat()))
    script.wait(0)
    script.accept("accept_provisionally")
    return wish


def _silence(script: Script, day: date) -> None:
    """A listed item accepted on ``day`` and left undecided past its statutory end."""
    script.channel = "window"
    script.start(day)
    script.apply(wish="window")
    script.wait(0)
    script.accept()
    spec = script.record.statutory_limit
    ended = due(
        ClockInput(script.clock, Limit(spec.amount, Unit(spec.unit)), closing=closing()), load_calendar()
    ).due_on
    assert ended is not None
    script.clock = at(ended + timedelta(days=1), NIGHT)
    script.add("deem_approve", "clock")


def _accepted_so_that(script: Script, wanted: Callable[[date], bool]) -> None:
    """Apply and be accepted on the same day, one of the last sixty working days of which ``wanted`` holds."""
    days = [day for n in range(1, 60) if wanted(day := back(script.history.today, n))]
    if not days:
        raise ValueError(f"{script.record.name}: no day of acceptance fits this course")
    script.channel = "window"
    script.start(script.random.choice(days))
    script.clock = min(script.clock, at(script.today(), time(14, 0)))
    script.apply(wish="window")
    script.clock += timedelta(minutes=script.random.randint(5, 50))
    script.accept()


def _committed(script: Script, accepted: date) -> date:
    return after(accepted, script.record.committed_limit.amount)


def _last_green(script: Script, accepted: date) -> date:
    """The last day before the light turns yellow, as ``cases.rules.clock_replay`` has it."""
    total = script.record.committed_limit.amount
    return after(accepted, total - max(1, total // 5))


def _leave_open(script: Script) -> None:
    """Some steps done on the day of acceptance, at least one not."""
    steps = len(script.filled.selection.steps)
    first = [step for step in script.filled.selection.steps if step.stage == script.filled.selection.steps[0].stage]
    if steps > len(first) and script.index % 2:
        script.review(0, leave=steps - len(first))
