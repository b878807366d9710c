"""Publishing rules: each one names its field; a good record passes."""

from __future__ import annotations

from typing import Any

import pytest

from yitong.catalog.exchange import yaml_files
from yitong.catalog.rules import publishing, wording
from yitong.catalog.tests.records import BASE, record
from yitong.site.env import BASE_DIR


def found(**changes: Any) -> list[tuple[str, str]]:
    return [(reason.code, reason.field) for reason in publishing.reasons(record(**changes))]


def material(**changes: Any) -> dict[str, Any]:
    return {"code": "m", "name": "身份证", "basis": "办法第三条", **changes}


def test_a_good_record_may_be_published() -> None:
    assert found() == []


@pytest.mark.parametrize("file", sorted((BASE_DIR / "yitong/catalog/data/items").glob("*.yaml")), ids=lambda f: f.stem)
def test_every_prepared_item_may_be_published(file: Any) -> None:
    read = yaml_files.read(file.read_bytes(), file.name)
    assert [(each.place, each.message % each.params) for each in read.errors] == []
    for envelope in read.envelopes:
        assert [(each.field, str(each)) for each in publishing.reasons(envelope.record)] == []


CASES: list[tuple[str, str, dict[str, Any]]] = [
    ("kind_unknown", "kind", {"kind": "55"}),
    ("legal_basis_missing", "legal_basis", {"legal_basis": []}),
    ("conditions_missing", "conditions", {"conditions": []}),
    ("theme_unknown", "themes[0]", {"themes": ["nothing"]}),
    ("steps_missing", "steps", {"steps": []}),
    ("contact_missing", "contact", {"contact": {}}),
    ("committed_beyond_statutory", "committed_limit.amount", {"committed_limit": {"amount": 21}}),
    ("limits_not_comparable", "committed_limit.unit", {"statutory_limit": {"amount": 60, "unit": "day"}}),
    ("instant_not_zero", "committed_limit.amount", {"case_type": "instant", "materials": []}),
    ("zero_not_instant", "case_type", {"committed_limit": {"amount": 0}, "steps": [{"code": "s", "name": "审查"}]}),
    ("vague_wording", "materials[0].name", {"materials": [material(name="其他材料")]}),
    ("vague_wording", "conditions[0]", {"conditions": ["提交身份证、户口簿等"]}),
    ("material_basis_missing", "materials[0].basis", {"materials": [material(basis="")]}),
    ("fee_basis_missing", "fees[0].basis", {"fees": [{"code": "f", "name": "工本费", "fen": 500}]}),
    ("repeated", "materials[1].code", {"materials": [material(), material(name="照片")]}),
    ("name_taken", "questions[0].code", {"questions": [{"code": "area", "text": "面积够吗？", "kind": "boolean"}]}),
    ("form_field_unknown", "form_fields[0].name", {"form_fields": [{"name": "nowhere"}]}),
    ("condition_invalid", "materials[0].when", {"materials": [material(when="colour == 1")]}),
    ("condition_invalid", "materials[0].when", {"materials": [material(when='scope == "retail" &&')]}),
    ("condition_never_true", "materials[0].when", {"materials": [material(when='scope == "Retail"')]}),
    ("steps_all_conditional", "steps", {"steps": [{"code": "s", "name": "审查", "when": "paper"}]}),
    ("licence_type_missing", "result.licence_type", {"result": {"kind": "licence", "name": "证"}}),
    ("licence_type_length", "result.licence_type", {"result": {"kind": "licence", "name": "证", "licence_type": "1"}}),
    ("result_source", "result.fields.a", {"result": {"kind": "approval", "name": "证", "fields": {"a": "nowhere"}}}),
    ("deemed_list_missing", "deemed_approval.list_name", {"deemed_approval": {"listed": True}}),
    ("commitment_missing", "commitment", {"materials": [material(key=True, may_be_commitment=True)]}),
    (
        "provisional_key",
        "materials[0].may_be_provisional",
        {"materials": [material(key=True, may_be_provisional=True), material(code="n")]},
    ),
    ("provisional_all", "materials", {"materials": [material(may_be_provisional=True)]}),
]


@pytest.mark.parametrize(("code", "field", "changes"), CASES, ids=[f"{c}-{f}" for c, f, _ in CASES])
def test_a_rule_names_the_field_it_is_about(code: str, field: str, changes: dict[str, Any]) -> None:
    assert (code, field) in found(**changes)


def test_stages_must_follow_each_other_and_fit_into_the_committed_limit() -> None:
    gap = [{"code": "a", "name": "初审"}, {"code": "b", "name": "复审", "stage": 3}]
    assert ("stages_not_contiguous", "steps") in found(steps=gap)
    slow = [
        {"code": "a", "name": "初审", "limit": {"amount": 5}},
        {"code": "b", "name": "同时审", "limit": {"amount": 5}},
        {"code": "c", "name": "复审", "stage": 2, "limit": {"amount": 4}},
    ]
    assert ("steps_beyond_committed", "steps") in found(steps=slow)
    assert found(steps=slow[:2]) == []  # parallel steps don't add up


def test_a_question_may_only_depend_on_earlier_ones() -> None:
    first, second, third = BASE["questions"]
    assert ("question_order", "questions[0].when") in found(questions=[second, first, third])


def test_deemed_approval_and_commitment_are_excluded_where_the_risk_is_high() -> None:
    commitment = {"content": "c", "liability": "l", "check_method": "m", "basis": "b"}
    changes = {
        "risk_domains": ["life_health"],
        "deemed_approval": {"listed": True, "list_name": "清单", "basis": "文件"},
        "commitment": commitment,
        "materials": [material(key=True), material(code="n", may_be_commitment=True)],
    }
    assert {code for code, _ in found(**changes)} == {"deemed_excluded", "commitment_excluded"}


def test_starting_an_enterprise_follows_one_three_six() -> None:
    many = [material(code=f"m{index}", key=True) for index in range(7)]
    steps = [{"code": f"s{index}", "name": "审查", "stage": index + 1} for index in range(4)]
    codes = {code for code, _ in found(themes=["enterprise_startup"], materials=many, steps=steps)}
    assert codes == {"startup_days", "startup_steps", "startup_materials"}
    within = found(
        themes=["enterprise_startup"], committed_limit={"amount": 1}, materials=many[:6], steps=BASE["steps"][1:]
    )
    assert within == [("steps_all_conditional", "steps"), ("stages_not_contiguous", "steps")] or within == [
        ("stages_not_contiguous", "steps"),
        ("steps_all_conditional", "steps"),
    ]


@pytest.mark.parametrize(
    "text", ["普通话水平测试等级证书", "高等学校毕业证书", "同等学力证明", "中等职业学校学籍证明", "等待通知期间的住址"]
)
def test_words_that_only_contain_deng_are_not_vague(text: str) -> None:
    assert list(wording.vague(text)) == []


@pytest.mark.parametrize("text", ["身份证、户口簿等", "营业执照等材料", "身份证等有关材料", "证明等；"])
def test_deng_that_closes_an_enumeration_is_vague(text: str) -> None:
    assert "等" in list(wording.vague(text))


def test_every_reason_reads_as_a_sentence_and_bad_forms_do_not_hide_other_mistakes() -> None:
    broken = {"type": "object", "properties": {"Bad": {"type": "strng"}}}
    for changes in (*(c for _, _, c in CASES), {"form_schema": broken}, {"form_schema": {"type": "array"}}):
        for reason in publishing.reasons(record(**changes)):
            assert "%(" not in str(reason) and reason.field
    assert ("form_schema_invalid", "form_schema") in found(form_schema=broken, form_fields=[])
