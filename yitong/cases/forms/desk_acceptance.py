"""Acts before and at acceptance: claim, hand over, accept, refuse, tell once what is missing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.cases.commands.ending import GROUNDS
from yitong.cases.forms import opinion_templates
from yitong.cases.forms.desk_base import ActionForm, long_text
from yitong.cases.forms.tabler import DateInput
from yitong.cases.rules.deadlines import SUPPLY_DAYS_DEFAULT


class Claim(ActionForm):
    """Take the case into one's own hands."""


class HandOver(ActionForm):
    wordings = {"reason": ("hand_over",)}
    needed = ("reason",)

    to_staff_id = forms.TypedChoiceField(label=_("To"), coerce=int)
    reason = long_text(_("Reason"), 2)

    def prepare(self) -> None:
        self.fields["to_staff_id"].choices = [("", "—"), *self.facts.colleagues]  # type: ignore[attr-defined]


class Accept(ActionForm):
    """Nothing to fill in: the acceptance notice and both clocks follow from the published version."""


class DeclareNotRequired(ActionForm):
    wordings = {"reason": ("not_required",)}
    needed = ("reason",)

    reason = long_text(_("Why no permit is needed"))


class RefuseAcceptance(ActionForm):
    wordings = {"reason": ("refuse_acceptance",)}
    needed = ("reason",)

    right_organ = forms.CharField(
        label=_("The organ that has the power"),
        max_length=100,
        help_text=_("Full name: the applicant is told where to go instead."),
    )
    reason = long_text(_("Reason"))


class AcceptProvisionally(ActionForm):
    materials = forms.MultipleChoiceField(label=_("Materials to follow later"), widget=forms.CheckboxSelectMultiple)
    promised_on = forms.DateField(label=_("Promised by"), widget=DateInput)

    def prepare(self) -> None:
        self.fields["materials"].choices = self.facts.provisional  # type: ignore[attr-defined]
        self.fields["promised_on"].help_text = gettext(
            "The day the applicant promised, or an earlier one; never after the committed limit."
        )
        if self.facts.promised_on and not self.is_bound:
            self.initial["promised_on"] = self.facts.promised_on


class RequestCorrection(ActionForm):
    """One line per material and per form field: what is wrong with it, and how to mend it.

    The law allows one notice only, so that everything stands on one page (行政许可法 第三十二条第一款第四项).
    """

    template_name = "cases/desk/forms/correction.html"

    supply_days = forms.IntegerField(
        label=_("Working days to supply it"), min_value=1, max_value=60, initial=SUPPLY_DAYS_DEFAULT
    )

    def prepare(self) -> None:
        marks = {code: (problem, remedy) for code, problem, remedy in self.facts.marks}
        problems = opinion_templates.choices("correction_problem")
        remedies = opinion_templates.choices("correction_remedy")
        for key, name in self._targets():
            problem, remedy = marks.get(key.removeprefix("material:"), ("", ""))
            for part, label, ready, initial in (
                ("problem", _("Problem"), problems, problem),
                ("remedy", _("Remedy"), remedies, remedy),
            ):
                field = forms.CharField(label=f"{name}: {label}", max_length=500, required=False, initial=initial)
                field.widget.attrs.update({"class": "form-control", "list": f"correction-{part}s"})
                self.fields[f"{key}:{part}"] = field
                self.wording_lists[part] = [text for text, _label in ready if text]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.wording_lists: dict[str, list[str]] = {}
        super().__init__(*args, **kwargs)

    def _targets(self) -> list[tuple[str, str]]:
        return [
            *((f"material:{code}", name) for code, name in self.facts.materials),
            *((f"field:{code}", name) for code, name in self.facts.fields),
        ]

    def rows(self) -> list[dict[str, Any]]:
        """For the page: kind, name and the two bound fields of every line."""
        return [
            {
                "kind": key.partition(":")[0],
                "name": name,
                "problem": self._bound(key, "problem"),
                "remedy": self._bound(key, "remedy"),
            }
            for key, name in self._targets()
        ]

    def _bound(self, key: str, part: str) -> BoundField:
        return self[f"{key}:{part}"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        any_line = False
        for key, name in self._targets():
            problem = (cleaned.get(f"{key}:problem") or "").strip()
            remedy = (cleaned.get(f"{key}:remedy") or "").strip()
            any_line = any_line or bool(problem or remedy)
            if problem and not remedy:
                self.add_error(f"{key}:remedy", gettext("Say how to mend “%(name)s”.") % {"name": name})
            if remedy and not problem:
                self.add_error(f"{key}:problem", gettext("Say what is wrong with “%(name)s”.") % {"name": name})
        if not any_line:
            self.add_error(None, gettext("Fill in the problem and the remedy of at least one material or field."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        items = []
        for key, _name in self._targets():
            kind, _colon, code = key.partition(":")
            problem = (self.cleaned_data.get(f"{key}:problem") or "").strip()
            if problem:
                items.append({kind: code, "problem": problem, "remedy": self.cleaned_data[f"{key}:remedy"].strip()})
        return {"items": items, "supply_days": self.cleaned_data["supply_days"]}


class SupplyProvisional(ActionForm):
    """The applicant brought everything he promised; the materials were taken in before."""


class Withdraw(ActionForm):
    reason = long_text(_("The applicant's reason"), 2)


class Terminate(ActionForm):
    wordings = {"reason": ("terminate",)}
    needed = ("reason",)

    ground = forms.ChoiceField(label=_("Ground"))
    reason = long_text(_("Reason"))

    def prepare(self) -> None:
        grounds = [(code, gettext(words)) for code, words in GROUNDS.items()]
        self.fields["ground"].choices = [("", "—"), *grounds]  # type: ignore[attr-defined]
