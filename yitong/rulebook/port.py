"""The one door to the rule language: ``compile_rule(expression, variables) -> Rule``.

Behind it stands cel-expr-python (cel-cpp): it parses and type-checks the whole expression, and evaluates single atoms;
combining them in three values is ours, because a CEL runtime turns a missing value into an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from cel_expr_python import cel

from yitong.kernel.reasons import N_
from yitong.rulebook import logic
from yitong.rulebook.text import text
from yitong.rulebook.wire import Node, Tree, read

VariableType = Literal["string", "bool", "int", "double", "date-string"]
Fact = str | bool | int | float

_CEL_TYPES: dict[str, cel.Type] = {
    "string": cel.Type.STRING,
    "bool": cel.Type.BOOL,
    "int": cel.Type.INT,
    "double": cel.Type.DOUBLE,
    "date-string": cel.Type.STRING,  # ISO 8601 days compare as text in the order of time
}
_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "bool": (bool,),
    "int": (int,),
    "double": (int, float),
    "date-string": (str,),
}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_COMPARISONS = ("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_")
_OPERATORS = {"_&&_": "&&", "_||_": "||", "!_": "!", "@in": "in", "-_": "-", "_?_:_": "? :", "_[_]": "[ ]"}
MOST_CHARACTERS = 2000
# Patterns are RE2, which lacks some of what Python's have: only the engine can say if one is sound.
_PATTERN = cel.NewEnv(variables={"pattern": cel.Type.STRING}).compile('"".matches(pattern)')


class RuleError(ValueError):
    """``expression`` can't be used. ``message``: English msgid filled by ``params``; ``position``: column from 1."""

    def __init__(
        self, expression: str, message: str, params: dict[str, Any] | None = None, position: int | None = None
    ) -> None:
        self.expression = expression
        self.message = message
        self.params: dict[str, Any] = {"position": position, **(params or {})}
        self.position = position
        super().__init__(expression, message, self.params)

    def __str__(self) -> str:
        return self.message % self.params


class FactError(TypeError):
    """The fact ``variable`` has a value of another type than the rule declares."""

    def __init__(self, variable: str, expected: str, value: object) -> None:
        self.variable = variable
        super().__init__(f"fact {variable} must be {expected}, not {type(value).__name__}")


@dataclass(frozen=True, slots=True)
class AtomResult:
    """One atom as it came out. ``missing``: variables without a value; ``error``: why it could not be evaluated."""

    text: str
    value: bool | None
    variables: tuple[str, ...]
    missing: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """``value`` of the rule and all its atoms; ``missing``: variables whose value could still change the outcome."""

    value: bool | None
    atoms: tuple[AtomResult, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A text constant that a variable is compared with: what a check against a list of choices needs."""

    variable: str
    value: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled condition. ``variables``: those it mentions, sorted. Shared between threads; holds no facts."""

    expression: str
    variables: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    _formula: logic.Formula = field(repr=False)
    _programs: tuple[tuple[Any, tuple[str, ...], str], ...] = field(repr=False)  # program, variables, text: per atom
    _types: Mapping[str, str] = field(repr=False)

    def evaluate(self, facts: Mapping[str, Fact]) -> bool | None:
        """True, False, or None when a missing fact could decide it. Facts the rule does not mention are ignored.

        FactError for a value of the wrong type, None included: a missing value is left out. An atom that fails on its
        values (division by zero, a number past 64 bits) is unknown.
        """
        present = self._present(facts)
        return logic.value(self._formula, lambda atom: self._atom(atom.index, present).value, present.__contains__)

    def explain(self, facts: Mapping[str, Fact]) -> Explanation:
        """Every atom with its value, and which missing facts still matter."""
        present = self._present(facts)
        results = [self._atom(index, present) for index in range(len(self._programs))]
        value = logic.value(self._formula, lambda atom: results[atom.index].value, present.__contains__)
        missing: set[str] = set()
        if value is None:
            for index, result in enumerate(results):
                if result.value is None and self._matters(index, results, present):
                    missing.update(result.missing)
        return Explanation(value, tuple(results), tuple(sorted(missing)))

    def _matters(self, index: int, results: list[AtomResult], present: Mapping[str, Fact]) -> bool:
        """Whether atom ``index`` is asked for at all: inside a part that is already decided it is not."""
        asked = False

        def atom(each: logic.Atom) -> bool | None:
            nonlocal asked
            asked = asked or each.index == index
            return results[each.index].value

        logic.value(self._formula, atom, present.__contains__)
        return asked

    def _present(self, facts: Mapping[str, Fact]) -> dict[str, Fact]:
        present: dict[str, Fact] = {}
        for name in self.variables:
            if name in facts:
                value, expected = facts[name], self._types[name]
                if not isinstance(value, _PYTHON_TYPES[expected]) or (isinstance(value, bool) and expected != "bool"):
                    raise FactError(name, expected, value)
                present[name] = float(value) if expected == "double" else value
        return present

    def _atom(self, index: int, present: Mapping[str, Fact]) -> AtomResult:
        program, variables, words = self._programs[index]
        missing = tuple(name for name in variables if name not in present)
        if missing:
            return AtomResult(words, None, variables, missing)
        try:
            result = program.eval(data={name: present[name] for name in variables})
            answer = result.value()
        except (RuntimeError, OverflowError, TypeError) as error:
            return AtomResult(words, None, variables, error=str(error))
        if isinstance(answer, bool):
            return AtomResult(words, answer, variables)
        return AtomResult(words, None, variables, error=str(answer))


def compile_rule(expression: str, variables: Mapping[str, VariableType]) -> Rule:
    """The rule ``expression`` over ``variables`` (name to type), cached. RuleError says what is wrong and where.

    ``known(x)`` is true when x has a value. CEL names are ASCII; text constants may hold anything.
    """
    return _compiled(expression, tuple(sorted(variables.items())))


@lru_cache(maxsize=20_000)
def _compiled(expression: str, variables: tuple[tuple[str, str], ...]) -> Rule:
    types = dict(variables)
    if len(expression) > MOST_CHARACTERS:
        raise RuleError(
            expression,
            N_("The condition has more than %(most)s characters; split it."),
            {"most": MOST_CHARACTERS},
        )
    env = _environment(variables)
    try:
        checked = env.compile(expression)
    except RuntimeError as error:
        raise _plain(expression, str(error)) from None
    if checked.return_type() != cel.Type.BOOL:
        raise RuleError(
            expression,
            N_("The condition must be true or false, but it gives %(type)s; compare it with something."),
            {"type": checked.return_type().name()},
        )
    tree = read(checked.serialize())
    _check_tree(expression, tree.root, types)
    formula = logic.formula(tree.root)
    programs = tuple(_program(env, tree, atom.node, types) for atom in logic.atoms(formula))
    mentioned = {node.name for node in tree.root.walk() if node.kind == "ident" and node.name in types}
    return Rule(expression, tuple(sorted(mentioned)), tuple(_comparisons(tree.root)), formula, programs, types)


def _program(env: Any, tree: Tree, node: Node, types: Mapping[str, str]) -> tuple[Any, tuple[str, ...], str]:
    names = {each.name for each in node.walk() if each.kind == "ident" and each.name in types}
    return env.deserialize(tree.alone(node)), tuple(sorted(names)), text(node)


@lru_cache(maxsize=2_000)
def _environment(variables: tuple[tuple[str, str], ...]) -> Any:
    for name, kind in variables:
        if not _NAME.fullmatch(name) or kind not in _CEL_TYPES:
            raise ValueError(f"variable {name!r} of type {kind!r} can't be declared")
    known = cel.Overload("known_dyn", return_type=cel.Type.BOOL, parameters=[cel.Type.DYN], impl=lambda _: True)
    return cel.NewEnv(
        variables={name: _CEL_TYPES[kind] for name, kind in variables},
        functions=[cel.FunctionDecl("known", [known])],
    )


def _check_tree(expression: str, root: Node, types: Mapping[str, str]) -> None:
    """What type-checking does not see: misuse of ``known``, a date that is not one, a broken pattern."""
    decomposed = _boolean_nodes(root)
    for node in root.walk():
        where = node.position + 1 if node.position >= 0 else None
        if node.kind == "call" and node.name == "known":
            if node.args[0].kind != "ident" or node.args[0].name not in types or node.id not in decomposed:
                raise RuleError(
                    expression,
                    N_("known() takes one variable and stands alone between && and ||, at column %(position)s."),
                    position=where,
                )
        if node.kind == "call" and node.name == "matches" and node.args[-1].kind == "const":
            tried = _PATTERN.eval(data={"pattern": node.args[-1].value}).value()
            if not isinstance(tried, bool):
                detail = str(tried).rpartition("regular expression: ")[2]
                message = N_("The pattern at column %(position)s is broken: %(detail)s.")
                raise RuleError(expression, message, {"detail": detail}, where)
        if node.kind == "call" and node.name in _COMPARISONS:
            _check_dates(expression, node, types)


def _check_dates(expression: str, node: Node, types: Mapping[str, str]) -> None:
    if not any(arg.kind == "ident" and types.get(arg.name) == "date-string" for arg in node.args):
        return
    for arg in node.args:
        if arg.kind == "const":
            try:
                date.fromisoformat(arg.value)
            except ValueError:
                raise RuleError(
                    expression,
                    N_('"%(value)s" at column %(position)s is not a date; write it like "2026-11-21".'),
                    {"value": arg.value},
                    arg.position + 1,
                ) from None


def _boolean_nodes(node: Node) -> set[int]:
    """Ids of the nodes that stand where the formula is taken apart."""
    found = {node.id}
    if node.kind == "call" and node.name in ("_&&_", "_||_", "!_", "_?_:_"):
        for arg in node.args:
            found |= _boolean_nodes(arg)
    return found


def _comparisons(root: Node) -> list[Comparison]:
    found = []
    for node in root.walk():
        if node.kind == "call" and node.name in ("_==_", "_!=_", "@in") and len(node.args) == 2:
            left, right = node.args
            if left.kind != "ident":
                left, right = right, left
            constants = right.args if right.kind == "list" else (right,)
            if left.kind == "ident":
                texts = [each.value for each in constants if each.kind == "const" and isinstance(each.value, str)]
                found += [Comparison(left.name, value) for value in texts]
    return found


def _plain(expression: str, error: str) -> RuleError:
    """The compiler's first complaint in plain words."""
    place = re.search(r"<input>:(\d+):(\d+): (.*)", error)
    if place is None:
        return RuleError(expression, N_("The condition can't be read: %(detail)s"), {"detail": error.strip()})
    line, column, detail = int(place[1]), int(place[2]), place[3].removesuffix(" [INVALID_ARGUMENT]")
    position = sum(len(each) + 1 for each in expression.split("\n")[: line - 1]) + column
    if not expression.strip():
        return RuleError(expression, N_("The condition is empty; leave it out, or write one."), position=1)
    if unknown := re.match(r"undeclared reference to '([^']*)'", detail):
        message = N_("Column %(position)s: there is no question or form field %(name)s; check the spelling.")
        return RuleError(expression, message, {"name": unknown[1]}, position)
    if overload := re.match(r"found no matching overload for '([^']*)' applied to '\((.*)\)'", detail):
        name = overload[1]
        params = {"operator": _OPERATORS.get(name, name.strip("_")), "types": overload[2]}
        message = N_(
            "Column %(position)s: %(operator)s does not fit values of the types %(types)s; a number with decimals is "
            'written 5.0, a text "5".'
        )
        return RuleError(expression, message, params, position)
    if detail.startswith("Syntax error"):
        message = N_("Column %(position)s: the condition breaks off or has a stray sign here (%(detail)s).")
        return RuleError(expression, message, {"detail": detail.removeprefix("Syntax error: ")[:80]}, position)
    return RuleError(expression, N_("Column %(position)s: %(detail)s"), {"detail": detail}, position)
