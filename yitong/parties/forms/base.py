"""Shared by every form: Bootstrap's classes, periods with an included last day, refusals beside their fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext

from yitong.kernel.reasons import Conflict, Reason, Refused

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)


class DateInput(forms.DateInput):
    """The browser's own date picker; its value is always ISO, whatever the reader's language."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class Checkboxes(forms.CheckboxSelectMultiple):
    """Bootstrap's check boxes; Django's own template would put the class of the boxes on their frame as well."""

    template_name = "parties/widgets/checkboxes.html"


class Form(forms.Form):
    """``period_ends`` are fields that people read as the last day and commands as the day after."""

    period_ends: tuple[str, ...] = ()
    error_css_class = "is-invalid"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            known = next(name for widget, name in CLASSES if isinstance(field.widget, widget))
            field.widget.attrs.setdefault("class", known)

    def values(self) -> dict[str, Any]:
        """Cleaned data as commands take it: chosen rows as ``<name>_id``, period ends half-open."""
        values: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if isinstance(self.fields[name], forms.ModelChoiceField):
                values[f"{name}_id"] = value.pk if isinstance(value, Model) else None
            elif name in self.period_ends and value is not None:
                values[name] = value + timedelta(days=1)
            else:
                values[name] = value
        return values

    def carry(self, act: Callable[..., Any], **more: Any) -> Any:
        """Check, then do ``act(**values, **more)``. Its result, or None with the refusals beside their fields.

        What was typed stays in the form either way.
        """
        if not self.is_valid():
            return None
        try:
            return act(**(self.values() | more)) or True
        except Refused as refused:
            for reason in refused.reasons:
                self.refuse(reason)
        except Conflict as conflict:
            self.refuse(conflict.reason)
        return None

    def refuse(self, reason: Reason) -> None:
        """Put a reason beside its field, or above the form when it has none."""
        text = gettext(reason.message)
        if reason.params:
            text %= reason.params
        self.add_error(reason.field if reason.field in self.fields else None, text)
