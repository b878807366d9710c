"""Forms of citizens and of the two log-ins."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yitong.parties.actors import Actor
from yitong.parties.forms.base import DateInput, Form
from yitong.parties.models import Enterprise, Region


class RegionField(forms.ModelChoiceField):
    """Regions from the district down, written as the way to them."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Region"))
        super().__init__(queryset=Region.objects.order_by("path"), empty_label=_("Choose a region"), **kwargs)

    def label_from_instance(self, obj: Region) -> str:
        return "　" * (obj.level - 1) + obj.name


class PhoneForm(Form):
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )


class CodeForm(Form):
    code = forms.CharField(
        label=_("Code from the message"),
        max_length=12,
        help_text=_("Six digits, good for five minutes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class RegisterForm(Form):
    name = forms.CharField(
        label=_("Full name"),
        max_length=100,
        help_text=_("As on the identity card."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    idcard = forms.CharField(
        label=_("Citizen number"),
        max_length=30,
        help_text=_("18 characters, the last may be X."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )
    region = RegionField(required=False, label=_("Where you live"))
    confirmed = forms.BooleanField(label=_("I confirm that name and number are my own"), required=False)


class PasswordForm(Form):
    username = forms.CharField(
        label=_("User name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ChangePasswordForm(Form):
    old = forms.CharField(
        label=_("Present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        help_text=_("At least 8 characters, not a common word."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class ProfileForm(Form):
    phone = forms.CharField(
        label=_("Contact phone"), max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    region = RegionField(required=False, label=_("Where you live"))
    address = forms.CharField(label=_("Address"), max_length=200, required=False)


class HandlerForm(Form):
    period_ends = ("valid_until",)

    name = forms.CharField(label=_("Full name"), max_length=100)
    idcard = forms.CharField(label=_("Citizen number"), max_length=30)
    valid_from = forms.DateField(label=_("First day"), widget=DateInput())
    valid_until = forms.DateField(
        label=_("Last day"), required=False, help_text=_("Leave empty for no end."), widget=DateInput()
    )


class MandateForm(Form):
    """``principal``: empty for oneself, else an enterprise one represents by law."""

    period_ends = ("valid_until",)

    principal_enterprise = forms.ModelChoiceField(
        label=_("Given for"), queryset=Enterprise.objects.none(), required=False, empty_label=_("Myself")
    )
    agent_name = forms.CharField(label=_("Agent's name"), max_length=100)
    agent_idcard = forms.CharField(
        label=_("Agent's citizen number"),
        max_length=30,
        help_text=_("The agent must have logged in here once."),
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

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        represented = Enterprise.objects.filter(legal_representative_id=actor.person_id or 0).order_by("name")
        self.fields["principal_enterprise"].queryset = represented  # type: ignore[attr-defined]

    def clean_item_codes(self) -> list[str]:
        return [code for code in re.split(r"[\s,;，；、]+", self.cleaned_data["item_codes"]) if code]
