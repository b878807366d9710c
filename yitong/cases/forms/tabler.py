"""Forms that look like the rest of the desk, and that take a command's refusals beside the right field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from yitong.kernel.reasons import Reason

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)


class FilterSelect(forms.Select):
    """A choice without groups, written in one go: a list page has five of them, and a template a choice costs more than
    the page's queries."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The same markup as Django's own."""
        chosen = {str(one) for one in self.format_value(value)}
        options = ((key, format_html(" selected") if str(key) in chosen else "", label) for key, label in self.choices)
        whole = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html(
            "<select{}>{}</select>",
            flatatt(whole),
            format_html_join("", '<option value="{}"{}>{}</option>', options),
        )


class DateInput(forms.DateInput):
    """A browser's own date picker; it wants and gives ISO dates whatever the page's language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TablerForm(forms.Form):
    """A form whose widgets carry Tabler's classes."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not field.widget.is_hidden:
                field.widget.attrs.setdefault("class", _class_of(field.widget))

    def add_reasons(self, reasons: Iterable[Reason]) -> None:
        """Put each refusal beside the field it names, or above the form when it names none of ours."""
        for reason in reasons:
            text = reason_line(reason)
            name = reason.field if reason.field in self.fields else None
            self.add_error(name, text)


def reason_line(reason: Reason) -> str:
    """The reason in the reader's language, with its law behind it."""
    text = gettext(reason.message)
    text = text % reason.params if reason.params else text
    return f"{text} ({reason.law})" if reason.law else text


def _class_of(widget: forms.Widget) -> str:
    return next(name for kind, name in CLASSES if isinstance(widget, kind))
