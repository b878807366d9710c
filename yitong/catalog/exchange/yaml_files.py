"""Items as YAML: one document each, ``{basic_code, department, region, record: {...}}``.

Reading is stricter than YAML 1.1: 01, no and dates stay text, a key may stand once, and there are no anchors (a
 few lines of them could unfold into gigabytes). Every value's line is kept for the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from yitong.catalog.exchange.envelope import ENVELOPE_KEYS, Envelope, Place, ReadFile, RowError, Source
from yitong.catalog.rules import shape
from yitong.kernel.reasons import N_

MOST_DEPTH = 30


class _Loader(yaml.SafeLoader):
    """Resolves null, true, false and plain numbers; everything else is text."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def fetch_flow_collection_start(self, TokenClass: Any) -> None:
        """Stops at a depth no record has: the scanner's time grows with the square of it."""
        if self.flow_level >= MOST_DEPTH:
            raise _Mistake(self.line + 1, (), "too_deep", N_("The values are nested too deeply."))
        super().fetch_flow_collection_start(TokenClass)


_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?[0-9]+\.[0-9]+$"), list("-0123456789"))


class _Dumper(yaml.SafeDumper):
    """Writes what ``_Loader`` reads back: block style, Chinese as it is, quoted where YAML 1.1 needs it."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value and not re.search(r"[ \t](\n|$)|^\s", value) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


class _Mistake(Exception):
    def __init__(self, line: int, path: tuple[str | int, ...], code: str, message: str, **params: Any) -> None:
        self.line, self.path, self.code, self.message, self.params = line, path, code, message, params


@dataclass(frozen=True, slots=True)
class _Document(Source):
    name: str
    lines: dict[str, int]
    data: dict[str, Any]

    def place(self, path: str) -> Place:
        path = path[1:] if path.startswith("/") else f"record.{path}" if path else "record"
        wanted = path
        while wanted and wanted not in self.lines:
            wanted = re.sub(r"(\.[^.\[\]]*|\[\d+\]|^[^.\[\]]+)$", "", wanted)
        return Place(self.name, self.lines.get(wanted, self.lines.get("", 1)), path)

    def content(self, path: str) -> dict[str, Any]:
        """The list row around ``path``; for a single field the item's name with the field."""
        if path.startswith("/") or not isinstance(self.data.get("record"), dict):
            return {key: str(value)[:200] for key, value in self.data.items() if key != "record"}
        record = self.data["record"]
        head = re.match(r"([a-z_]+)(?:\[(\d+)\])?", path)
        if head is None:
            return {"name": str(record.get("name", ""))}
        rows = record.get(head[1])
        if head[2] is None or not isinstance(rows, list):
            return {"name": str(record.get("name", "")), head[1]: rows}
        row = rows[int(head[2])] if int(head[2]) < len(rows) else None
        return row if isinstance(row, dict) else {head[1]: row}


def write(items: Iterable[tuple[str, str, str, Any]]) -> str:
    """``(basic code, department code, region code, record)`` of each item as one YAML text, a document each."""
    documents = [
        {"basic_code": code, "department": department, "region": region, "record": shape.dump(record)}
        for code, department, region, record in items
    ]
    return yaml.dump_all(documents, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110, explicit_start=True)


def write_record(data: Any) -> str:
    """One record's data as YAML text, for the editor."""
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def read(content: bytes, name: str = "") -> ReadFile:
    """Every item of a YAML file. ``name`` stands in the report. Never raises for what the file holds."""
    envelopes: list[Envelope] = []
    errors: list[RowError] = []
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = N_("The file is not UTF-8 text; save it as UTF-8.")
        return ReadFile("yaml", (), (RowError(Place(name, line), "not_utf8", message),))
    try:
        for number, (data, lines) in enumerate(_documents(text), start=1):
            _envelope(_Document(f"{name}#{number}" if number > 1 else name, lines, data), envelopes, errors)
    except _Mistake as error:
        place = Place(name, error.line, shape.path_text(error.path))
        errors.append(RowError(place, error.code, error.message, error.params))
    except yaml.YAMLError as error:
        errors.append(_syntax(name, error))
    except RecursionError:
        errors.append(RowError(Place(name, 1), "too_deep", N_("The values are nested too deeply.")))
    if not envelopes and not errors:
        errors.append(RowError(Place(name, 1), "empty", N_("The file holds no item.")))
    return ReadFile("yaml", tuple(envelopes), tuple(errors))


def read_record(text: str) -> tuple[Any, dict[str, int]]:
    """One document typed in the editor, and the line of each field path; WrongYaml when it can't be read."""
    try:
        found = list(_documents(text))
    except _Mistake as error:
        raise WrongYaml(error.line, error.message, error.params) from None
    except yaml.YAMLError as error:
        wrong = _syntax("", error)
        raise WrongYaml(wrong.place.row, wrong.message, wrong.params) from None
    except RecursionError:
        raise WrongYaml(1, N_("The values are nested too deeply."), {}) from None
    if len(found) != 1:
        raise WrongYaml(1, N_("Write exactly one record."), {})
    return found[0]


class WrongYaml(ValueError):
    """The text is not YAML as read here. ``line`` from 1; ``message`` is an English msgid filled by ``params``."""

    def __init__(self, line: int, message: str, params: dict[str, Any]) -> None:
        self.line, self.message, self.params = line, message, params
        super().__init__(f"line {line}: {message % params if params else message}")


def _envelope(source: _Document, envelopes: list[Envelope], errors: list[RowError]) -> None:
    data = source.data
    if not isinstance(data, dict) or "record" not in data:
        source = _Document(source.name, source.lines, {})
        message = N_("Each document is a mapping with the keys %(keys)s.")
        errors.append(source.error("/", "no_envelope", message, {"keys": ", ".join(ENVELOPE_KEYS)}))
        return
    before = len(errors)
    for key in data:
        if key not in ENVELOPE_KEYS:
            message = N_("%(key)s is not a key of an item; known are %(keys)s.")
            errors.append(
                source.error(f"/{key}", "unknown_key", message, {"key": key, "keys": ", ".join(ENVELOPE_KEYS)})
            )
    codes = {key: str(data[key]) for key in ENVELOPE_KEYS[:3] if isinstance(data.get(key), str | int)}
    for key in ENVELOPE_KEYS[:3]:
        if not codes.get(key):
            errors.append(source.error(f"/{key}", "missing", N_("%(key)s is missing; add it."), {"key": key}))
    try:
        record = shape.parse(data["record"])
    except shape.WrongShape as error:
        for reason in error.reasons:
            path = "" if reason.field == "record" else reason.field
            errors.append(source.error(path, reason.code, reason.message, reason.params))
        return
    if len(errors) == before:
        envelopes.append(Envelope(codes["basic_code"], codes["department"], codes["region"], record, source))


def _documents(text: str) -> Iterator[tuple[Any, dict[str, int]]]:
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise _Mistake(line, (), "alias", N_("Anchors and aliases (& and *) are not read; write the value out."))
    loader = _Loader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            assert node is not None  # check_node said so
            lines: dict[str, int] = {}
            yield _value(loader, node, (), lines), lines
    finally:
        loader.dispose()


def _value(loader: _Loader, node: yaml.Node, path: tuple[str | int, ...], lines: dict[str, int]) -> Any:
    line = node.start_mark.line + 1
    lines[shape.path_text(path)] = line
    if len(path) > MOST_DEPTH:
        raise _Mistake(line, path, "too_deep", N_("The values are nested too deeply."))
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            at = key_node.start_mark.line + 1
            if not key:
                raise _Mistake(at, path, "bad_key", N_("A key must be a plain word."))
            if key in found:
                raise _Mistake(at, (*path, key), "repeated_key", N_("%(key)s stands here twice."), key=key)
            found[key] = _value(loader, value_node, (*path, key), lines)
            lines[shape.path_text((*path, key))] = at
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, each, (*path, index), lines) for index, each in enumerate(node.value)]
    if node.tag.rpartition(":")[2] not in ("null", "bool", "int", "float", "str"):
        raise _Mistake(line, path, "bad_tag", N_("Tags like %(tag)s are not read."), tag=node.tag)
    return loader.construct_object(node)


def _syntax(name: str, error: yaml.YAMLError) -> RowError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    detail = getattr(error, "problem", None) or str(error).splitlines()[0]
    line = mark.line + 1 if mark else 1
    message = N_("The text is not YAML here (%(detail)s); check indentation, colons and quotes.")
    return RowError(Place(name, line), "syntax", message, {"detail": str(detail)})
