"""What a clerk types about somebody who stands before him."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.cases.forms.desk_result import METHODS
from yitong.cases.forms.tabler import DateInput, TablerForm

ROLES = (
    ("self", _("Applies for himself")),
    ("enterprise", _("Applies for an enterprise")),
    ("agent", _("Applies for another person, with a mandate")),
)


class Identify(TablerForm):
    """Who is present, and for whom."""

    card = forms.ChoiceField(label=_("Card on the reader"), required=False)
    idcard = forms.CharField(
        label=_("Citizen number"), max_length=24, required=False, help_text=_("As on the card, 18 characters.")
    )
    role = forms.ChoiceField(label=_("For whom"), choices=ROLES, widget=forms.RadioSelect, initial="self")
    uscc = forms.CharField(
        label=_("Unified social credit code"), max_length=24, required=False, help_text=_("Of the enterprise.")
    )
    principal_idcard = forms.CharField(
        label=_("Citizen number of the person represented"), max_length=24, required=False
    )

    def __init__(self, *args: Any, cards: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if cards:
            self.fields["card"].choices = [("", "—"), *((n, f"{name} · {n[:6]}…{n[-4:]}") for n, name in cards)]  # type: ignore[attr-defined]
        else:
            del self.fields["card"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["idcard"] = cleaned.get("idcard") or cleaned.get("card") or ""
        if not cleaned["idcard"] and "idcard" not in self.errors:
            self.add_error("idcard", gettext("Type the number on the card: 18 characters."))
        if cleaned.get("role") == "enterprise" and not cleaned.get("uscc"):
            self.add_error("uscc", gettext("Type the code on the business licence."))
        if cleaned.get("role") == "agent" and not cleaned.get("principal_idcard"):
            self.add_error("principal_idcard", gettext("Type the number of the person who gave the mandate."))
        return cleaned


class RegisterPerson(TablerForm):
    """Somebody the platform does not know yet."""

    idcard = forms.CharField(label=_("Citizen number"), max_length=24)
    name = forms.CharField(label=_("Name, as on the card"), max_length=100)
    phone = forms.CharField(label=_("Mobile number"), max_length=20, required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    region_id = forms.TypedChoiceField(label=_("Region"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, regions: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region_id"].choices = [("", "—"), *regions]  # type: ignore[attr-defined]


class RegisterEnterprise(TablerForm):
    """An enterprise whose business licence was seen."""

    uscc = forms.CharField(label=_("Unified social credit code"), max_length=24)
    name = forms.CharField(label=_("Name, as on the licence"), max_length=150)
    legal_representative = forms.CharField(
        label=_("Citizen number of the legal representative"),
        max_length=24,
        help_text=_("Must be registered; register the person first."),
    )
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    region_id = forms.TypedChoiceField(label=_("Region"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, regions: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region_id"].choices = [("", "—"), *regions]  # type: ignore[attr-defined]


class PaperMandate(TablerForm):
    """A mandate on paper: the clerk saw it, scans it and enters it (民法典 第一百六十五条)."""

    valid_from = forms.DateField(label=_("Valid from"), widget=DateInput)
    valid_until = forms.DateField(label=_("Until before"), widget=DateInput)
    paper = forms.FileField(label=_("Scan of the signed paper"), help_text=_("PDF or photo."))


class Wish(TablerForm):
    """How the applicant wishes to have the result."""

    method = forms.ChoiceField(label=_("How the result is delivered"), widget=forms.RadioSelect, required=False)
    post_address = forms.CharField(label=_("Postal address"), max_length=300, required=False)

    def __init__(self, *args: Any, deliveries: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["method"].choices = [(code, METHODS[code]) for code in deliveries]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("method") == "post" and not (cleaned.get("post_address") or "").strip():
            self.add_error("post_address", gettext("Posting needs the full postal address."))
        return cleaned


class Promise(TablerForm):
    """The applicant's own promise to bring secondary materials later (容缺受理)."""

    promised = forms.MultipleChoiceField(label=_("Brought later"), widget=forms.CheckboxSelectMultiple, required=False)
    promised_on = forms.DateField(label=_("By"), widget=DateInput, required=False)
    voluntary = forms.BooleanField(
        label=_("The applicant promises this of his own will and signed the paper"), required=False
    )

    def __init__(self, *args: Any, materials: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["promised"].choices = materials  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("promised"):
            if not cleaned.get("promised_on") and "promised_on" not in self.errors:
                self.add_error("promised_on", gettext("Give the day the applicant promises."))
            if not cleaned.get("voluntary"):
                self.add_error("voluntary", gettext("Only the applicant himself can promise: ask, and tick this."))
        return cleaned
