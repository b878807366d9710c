"""Plain conditions evaluated for all answers at once. Pure.

A condition that only compares variables with constants, joined by && || ! and parentheses, is read into a small tree here and
evaluated as two bit masks over all combinations of answers: bit k of ``yes`` (``no``) is set when it holds (does not hold) for
combination k; a bit set in neither is unknown. Meaning is that of ``rulebook.port``, which a test compares it with; whatever is
not plain is left to that port by the caller. Every published condition was compiled there, so that this reader may be narrow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"\\\n]*"|'[^'\\\n]*')|(?P<number>-?[0-9]+(?:\.[0-9]+)?(?![0-9A-Za-z.]))"""
    r"""|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>&&|\|\||==|!=|<=|>=|[<>!()\[\],]))"""
)
_COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">="))
_NOT_NAMES = frozenset(("in", "true", "false", "null"))
MOST_TOKENS = 400


class NotPlain(ValueError):
    """The condition holds more than comparisons, so that the rulebook must evaluate it."""


@dataclass(frozen=True, slots=True)
class Is:
    """``variable`` has one of ``values`` (texts, or a truth value); with ``negated`` it has another one."""

    variable: str
    values: tuple[str | bool, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """A comparison of order, or with a number: only known by its ``text``."""

    variable: str
    text: str


@dataclass(frozen=True, slots=True)
class Known:
    variable: str


@dataclass(frozen=True, slots=True)
class Not:
    part: Node


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]


Node = Is | Measure | Known | Not | And | Or


@dataclass(frozen=True, slots=True)
class Space:
    """All combinations of answers. ``full``: a bit for each; ``present``: where a variable has a value (missing: everywhere);

    ``having``: for a variable and a value, where it has that value; ``measures``: for the text of a comparison, where it holds.
    """

    full: int
    having: Mapping[tuple[str, str | bool], int]
    present: Mapping[str, int]
    measures: Mapping[str, int]


def read(expression: str) -> Node:
    """The tree of a plain condition. NotPlain for any other."""
    reader = _Reader(_tokens(expression))
    node = reader.either()
    if reader.kind:
        raise NotPlain(expression)
    return node


def variables(node: Node) -> Iterator[str]:
    """Every variable mentioned, repeats included."""
    match node:
        case Not(part):
            yield from variables(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from variables(part)
        case _:
            yield node.variable


def leaves(node: Node) -> Iterator[Is | Measure | Known]:
    """Every comparison."""
    match node:
        case Not(part):
            yield from leaves(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case _:
            yield node


def masks(node: Node, space: Space) -> tuple[int, int]:
    """(where it holds, where it does not): three values after Kleene, as the rulebook's."""
    match node:
        case Is(variable, values, negated):
            present, yes = space.present.get(variable, space.full), 0
            for value in values:
                yes |= space.having.get((variable, value), 0)
            yes &= present
            return (present & ~yes, yes) if negated else (yes, present & ~yes)
        case Measure(variable, text):
            present = space.present.get(variable, space.full)
            yes = space.measures[text] & present
            return yes, present & ~yes
        case Known(variable):
            present = space.present.get(variable, space.full)
            return present, space.full & ~present
        case Not(part):
            yes, no = masks(part, space)
            return no, yes
        case And(parts):
            yes, no = space.full, 0
            for part in parts:
                one, other = masks(part, space)
                yes, no = yes & one, no | other
            return yes, no
        case Or(parts):
            yes, no = 0, space.full
            for part in parts:
                one, other = masks(part, space)
                yes, no = yes | one, no & other
            return yes, no
    raise AssertionError(node)


def _tokens(expression: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position, end = 0, len(expression.rstrip())
    while position < end:
        matched = _TOKEN.match(expression, position)
        if matched is None or len(found) >= MOST_TOKENS:
            raise NotPlain(expression)
        kind = matched.lastgroup or ""
        found.append((kind, matched[kind]))
        position = matched.end()
    return found


class _Reader:
    """Recursive descent with one token ahead; || binds weakest, then &&, then !."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._rest = iter(tokens)
        self.kind, self.word = "", ""
        self._next()

    def _next(self) -> str:
        word = self.word
        self.kind, self.word = next(self._rest, ("", ""))
        return word

    def _sign(self, *signs: str) -> bool:
        return self.kind == "sign" and self.word in signs

    def either(self) -> Node:
        parts = [self._both()]
        while self._sign("||"):
            self._next()
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _both(self) -> Node:
        parts = [self._one()]
        while self._sign("&&"):
            self._next()
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self) -> Node:
        if self._sign("!"):
            self._next()
            node: Node = Not(self._enclosed() if self._sign("(") else self._bare())
        elif self._sign("("):
            node = self._enclosed()
        else:
            return self._comparison()
        return self._uncompared(node)

    def _uncompared(self, node: Node) -> Node:
        # `!a == b` means `(!a) == b`: a comparison of truth values, which is not read here.
        if self._sign(*_COMPARISONS) or self.word == "in" or self._sign("[", "("):
            raise NotPlain(self.word)
        return node

    def _enclosed(self) -> Node:
        self._next()
        node = self.either()
        if not self._sign(")"):
            raise NotPlain(self.word)
        self._next()
        return node

    def _name(self) -> str:
        if self.kind != "name" or self.word in _NOT_NAMES:
            raise NotPlain(self.word)
        return self._next()

    def _bare(self) -> Node:
        name = self._name()
        if name == "known" and self._sign("("):
            return self._known()
        return Is(name, (True,))

    def _known(self) -> Node:
        self._next()
        name = self._name()
        if not self._sign(")"):
            raise NotPlain(self.word)
        self._next()
        return Known(name)

    def _comparison(self) -> Node:
        node = self._bare()
        if isinstance(node, Known):
            return self._uncompared(node)
        name = node.variable  # type: ignore[union-attr]
        if self._sign(*_COMPARISONS):
            return self._compared(name, self._next())
        if self.kind == "name" and self.word == "in":
            self._next()
            return Is(name, self._list())
        return self._uncompared(node)

    def _compared(self, name: str, sign: str) -> Node:
        kind, word = self.kind, self._next()
        if kind == "number" or (kind == "text" and sign not in ("==", "!=")):
            return Measure(name, f"{name} {sign} {word}")
        if sign not in ("==", "!="):
            raise NotPlain(word)
        if kind == "text":
            return Is(name, (word[1:-1],), sign == "!=")
        if kind == "name" and word in ("true", "false"):
            return Is(name, (word == "true",), sign == "!=")
        raise NotPlain(word)

    def _list(self) -> tuple[Any, ...]:
        values = []
        if not self._sign("["):
            raise NotPlain(self.word)
        self._next()
        while self.kind == "text":
            values.append(self._next()[1:-1])
            if self._sign(","):
                self._next()
        if not values or not self._sign("]"):
            raise NotPlain(self.word)
        self._next()
        return tuple(values)
