"""The demonstration city's catalogue: every record can be published, and every scenario leads somewhere."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from yitong.catalog.commands.imports import import_file
from yitong.catalog.exchange import yaml_files
from yitong.catalog.exchange.envelope import Envelope
from yitong.catalog.queries import items
from yitong.catalog.records import ItemRecord
from yitong.catalog.rules import forms, publishing, scenarios, wording
from yitong.catalog.themes import ENTERPRISE_STARTUP
from yitong.kernel.identifiers import check, project, uscc
from yitong.licences.types_data import TYPES
from yitong.parties.actors import system
from yitong.parties.models import Department, Region

DATA = Path(__file__).resolve().parents[1] / "data"
FILES = sorted((DATA / "items").glob("*.yaml"))
DEPARTMENTS: list[dict[str, str]] = yaml.safe_load((DATA / "departments.yaml").read_text(encoding="utf-8"))
SYNONYMS: dict[str, list[str]] = yaml.safe_load((DATA / "synonyms.yaml").read_text(encoding="utf-8"))
CITY = "439900"

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@lru_cache
def envelope(path: Path) -> Envelope:
    found = yaml_files.read(path.read_bytes(), path.name)
    assert not found.errors, [(error.place, error.message % error.params) for error in found.errors]
    (only,) = found.envelopes
    return only


def named(name: str) -> ItemRecord:
    return envelope(DATA / "items" / f"{name}.yaml").record


def everything() -> list[ItemRecord]:
    return [envelope(path).record for path in FILES]


def complete_answers(record: ItemRecord, answers: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    """Every way to answer all the questions that get asked."""
    answers = answers or {}
    open_questions = [each for each in scenarios.visible_questions(record, answers) if each.code not in answers]
    if not open_questions:
        yield answers
        return
    question = open_questions[0]
    values = [True, False] if question.kind == "boolean" else [choice.value for choice in question.choices]
    for value in values:
        yield from complete_answers(record, {**answers, question.code: value})


def sample(schema: dict[str, Any]) -> Any:
    """A value the property accepts."""
    formats = {
        "idcard": "11010519491231002X",
        "uscc": uscc.compose("9", "1", CITY, "MA4L0001"),
        "phone": "13800000001",
        "date": "2026-11-20",
        "project-code": "2301-430300-04-01-000011",
    }
    if "format" in schema:
        return formats[schema["format"]]
    if schema["type"] == "array":
        return [schema["items"]["enum"][0]]
    if "enum" in schema:
        return schema["enum"][0]
    return {"string": "示范市朝晖区惠民大道"[: schema.get("maxLength", 10)], "boolean": True}.get(
        schema["type"], max(schema.get("minimum", 1), 1)
    )


@each_file
def test_a_record_may_be_published(path: Path) -> None:
    record = envelope(path).record
    reasons = publishing.reasons(record)
    assert not reasons, [(reason.field, reason.message % reason.params) for reason in reasons]
    assert record.demo
    assert record.summary and record.everyday_words and record.themes and record.steps
    assert 2 <= len(record.questions_answers) <= 3
    assert 2 <= len(record.questions) <= 4


@each_file
def test_a_file_names_its_organ_and_a_valid_code(path: Path) -> None:
    found = envelope(path)
    codes = {row["code"] for row in DEPARTMENTS}
    assert found.department in codes and found.region == CITY
    assert {step.department for step in found.record.steps} - {""} <= codes - {found.department}
    check("item-basic", found.basic_code)
    assert found.basic_code[:2] == "00" and found.basic_code[2:4] == found.record.kind
    for town in found.record.delegated_to:
        assert check("region", town) and town.startswith(CITY[:4]) and len(town) == 9


@each_file
def test_licences_are_of_known_types_and_fill_their_faces(path: Path) -> None:
    record = envelope(path).record
    types = {each.code: each for each in TYPES}
    assert {material.licence_type for material in record.materials} - {""} <= types.keys()
    if record.result.licence_type:
        known = dict(types[record.result.licence_type].fields)
        assert record.result.fields and record.result.fields.keys() <= known.keys()
        if types[record.result.licence_type].holders == "enterprise":
            assert "1" not in record.subjects


@each_file
def test_every_combination_of_answers_leads_to_a_complete_list(path: Path) -> None:
    record = envelope(path).record
    reached: set[str] = set()
    properties = record.form_schema["properties"]
    values = {name: sample(schema) for name, schema in properties.items()}
    for answers in complete_answers(record):
        assert not scenarios.check_answers(record, answers)
        chosen = scenarios.selected(record, answers, values)
        assert not chosen.unknown, (answers, chosen.unknown)
        assert chosen.required_materials and chosen.steps, answers
        data = {field.name: values[field.name] for field in chosen.form_fields}
        assert not forms.validate(record, chosen, data), answers
        reached |= {f"material {each.code}" for each in chosen.materials}
        reached |= {f"fee {each.code}" for each in chosen.fees} | {f"step {each.code}" for each in chosen.steps}
        reached |= {f"field {each.name}" for each in chosen.form_fields}
    wanted = {f"material {each.code}" for each in record.materials} | {f"fee {each.code}" for each in record.fees}
    wanted |= {f"field {each.name}" for each in record.form_fields}
    # A step may wait for a value of the form, which one sample does not give.
    wanted |= {f"step {step.code}" for step in record.steps if not _asks_form(record, step.when)}
    assert wanted <= reached, f"never selected: {sorted(wanted - reached)}"


def _asks_form(record: ItemRecord, when: str) -> bool:
    names = scenarios.rule_for(record, when).variables if when else ()
    return any(name in record.form_schema["properties"] for name in names)


@each_file
def test_what_people_read_is_never_vague(path: Path) -> None:
    record = envelope(path).record
    for material in record.materials:
        assert material.guidance.endswith("。"), material.code
        assert not list(wording.vague(material.guidance)), material.guidance
        if material.source != "applicant":
            assert material.source_note, material.code
    assert record.contact.phone.startswith("0990-")


def test_the_catalogue_is_broad_enough() -> None:
    assert len(FILES) >= 26
    assert len({envelope(path).basic_code for path in FILES}) == len(FILES)
    assert len({record.name for record in everything()}) == len(FILES)
    assert len({envelope(path).department for path in FILES}) >= 15


def test_parallel_stages_with_another_department() -> None:
    def parallel(record: ItemRecord) -> bool:
        by_stage = itertools.groupby(sorted(record.steps, key=lambda step: step.stage), key=lambda step: step.stage)
        return any(len({step.department for step in steps}) > 1 for _, steps in by_stage)

    assert sum(parallel(record) for record in everything()) >= 3
    assert parallel(named("竣工联合验收")) and named("竣工联合验收").joint


@pytest.mark.parametrize("name", ["食品经营许可", "公共场所卫生许可", "建筑工程施工许可证核发", "取水许可"])
def test_substance_is_checked_on_site_where_it_matters(name: str) -> None:
    assert any(step.kind == "site_check" for step in named(name).steps)


def test_deemed_approval_never_where_life_or_safety_is_at_stake() -> None:
    listed = {record.name for record in everything() if record.deemed_approval.listed}
    assert len(listed) >= 3
    assert not listed & {named("食品经营许可").name, named("建筑工程施工许可证核发").name}
    assert named("食品经营许可").risk_domains and named("建筑工程施工许可证核发").risk_domains


def test_commitments_and_delegated_items() -> None:
    assert sum(record.commitment is not None for record in everything()) >= 4
    assert sum(bool(record.delegated_to) for record in everything()) >= 4


@pytest.mark.parametrize(
    ("name", "statutory", "unit", "committed", "extension"),
    [
        ("教师资格认定", 20, "workday", 10, 10),  # 行政许可法第四十二条
        ("企业设立登记", 3, "workday", 1, 3),  # 市场主体登记管理条例第十九条
        ("建筑工程施工许可证核发", 7, "workday", 3, 0),  # 建筑法第八条
        ("企业投资项目核准", 20, "workday", 10, 40),  # 企业投资项目核准和备案管理条例第十条
        ("竣工联合验收", 45, "workday", 8, 15),  # 行政许可法第四十二条第二款
        ("不动产首次登记", 30, "workday", 1, 0),  # 不动产登记暂行条例第二十条
        ("取水许可", 45, "workday", 20, 0),  # 取水许可和水资源费征收管理条例第十九条
        ("居住证申领", 15, "day", 5, 0),  # 居住证暂行条例第十条
        ("居民身份证补领", 60, "day", 20, 30),  # 居民身份证法第十二条
    ],
)
def test_limits_follow_the_special_law(name: str, statutory: int, unit: str, committed: int, extension: int) -> None:
    record = named(name)
    assert (record.statutory_limit.amount, record.statutory_limit.unit) == (statutory, unit)
    assert (record.committed_limit.amount, record.committed_limit.unit) == (committed, unit)
    assert record.extension_limit == extension


def test_a_teacher_brings_eight_documents_of_which_only_the_photo_is_theirs_to_give() -> None:
    chosen = scenarios.selected(
        named("教师资格认定"), {"apply_by": "household", "exam_route": "exam", "diploma_kind": "online"}
    )
    assert len(chosen.materials) == 8
    assert [material.code for material in chosen.materials if material.source == "applicant"] == ["photo"]


def test_start_up_items_keep_to_one_three_six() -> None:
    items = [record for record in everything() if ENTERPRISE_STARTUP in record.themes]
    assert named("企业设立登记") in items and len(items) >= 3
    for record in items:
        assert record.committed_limit.amount <= 1 and len(record.steps) <= 3 and len(record.materials) <= 6


def test_project_items_ask_for_a_project_code_that_is_checked() -> None:
    for record in everything():
        has_code = record.form_schema["properties"].get("project_code", {}).get("format") == "project-code"
        assert has_code == record.needs_project_code, record.name
    record = named("建设用地规划许可证核发")
    chosen = scenarios.selected(record, {"land_way": "granted", "standard_land": True})
    wrong = [reason.field for reason in forms.validate(record, chosen, {"project_code": "2301-430300-04-01-000012"})]
    assert "project_code" in wrong
    assert project.parse("2301-430300-04-01-000011")


def test_departments_have_valid_codes_and_their_own_short_names() -> None:
    assert len(DEPARTMENTS) >= 12
    for key in ("code", "name", "short_name", "uscc", "phone"):
        assert len({row[key] for row in DEPARTMENTS}) == len(DEPARTMENTS), key
    for row in DEPARTMENTS:
        parsed = uscc.parse(row["uscc"])
        assert parsed.region == CITY and parsed.department == "1" and parsed.organisation_code_valid
        assert row["region"] == CITY and row["hall"] and row["address"]


def test_every_everyday_word_means_a_word_in_an_item_name() -> None:
    assert len(SYNONYMS) >= 60
    names = [record.name for record in everything()]
    for word, meanings in SYNONYMS.items():
        assert meanings and all(any(meaning in name for name in names) for meaning in meanings), word


@pytest.mark.django_db
def test_the_whole_catalogue_can_be_imported_and_published_at_once() -> None:
    city = Region.objects.create(code=CITY, name="示范市", level=1)
    for row in DEPARTMENTS:
        fields = {key: row[key] for key in ("code", "name", "short_name", "uscc", "phone", "address")}
        Department.objects.create(region=city, **fields)
    content = "\n---\n".join(path.read_text(encoding="utf-8") for path in FILES).encode()
    batch = import_file(
        actor=system("setup"),
        content=content,
        file_name="items.yaml",
        now=datetime(2026, 1, 5, tzinfo=UTC),
        publish=True,
    )
    assert batch.state == "imported"
    for path in FILES:
        assert items.published(envelope(path).basic_code).record == envelope(path).record
