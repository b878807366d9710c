"""The And/Or/Not form of a rule and its three values: True, False, None (unknown: needs data)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from yitong.rulebook.wire import Node


@dataclass(frozen=True, slots=True)
class Atom:
    """A part that is evaluated as a whole. ``index`` numbers the atoms of one rule from 0; ``node`` is its tree."""

    index: int
    node: Node


@dataclass(frozen=True, slots=True)
class Not:
    part: Formula


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """True when the variable has a value; never unknown itself."""

    variable: str


@dataclass(frozen=True, slots=True)
class Choose:
    """``condition ? then : otherwise`` over truth values. Kept whole: both branches alike decide it."""

    condition: Formula
    then: Formula
    otherwise: Formula


Formula = Atom | Not | And | Or | Known | Choose


def formula(node: Node) -> Formula:
    """``node`` taken apart at ``&&``, ``||``, ``!``, ``? :`` and ``known()``; everything else becomes an atom."""
    counter = iter(range(1_000_000))
    return _formula(node, counter)


def _formula(node: Node, counter: Iterator[int]) -> Formula:
    if node.kind == "call":
        if node.name in ("_&&_", "_||_"):
            parts = tuple(_formula(arg, counter) for arg in node.args)
            return And(parts) if node.name == "_&&_" else Or(parts)
        if node.name == "!_":
            return Not(_formula(node.args[0], counter))
        if node.name == "_?_:_":
            condition, then, otherwise = (_formula(arg, counter) for arg in node.args)
            return Choose(condition, then, otherwise)
        if node.name == "known":
            return Known(node.args[0].name)
    return Atom(next(counter), node)


def value(part: Formula, atom: Callable[[Atom], bool | None], known: Callable[[str], bool]) -> bool | None:
    """The value of ``part``, given that of its atoms. An atom that no longer matters is not asked for."""
    match part:
        case Atom():
            return atom(part)
        case Known(variable):
            return known(variable)
        case Not(inner):
            result = value(inner, atom, known)
            return None if result is None else not result
        case And(parts):
            return _decided(parts, False, atom, known)
        case Or(parts):
            return _decided(parts, True, atom, known)
        case Choose(condition, then, otherwise):
            chosen = value(condition, atom, known)
            if chosen is not None:
                return value(then if chosen else otherwise, atom, known)
            first, second = value(then, atom, known), value(otherwise, atom, known)
            return first if first is second else None
    raise AssertionError(part)


def _decided(
    parts: tuple[Formula, ...], by: bool, atom: Callable[[Atom], bool | None], known: Callable[[str], bool]
) -> bool | None:
    """``by`` when one part has that value, unknown when one might, its opposite otherwise."""
    result: bool | None = not by
    for part in parts:
        got = value(part, atom, known)
        if got is by:
            return by
        if got is None:
            result = None
    return result


def atoms(part: Formula) -> Iterator[Atom]:
    """Every atom of ``part``, in the order of the text."""
    match part:
        case Atom():
            yield part
        case Not(inner):
            yield from atoms(inner)
        case And(parts) | Or(parts):
            for each in parts:
                yield from atoms(each)
        case Choose(condition, then, otherwise):
            for each in (condition, then, otherwise):
                yield from atoms(each)
