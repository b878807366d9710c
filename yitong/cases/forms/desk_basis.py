"""Acts on a ground that was lost: ask for another proof, or record why the material counts all the same."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.cases.forms.desk_base import ActionForm, long_text
from yitong.cases.forms.tabler import DateInput

REMEDY = "请提交现行有效的原件、复印件或者其他能够证明该事实的材料"


class AskBasis(ActionForm):
    """The special notice. Every lost material is ticked; the wish may be worded differently."""

    materials = forms.MultipleChoiceField(label=_("Ask for"), widget=forms.CheckboxSelectMultiple)
    remedy = long_text(_("What the applicant shall do"), 2, required=True)
    supply_by_on = forms.DateField(label=_("Until"), widget=DateInput)

    def prepare(self) -> None:
        choices = [(code, f"{name}（{words}）") for code, name, words in self.facts.lost]
        self.fields["materials"].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("materials", [code for code, _label in choices])
        self.initial.setdefault("remedy", REMEDY)
        day = self.fields["supply_by_on"]
        if self.facts.due_on is not None:
            self.initial.setdefault("supply_by_on", self.facts.due_on)
            day.widget.attrs["max"] = self.facts.due_on.isoformat()
            day.help_text = gettext("The clock runs on: at the latest %(day)s.") % {
                "day": self.facts.due_on.isoformat()
            }

    def arguments(self) -> dict[str, Any]:
        """``items`` of the command."""
        remedy = self.cleaned_data["remedy"]
        items = [{"material": code, "remedy": remedy} for code in self.cleaned_data["materials"]]
        return {"items": items, "supply_by_on": self.cleaned_data["supply_by_on"]}


class SettleBasis(ActionForm):
    material = forms.ChoiceField(label=_("Material"), widget=forms.Select(attrs={"class": "form-select"}))
    reason = long_text(_("Why it counts all the same: when and how the fact was examined"), 2, required=True)

    def prepare(self) -> None:
        self.fields["material"].choices = [(code, name) for code, name, _words in self.facts.lost]  # type: ignore[attr-defined]
