"""Lists of rows in a form that works without JavaScript: every button posts the whole page, and what was typed comes back.

A row is a Django form with the prefix ``rows-2``; the choices inside a row, where there are any, are forms with the prefix
``rows-2-choices-0``. Beside saving, a button named ``do`` adds, removes or moves a row: ``add``, ``remove:2``, ``up:2``,
``down:2``; with a second number, or ``add`` with one, it means the choices of that row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

Raw = dict[str, Any]
"""What a row's inputs hold, by field name, as typed; ``choices`` a list of the same."""

# Together they stay below the number of inputs that one request may carry; a longer list is edited as text.
MOST_ROWS, MOST_CHOICES = 100, 40
_ACT = re.compile(r"(add|remove|up|down)(?::(\d{1,3}))?(?::(\d{1,3}))?")


class RowForm(forms.Form):
    """A row or a choice. ``telling``: fields without any of which nothing was written into it."""

    telling: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kinds:
    """The form of a row, and that of its choices if it has any. ``fixed``: keyword arguments of every row's form."""

    row: type[RowForm]
    choice: type[RowForm] | None = None
    fixed: Mapping[str, Any] | None = None

    def new_row(self, **more: Any) -> RowForm:
        return self.row(**(self.fixed or {}), **more)

    def new_choice(self, **more: Any) -> RowForm:
        assert self.choice is not None
        return self.choice(**more)


@dataclass(slots=True)
class RowForms:
    """A row as the page shows it."""

    form: RowForm
    choices: list[RowForm]

    def is_valid(self) -> bool:
        # Not all(): every form has to show its own mistakes.
        return [self.form.is_valid(), *(each.is_valid() for each in self.choices)].count(False) == 0

    @property
    def wrong(self) -> bool:
        return bool(self.form.is_bound and self.form.errors) or any(c.is_bound and c.errors for c in self.choices)

    def values(self) -> Raw:
        """What a valid row holds."""
        return {**self.form.cleaned_data, "choices": [each.cleaned_data for each in self.choices]}


def posted(post: QueryDict, kinds: Kinds) -> list[Raw]:
    """The rows of the page as they were typed."""
    rows = []
    for index in range(_total(post, "rows", MOST_ROWS)):
        prefix = f"rows-{index}"
        row = _typed(post, kinds.new_row(prefix=prefix))
        if kinds.choice is not None:
            count = _total(post, f"{prefix}-choices", MOST_CHOICES)
            row["choices"] = [
                _typed(post, kinds.new_choice(prefix=f"{prefix}-choices-{place}")) for place in range(count)
            ]
        rows.append(row)
    return rows


def acted(rows: list[Raw], act: str) -> list[Raw]:
    """The rows after a button; unknown buttons change nothing. Where to go on is in the address of the button."""
    found = _ACT.fullmatch(act)
    if found is None:
        return rows
    verb, row, choice = found[1], _number(found[2]), _number(found[3])
    if choice is None and (verb != "add" or row is None):
        _change(rows, verb, row, MOST_ROWS)
    elif row is not None and row < len(rows) and "choices" in rows[row]:
        _change(rows[row]["choices"], verb, choice, MOST_CHOICES)
    return rows


def too_many(rows: Iterable[Raw]) -> bool:
    """Whether these rows are more than a page takes."""
    rows = list(rows)
    return len(rows) > MOST_ROWS or any(len(row.get("choices", ())) > MOST_CHOICES for row in rows)


def shown(rows: Iterable[Raw], kinds: Kinds) -> list[RowForms]:
    """Unbound forms that show ``rows`` without judging them."""
    return _forms(rows, kinds, bound=False)


def judged(rows: Iterable[Raw], kinds: Kinds) -> list[RowForms]:
    """Bound forms of the rows in which anything was typed, numbered anew."""
    return _forms([row for row in (_without_blanks(row, kinds) for row in rows) if row is not None], kinds, bound=True)


def _forms(rows: Iterable[Raw], kinds: Kinds, bound: bool) -> list[RowForms]:
    made = []
    for index, row in enumerate(rows):
        prefix = f"rows-{index}"
        inner = row.get("choices", []) if kinds.choice is not None else []
        choices = [kinds.new_choice(**_filled(each, f"{prefix}-choices-{n}", bound)) for n, each in enumerate(inner)]
        made.append(RowForms(kinds.new_row(**_filled(row, prefix, bound)), choices))
    return made


def _filled(values: Raw, prefix: str, bound: bool) -> dict[str, Any]:
    if not bound:
        return {"prefix": prefix, "initial": values}
    # An unticked box is what a browser does not send.
    data = {f"{prefix}-{name}": value for name, value in values.items() if value is not False}
    return {"prefix": prefix, "data": data}


def _typed(post: QueryDict, form: forms.Form) -> Raw:
    values = {}
    for name, field in form.fields.items():
        value = field.widget.value_from_datadict(post, {}, form.add_prefix(name))  # type: ignore[arg-type]
        values[name] = value.replace("\x00", "") if isinstance(value, str) else value
    return values


def _without_blanks(row: Raw, kinds: Kinds) -> Raw | None:
    """The row without the choices nobody filled in; None for a row nobody did."""
    if kinds.choice is not None:
        row = {**row, "choices": [each for each in row.get("choices", []) if not _blank(each, kinds.choice)]}
    return None if not row.get("choices") and _blank(row, kinds.row) else row


def _blank(values: Raw, kind: type[RowForm]) -> bool:
    """Whether no text was typed: what stands in a choice or a number is there without anybody's doing."""
    return not any(str(values.get(name) or "").strip() for name in kind.telling)


def _change(rows: list[Raw], verb: str, place: int | None, most: int) -> None:
    if verb == "add":
        if len(rows) < most:
            rows.append({})
    elif place is not None and place < len(rows):
        if verb == "remove":
            del rows[place]
            return
        other = max(place - 1, 0) if verb == "up" else min(place + 1, len(rows) - 1)
        rows[place], rows[other] = rows[other], rows[place]


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


def _total(post: Mapping[str, Any], name: str, most: int) -> int:
    text = str(post.get(f"{name}-total", ""))
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 6 else 0
