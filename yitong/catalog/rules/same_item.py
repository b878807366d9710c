"""The same item in other places: one basic code is one item, so its elements must agree wherever it is implemented. Pure.

GB/T 39554.1-2020 gives an item one basic code for all levels and departments; 政务服务事项“同要素管理” asks that name, type,
legal basis and materials under it are the same (国发〔2022〕5号). A difference is a warning: a place may be right first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from yitong.catalog import labels
from yitong.catalog.records import Citation, ItemRecord, Material
from yitong.kernel.reasons import N_

LAW = "国务院关于加快推进政务服务标准化规范化便利化的指导意见 (国发〔2022〕5号); GB/T 39554.1-2020"

_NAME, _KIND, _BASIS = N_("Item name"), N_("Type"), N_("Legal basis")
_ELEMENTS: tuple[tuple[str, str, labels.Labels | None], ...] = (
    ("kind", N_("Kind"), labels.MATERIAL_KINDS),
    ("form", N_("Form of the material"), labels.MATERIAL_FORMS),
    ("necessity", N_("Necessity"), labels.NECESSITIES),
    ("source", N_("Source"), labels.SOURCES),
    ("basis", N_("Basis"), None),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """``field``: path in the record; ``label``: msgid of the element; ``subject``: the material it is about, else empty.

    ``mine`` and ``theirs``: Chinese text, empty when there is none; ``places``: who implements it with ``theirs``.
    """

    field: str
    label: str
    subject: str
    mine: str
    theirs: str
    places: tuple[str, ...]


def differences(record: ItemRecord, others: Iterable[tuple[str, ItemRecord]]) -> list[Difference]:
    """Where ``record`` differs from ``others`` (place, record) of the same basic code; places that agree are put together."""
    found: dict[tuple[str, str, str, str, str], list[str]] = {}
    for place, other in others:
        for key in _differing(record, other):
            found.setdefault(key, []).append(place)
    return [Difference(*key, tuple(places)) for key, places in found.items()]


def _differing(mine: ItemRecord, theirs: ItemRecord) -> Iterator[tuple[str, str, str, str, str]]:
    if mine.name != theirs.name:
        yield "name", _NAME, "", mine.name, theirs.name
    if mine.kind != theirs.kind:
        yield "kind", _KIND, "", _word(labels.KINDS, mine.kind), _word(labels.KINDS, theirs.kind)
    own, other = _citations(mine.legal_basis), _citations(theirs.legal_basis)
    if set(own) != set(other):
        # Only what the other side lacks: a long list of laws that agree would hide the one that does not.
        yield (
            "legal_basis",
            _BASIS,
            "",
            "\n".join(text for text in own if text not in other),
            "\n".join(text for text in other if text not in own),
        )
    yield from _materials(mine, theirs)


def _materials(mine: ItemRecord, theirs: ItemRecord) -> Iterator[tuple[str, str, str, str, str]]:
    # By name: the short codes are each place's own.
    own = {material.name: (index, material) for index, material in enumerate(mine.materials)}
    other = {material.name: material for material in theirs.materials}
    label = N_("Material")
    for name, (index, material) in own.items():
        if name not in other:
            yield f"materials[{index}]", label, name, name, ""
        else:
            yield from _elements(index, material, other[name])
    for name in other:
        if name not in own:
            yield "materials", label, name, "", name


def _elements(index: int, mine: Material, theirs: Material) -> Iterator[tuple[str, str, str, str, str]]:
    for attribute, label, words in _ELEMENTS:
        own, other = getattr(mine, attribute), getattr(theirs, attribute)
        if own != other:
            yield f"materials[{index}].{attribute}", label, mine.name, _word(words, own), _word(words, other)


def _citations(basis: Iterable[Citation]) -> list[str]:
    return [
        f"《{each.title}》" + (f"({each.number})" if each.number else "") + each.article.replace(" ", "")
        for each in basis
    ]


def _word(words: labels.Labels | None, value: str) -> str:
    return words[value][1] if words and value in words else value
