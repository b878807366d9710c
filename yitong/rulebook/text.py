"""CEL text of one part of a rule, written back from its tree: what an explanation shows."""

from __future__ import annotations

import json

from yitong.rulebook.wire import Node

_BINARY = {
    "_==_": "==",
    "_!=_": "!=",
    "_<_": "<",
    "_<=_": "<=",
    "_>_": ">",
    "_>=_": ">=",
    "_+_": "+",
    "_-_": "-",
    "_*_": "*",
    "_/_": "/",
    "_%_": "%",
    "@in": "in",
    "_&&_": "&&",
    "_||_": "||",
}


def text(node: Node, nested: bool = False) -> str:
    """``node`` in CEL syntax. A macro is shown by its range only: its expansion is not what the author wrote."""
    match node.kind:
        case "const":
            return _constant(node.value)
        case "ident":
            return node.name
        case "list":
            return "[" + ", ".join(text(arg) for arg in node.args) + "]"
        case "select":
            return f"{text(node.args[0], True)}.{node.name}"
        case "call":
            return _call(node, nested)
        case "comprehension":
            return f"{text(node.args[0], True)}.(…)"
    return "{…}"


def _constant(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case bytes():
            return f"b{json.dumps(value.decode('latin-1'))}"
        case None:
            return "null"
    return repr(value)


def _call(node: Node, nested: bool) -> str:
    if node.name in _BINARY:
        words = f" {_BINARY[node.name]} ".join(text(arg, True) for arg in node.args)
        return f"({words})" if nested else words
    if node.name in ("!_", "-_"):
        return node.name[0] + text(node.args[0], True)
    if node.name == "_?_:_":
        condition, then, otherwise = (text(arg, True) for arg in node.args)
        return f"({condition} ? {then} : {otherwise})"
    if node.name == "_[_]":
        return f"{text(node.args[0], True)}[{text(node.args[1])}]"
    if node.member:
        return f"{text(node.args[0], True)}.{node.name}({', '.join(text(arg) for arg in node.args[1:])})"
    return f"{node.name}({', '.join(text(arg) for arg in node.args)})"
