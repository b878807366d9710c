"""Rules: compiling, three values against brute force over every completion, explanation, plain error messages."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yitong.rulebook.port import FactError, RuleError, compile_rule

VARIABLES: dict[str, Any] = {"kind": "string", "age": "int", "local": "bool", "born": "date-string", "area": "double"}
DOMAINS: dict[str, tuple[Any, ...]] = {"kind": ("a", "b", "c"), "age": (0, 17, 18, 60), "local": (True, False)}

# Atoms as pairs: CEL text and the same test in Python over a complete set of facts.
ATOMS = {
    'kind == "a"': (("kind",), lambda f: f["kind"] == "a"),
    'kind != "b"': (("kind",), lambda f: f["kind"] != "b"),
    'kind in ["b", "c"]': (("kind",), lambda f: f["kind"] in ("b", "c")),
    "age >= 18": (("age",), lambda f: f["age"] >= 18),
    "age + 1 < 19": (("age",), lambda f: f["age"] + 1 < 19),
    "local": (("local",), lambda f: f["local"]),
    "local == (age > 20)": (("local", "age"), lambda f: f["local"] == (f["age"] > 20)),
}


class Tree:
    """A random formula: its CEL text, its meaning in Python, and how often each variable occurs."""

    def __init__(self, text: str, meaning: Any, variables: tuple[str, ...]) -> None:
        self.text, self.meaning, self.variables = text, meaning, variables

    def __repr__(self) -> str:
        return self.text


leaves = st.sampled_from([Tree(text, meaning, names) for text, (names, meaning) in ATOMS.items()])


def combine(children: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    negated = children.map(lambda t: Tree(f"!({t.text})", lambda f: not t.meaning(f), t.variables))
    both = st.tuples(children, children)
    conj = both.map(
        lambda p: Tree(
            f"({p[0].text} && {p[1].text})",
            lambda f: p[0].meaning(f) and p[1].meaning(f),
            p[0].variables + p[1].variables,
        )
    )
    disj = both.map(
        lambda p: Tree(
            f"({p[0].text} || {p[1].text})",
            lambda f: p[0].meaning(f) or p[1].meaning(f),
            p[0].variables + p[1].variables,
        )
    )
    choice = st.tuples(children, children, children).map(
        lambda p: Tree(
            f"({p[0].text} ? {p[1].text} : {p[2].text})",
            lambda f: p[1].meaning(f) if p[0].meaning(f) else p[2].meaning(f),
            p[0].variables + p[1].variables + p[2].variables,
        )
    )
    return st.one_of(negated, conj, disj, choice)


trees = st.recursive(leaves, combine, max_leaves=8)
partial_facts = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in DOMAINS.items()})


def completions(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    missing = [name for name in DOMAINS if name not in facts]
    pools = [DOMAINS[name] for name in missing]
    return [{**facts, **dict(zip(missing, values, strict=True))} for values in itertools.product(*pools)]


@settings(max_examples=400, deadline=None)
@given(trees, partial_facts)
def test_a_decided_value_holds_for_every_completion_of_the_missing_data(tree: Tree, facts: dict[str, Any]) -> None:
    got = compile_rule(tree.text, VARIABLES).evaluate(facts)
    possible = {bool(tree.meaning(each)) for each in completions(facts)}
    if got is not None:
        assert possible == {got}
    if all(name in facts for name in tree.variables):
        assert got is not None and possible == {got}


@settings(max_examples=300, deadline=None)
@given(trees, partial_facts)
def test_a_rule_that_mentions_each_variable_once_is_unknown_only_if_completions_differ(
    tree: Tree, facts: dict[str, Any]
) -> None:
    if len(set(tree.variables)) != len(tree.variables) or "? " in tree.text:
        return
    got = compile_rule(tree.text, VARIABLES).evaluate(facts)
    possible = {bool(tree.meaning(each)) for each in completions(facts)}
    assert got == (possible.pop() if len(possible) == 1 else None)


@settings(max_examples=200, deadline=None)
@given(trees, partial_facts)
def test_an_unknown_rule_names_missing_facts_and_filling_them_decides_it(tree: Tree, facts: dict[str, Any]) -> None:
    rule = compile_rule(tree.text, VARIABLES)
    explanation = rule.explain(facts)
    assert explanation.value == rule.evaluate(facts)
    assert bool(explanation.missing) == (explanation.value is None)
    assert not set(explanation.missing) & set(facts)
    for name in explanation.missing:
        facts = {**facts, name: DOMAINS[name][0]}
    while (again := rule.explain(facts)).value is None:
        facts = {**facts, **{name: DOMAINS[name][0] for name in again.missing}}


def test_unknown_and_false_is_false_and_unknown_or_true_is_true() -> None:
    assert compile_rule("age > 3 && local", VARIABLES).evaluate({"local": False}) is False
    assert compile_rule("age > 3 || local", VARIABLES).evaluate({"local": True}) is True
    assert compile_rule("age > 3 && local", VARIABLES).evaluate({"local": True}) is None
    assert compile_rule("!(age > 3)", VARIABLES).evaluate({}) is None


def test_known_tells_a_missing_value_from_an_unknown_outcome() -> None:
    rule = compile_rule("known(age) && age > 3", VARIABLES)
    assert rule.evaluate({}) is False
    assert rule.evaluate({"age": 4}) is True
    assert rule.variables == ("age",)


def test_dates_compare_in_the_order_of_time() -> None:
    rule = compile_rule('born < "2008-11-21"', VARIABLES)
    assert rule.evaluate({"born": "2001-02-03"}) is True
    assert rule.evaluate({"born": "2010-02-03"}) is False


def test_chinese_text_constants_work_and_literals_are_listed() -> None:
    rule = compile_rule('kind == "租房" || kind in ["自有", "单位"]', VARIABLES)
    assert rule.evaluate({"kind": "单位"}) is True
    assert [(each.variable, each.value) for each in rule.comparisons] == [
        ("kind", "租房"),
        ("kind", "自有"),
        ("kind", "单位"),
    ]


def test_an_atom_that_fails_on_its_values_is_unknown_and_says_why() -> None:
    explanation = compile_rule("10 / age > 2", VARIABLES).explain({"age": 0})
    assert explanation.value is None
    assert "zero" in explanation.atoms[0].error


def test_an_explanation_shows_the_text_of_each_atom() -> None:
    explanation = compile_rule('age >= 18 && !(kind == "a" || local)', VARIABLES).explain({"age": 20, "kind": "b"})
    assert [(atom.text, atom.value) for atom in explanation.atoms] == [
        ("age >= 18", True),
        ('kind == "a"', False),
        ("local", None),
    ]
    assert explanation.missing == ("local",)


@pytest.mark.parametrize(
    ("expression", "position", "words"),
    [
        ("age > 3 && colour == 1", 12, "colour"),
        ("age >", 6, "breaks off"),
        ("age == 'x'", 5, "int, string"),
        ("area >= 5", 6, "5.0"),
        ("age + 1", None, "INT"),
        ("", 1, "empty"),
        ('born < "21.11.2026"', 8, "2026-11-21"),
        ('kind.matches("(")', 13, "broken"),
        ("known(1 + age)", 6, "known()"),
        ("known(age) == local", 6, "known()"),
    ],
)
def test_a_wrong_expression_is_refused_with_its_place(expression: str, position: int | None, words: str) -> None:
    with pytest.raises(RuleError) as caught:
        compile_rule(expression, VARIABLES)
    assert words in str(caught.value)
    assert caught.value.position == position


@pytest.mark.parametrize("value", [None, "18", 18.5, True])
def test_a_fact_of_the_wrong_type_is_refused_by_name(value: object) -> None:
    with pytest.raises(FactError, match="age"):
        compile_rule("age > 3", VARIABLES).evaluate({"age": value})  # type: ignore[dict-item]


def test_compiling_the_same_rule_twice_gives_the_same_object() -> None:
    assert compile_rule("age > 3", VARIABLES) is compile_rule("age > 3", dict(reversed(VARIABLES.items())))
