"""The analysis of saved papers over a city's catalogue, beside a plain loop over every combination of answers.

Limit: 5,088 items within 5 seconds, from the database to the figures and the order of what to connect next, in a process that has
seen none of them. The items are the prepared ones in turn, with names of questions and form fields of their own, so that no
condition occurs twice. Everything happens in a transaction that is rolled back.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

from benchmarks.frame import MILLISECONDS, Result, at_most, informative, percentile, timed

ITEMS = 5088
LIMIT = 5.0
NOW = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class _RollBack(Exception):
    """Ends the measuring transaction."""


def run(quick: bool = False) -> list[Result]:
    """Seconds for all items: the first time in a process, again, and the plain loop."""
    from django.core.management import call_command
    from django.db import transaction

    from yitong.licences.commands import ensure_types

    items, sample = (300, 20) if quick else (ITEMS, 150)
    results: list[Result] = []
    call_command("migrate", verbosity=0)
    try:
        with transaction.atomic():
            ensure_types(NOW)
            _fill(items)
            results = _measure(items, sample, 2 if quick else 5)
            raise _RollBack
    except _RollBack:
        return results


def _measure(items: int, sample: int, times: int) -> list[Result]:
    first, again = [], []
    for _ in range(times):
        _forget()
        gc.collect()
        first.append(timed(_whole)[0] / MILLISECONDS)
        again.append(timed(_whole)[0] / MILLISECONDS)
    records = [_record_of(number) for number in range(sample)]
    plain = _plain_loop(records)
    baseline = plain * items / sample
    note = f"{items} items, worst of {times}; the loop measured on {sample} items"
    return [
        at_most(
            "whole analysis, first time in a process",
            max(first),
            "s",
            LIMIT,
            baseline_name="plain loop over all answers, rules compiled and records in memory",
            baseline=baseline,
            note=note,
        ),
        informative(
            "whole analysis, again", percentile(again, 0.5), "s", note="only items published since are read anew"
        ),
    ]


def _whole() -> None:
    from yitong.parties.actors import system
    from yitong.waiving.queries import analyse
    from yitong.waiving.rules.figures import by_department, totals
    from yitong.waiving.rules.next_best import Aim, ranked

    found = analyse(system("benchmark"), NOW)
    sums = totals(found.outcomes)
    assert sums.materials and by_department(found.outcomes)
    assert ranked(found.outcomes, found.candidates(), Aim.MATERIALS)


def _forget() -> None:
    from yitong.waiving.queries import plans
    from yitong.waiving.rules import scenarios

    plans.forget()
    scenarios.forget()


def _plain_loop(records: list[Any]) -> float:
    """Seconds for these records. AssertionError when the analysis finds other scenarios than the loop."""
    from yitong.waiving.rules.scenarios import plan

    for record in records:
        for _ in _sets(record):
            pass  # every rule is compiled once, so that only the loop is measured
    taken, found = timed(lambda: [_counted(record) for record in records])
    for record, (scenarios, most) in zip(records, found, strict=True):
        dumped = record.model_dump(mode="json")
        ours = plan(dumped["materials"], dumped["questions"], dumped["form_schema"].get("properties", {}))
        if not any(
            axis.name in dumped["form_schema"].get("properties", {}) for group in ours.groups for axis in group.axes
        ):
            assert (ours.scenarios, _most(ours)) == (scenarios, most), record.name
    return taken / MILLISECONDS


def _counted(record: Any) -> tuple[int, int]:
    """(different sets of materials, size of the largest)."""
    sets = set(_sets(record))
    return len(sets), max(map(len, sets))


def _most(plan: Any) -> int:
    return plan.always.bit_count() + sum(max(cell.bit_count() for cell in group.cells) for group in plan.groups)


def _sets(record: Any) -> Iterator[frozenset[str]]:
    """The set of materials of every combination of answers."""
    from yitong.catalog.rules.scenarios import selected

    values = [
        (False, True) if question.kind == "boolean" else tuple(choice.value for choice in question.choices)
        for question in record.questions
    ]
    codes = [question.code for question in record.questions]
    for picked in product(*values):
        chosen = selected(record, dict(zip(codes, picked, strict=True)))
        yield frozenset(material.code for material in chosen.materials)


def _record_of(number: int) -> Any:
    from yitong.catalog.records import ItemRecord

    return ItemRecord.model_validate(_varied(number))


def _varied(number: int) -> dict[str, Any]:
    """A prepared record whose questions and form fields have names nobody else uses."""
    from yitong.site.demo.items import envelopes

    prepared = envelopes()
    record = json.loads(prepared[number % len(prepared)].record.model_dump_json())
    names = {question["code"] for question in record["questions"]} | set(record["form_schema"].get("properties", {}))

    def renamed(text: str) -> str:
        return NAME.sub(lambda found: f"{found[0]}_{number}" if found[0] in names else found[0], text)

    for part in ("materials", "steps", "fees", "questions", "form_fields"):
        for row in record[part]:
            row["when"] = renamed(row["when"])
    for question in record["questions"]:
        question["code"] = f"{question['code']}_{number}"
    for field in record["form_fields"]:
        field["name"] = f"{field['name']}_{number}"
    schema = record["form_schema"]
    schema["properties"] = {f"{name}_{number}": value for name, value in schema.get("properties", {}).items()}
    record["name"] = f"{record['name']}（{number}）"
    return dict(record)


def _fill(items: int) -> None:
    """``items`` published items of 40 departments."""
    from yitong.catalog.models import ItemSearch, ItemVersion, ServiceItem
    from yitong.kernel.identifiers import uscc
    from yitong.parties.models import Department, Region

    region, _ = Region.objects.get_or_create(code="439998", defaults={"name": "测速市", "level": 1})
    departments = [
        Department.objects.get_or_create(
            code=f"bench{number}",
            defaults={
                "name": f"测速部门{number}", "short_name": f"测{number}", "region": region,
                "uscc": uscc.compose("1", "1", "439998", f"MB{number:06d}"),
            },
        )[0]
        for number in range(40)
    ]  # fmt: skip
    rows = ServiceItem.objects.bulk_create(
        ServiceItem(
            basic_code=f"9{number:011d}",
            implementation_code=f"{departments[number % 40].uscc}39{number:011d}",
            department=departments[number % 40],
            region=region,
            created_at=NOW,
        )
        for number in range(items)
    )
    texts = [_varied(number) for number in range(items)]
    versions = ItemVersion.objects.bulk_create(
        [
            ItemVersion(
                item=row, number=1, state="published", name=text["name"], record=text, author_ref="system:benchmark",
                created_at=NOW, updated_at=NOW, published_at=NOW,
            )
            for row, text in zip(rows, texts, strict=True)
        ],
        batch_size=500,
    )  # fmt: skip
    for row, version in zip(rows, versions, strict=True):
        row.state, row.current_version_id = "published", version.pk
    ServiceItem.objects.bulk_update(rows, ["state", "current_version"], batch_size=1000)
    ItemSearch.objects.bulk_create(
        [
            ItemSearch(
                item=row, version=version, basic_code=row.basic_code, implementation_code=row.implementation_code,
                name=version.name, terms="", department=row.department, department_name=row.department.name,
                region=region, region_name=region.name, kind=text["kind"], subjects=text["subjects"], popularity=row.pk % 997,
            )
            for row, version, text in zip(rows, versions, texts, strict=True)
        ],
        batch_size=500,
    )  # fmt: skip
