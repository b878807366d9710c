"""The words of this context in templates."""

from __future__ import annotations

from django import template

from yitong.licences.labels import CONFIDENTIALITY, HAPPENED, KINDS

register = template.Library()


@register.filter
def happened(what: str) -> str:
    """What a line of the history says."""
    return str(HAPPENED.get(what, what))


@register.filter
def kind_word(kind: str) -> str:
    """The kind of a field."""
    return str(next((label for key, label in KINDS.items() if key == kind), kind))


@register.filter
def secrecy_word(level: str) -> str:
    """The confidentiality of a field."""
    return str(next((label for key, label in CONFIDENTIALITY.items() if key == level), level))
