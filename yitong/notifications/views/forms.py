"""Filters and paging as they stand in the address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from yitong.notifications.queries import DeliveryFilters
from yitong.notifications.rules.states import Channel, State
from yitong.notifications.rules.texts import Texts
from yitong.notifications.templates_data import SEEDS

STATE_LABELS = {
    State.PENDING: _("waiting to be sent"),
    State.SENDING: _("being sent"),
    State.DELIVERED: _("delivered"),
    State.FAILED: _("failed, will be tried again"),
    State.DEAD: _("given up"),
}
CHANNEL_LABELS = {Channel.SMS: _("Text message"), Channel.INAPP: _("In-app"), Channel.EMAIL: _("E-mail")}
_SELECT = {"class": "form-select"}
_INPUT = {"class": "form-control"}


class PagedForm(forms.Form):
    """A list whose place is the id before which it begins."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def older(self, before: int | None) -> str:
        """The query string of the next page, empty when there is none; filters stay."""
        if before is None:
            return ""
        query = {name: str(value) for name, value in self.data.items() if name in self.fields and value}
        return urlencode({**query, "before": str(before)})


class OutboxForm(PagedForm):
    """Only one phone number's or mailbox's messages."""

    phone = forms.CharField(
        label=_("Phone number"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={**_INPUT, "inputmode": "tel"}),
    )

    def address(self) -> str:
        """The address asked for; spaces people type between digits are dropped."""
        return str(self.cleaned_data["phone"]).replace(" ", "")


class DeliveryForm(PagedForm):
    """Filters of the delivery list."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("any")), *((state.value, label) for state, label in STATE_LABELS.items())],
        widget=forms.Select(attrs=_SELECT),
    )
    channel = forms.ChoiceField(
        label=_("Channel"),
        required=False,
        choices=[("", _("any")), *((channel.value, label) for channel, label in CHANNEL_LABELS.items())],
        widget=forms.Select(attrs=_SELECT),
    )
    template = forms.ChoiceField(
        label=_("Template"),
        required=False,
        choices=[("", _("any")), *((texts.code, texts.name) for texts in SEEDS.values())],
        widget=forms.Select(attrs=_SELECT),
    )
    subject = forms.CharField(
        label=_("About"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={**_INPUT, "placeholder": "case:…"}),
    )

    def filters(self) -> DeliveryFilters:
        """The filters of a valid form."""
        values: dict[str, Any] = self.cleaned_data
        return DeliveryFilters(values["state"], values["channel"], values["template"], values["subject"])


class WordingForm(forms.Form):
    """The texts of one kind of message. ``based_on``: the version that was being edited."""

    title = forms.CharField(label=_("Title"), max_length=120, widget=forms.TextInput(attrs=_INPUT))
    sms = forms.CharField(
        label=_("Text message"),
        max_length=2000,
        help_text=_("Begins with the sender's name in brackets; at most 210 characters with sample values."),
        widget=forms.Textarea(attrs={**_INPUT, "rows": 4, "spellcheck": "false"}),
    )
    inapp = forms.CharField(
        label=_("In-app message"),
        max_length=5000,
        widget=forms.Textarea(attrs={**_INPUT, "rows": 5, "spellcheck": "false"}),
    )
    email = forms.CharField(
        label=_("E-mail text"),
        max_length=20_000,
        required=False,
        help_text=_("Leave empty to send the in-app text."),
        widget=forms.Textarea(attrs={**_INPUT, "rows": 5, "spellcheck": "false"}),
    )
    based_on = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def texts(self, present: Texts) -> Texts:
        """What was typed, as the texts of the kind ``present`` is of."""
        values = self.cleaned_data
        sms, inapp, email = (values[name].strip().replace("\r\n", "\n") for name in ("sms", "inapp", "email"))
        return Texts(present.code, present.name, values["title"].strip(), sms, inapp, email)
