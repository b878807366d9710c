"""Forms of the arrivals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yitong.licences.queries.library import types_by_code
from yitong.parties.queries import organisation

MOST_BY_HAND = 8 * 1024**2
"""Bytes of a file that is brought in while somebody waits for the page."""


class SourceForm(forms.Form):
    code = forms.RegexField(
        r"^[a-z0-9][a-z0-9_.-]{1,39}$",
        label=_("Code"),
        help_text=_("Small letters, digits, dot, dash; it stands on every licence it brings and stays."),
        error_messages={"invalid": _("Write 2 to 40 small letters, digits, dots or dashes.")},
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    department = forms.TypedChoiceField(label=_("Department it comes from"), coerce=int)
    type_code = forms.ChoiceField(label=_("Licence type"))
    expected_hours = forms.IntegerField(
        label=_("Expected at least every (hours)"),
        min_value=1,
        max_value=24 * 366,
        initial=24,
        help_text=_("Silent for longer, the source counts as stale and is told of once."),
    )
    contact_name = forms.CharField(label=_("Contact in the department"), max_length=40, required=False)
    contact_phone = forms.CharField(
        label=_("Mobile number of the contact"),
        max_length=20,
        required=False,
        help_text=_("Gets a text message when the source goes stale."),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    active = forms.BooleanField(label=_("In service"), required=False, initial=True)

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = organisation.departments().order_by("name")
        self.fields["department"].choices = [(row.pk, row.name) for row in departments]  # type: ignore[attr-defined]
        kinds = sorted(types_by_code().values(), key=lambda kind: kind.name)
        self.fields["type_code"].choices = [(kind.code, kind.name) for kind in kinds]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            css = {"active": "form-check-input"}.get(
                name, "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            )
            field.widget.attrs["class"] = css
            if fixed and name in ("code", "type_code"):
                field.disabled = True


class BringForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=format_lazy(
            "{} {}",
            _("CSV (UTF-8), JSON Lines or Excel. The first row names the columns."),
            format_lazy(_("At most {most} MB."), most=MOST_BY_HAND // 1024**2),
        ),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".csv,.jsonl,.ndjson,.xlsx"}),
    )


class RejectedFilters(forms.Form):
    source = forms.CharField(required=False, max_length=40)
    code = forms.CharField(required=False, max_length=40)
    batch = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    state = forms.ChoiceField(
        required=False,
        choices=[("waiting", _("to be settled")), ("mended", _("mended")), ("discarded", _("discarded"))],
    )

    def values(self) -> dict[str, Any]:
        """Filters that make sense; the others filter nothing."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return {"state": "waiting", **given}
