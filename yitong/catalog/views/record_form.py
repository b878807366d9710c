"""The structured editor: a record's main fields and its materials as Django forms. The whole record is edited as YAML."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.catalog import labels
from yitong.catalog.themes import ENTERPRISE_THEMES, PERSON_THEMES


def _choices(words: labels.Labels) -> list[tuple[str, str]]:
    return [(value, gettext(msgid)) for value, (msgid, _chinese) in words.items()]


def _text(label: Any, required: bool = False, help_text: Any = "", most: int = 200) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control"})
    return forms.CharField(label=label, required=required, max_length=most, help_text=help_text, widget=widget)


def _lines(label: Any, help_text: Any = "", rows: int = 4) -> forms.CharField:
    widget = forms.Textarea(attrs={"class": "form-control", "rows": rows})
    return forms.CharField(label=label, required=False, help_text=help_text, widget=widget)


def _number(label: Any, least: int = 0, most: int = 3650, initial: int | None = None) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "form-control"})
    return forms.IntegerField(label=label, min_value=least, max_value=most, initial=initial, widget=widget)


def _select(label: Any, words: labels.Labels) -> forms.ChoiceField:
    # The first choice is what a browser posts of an untouched row: as the initial value it leaves the row unchanged.
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(label=label, choices=lambda: _choices(words), initial=next(iter(words)), widget=widget)


def _several(label: Any, words: labels.Labels) -> forms.MultipleChoiceField:
    widget = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    return forms.MultipleChoiceField(label=label, choices=lambda: _choices(words), required=False, widget=widget)


def _check(label: Any) -> forms.BooleanField:
    widget = forms.CheckboxInput(attrs={"class": "form-check-input"})
    return forms.BooleanField(label=label, required=False, widget=widget)


def _themes() -> list[tuple[str, str]]:
    return [(theme.code, theme.name) for theme in PERSON_THEMES + ENTERPRISE_THEMES]


# Fields of the form that are the record's own, under the same name.
PLAIN = (
    *("name", "kind", "level", "subjects", "summary", "case_type", "extension_limit"),
    *("channels", "deliveries", "visits", "themes", "notes"),
)


class RecordForm(forms.Form):
    """Main fields. ``of`` fills it from a record's data, ``into`` writes it back, leaving everything else as it is."""

    name = _text(_("Item name"), required=True)
    kind = _select(_("Type"), labels.KINDS)
    level = _select(_("Level"), labels.LEVELS)
    subjects = _several(_("For whom"), labels.SUBJECTS)
    summary = _lines(_("Summary"), rows=2)
    conditions = _lines(_("Conditions"), _("One condition in each line."))
    case_type = _select(_("Case type"), labels.CASE_TYPES)
    statutory_amount = _number(_("Statutory limit"))
    statutory_unit = _select(_("Unit of the statutory limit"), labels.UNITS)
    committed_amount = _number(_("Committed limit"))
    committed_unit = _select(_("Unit of the committed limit"), labels.UNITS)
    extension_limit = _number(_("Days it may be extended"))
    channels = _several(_("Ways to apply"), labels.CHANNELS)
    deliveries = _several(_("Delivery"), labels.DELIVERIES)
    visits = _number(_("Visits to the hall"), most=9)
    result_name = _text(_("Name of the result"))
    themes = forms.MultipleChoiceField(
        label=_("Life events"),
        choices=_themes,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    everyday_words = _lines(_("Everyday words"), _("One word in each line; people find the item by them."), rows=3)
    place = _text(_("Place"))
    hours = _text(_("Hours"))
    phone = _text(_("Telephone for questions"), most=60)
    complaint = _text(_("Telephone for complaints"), most=60)
    notes = _lines(_("Notes"), rows=2)

    @classmethod
    def of(cls, data: dict[str, Any]) -> dict[str, Any]:
        """Initial values from a record's data."""
        return {name: data.get(name) for name in PLAIN} | {
            "conditions": "\n".join(data.get("conditions", [])),
            "everyday_words": "\n".join(data.get("everyday_words", [])),
            "statutory_amount": data["statutory_limit"]["amount"],
            "statutory_unit": data["statutory_limit"]["unit"],
            "committed_amount": data["committed_limit"]["amount"],
            "committed_unit": data["committed_limit"]["unit"],
            "result_name": data["result"]["name"],
            **data["contact"],
        }

    def into(self, data: dict[str, Any]) -> dict[str, Any]:
        """``data`` with the valid form's values."""
        values = self.cleaned_data
        return {
            **data,
            **{name: values[name] for name in PLAIN},
            "conditions": _split(values["conditions"]),
            "everyday_words": _split(values["everyday_words"]),
            "statutory_limit": {
                **data["statutory_limit"],
                "amount": values["statutory_amount"],
                "unit": values["statutory_unit"],
            },
            "committed_limit": {
                **data["committed_limit"],
                "amount": values["committed_amount"],
                "unit": values["committed_unit"],
            },
            "result": {**data["result"], "name": values["result_name"]},
            "contact": {name: values[name] for name in ("place", "hours", "phone", "complaint")},
        }


class MaterialForm(forms.Form):
    """One material. An empty code and name means: no row."""

    code = _text(_("Code"), help_text=_("Small letters, digits and _"), most=40)
    name = _text(_("Material"))
    kind = _select(_("Kind"), labels.MATERIAL_KINDS)
    necessity = _select(_("Necessity"), labels.NECESSITIES)
    source = _select(_("Source"), labels.SOURCES)
    copies = _number(_("Copies"), most=20, initial=1)
    basis = _text(_("Basis"), most=400)
    guidance = _lines(_("Guidance"), rows=2)
    licence_type = _text(_("E-licence type that replaces it"), most=21)
    when = _text(_("Only if (condition)"), help_text=_('For example: reason == "housing"'), most=2000)
    key = _check(_("Key material"))
    may_be_provisional = _check(_("May be supplied later"))
    may_be_commitment = _check(_("May be replaced by a commitment"))


MaterialFormSet = forms.formset_factory(MaterialForm, extra=2, can_delete=True, can_order=False, max_num=200)


def materials_into(formset: Any, data: dict[str, Any]) -> dict[str, Any]:
    """``data`` with the materials of a valid formset; what the form does not show of a row is kept by its code."""
    before = {row["code"]: row for row in data.get("materials", [])}
    rows = []
    for form in formset.forms:
        values = dict(form.cleaned_data or {})
        if values.pop("DELETE", False) or not (values.get("code") or values.get("name")):
            continue
        rows.append({**before.get(values["code"], {}), **values})
    return {**data, "materials": rows}


def _split(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
