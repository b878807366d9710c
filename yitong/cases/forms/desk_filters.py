"""The filters of the desk's lists, as they stand in the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.cases.forms.tabler import DateInput, FilterSelect, TablerForm
from yitong.cases.queries.lists import InboxFilters, SearchFilters
from yitong.cases.views import desk_words

SORTS = (("due", _("Due first")), ("received", _("Oldest first")))
STATES = {code: words for code, words in desk_words.STATES.items() if code != "draft"}
OPEN_STATES = {code: words for code, words in STATES.items() if code != "closed"}


def _any(words: dict[str, Any]) -> list[tuple[str, Any]]:
    return [("", _("any")), *words.items()]


class _Filters(TablerForm):
    """An optional form over the query string: a value nobody offers filters nothing instead of breaking the page."""

    q = forms.CharField(
        label=_("Applicant, item or number"),
        required=False,
        max_length=80,
        widget=forms.TextInput(
            attrs={
                "data-search": "",
                "type": "search",
                "placeholder": _("name, item, last 4 of the number, or 6 in a row"),
            }
        ),
    )
    item = forms.ChoiceField(label=_("Item"), required=False, widget=FilterSelect)

    def __init__(self, *args: Any, items: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [("", _("any")), *items]  # type: ignore[attr-defined]
        if not items:
            del self.fields["item"]

    def value(self, name: str) -> Any:
        """The cleaned value; the empty one when the field is absent or wrong."""
        return self.cleaned_data.get(name) or "" if self.is_bound else ""

    def period(self, first: str, last: str) -> None:
        start, end = self.cleaned_data.get(first), self.cleaned_data.get(last)
        if start and end and end < start:
            self.add_error(last, gettext("The last day lies before the first. Choose a later one."))

    @property
    def in_use(self) -> bool:
        """Whether anything is filtered."""
        self.full_clean()
        return any(value for name, value in self.cleaned_data.items() if name not in ("tab", "sort"))


class InboxForm(_Filters):
    tab = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, widget=FilterSelect, choices=_any(desk_words.CHANNELS)
    )
    state = forms.ChoiceField(label=_("State"), required=False, widget=FilterSelect, choices=_any(OPEN_STATES))
    light = forms.ChoiceField(label=_("Light"), required=False, widget=FilterSelect, choices=_any(desk_words.LIGHTS))
    due_from = forms.DateField(label=_("Due from"), required=False, widget=DateInput)
    due_until = forms.DateField(label=_("Due until"), required=False, widget=DateInput)
    sort = forms.ChoiceField(label=_("Sort"), required=False, widget=FilterSelect, choices=SORTS)
    mine = forms.BooleanField(label=_("Only mine"), required=False)
    lost = forms.BooleanField(label=_("Ground lost"), required=False)

    field_order = ["tab", "q", "item", "channel", "state", "light", "due_from", "due_until", "sort", "mine", "lost"]

    def clean(self) -> dict[str, Any]:
        self.period("due_from", "due_until")
        return self.cleaned_data

    def filters(self) -> InboxFilters:
        """What the list is filtered by; wrong values are left out and shown beside their field."""
        self.full_clean()
        value = self.value
        return InboxFilters(
            tab=value("tab") or "open",
            item_code=value("item"),
            channel=value("channel"),
            text=value("q"),
            state=value("state"),
            light=value("light"),
            due_from=value("due_from") or None,
            due_until=value("due_until") or None,
            mine=bool(value("mine")),
            lost=bool(value("lost")),
            sort=value("sort") or "due",
        )


class SearchForm(_Filters):
    state = forms.ChoiceField(label=_("State"), required=False, widget=FilterSelect, choices=_any(STATES))
    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, widget=FilterSelect, choices=_any(desk_words.OUTCOMES)
    )
    received_from = forms.DateField(label=_("Received from"), required=False, widget=DateInput)
    received_until = forms.DateField(label=_("Received until"), required=False, widget=DateInput)

    def clean(self) -> dict[str, Any]:
        self.period("received_from", "received_until")
        return self.cleaned_data

    def filters(self) -> SearchFilters:
        self.full_clean()
        value = self.value
        return SearchFilters(
            text=value("q"),
            item_code=value("item"),
            state=value("state"),
            outcome=value("outcome"),
            received_from=value("received_from") or None,
            received_until=value("received_until") or None,
        )
