"""Acts during review: opinions, site checks, stopped clocks, longer limits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.cases.forms.desk_base import ActionForm, long_text
from yitong.cases.forms.tabler import DateInput

OPINIONS = (("agree", _("Agree")), ("conditional", _("Agree with conditions")), ("disagree", _("Disagree")))
SPECIAL_KINDS = {
    "hearing": _("Hearing"),
    "tender": _("Tender"),
    "auction": _("Auction"),
    "inspection": _("Inspection"),
    "testing": _("Testing"),
    "quarantine": _("Quarantine"),
    "appraisal": _("Appraisal"),
    "expert_review": _("Expert review"),
}


class CompleteStep(ActionForm):
    wordings = {"text": ("agree", "conditional", "disagree")}

    step_id = forms.TypedChoiceField(label=_("Step"), coerce=int)
    opinion = forms.ChoiceField(label=_("Opinion"), choices=OPINIONS, widget=forms.RadioSelect, initial="agree")
    text = long_text(_("Opinion in words"))

    def prepare(self) -> None:
        self.fields["step_id"].choices = self.facts.open_steps  # type: ignore[attr-defined]
        self.initial.setdefault("step_id", next((value for value, _label in self.facts.open_steps), None))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("opinion") in ("conditional", "disagree") and not cleaned.get("text"):
            self.add_error("text", gettext("Say why: conditions and disagreement need words."))
        return cleaned


class ReturnToStep(ActionForm):
    wordings = {"reason": ("return_step",)}
    needed = ("reason",)

    step_id = forms.TypedChoiceField(label=_("Back to"), coerce=int)
    reason = long_text(_("Reason"), 2)

    def prepare(self) -> None:
        self.fields["step_id"].choices = self.facts.steps  # type: ignore[attr-defined]


class RecordSiteCheck(ActionForm):
    wordings = {"findings": ("site_check",)}
    needed = ("findings",)

    step_id = forms.TypedChoiceField(label=_("Step"), coerce=int)
    officer_ids = forms.TypedMultipleChoiceField(
        label=_("Officers on the spot"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Two at least (行政许可法 第三十四条第三款)."),
    )
    findings = long_text(_("Findings"))

    def prepare(self) -> None:
        self.fields["step_id"].choices = self.facts.site_steps  # type: ignore[attr-defined]
        self.fields["officer_ids"].choices = self.facts.officers  # type: ignore[attr-defined]

    def clean_officer_ids(self) -> list[int]:
        chosen: list[int] = self.cleaned_data["officer_ids"]
        if len(set(chosen)) < 2:
            raise forms.ValidationError(gettext("Choose two officers or more: the law asks for two on the spot."))
        return chosen


class StartSpecialProcedure(ActionForm):
    wordings = {"reason": ("special_procedure",)}
    needed = ("reason",)

    kind = forms.ChoiceField(label=_("Procedure"))
    planned_days = forms.IntegerField(
        label=_("Time needed, in working days"),
        min_value=1,
        max_value=365,
        help_text=_("The applicant is told this in writing; the clock stands until the procedure is ended."),
    )
    reason = long_text(_("Reason"))

    def prepare(self) -> None:
        kinds = [(code, SPECIAL_KINDS.get(code, code)) for code in self.facts.special_kinds]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class EndSpecialProcedure(ActionForm):
    wordings = {"result": ("special_end",)}
    needed = ("result",)

    result = long_text(_("Result of the procedure"))


class RequestExtension(ActionForm):
    wordings = {"reason": ("extension",)}
    needed = ("reason",)

    days = forms.IntegerField(label=_("Working days to add"), min_value=1)
    reason = long_text(_("Reason"))

    def prepare(self) -> None:
        days = self.fields["days"]
        assert isinstance(days, forms.IntegerField)
        days.max_value = self.facts.extension_limit
        days.widget.attrs["max"] = str(self.facts.extension_limit)
        text = gettext("At most %(days)d, once, with the approval of the organ's head (行政许可法 第四十二条).")
        days.help_text = text % {"days": self.facts.extension_limit}

    def clean_days(self) -> int:
        days: int = self.cleaned_data["days"]
        if days > self.facts.extension_limit:
            text = gettext("At most %(days)d days can be added to this item's limit.")
            raise forms.ValidationError(text % {"days": self.facts.extension_limit})
        return days


class ApproveExtension(ActionForm):
    """The head's approval; the applicant is told the new date and the reason."""

    government_approval = forms.CharField(
        label=_("Number of the government head's approval"),
        max_length=60,
        required=False,
        help_text=_("For items handled jointly only (行政许可法 第四十二条第二款)."),
    )

    def prepare(self) -> None:
        if not self.facts.joint:
            del self.fields["government_approval"]


class RefuseExtension(ActionForm):
    note = long_text(_("Reason"), 2, required=True)


class CheckCommitment(ActionForm):
    wordings = {"findings": ("commitment",)}
    needed = ("findings",)

    result = forms.ChoiceField(
        label=_("Result of the check"),
        choices=(("pass", _("Kept")), ("rectify", _("To be put right")), ("revoke", _("False: approval revoked"))),
        widget=forms.RadioSelect,
    )
    findings = long_text(_("Findings"))
    rectify_by = forms.DateField(label=_("To be put right by"), required=False, widget=DateInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("result") == "rectify" and not cleaned.get("rectify_by"):
            self.add_error("rectify_by", gettext("Give the day by which it must be put right."))
        return cleaned
