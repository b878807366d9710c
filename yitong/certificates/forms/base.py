"""Shared by every form: the component library's classes, refusals beside their fields, lines of text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.kernel.reasons import Reason

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)


EMPTY: tuple[tuple[type[forms.Field], Any], ...] = (
    (forms.FileField, _("Attach the file.")),
    (forms.ChoiceField, _("Choose one of these.")),
    (forms.Field, _("Fill this in.")),
)


class Form(forms.Form):
    """A form whose widgets carry the component library's classes, and that takes a command's refusals."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            name = next(name for kind, name in CLASSES if isinstance(field.widget, kind))
            field.widget.attrs.setdefault("class", name)

    def full_clean(self) -> None:
        for field in self.fields.values():
            said = next(text for kind, text in EMPTY if isinstance(field, kind))
            field.error_messages["required"] = said
        super().full_clean()

    def add_reasons(self, reasons: Iterable[Reason]) -> None:
        """Each refusal beside its field, or above the form when it names none of ours."""
        for reason in reasons:
            text = gettext(reason.message)
            text = text % reason.params if reason.params else text
            self.add_error(reason.field if reason.field in self.fields else None, f"{text} {reason.law}".strip())


def typed(label: Any, *, most: int, required: bool = True, rows: int = 0, **more: Any) -> forms.CharField:
    """A line of text, or with ``rows`` several."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=most, required=required, widget=widget, **more)
