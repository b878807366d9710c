"""Filters and settings as they are typed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from yitong.exchange.commands import clients as client_commands
from yitong.exchange.commands import connectors as connector_commands
from yitong.exchange.queries.calls import CallFilters
from yitong.exchange.rules.answers import OUTCOME_WORDS
from yitong.exchange.rules.scopes import WAYS
from yitong.exchange.standin import MODES
from yitong.exchange.views.words import WAY_WORDS
from yitong.parties.queries.organisation import departments

_SELECT = {"class": "form-select"}
_INPUT = {"class": "form-control"}
_SPANS = (("1", _("last hour")), ("24", _("last 24 hours")), ("168", _("last 7 days")), ("720", _("last 30 days")))
BIGGEST_ID = 2**63 - 1


def _number(label: Any, limits: tuple[int, int], hint: Any = "") -> forms.IntegerField:
    least, most = limits
    widget = forms.NumberInput(attrs={**_INPUT, "min": least, "max": most})
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=hint, widget=widget)


def _reason(hint: Any = _("It stands in the history.")) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=hint,
        widget=forms.TextInput(attrs={**_INPUT, "autocomplete": "off"}),
    )


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date", **_INPUT}))


class SpanForm(forms.Form):
    """Over which span figures are counted, in hours."""

    hours = forms.ChoiceField(label=_("Span"), required=False, choices=_SPANS, widget=forms.Select(attrs=_SELECT))

    def chosen(self) -> int:
        """Hours; a day when nothing usable was asked for."""
        return int(self.cleaned_data["hours"]) if self.is_valid() and self.cleaned_data["hours"] else 24


class ReasonForm(forms.Form):
    """Why something is switched."""

    reason = _reason()


class AdjustForm(forms.Form):
    """How patient a connector is."""

    timeout_ms = _number(
        _("Time limit of one attempt (milliseconds)"), connector_commands.LIMITS["timeout_ms"], _("50 to 10000.")
    )
    retries = _number(
        _("Further attempts"), connector_commands.LIMITS["retries"], _("0 to 5, each after a longer pause.")
    )
    cache_seconds = _number(
        _("Keep answers for (seconds)"),
        connector_commands.LIMITS["cache_seconds"],
        _("0: ask every time. A day is 86400."),
    )
    reason = _reason()


class TestForm(forms.Form):
    """Whom a test asks about: the agreed number only."""

    id_number = forms.CharField(
        label=_("Agreed test number"), max_length=18, widget=forms.TextInput(attrs={**_INPUT, "readonly": True})
    )


class StandinForm(forms.Form):
    """How the local stand-in behaves."""

    mode = forms.ChoiceField(
        label=_("The local stand-in"), choices=list(MODES.items()), widget=forms.Select(attrs=_SELECT)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["mode"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, _(words)) for code, words in MODES.items()]


class CallForm(forms.Form):
    """Filters of the log of calls."""

    connector = forms.ChoiceField(label=_("Connector"), required=False, widget=forms.Select(attrs=_SELECT))
    outcome = forms.ChoiceField(label=_("What came of it"), required=False, widget=forms.Select(attrs=_SELECT))
    how = forms.ChoiceField(
        label=_("Answered from"),
        required=False,
        choices=[("", _("any")), ("asked", _("the source")), ("cached", _("kept answers"))],
        widget=forms.Select(attrs=_SELECT),
    )
    case_number = forms.CharField(
        label=_("Case number"), required=False, max_length=50, widget=forms.TextInput(attrs=_INPUT)
    )
    from_on = _day(_("From day"))
    until_on = _day(_("Until day"))
    before = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID, widget=forms.HiddenInput)

    def __init__(self, data: Any, connectors: list[tuple[str, str]]) -> None:
        super().__init__(data)
        field = self.fields["connector"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("any")), *connectors]
        outcome = self.fields["outcome"]
        assert isinstance(outcome, forms.ChoiceField)
        words = [(each.value, _(text)) for each, text in OUTCOME_WORDS.items()]
        outcome.choices = [("", _("any")), *words, ("cut_off", _("cut off, no result written"))]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("from_on"), values.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", _("This day is before the first one; choose a later day."))
        return values

    def filters(self) -> CallFilters:
        """The filters of a valid form."""
        return CallFilters(**{name: self.cleaned_data[name] for name in CallFilters.__slots__})

    def query(self, **more: str) -> str:
        """The address's query with the filters and ``more``."""
        kept = {name: str(value) for name, value in self.data.items() if name in self.fields and value}
        kept.pop("before", None)
        return urlencode(kept | more)


class ClientForm(forms.Form):
    """A new outside system."""

    name = forms.CharField(label=_("Name of the system"), max_length=80, widget=forms.TextInput(attrs=_INPUT))
    department = forms.TypedChoiceField(
        label=_("Department that answers for it"), coerce=int, widget=forms.Select(attrs=_SELECT)
    )
    contact = forms.CharField(label=_("Contact"), max_length=120, required=False, widget=forms.TextInput(attrs=_INPUT))
    purpose = forms.CharField(
        label=_("What it needs licences for"), max_length=200, widget=forms.TextInput(attrs=_INPUT)
    )
    law = forms.CharField(label=_("Law or agreement"), max_length=200, widget=forms.TextInput(attrs=_INPUT))
    per_minute = _number(_("Requests a minute"), client_commands.LIMITS["per_minute"])
    per_day = _number(_("Requests a day"), client_commands.LIMITS["per_day"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("choose")), *((str(each.pk), each.name) for each in departments())]


class LimitsForm(forms.Form):
    """Quota and token life."""

    per_minute = _number(_("Requests a minute"), client_commands.LIMITS["per_minute"])
    per_day = _number(_("Requests a day"), client_commands.LIMITS["per_day"])
    token_seconds = _number(_("A token lives for (seconds)"), client_commands.LIMITS["token_seconds"])
    reason = _reason()


class ScopeForm(forms.Form):
    """What of one licence type may be asked. No way chosen: the type is taken away."""

    ways = forms.MultipleChoiceField(
        label=_("Ways"),
        required=False,
        choices=[(way, WAY_WORDS[way]) for way in WAYS],
        widget=forms.CheckboxSelectMultiple,
    )
    fields_allowed = forms.MultipleChoiceField(
        label=_("Fields it may read"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = _reason()

    def __init__(self, *args: Any, type_fields: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["fields_allowed"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = type_fields


class UseForm(forms.Form):
    """Filters of a client's requests."""

    outcome = forms.ChoiceField(
        label=_("What came of it"),
        required=False,
        choices=[("", _("any")), ("ok", _("answered")), ("refused", _("refused"))],
        widget=forms.Select(attrs=_SELECT),
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID, widget=forms.HiddenInput)
