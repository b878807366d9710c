"""Reads the syntax tree out of a serialized ``cel.expr.CheckedExpr``, and writes a subtree back as a whole expression.

The wrapper around cel-cpp gives its checked tree only as protobuf bytes. The few messages needed are read here by hand:
a protobuf runtime would install top-level modules that collide with other CEL packages, for six message types.
Source: github.com/google/cel-spec, proto/cel/expr/{checked,syntax}.proto.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class Node:
    """One expression. ``kind``: const, ident, select, call, list, struct or comprehension.

    ``name``: the identifier, field or function; ``value``: a constant; ``args``: operands, a call's target first.
    ``raw``: the node's own bytes; ``position``: offset in the source in code points, -1 if the compiler made it.
    """

    id: int
    kind: str
    raw: bytes
    name: str = ""
    value: Any = None
    args: tuple[Node, ...] = ()
    member: bool = False
    position: int = -1

    def walk(self) -> Iterator[Node]:
        """This node and every node below it."""
        yield self
        for arg in self.args:
            yield from arg.walk()


@dataclass(frozen=True, slots=True)
class Tree:
    """A checked expression: its root, and the bytes of everything but the root (types, references, positions)."""

    root: Node
    type_url: bytes
    rest: bytes

    def alone(self, node: Node) -> bytes:
        """``node`` as an expression of its own, in the form ``Env.deserialize`` takes."""
        checked = self.rest + _field(4, node.raw)
        return _field(1, self.type_url) + _field(2, checked)


def read(serialized: bytes) -> Tree:
    """The tree inside what ``Expression.serialize`` gave; ValueError when the bytes are not such a message."""
    outer = {number: value for number, value, _ in _fields(serialized)}
    rest, expression, positions = bytearray(), b"", {}
    for number, value, raw in _fields(outer[2]):
        if number == 4:
            expression = value
        else:
            rest += raw
            if number == 5:
                positions = dict(_positions(value))
    return Tree(_node(expression, positions), outer[1], bytes(rest))


def _positions(source_info: bytes) -> Iterator[tuple[int, int]]:
    for number, value, _ in _fields(source_info):
        if number == 4:
            entry = {key: item for key, item, _ in _fields(value)}
            yield entry.get(1, 0), entry.get(2, 0)


def _node(raw: bytes, positions: dict[int, int]) -> Node:
    fields = {number: value for number, value, _ in _fields(raw)}
    node_id = fields.get(2, 0)
    position = positions.get(node_id, -1)

    def below(numbers: tuple[int, ...], message: bytes) -> tuple[Node, ...]:
        return tuple(_node(value, positions) for number, value, _ in _fields(message) if number in numbers)

    if 4 in fields:
        return Node(node_id, "ident", raw, _text(fields[4], 1), position=position)
    if 6 in fields:
        target, arguments = below((1,), fields[6]), below((3,), fields[6])
        name = _text(fields[6], 2)
        return Node(node_id, "call", raw, name, args=target + arguments, member=bool(target), position=position)
    if 3 in fields:
        return Node(node_id, "const", raw, value=_constant(fields[3]), position=position)
    if 7 in fields:
        return Node(node_id, "list", raw, args=below((1,), fields[7]), position=position)
    if 5 in fields:
        return Node(node_id, "select", raw, _text(fields[5], 2), args=below((1,), fields[5]), position=position)
    if 9 in fields:
        # iter_range, accu_init, loop_condition, loop_step, result
        return Node(node_id, "comprehension", raw, args=below((2, 4, 5, 6, 7), fields[9]), position=position)
    return Node(node_id, "struct", raw, position=position)


def _constant(message: bytes) -> Any:
    for number, value, _ in _fields(message):
        match number:
            case 2:
                return bool(value)
            case 3:
                return value - (1 << 64) if value >> 63 else value
            case 4:
                return value
            case 5:
                return struct.unpack("<d", value)[0]
            case 6:
                return value.decode()
            case 7:
                return value
    return None


def _text(message: bytes, wanted: int) -> str:
    return next((value.decode() for number, value, _ in _fields(message) if number == wanted), "")


def _fields(message: bytes) -> Iterator[tuple[int, Any, bytes]]:
    """(field number, value, the field's bytes whole) of every field, in order."""
    at = 0
    while at < len(message):
        start = at
        key, at = _varint(message, at)
        number, wire_type = key >> 3, key & 7
        value: Any
        if wire_type == VARINT:
            value, at = _varint(message, at)
        elif wire_type == BYTES:
            length, at = _varint(message, at)
            value, at = message[at : at + length], at + length
        elif wire_type in (FIXED64, FIXED32):
            width = 8 if wire_type == FIXED64 else 4
            value, at = message[at : at + width], at + width
        else:
            raise ValueError(f"unknown wire type {wire_type} at byte {start}")
        yield number, value, message[start:at]


def _varint(message: bytes, at: int) -> tuple[int, int]:
    result = shift = 0
    while True:
        byte = message[at]
        at += 1
        result |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return result, at
        shift += 7


def _field(number: int, payload: bytes) -> bytes:
    """A length-delimited field."""
    return _as_varint(number << 3 | BYTES) + _as_varint(len(payload)) + payload


def _as_varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
