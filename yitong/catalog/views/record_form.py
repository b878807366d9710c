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


def text_field(label: Any, required: bool = False, help_text: Any = "", most: int = 200) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control"})
    return forms.CharField(label=label, required=required, max_length=most, help_text=help_text, widget=widget)


def lines_field(label: Any, help_text: Any = "", rows: int = 4) -> forms.CharField:
    widget = forms.Textarea(attrs={"class": "form-control", "rows": rows})
    return forms.CharField(label=label, required=False, help_text=help_text, widget=widget)


def _number(label: Any, least: int = 0, most: int = 3650, initial: int | None = None) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "form-control"})
    return forms.IntegerField(label=label, min_value=least, max_value=most, initial=initial, widget=widget)


def select_field(label: Any, words: labels.Labels) -> forms.ChoiceField:
    # The first choice is what a browser posts of an untouched row: as the initial value it leaves the row unchanged.
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(label=label, choices=lambda: _choices(words), initial=next(iter(words)), widget=widget)


def _several(label: Any, words: labels.Labels) -> forms.MultipleChoiceField:
    widget = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    return forms.MultipleChoiceField(label=label, choices=lambda: _choices(words), required=False, widget=widget)


def check_field(label: Any) -> forms.BooleanField:
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

    name = text_field(_("Item name"), required=True)
    kind = select_field(_("Type"), labels.KINDS)
    level = select_field(_("Level"), labels.LEVELS)
    subjects = _several(_("For whom"), labels.SUBJECTS)
    summary = lines_field(_("Summary"), rows=2)
    conditions = lines_field(_("Conditions"), _("One condition in each line."))
    case_type = select_field(_("Case type"), labels.CASE_TYPES)
    statutory_amount = _number(_("Statutory limit"))
    statutory_unit = select_field(_("Unit of the statutory limit"), labels.UNITS)
    committed_amount = _number(_("Committed limit"))
    committed_unit = select_field(_("Unit of the committed limit"), labels.UNITS)
    extension_limit = _number(_("Days it may be extended"))
    channels = _several(_("Ways to apply"), labels.CHANNELS)
    deliveries = _several(_("Delivery"), labels.DELIVERIES)
    visits = _number(_("Visits to the hall"), most=9)
    result_name = text_field(_("Name of the result"))
    themes = forms.MultipleChoiceField(
        label=_("Life events"),
        choices=_themes,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    everyday_words = lines_field(_("Everyday words"), _("One word in each line; people find the item by them."), rows=3)
    place = text_field(_("Place"))
    hours = text_field(_("Hours"))
    phone = text_field(_("Telephone for questions"), most=60)
    complaint = text_field(_("Telephone for complaints"), most=60)
    notes = lines_field(_("Notes"), rows=2)

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


class FillsField(forms.CharField):
    """Lines ``form field = field of the licence`` as a mapping, and back."""

    def prepare_value(self, value: Any) -> Any:
        """A mapping as lines; what was typed stays as it is."""
        return "\n".join(f"{name} = {source}" for name, source in value.items()) if isinstance(value, dict) else value

    def clean(self, value: Any) -> Any:
        """The mapping; ValidationError names the line that is none."""
        found: dict[str, str] = {}
        for line in _split(super().clean(value)):
            name, sign, source = (part.strip() for part in line.partition("="))
            if not (sign and name and source) or name in found:
                message = gettext("“%(line)s” is no line of the form: field = field. Name each form field once.")
                raise forms.ValidationError(message % {"line": line})
            found[name] = source
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other lines were posted than were shown."""
        return bool(super().has_changed(self.prepare_value(initial or {}), data))


class MaterialForm(forms.Form):
    """One material. An empty code and name means: no row."""

    code = text_field(_("Code"), help_text=_("Small letters, digits and _"), most=40)
    name = text_field(_("Material"))
    kind = select_field(_("Kind"), labels.MATERIAL_KINDS)
    necessity = select_field(_("Necessity"), labels.NECESSITIES)
    source = select_field(_("Source"), labels.SOURCES)
    copies = _number(_("Copies"), most=20, initial=1)
    basis = text_field(_("Basis"), most=400)
    guidance = lines_field(_("Guidance"), rows=2)
    licence_type = text_field(_("E-licence type that replaces it"), most=21)
    connector = text_field(
        _("Connector that replaces it"), help_text=_("Code of a shared register whose answer is enough."), most=40
    )
    verifier = text_field(
        _("Department that can confirm it"), help_text=_("Code of the department that is asked instead."), most=40
    )
    fills = FillsField(
        label=_("Fields it fills"),
        required=False,
        help_text=_(
            "One in each line: form field = field of the licence or the register, for example: address = address"
        ),
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2, "spellcheck": "false"}),
    )
    when = text_field(_("Only if (condition)"), help_text=_('For example: reason == "housing"'), most=2000)
    key = check_field(_("Key material"))
    may_be_provisional = check_field(_("May be supplied later"))
    may_be_commitment = check_field(_("May be replaced by a commitment"))


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
