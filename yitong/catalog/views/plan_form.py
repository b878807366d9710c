"""The two planned days beside the buttons that submit and publish."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.catalog.rules.plan import Plan
from yitong.kernel.reasons import Reason


def _day(label: Any, help_text: Any) -> forms.DateField:
    # A date field of the browser takes and gives nothing but the ISO form.
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})
    wrong = _("Choose a day from the calendar, or write it like 2027-01-01.")
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=widget,
        error_messages={"invalid": wrong},
    )


class PlanForm(forms.Form):
    """Both may stay empty: in force at once, without end."""

    effective_on = _day(_("Planned effective date"), _("Empty: in force as soon as it is published."))
    ends_on = _day(_("Planned end date"), _("From this day on nobody can apply any more. Empty: without end."))

    def plan(self) -> Plan:
        """The plan of a valid form."""
        return Plan(self.cleaned_data["effective_on"], self.cleaned_data["ends_on"])

    def take(self, reasons: tuple[Reason, ...]) -> bool:
        """Put a refusal beside the days it is about; False, and nothing done, when it is about something else."""
        if not reasons or any(reason.field not in self.fields for reason in reasons):
            return False
        for reason in reasons:
            self.add_error(reason.field, gettext(reason.message) % reason.params)
        return True
