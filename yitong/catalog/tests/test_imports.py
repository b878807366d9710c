"""Imports are taken whole or not at all, and refused rows are kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.cast import NOW
from yitong.audit.models import Entry
from yitong.catalog.commands import drafts
from yitong.catalog.commands.imports import import_file
from yitong.catalog.exchange import workbook, yaml_files
from yitong.catalog.models import ImportBatch, ItemVersion, ServiceItem
from yitong.catalog.queries import items
from yitong.catalog.queries.exports import export
from yitong.catalog.tests.records import record
from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import Actor, system

A, B = "430117001000", "430117002000"


@pytest.fixture
def author(cast: Any) -> Actor:
    return cast.actor("author")


def rows(cast: Any, *records: Any) -> list[Any]:
    code = cast.department("market").code
    return [(basic, code, "439900", each) for basic, each in zip((A, B), records, strict=False)]


def taken(actor: Actor, content: bytes | str, name: str = "items.yaml", **options: Any) -> ImportBatch:
    data = content.encode() if isinstance(content, str) else content
    return import_file(actor=actor, content=data, file_name=name, now=NOW, **options)


def test_a_file_becomes_drafts_and_again_changes_nothing(cast: Any, author: Actor) -> None:
    content = yaml_files.write(rows(cast, record(), record(name="食品生产许可")))
    first = taken(author, content)
    assert (first.state, first.items, first.changed) == ("imported", 2, 2)
    assert set(ItemVersion.objects.values_list("state", flat=True)) == {"draft"}
    again = taken(author, content)
    assert (again.state, again.items, again.changed) == ("imported", 2, 0)
    assert ItemVersion.objects.count() == 2
    assert Entry.objects.filter(tag="catalog:file:imported").count() == 2


def test_one_wrong_row_rejects_the_whole_file_and_keeps_the_row(cast: Any, author: Actor) -> None:
    good, bad = rows(cast, record(), record(name="食品生产许可"))
    content = workbook.write([good, (bad[0], "nobody", "999999", bad[3])])
    batch = taken(author, content, "items.xlsx")
    assert (batch.state, batch.changed) == ("rejected", 0)
    assert not ServiceItem.objects.exists()
    errors = list(batch.errors.values_list("sheet", "row", "column", "code"))
    assert errors == [("事项", 3, "部门编码", "department_unknown"), ("事项", 3, "区划编码", "region_unknown")]
    assert batch.errors.first().content["事项名称"] == "食品生产许可"


def test_a_wrong_line_of_yaml_is_named(cast: Any, author: Actor) -> None:
    content = yaml_files.write(rows(cast, record())).replace("amount: 20", "amount: twenty")
    batch = taken(author, content)
    line = content.splitlines().index("    amount: twenty") + 1
    assert list(batch.errors.values_list("row", "column", "code")) == [
        (line, "record.statutory_limit.amount", "int_parsing")
    ]


def test_the_same_item_twice_in_a_file_is_refused(cast: Any, author: Actor) -> None:
    (row,) = rows(cast, record())
    batch = taken(author, yaml_files.write([row, row]))
    assert [error.code for error in batch.errors.all()] == ["item_twice"]


def test_another_authors_draft_is_not_overwritten(cast: Any, author: Actor) -> None:
    taken(author, yaml_files.write(rows(cast, record())))
    other = replace(author, ref="staff:9001", name="何审")
    batch = taken(other, yaml_files.write(rows(cast, record(summary="别的"))))
    assert [error.code for error in batch.errors.all()] == ["foreign_draft"]
    assert taken(author, yaml_files.write(rows(cast, record(summary="新的")))).changed == 1


def test_items_of_a_foreign_region_are_refused(cast: Any, author: Actor) -> None:
    elsewhere = replace(author, region_ids=frozenset({cast.region("town").pk}))
    batch = taken(elsewhere, yaml_files.write(rows(cast, record())))
    assert [error.code for error in batch.errors.all()] == ["region_foreign"]


def test_only_authors_import_and_only_the_system_publishes_at_once(cast: Any, author: Actor) -> None:
    content = yaml_files.write(rows(cast, record()))
    with pytest.raises(NotAllowed):
        taken(cast.actor("clerk"), content)
    with pytest.raises(NotAllowed):
        taken(author, content, publish=True)


def test_loading_a_prepared_catalogue_publishes_it_under_the_same_rules(cast: Any) -> None:
    steps: list[tuple[int, int]] = []
    loader = system("loading")
    bad = taken(loader, yaml_files.write(rows(cast, record(), record(conditions=[]))), publish=True)
    assert [error.code for error in bad.errors.all()] == ["conditions_missing"]
    assert not ServiceItem.objects.exists()
    content = yaml_files.write(rows(cast, record(), record(name="食品生产许可")))
    batch = taken(loader, content, publish=True, progress=lambda done, total: steps.append((done, total)))
    assert (batch.changed, steps) == (2, [(1, 2), (2, 2)])
    assert items.published(B).name == "食品生产许可"
    assert taken(loader, content, publish=True).changed == 0


@pytest.mark.parametrize("kind", ["yaml", "excel"])
def test_export_and_import_are_inverse(cast: Any, kind: Any) -> None:
    loader = system("loading")
    taken(loader, yaml_files.write(rows(cast, record(), record(name="食品生产许可"))), publish=True)
    content = export(cast.actor("citizen"), kind)
    again = taken(loader, content, "catalog.xlsx" if kind == "excel" else "catalog.yaml", publish=True)
    assert (again.state, again.items, again.changed) == ("imported", 2, 0)
    assert export(cast.actor("citizen"), kind, codes=("nowhere",), drafts=False) != content


def test_drafts_are_exported_to_their_authors_only(cast: Any, author: Actor) -> None:
    version = drafts.create_item(
        actor=author, basic_code=A, department_id=cast.department("market").pk, record=record(), now=NOW
    )
    assert version.name in export(author, "yaml", drafts=True).decode()
    for stranger in (cast.actor("citizen"), cast.actor("clerk")):
        assert version.name not in export(stranger, "yaml", drafts=True).decode()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"PK\x03\x04", b"[1, 2", b"\x00\x01"])
def test_rubbish_is_rejected_with_a_reason(cast: Any, author: Actor, content: bytes) -> None:
    batch = taken(author, content, "x.yaml")
    assert batch.state == "rejected" and batch.errors.count() == 1
