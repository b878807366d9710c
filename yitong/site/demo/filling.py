"""What an applicant answers, writes and hands in for an item: valid by construction, for any implementation record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from yitong.catalog.records import ItemRecord, Material
from yitong.catalog.rules.scenarios import Selection, selected, visible_questions
from yitong.kernel.identifiers import idcard, project, uscc
from yitong.site.demo import names_data as words
from yitong.site.demo.people import address, person_name


@dataclass(frozen=True, slots=True)
class Filled:
    """One application as handed in."""

    answers: dict[str, Any]
    form: dict[str, Any]
    selection: Selection

    @property
    def materials(self) -> list[Material]:
        """What the applicant has to bring."""
        return list(self.selection.required_materials)

    @property
    def provisional(self) -> list[Material]:
        """What of it may be brought later (容缺)."""
        return [each for each in self.materials if each.may_be_provisional]


OWN = {"insured_name": "person.name", "insured_idcard": "person.idcard"}
"""Fields the platform does not fill in, because they may be about somebody else; here people insure themselves."""


def fill(record: ItemRecord, known: Mapping[str, str], on: date, random: Random) -> Filled:
    """Answers, form and selection. ``known``: what the platform knows of the applicant, by prefill source."""
    answers = _answers(record, random)
    sources = {field.name: field.prefill for field in record.form_fields}
    form = {
        name: known.get(sources.get(name, "")) or _value(name, schema, on, random)
        for name, schema in record.form_schema.get("properties", {}).items()
    }
    form |= {name: known[source] for name, source in OWN.items() if name in form and source in known}
    return Filled(answers, form, selected(record, answers, form))


def _answers(record: ItemRecord, random: Random) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    while True:
        open_ones = [each for each in visible_questions(record, answers) if each.code not in answers]
        if not open_ones:
            return answers
        question = open_ones[0]
        options = [True, False] if question.kind == "boolean" else [each.value for each in question.choices]
        answers[question.code] = random.choice(options)


def _value(name: str, schema: Mapping[str, Any], on: date, random: Random) -> Any:
    options = [each["const"] for each in schema.get("oneOf", ())] or list(schema.get("enum", ()))
    kind = schema.get("type", "string")
    if kind == "array":
        return [_value(name, schema.get("items", {}), on, random)]
    if options:
        return random.choice(options)
    if kind == "boolean":
        return random.random() < 0.5
    if kind in ("integer", "number"):
        return _number(schema, random)
    return _text(name, schema, on, random)


def _number(schema: Mapping[str, Any], random: Random) -> int | float:
    least = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    most = min(schema.get("maximum", least + 300), least + 300)
    step = schema.get("multipleOf", 1)
    whole = int(least) + random.randint(0, max(0, int(most) - int(least)))
    whole = max(int(least), whole - whole % int(step or 1)) if step >= 1 else whole
    return whole if schema["type"] == "integer" else float(whole)


def _text(name: str, schema: Mapping[str, Any], on: date, random: Random) -> str:
    wanted = schema.get("format", "")
    if wanted == "date":
        return (on - timedelta(days=random.randint(20, 900))).isoformat()
    if wanted == "phone":
        return f"1990002{random.randint(0, 9999):04d}"
    if wanted == "idcard":
        return idcard.compose(
            "439901", date(1960, 1, 1) + timedelta(days=random.randint(0, 14000)), random.randint(1, 999)
        )
    if wanted == "uscc":
        return uscc.compose("9", "1", "439901", f"MB{random.randint(1, 999999):06d}")
    if wanted == "project-code":
        return project.compose(
            on.year, on.month, "439900", f"{random.randint(1, 60):02d}", "01", random.randint(1, 99999)
        )
    return _within(_words(name, str(schema.get("title", "")), random), schema)


TEXTS = (
    (
        ("地址", "住址", "坐落", "地点", "位置", "场所", "住所", "所在地", "住址", "路段"),
        lambda random: address(random),
    ),
    (
        ("姓名", "联系人", "负责人", "代表人", "监护人", "配偶", "父亲", "母亲", "经办人"),
        lambda random: person_name(random, "female"),
    ),
    (
        ("单位", "企业名称", "公司", "机构", "学校", "医院", "字号", "店名", "名称"),
        lambda random: f"示范市{random.choice(words.TRADE_NAMES)}{random.choice(words.TRADES)}有限公司",
    ),
    (("职业", "岗位", "工种"), lambda random: random.choice(words.OCCUPATIONS)),
    (("号",), lambda random: f"示{random.randint(100000, 999999)}"),
)
"""Words in a field's title to what is written there, in this order."""


def _words(name: str, title: str, random: Random) -> str:
    for marks, make in TEXTS:
        if any(mark in title for mark in marks):
            return make(random)
    return random.choice(words.PHRASES)


def _within(text: str, schema: Mapping[str, Any]) -> str:
    """``text`` made as long as the schema asks for."""
    least, most = schema.get("minLength", 0), schema.get("maxLength", 500)
    while len(text) < least:
        text += "，" + text
    return text[:most]
