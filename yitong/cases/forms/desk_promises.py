"""Acts on what an applicant promised: the day moved, a commitment taken back, credit repaired."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.cases.forms.desk_base import ActionForm, long_text
from yitong.cases.forms.tabler import DateInput


class ExtendPromise(ActionForm):
    promised_on = forms.DateField(label=_("New promised day"), widget=DateInput)
    reason = long_text(_("What force majeure it is, and how it was shown"), 2, required=True)

    def prepare(self) -> None:
        if self.facts.promised_until is None:
            return
        first = max(self.facts.promised_until, self.facts.today) + timedelta(days=1)
        day = self.fields["promised_on"]
        day.widget.attrs["min"] = first.isoformat()
        day.help_text = gettext("Promised until now: %(day)s. Only here may it pass the committed limit.") % {
            "day": self.facts.promised_until.isoformat()
        }


class WithdrawCommitment(ActionForm):
    reason = long_text(_("The applicant's reason"), 2, required=True)


class AnswerRepair(ActionForm):
    """Used for both answers: the applicant is told the reason of either."""

    reason = long_text(_("Reason"), 2, required=True)
