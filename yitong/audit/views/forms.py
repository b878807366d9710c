"""Filters of the log's search, as they stand in the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yitong.audit.names import tags_called
from yitong.audit.queries import Filters
from yitong.audit.rules.leaf import MAX_REF, MAX_TAG


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date", "class": "form-control"})
    )


def _words(label: Any, most: int, example: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control", "placeholder": example})
    return forms.CharField(label=label, required=False, max_length=most, widget=widget)


class FilterForm(forms.Form):
    """Every field may stay empty."""

    tag = _words(_("Act"), MAX_TAG, _("part of its name, or its code"))
    tag.widget.attrs["list"] = "act_names"
    subject = _words(_("Subject"), MAX_REF, "case:…")
    actor = _words(_("Actor"), MAX_REF, "staff:7")
    from_on = _day(_("From day"))
    until_on = _day(_("Until day"))
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("from_on"), values.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", _("This day is before the first one; choose a later day."))
        return values

    def filters(self) -> Filters:
        """The filters of a valid form. A code has a colon; anything else is looked for in the names."""
        values = self.cleaned_data
        act = values["tag"]
        return Filters(
            tag=act if ":" in act else "",
            tags=tags_called(act) if act and ":" not in act else None,
            subject=values["subject"],
            actor_ref=values["actor"],
            from_on=values["from_on"],
            until_on=values["until_on"],
        )
