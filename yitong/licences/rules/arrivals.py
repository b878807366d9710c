"""Reads one row of a source into what the library stores, or into the reasons why not. Pure.

A type's reader is put together once, for the columns of a file where it has them. Good rows, nearly all, take a short way with the
same checks; a row that does not fit it is read again at length, and what is wrong is told field by field, all at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import gt, itemgetter
from typing import Any, NamedTuple

from yitong.kernel.identifiers import InvalidIdentifier
from yitong.kernel.reasons import N_, Reason
from yitong.licences.rules import arrival_values as values
from yitong.licences.rules.arrival_values import Check, Wrong
from yitong.licences.rules.fields import Confidentiality, Field, whole
from yitong.licences.rules.holders import ENTERPRISE, PERSON

COMMON = (
    "source_id",
    "identifier",
    "number",
    "holder_kind",
    "holder_id",
    "holder_name",
    "issued_on",
    "valid_from",
    "valid_until",
    "issuer_uscc",
    "issuer_name",
    "status",
)
"""Columns every source has; the rest are the type's own fields, by name or by label."""
NEEDED = ("source_id", "number", "holder_id", "holder_name", "issued_on", "issuer_uscc", "issuer_name")
STATUSES = ("valid", "revoked", "cancelled", "lost", "transferred")
LONGEST = {"source_id": 80, "number": 60, "holder_name": 150, "issuer_name": 100}
LONG_TERM = ("长期", "long-term")


class Arrival(NamedTuple):
    """One row that may be stored. Days are ISO text: they go to the database as they are. ``identifier`` may be empty."""

    source_id: str
    identifier: str
    number: str
    holder_kind: str
    holder_id: str
    holder_name: str
    issued_on: str
    valid_from: str
    valid_until: str | None
    issuer_uscc: str
    issuer_name: str
    status: str
    plain: dict[str, Any]
    secret: dict[str, Any]


Row = Mapping[str, Any]
Cells = Sequence[str]
Own = tuple[dict[str, Any], dict[str, Any]]
"""(open, sensitive) values of a type's own fields."""
Outcome = Arrival | list[Reason]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a reader needs of a licence type."""

    code: str
    holder_kinds: str
    fields: tuple[Mapping[str, Any], ...] = field(default=())


class _Step(NamedTuple):
    """One field of the type: whether it is sealed, what it is called, what it must be."""

    sensitive: bool
    name: str
    label: str
    required: bool
    check: Check


def reader(shape: Shape) -> Callable[[Row], Outcome]:
    """The function that reads rows of this type."""
    steps, known = _steps(shape)
    quick, thorough = _quick(shape, _texts, lambda row: _own(row.get, steps)), _thorough(shape, steps, known)

    def read(row: Row) -> Outcome:
        return (quick(row) if row.keys() <= known else None) or thorough(row)

    return read


def cells_reader(shape: Shape, header: Sequence[str]) -> Callable[[Cells], Outcome]:
    """The same for lines of a file that has these columns, each once: nothing is looked for by name."""
    steps, known = _steps(shape)
    thorough = _thorough(shape, steps, known)
    quick = _quick(shape, *_at(steps, header))
    told = known.issuperset(header)

    def read(cells: Cells) -> Outcome:
        return (quick([*cells, ""]) if told else None) or thorough(dict(zip(header, cells, strict=False)))

    return read


def _steps(shape: Shape) -> tuple[list[_Step], frozenset[str]]:
    """The type's own fields, and every name a column may have."""
    steps = [_step(one) for one in shape.fields]
    return steps, frozenset((*COMMON, *(step.name for step in steps), *(step.label for step in steps)))


def _step(one: Field) -> _Step:
    full = whole(one)
    sensitive = full["confidentiality"] == Confidentiality.SENSITIVE.value
    return _Step(sensitive, str(one["name"]), str(one["label"]), bool(full["required"]), values.check_of(one))


def _quick(
    shape: Shape, texts: Callable[[Any], list[str]], own: Callable[[Any], Own]
) -> Callable[[Any], Arrival | None]:
    """Reads a row of which nothing is wrong; None for every other, and for some that are good but rare.

    ``texts``: the columns every source has, stripped, of a row; ``own``: the type's own fields.
    """
    usual = "" if shape.holder_kinds == "any" else shape.holder_kinds
    day, check_identifier, most = values.day, values.identifier_of(shape.code), tuple(LONGEST.values())

    def read(row: Any) -> Arrival | None:
        try:
            (
                source_id,
                identifier,
                number,
                kind,
                holder_id,
                holder_name,
                issued_on,
                begins,
                ends,
                issuer,
                office,
                status,
            ) = texts(row)
            needed = (source_id, number, holder_name, office)
            if not all(needed) or any(map(gt, map(len, needed), most)) or not values.storable("".join(needed)):
                return None
            kind = kind or usual or _guess(holder_id)
            if kind != usual and (usual or kind not in (PERSON, ENTERPRISE)):
                return None
            holder_id = values.citizen_number(holder_id) if kind == PERSON else values.credit_code(holder_id)
            issued_on = day(issued_on)
            begins = day(begins) if begins else issued_on
            until = None if not ends or ends in LONG_TERM else day(ends)
            if (until and until < begins) or (status and status not in STATUSES):
                return None
            plain, secret = own(row)
            return Arrival(
                source_id, check_identifier(identifier) if identifier else "", number, kind, holder_id, holder_name, issued_on,
                begins, until, values.credit_code(issuer), office, status or "valid", plain, secret,
            )  # fmt: skip
        except (AttributeError, InvalidIdentifier, Wrong):
            return None

    return read


def _at(
    steps: list[_Step], header: Sequence[str]
) -> tuple[Callable[[list[str]], list[str]], Callable[[list[str]], Own]]:
    """``_texts`` and ``_own`` for the cells of a line with these columns; behind the last cell is an empty one.

    What is not there is read from that one.
    """
    at = {name: place for place, name in enumerate(header)}
    common = itemgetter(*(at.get(name, len(header)) for name in COMMON))
    places = [at.get(step.name, at.get(step.label, len(header))) for step in steps]
    fields = [
        (step.sensitive, step.name, place, step.required, step.check) for step, place in zip(steps, places, strict=True)
    ]

    def own(cells: list[str]) -> Own:
        plain: dict[str, Any] = {}
        secret: dict[str, Any] = {}
        for sensitive, name, place, required, check in fields:
            value = cells[place].strip()
            if value:
                (secret if sensitive else plain)[name] = check(value)
            elif required:
                raise Wrong(_missing(name))
        return plain, secret

    return lambda cells: list(map(str.strip, common(cells))), own


def _texts(row: Row) -> list[str]:
    """The columns every source has, stripped."""
    get = row.get
    return ["" if (value := get(name)) is None else value.strip() for name in COMMON]


def _own(get: Callable[[str], Any], steps: list[_Step]) -> Own:
    """The type's own fields. Raises at the first that is wrong."""
    plain: dict[str, Any] = {}
    secret: dict[str, Any] = {}
    for sensitive, name, label, required, check in steps:
        value = get(name)
        if value is None:
            value = get(label)
        if value.__class__ is str:
            value = value.strip()
        if value is not None and value != "":
            (secret if sensitive else plain)[name] = check(value)
        elif required:
            raise Wrong(_missing(name))
    return plain, secret


def _thorough(shape: Shape, steps: list[_Step], known: frozenset[str]) -> Callable[[Row], Outcome]:
    """Reads any row, and finds everything that is wrong with it."""

    def read(row: Row) -> Outcome:
        reasons: list[Reason] = []
        text = {name: _common(row.get(name), name, reasons) for name in COMMON}
        given = {reason.field for reason in reasons}
        reasons += [_missing(name) for name in NEEDED if not text[name] and name not in given]
        reasons += [_too_long(name, most) for name, most in LONGEST.items() if len(text[name]) > most]
        kind, holder_id = _holder(shape, text, reasons)
        issuer = _checked(values.credit_code, text["issuer_uscc"], "issuer_uscc", reasons)
        issued_on = _checked(values.day, text["issued_on"], "issued_on", reasons)
        beginning, ending = text["valid_from"], text["valid_until"]
        valid_from = _checked(values.day, beginning, "valid_from", reasons) if beginning else issued_on
        open_ended = not ending or ending in LONG_TERM
        valid_until = None if open_ended else _checked(values.day, ending, "valid_until", reasons)
        if valid_until and valid_from and valid_until < valid_from:
            reasons.append(Reason("ends_before_it_begins", N_("The term ends before it begins."), field="valid_until"))
        status = text["status"] or "valid"
        if status not in STATUSES:
            reasons.append(values.not_one_of("status", status, STATUSES))
        identifier = _checked(values.identifier_of(shape.code), text["identifier"], "identifier", reasons)
        plain: dict[str, Any] = {}
        secret: dict[str, Any] = {}
        for step in steps:
            try:
                open_one, sealed_one = _own(row.get, [step])
            except (InvalidIdentifier, Wrong) as wrong:
                reasons.append(values.reason_of(wrong, step.name))
            else:
                plain |= open_one
                secret |= sealed_one
        reasons += [_unknown(name) for name in row if name not in known]
        if reasons:
            return reasons
        return Arrival(
            text["source_id"], identifier, text["number"], kind, holder_id, text["holder_name"], issued_on, valid_from,
            valid_until, issuer, text["issuer_name"], status, plain, secret,
        )  # fmt: skip

    return read


def _common(value: Any, name: str, reasons: list[Reason]) -> str:
    """The text of a column every source has; empty, with a reason, when it is none."""
    return "" if value is None else str(_checked(values.text, value, name, reasons))


def _holder(shape: Shape, text: dict[str, str], reasons: list[Reason]) -> tuple[str, str]:
    kind = text["holder_kind"] or ("" if shape.holder_kinds == "any" else shape.holder_kinds)
    if not kind:
        kind = _guess(text["holder_id"])
    if kind not in (PERSON, ENTERPRISE):
        reasons.append(values.not_one_of("holder_kind", kind, (PERSON, ENTERPRISE)))
        return kind, ""
    if shape.holder_kinds not in ("any", kind):
        message = N_("Licences of this type belong to a %(kind)s. Correct the holder's kind.")
        reasons.append(Reason("wrong_holder_kind", message, field="holder_kind", params={"kind": shape.holder_kinds}))
    check = values.citizen_number if kind == PERSON else values.credit_code
    return kind, _checked(check, text["holder_id"], "holder_id", reasons)


def _guess(number: str) -> str:
    """A number that is a citizen's is a person's; every other is an enterprise's, or wrong."""
    try:
        values.citizen_number(number)
    except InvalidIdentifier:
        return ENTERPRISE
    return PERSON


def _checked(check: Check, value: Any, name: str, reasons: list[Reason]) -> Any:
    if value == "":
        return ""
    try:
        return check(value)
    except (InvalidIdentifier, Wrong) as wrong:
        reasons.append(values.reason_of(wrong, name))
    return ""


def _missing(name: str) -> Reason:
    return Reason("missing", N_("This is missing. Fill it in."), field=name)


def _too_long(name: str, most: int) -> Reason:
    return Reason("too_long", N_("At most %(most)s characters fit here."), field=name, params={"most": most})


def _unknown(name: str) -> Reason:
    message = N_("The licence type has no field of this name. Take the column out, or add the field to the type.")
    return Reason("unknown_field", message, field=str(name)[:60])
