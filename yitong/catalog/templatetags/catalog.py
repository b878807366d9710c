"""Words of the catalogue for templates: limits, money, code values."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yitong.catalog import labels
from yitong.catalog.records import LimitSpec
from yitong.catalog.themes import THEMES
from yitong.kernel.money import Money

register = template.Library()

SETS: dict[str, labels.Labels] = {
    "kind": labels.KINDS,
    "level": labels.LEVELS,
    "subject": labels.SUBJECTS,
    "case_type": labels.CASE_TYPES,
    "material_kind": labels.MATERIAL_KINDS,
    "material_form": labels.MATERIAL_FORMS,
    "necessity": labels.NECESSITIES,
    "source": labels.SOURCES,
    "step_kind": labels.STEP_KINDS,
    "result_kind": labels.RESULT_KINDS,
    "channel": labels.CHANNELS,
    "delivery": labels.DELIVERIES,
    "special_procedure": labels.SPECIAL_PROCEDURES,
}


@register.filter
def label(value: str, name: str) -> str:
    """The word for a code value: ``{{ material.kind|label:"material_kind" }}``."""
    words = SETS[name].get(value)
    return _(words[0]) if words else value


@register.filter
def labels_of(values: Any, name: str) -> str:
    """The words for several code values."""
    return "、".join(label(value, name) for value in values)


@register.filter
def theme_name(code: str) -> str:
    return THEMES[code].name if code in THEMES else code


@register.filter
def dial(text: str) -> str:
    """The first telephone number in ``text``, for a link; contacts often say more than the number."""
    found = re.search(r"[0-9][0-9-]{2,}[0-9]", text)
    return found[0] if found else ""


@register.filter
def yuan(fen: int) -> str:
    return str(Money(fen))


@register.filter
def days(limit: LimitSpec) -> str:
    """A limit in words."""
    return limit_text(limit)


def limit_text(limit: LimitSpec) -> str:
    """``3 working days``; an amount of 0 is decided on the spot."""
    return amount_text(limit.amount, limit.unit)


def amount_text(amount: int, unit: str) -> str:
    if not amount:
        return _("on the spot")
    if unit == "workday":
        return ngettext("%(n)s working day", "%(n)s working days", amount) % {"n": amount}
    return ngettext("%(n)s calendar day", "%(n)s calendar days", amount) % {"n": amount}


@register.filter
def card_limit(card: Any) -> str:
    """The committed limit of a search result."""
    return amount_text(card.committed_amount, card.committed_unit)


@register.filter
def error_text(error: Any) -> str:
    """The message of a kept import mistake in the reader's language."""
    text = _(error.message)
    return text % error.params if error.params else text
