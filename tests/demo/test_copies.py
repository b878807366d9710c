"""A copied case has the rows the commands would have written in its place."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from tests.demo.conftest import NOW
from yitong.cases.queries.reading import case_of_token
from yitong.documents.commands.sealing import leave_unopened
from yitong.notifications.commands.history import settle_history
from yitong.site.demo import plan
from yitong.site.demo.calendar import History
from yitong.site.demo.copies import Copier, Rows, shifts
from yitong.site.demo.courses import suits
from yitong.site.demo.places import absences
from yitong.site.demo.samples import Samples
from yitong.site.demo.script import Act
from yitong.site.demo.stage import Stage, token

pytestmark = pytest.mark.usefixtures("laid_out", "db")
MODEL = 700_000
"""The index of the case that is copied, beyond those of the city."""
TWIN = 1_000_000
"""Added to a case's index: the same case at another place, played by the commands."""


def moved(acts: list[Act], days: int) -> list[Act]:
    """The script of a case at another date."""

    def shifted(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return type(value)(shifted(each) for each in value)
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return (date.fromisoformat(value) + timedelta(days=days)).isoformat()
        return value

    def arguments(act: Act) -> dict[str, Any]:
        return {key: value if key in ("form", "answers") else shifted(value) for key, value in act.args.items()}

    return [
        Act(act.at + timedelta(days=days), TWIN + act.case, act.order, act.verb, act.who, arguments(act))
        for act in acts
    ]


def plain(rows: Rows) -> dict[str, list[str]]:
    """Rows without what may differ: ids, verification codes, serials of the day and of the licence."""
    texts: dict[str, list[str]] = {}
    known: dict[str, str] = {}
    for table in sorted(rows):
        for place, row in enumerate(sorted(rows[table], key=lambda each: each["id"])):
            known[f"{table}:{row['id']}"] = f"{table}:{place}"
    (case,) = rows["cases_case"]
    number, case_id = case["number"], case["id"]
    for table in sorted(rows):
        texts[table] = []
        for row in sorted(rows[table], key=lambda each: each["id"]):
            kept = {key: value for key, value in row.items() if key not in ("id", "search", "code", "client_token")}
            text = json.dumps(kept, ensure_ascii=False, sort_keys=True)
            text = text.replace(number, number[:-4] + "NNNN").replace(f"case:{case_id}", "case:N")
            text = text.replace(f"draft:{case_id}", "draft:N")
            for licence in rows.get("licences_licence", ()):
                text = text.replace(licence["number"], "LICENCE").replace(licence["identifier"], "IDENTIFIER")
            texts[table].append(text)
    return {table: [_ranked(text, table, rows) for text in rows_] for table, rows_ in texts.items()}


def _ranked(text: str, table: str, rows: Rows) -> str:
    """References to rows of the case by their place among them."""
    for name in ("case_id", "step_id", "document_id", "licence_id", "stored_file_id", "acceptance_id"):
        owner = {
            "case_id": "cases_case",
            "step_id": "cases_casestep",
            "document_id": "documents_document",
            "licence_id": "licences_licence",
            "stored_file_id": "documents_storedfile",
            "acceptance_id": "cases_provisionalacceptance",
        }[name]
        order = {row["id"]: place for place, row in enumerate(sorted(rows.get(owner, ()), key=lambda each: each["id"]))}
        text = re.sub(
            rf'"{name}": (\d+)',
            lambda found, name=name, order=order: f'"{name}": #{order.get(int(found[1]), "?")}',
            text,
        )
    text = re.sub(r'"(licence|procedure)": \d+', r'"\1": #', text)
    return re.sub(r"EY\d{9}CN", "EY", text)


@pytest.mark.parametrize("personal", [True, False])
@pytest.mark.parametrize("course", sorted(plan.COPIED))
def test_a_copy_has_the_rows_the_commands_write(course: str, personal: bool, city: Any) -> None:
    """A case is played, and played once more for another applicant at another date; the first one's copy is the second."""
    able = [code for code, record in city.records.items() if suits(course, record)]
    able = [code for code in able if ("1" if personal else "2") in city.records[code].subjects]
    # A case of many weeks meets a holiday wherever it is moved to.
    able = [code for code in able if city.records[code].statutory_limit.amount <= 20]
    random, history, copier = Random(course), city.history, Copier()
    # A case that lies around a holiday cannot be moved: then the next one is played.
    for index in range(MODEL, MODEL + 8):
        slot = plan.Slot(index, course, 7, random.choice(able), personal, model=True)
        twin = replace(slot, index=TWIN + index, model=False, like=index)
        stage = Stage(city, plan.whos(city, [slot, twin]), Samples(history.opening))
        script = plan.script(city, slot, absences(history))
        for act in script.acts:
            stage.play(act)
        settle()
        sample = copier.read(case_of_token(token(index)).pk)
        movable = [n for n in shifts(sample, history.first, history.last, free(history)) if n]
        if movable:
            break
    days = random.choice(movable)
    old, new = stage.who(index), stage.who(TWIN + index)
    for act in moved(renamed(script.acts, city, old, new), days):
        stage.play(act)
    people = {"old": stage.row_person(old), "new": stage.row_person(new)}
    code = city.codes[slot.item]
    copied = copier.copy(sample, days=days, **people, token="copy", item_code=code, random=Random(1))
    copier.write([copied])
    settle()
    copy, played = (copier.read(pk) for pk in (copied["cases_case"][0]["id"], case_of_token(token(TWIN + index)).pk))
    first, second = plain(copy.rows), plain(played.rows)
    assert first.keys() == second.keys()
    for table in first:
        assert first[table] == second[table], (course, slot.item, table)
    assert words(copy) == words(played)


def settle() -> None:
    """As the load does at its end with everything it wrote."""
    settle_history(before=NOW)
    leave_unopened(issued_before=NOW)


def free(history: History) -> Any:
    """Asks that nobody is on leave."""
    return lambda first, last: all(last < since or until <= first for _, since, until in absences(history))


def words(sample: Any) -> set[str]:
    """The words the case is found by, without its number's."""
    return {word for word in sample.case["search"].split() if not re.search(r"\d{3}", word)}


def renamed(acts: list[Act], city: Any, old: Any, new: Any) -> list[Act]:
    """The script with what the new applicant's form says, and the tail of his ID card."""
    texts: dict[str, str] = {}
    if old.person is not None:
        a, b = city.persons[old.person], city.persons[new.person]
        texts = {a.name: b.name, a.idcard: b.idcard, a.phone: b.phone, a.address: b.address}
    else:
        a, b = city.firms[old.enterprise], city.firms[new.enterprise]
        texts = {a.name: b.name, a.uscc: b.uscc, a.phone: b.phone, a.address: b.address}
        texts |= {city.persons[old.actor].name: city.persons[new.actor].name}

    def changed(args: dict[str, Any]) -> dict[str, Any]:
        found = dict(args)
        if "form" in args:
            found["form"] = {
                name: texts.get(value, value) if isinstance(value, str) else value
                for name, value in args["form"].items()
            }
        if "tail" in args:
            found["tail"] = new.tail
        return found

    return [replace(act, args=changed(act.args)) for act in acts]
