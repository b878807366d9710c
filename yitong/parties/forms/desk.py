"""What a clerk enters about persons, enterprises and mandates."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.parties.forms.base import DateInput, Form
from yitong.parties.forms.portal import RegionField
from yitong.parties.rules.phone_change import REASONS, REVOKERS

_NUMBER = {"autocomplete": "off", "spellcheck": "false"}
_PHONE = {"type": "tel", "autocomplete": "off", "inputmode": "tel"}


class LookupForm(Form):
    number = forms.CharField(
        label=_("Citizen number or credit code"),
        max_length=30,
        help_text=_("The whole number, as on the identity card or the business licence."),
        widget=forms.TextInput(attrs={**_NUMBER, "data-search": ""}),
    )


class PersonForm(Form):
    idcard = forms.CharField(
        label=_("Citizen number"),
        max_length=30,
        help_text=_("18 characters, the last may be X."),
        widget=forms.TextInput(attrs=_NUMBER),
    )
    name = forms.CharField(label=_("Full name"), max_length=100, help_text=_("As on the identity card."))
    phone = forms.CharField(
        label=_("Mobile number"), max_length=30, required=False, widget=forms.TextInput(attrs=_PHONE)
    )
    region = RegionField(required=False, label=_("Where the person lives"))
    address = forms.CharField(label=_("Address"), max_length=200, required=False)


class EnterpriseForm(Form):
    uscc = forms.CharField(label=_("Unified social credit code"), max_length=30, widget=forms.TextInput(attrs=_NUMBER))
    name = forms.CharField(label=_("Name, as on the licence"), max_length=150)
    legal_representative = forms.CharField(
        label=_("Citizen number of the legal representative"),
        max_length=30,
        help_text=_("Must be registered; register the person first."),
        widget=forms.TextInput(attrs=_NUMBER),
    )
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    region = RegionField(required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)


class PhoneChangeForm(Form):
    phone = forms.CharField(label=_("New mobile number"), max_length=30, widget=forms.TextInput(attrs=_PHONE))
    reason = forms.ChoiceField(
        label=_("Why it is changed"), choices=[("", _("Choose")), *((code, _(text)) for code, text in REASONS.items())]
    )
    card_seen = forms.BooleanField(label=_("The person is here and I have compared the identity card"), required=False)


class PaperMandateForm(Form):
    """``kept``: the signed reference of a scan that came with an earlier try, so that nobody has to attach it twice."""

    period_ends = ("valid_until",)

    agent_name = forms.CharField(label=_("Agent's name"), max_length=100)
    agent_idcard = forms.CharField(
        label=_("Agent's citizen number"),
        max_length=30,
        help_text=_("The agent must be registered; register the person first."),
        widget=forms.TextInput(attrs=_NUMBER),
    )
    item_codes = forms.CharField(
        label=_("Items"),
        required=False,
        max_length=2000,
        help_text=_("Basic codes of 12 digits, separated by blanks or commas. Leave empty for all items."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    valid_from = forms.DateField(label=_("First day"), widget=DateInput())
    valid_until = forms.DateField(label=_("Last day"), widget=DateInput())
    file = forms.FileField(
        label=_("Scan of the signed paper"),
        required=False,
        help_text=_("PDF or photo."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    kept = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def clean_item_codes(self) -> list[str]:
        return [code for code in re.split(r"[\s,;，；、]+", self.cleaned_data["item_codes"]) if code]

    def values(self) -> dict[str, Any]:
        """The file goes another way: ``give_mandate`` takes its reference."""
        values = super().values()
        del values["file"], values["kept"]
        return values

    def paper_missing(self) -> None:
        """Beside the field: there is neither a file nor one kept."""
        self.add_error("file", gettext("The signed paper is missing. Attach a scan of the mandate."))


class RevokeForm(Form):
    asked_by = forms.ChoiceField(
        label=_("Who ends it"), choices=[("", _("Choose")), *((code, _(text)) for code, text in REVOKERS.items())]
    )
