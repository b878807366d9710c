"""Acts at the end: decision, result, delivery."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.cases.forms import opinion_templates
from yitong.cases.forms.desk_base import ActionForm, long_text

METHODS = {
    "window": _("Collected at the counter"),
    "post": _("By post"),
    "electronic": _("Electronic delivery"),
}


class Decide(ActionForm):
    """Grant or refuse. A refusal gives its reasons and the remedies (行政许可法 第三十八条第二款)."""

    wordings = {"reasons": ("refusal",)}

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=(("granted", _("Grant")), ("refused", _("Refuse"))),
        widget=forms.RadioSelect,
    )
    reasons = long_text(_("Reasons"), 4, help_text=_("Required for a refusal. One reason to a line."))
    remedies = long_text(_("Remedies"), 3, help_text=_("Required for a refusal; printed in the decision."))

    def prepare(self) -> None:
        if not self.is_bound:
            self.initial["remedies"] = "\n".join(opinion_templates.texts("remedies"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("outcome") == "refused":
            if not cleaned["reasons"]:
                self.add_error("reasons", gettext("A refusal needs its reasons in writing (行政许可法 第三十八条)."))
            if not (cleaned.get("remedies") or "").strip():
                self.add_error("remedies", gettext("A refusal names the remedies: review and lawsuit."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        refused = self.cleaned_data["outcome"] == "refused"
        return {
            "outcome": self.cleaned_data["outcome"],
            "reasons": self.cleaned_data["reasons"],
            "remedies": self.cleaned_data["remedies"] if refused else "",
        }


class IssueResult(ActionForm):
    """Make the result that is still owed, such as after a deemed approval."""


class Deliver(ActionForm):
    method = forms.ChoiceField(label=_("How"), widget=forms.RadioSelect)
    receiver = forms.CharField(label=_("Received by"), max_length=100)
    receiver_idcard_tail = forms.CharField(
        label=_("Last four characters of the receiver's ID"),
        max_length=4,
        required=False,
        help_text=_("At the counter: from the card that was shown."),
    )
    address = forms.CharField(label=_("Postal address"), max_length=300, required=False)
    carrier = forms.CharField(label=_("Carrier"), max_length=60, required=False)
    tracking = forms.CharField(label=_("Tracking number"), max_length=40, required=False)

    def prepare(self) -> None:
        methods = self.facts.deliveries or tuple(METHODS)
        self.fields["method"].choices = [(code, METHODS[code]) for code in methods]  # type: ignore[attr-defined]
        wished = self.facts.method if self.facts.method in methods else methods[0]
        self.initial.setdefault("method", wished)
        self.initial.setdefault("receiver", self.facts.receiver or self.facts.applicant)
        self.initial.setdefault("address", self.facts.address)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("method") == "post":
            if not cleaned.get("address"):
                self.add_error("address", gettext("Posting needs the full postal address."))
            if not cleaned.get("tracking"):
                self.add_error("tracking", gettext("Posting needs the tracking number of the carrier."))
        if cleaned.get("method") == "window" and len(cleaned.get("receiver_idcard_tail") or "") != 4:
            self.add_error("receiver_idcard_tail", gettext("Type the last four characters of the card shown."))
        return cleaned


class ConfirmDelivery(ActionForm):
    delivered = forms.ChoiceField(
        label=_("What the carrier says"),
        choices=(("yes", _("Delivered")), ("no", _("Came back"))),
        widget=forms.RadioSelect,
        initial="yes",
    )
    note = long_text(_("Note"), 2)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("delivered") == "no" and not (cleaned.get("note") or "").strip():
            self.add_error("note", gettext("Say why it came back."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        return {"delivered": self.cleaned_data["delivered"] == "yes", "note": self.cleaned_data.get("note") or ""}
