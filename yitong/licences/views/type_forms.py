"""The forms of a licence type: the type itself, and its fields row by row."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yitong.licences.commands.type_editing import LONGEST_TERM, TypeValues
from yitong.licences.labels import CONFIDENTIALITY, KINDS, LEVELS, TRUST
from yitong.licences.models import LicenceType
from yitong.licences.rules.fields import whole
from yitong.licences.rules.type_changes import MOST_FIELDS
from yitong.parties.queries import organisation

TEXT = {"class": "form-control"}
SELECT = {"class": "form-select"}
CHECK = {"class": "form-check-input"}


class TypeForm(forms.Form):
    """What may be changed of a type, and why it is."""

    rev = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs=TEXT))
    issuer = forms.CharField(label=_("Issued by"), max_length=80, widget=forms.TextInput(attrs=TEXT))
    law = forms.CharField(label=_("Basis"), max_length=200, required=False, widget=forms.TextInput(attrs=TEXT))
    statement = forms.CharField(
        label=_("Statement above the fields"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={**TEXT, "rows": 2}),
    )
    valid_years = forms.IntegerField(
        label=_("Term in years"),
        help_text=_("Empty: long-term. An item that names a term of its own goes before."),
        required=False,
        min_value=1,
        max_value=LONGEST_TERM,
        widget=forms.NumberInput(attrs=TEXT),
    )
    renewable = forms.BooleanField(
        label=_("Its holder applies for renewal before the end"),
        required=False,
        widget=forms.CheckboxInput(attrs=CHECK),
    )
    renew_days = forms.IntegerField(
        label=_("Remind before the last day to apply (days)"),
        help_text=_("Applications are in time thirty days before the end (Administrative Licensing Law, article 50)."),
        min_value=1,
        max_value=180,
        widget=forms.NumberInput(attrs=TEXT),
    )
    trust = forms.ChoiceField(label=_("Trust"), choices=list(TRUST.items()), widget=forms.Select(attrs=SELECT))
    confidentiality = forms.ChoiceField(
        label=_("Confidentiality"),
        choices=[(key.value, label) for key, label in CONFIDENTIALITY.items()],
        widget=forms.Select(attrs=SELECT),
    )
    callers = forms.MultipleChoiceField(
        label=_("Departments that may call it"),
        help_text=_("None chosen: every department with a case that needs it. Hold Ctrl to choose several or none."),
        required=False,
        widget=forms.SelectMultiple(attrs={**SELECT, "size": 6}),
    )
    active = forms.BooleanField(label=_("In use"), required=False, widget=forms.CheckboxInput(attrs=CHECK))
    reason = forms.CharField(
        label=_("Why it is changed"),
        help_text=_("Stands in the history of the type."),
        max_length=200,
        widget=forms.TextInput(attrs=TEXT),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(row.code, row.name) for row in organisation.departments()]
        cast(forms.MultipleChoiceField, self.fields["callers"]).choices = found

    @staticmethod
    def of(kind: LicenceType) -> dict[str, Any]:
        """The form's first values."""
        names = ("rev", "name", "issuer", "law", "statement", "valid_years", "renewable", "renew_days", "trust")
        more = {"confidentiality": kind.confidentiality, "active": kind.active, "callers": kind.callers}
        return {**{name: getattr(kind, name) for name in names}, **more}

    def values(self, fields: list[dict[str, Any]]) -> TypeValues:
        """What the command takes."""
        typed = {name: value for name, value in self.cleaned_data.items() if name not in ("rev", "reason")}
        return TypeValues(**typed, fields=fields)


class FieldForm(forms.Form):
    """One field of the type."""

    name = forms.CharField(
        label=_("Name in the data"), max_length=40, widget=forms.TextInput(attrs={**TEXT, "spellcheck": "false"})
    )
    label = forms.CharField(label=_("Label"), max_length=40, widget=forms.TextInput(attrs=TEXT))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(key.value, label) for key, label in KINDS.items()],
        widget=forms.Select(attrs=SELECT),
    )
    confidentiality = forms.ChoiceField(
        label=_("Confidentiality"),
        choices=[(level.value, label) for level, label in LEVELS.items()],
        initial="internal",
        widget=forms.Select(attrs=SELECT),
    )
    required = forms.BooleanField(
        label=pgettext_lazy("field of a licence", "Required"), required=False, widget=forms.CheckboxInput(attrs=CHECK)
    )
    choices = forms.CharField(
        label=_("Choices, separated by 、"), max_length=500, required=False, widget=forms.TextInput(attrs=TEXT)
    )

    def has_changed(self) -> bool:
        """Whether somebody wrote in the row: a browser always sends a choice of its two lists, so they do not tell."""
        return bool({"name", "label", "required", "choices", "DELETE"} & set(self.changed_data))


class BaseFieldRows(forms.BaseFormSet):  # type: ignore[type-arg]
    """The fields in their order; a row whose delete box is ticked, or that is left empty, is not one."""

    def fields(self) -> list[dict[str, Any]]:
        """As ``LicenceType.fields``."""
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return [_field(row) for row in kept]


def first_rows(kind: LicenceType) -> list[dict[str, Any]]:
    """First values of the rows."""
    rows = [whole(field) for field in kind.fields]
    return [{**row, "choices": "、".join(row.get("choices", ()))} for row in rows]


def _field(row: dict[str, Any]) -> dict[str, Any]:
    names = ("name", "label", "kind", "required", "confidentiality")
    choices = [
        each.strip() for each in row["choices"].replace(",", "、").replace("，", "、").split("、") if each.strip()
    ]
    return {**{name: row[name] for name in names}, **({"choices": choices} if choices else {})}


FieldRows = forms.formset_factory(
    FieldForm, formset=BaseFieldRows, extra=3, can_delete=True, max_num=MOST_FIELDS, validate_max=True
)
