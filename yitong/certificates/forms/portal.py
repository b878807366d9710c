"""What a citizen fills in: for whom and what for, the request, the data sheet, the answer to the department."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.certificates.forms.base import Form, typed
from yitong.certificates.models import CertificateType
from yitong.certificates.queries.choices import HOW_WORDS, Choice

OTHER = "其他"


class HolderForm(Form):
    """For whom: asked only of somebody who has a choice. ``holders``: what ``for_whom`` offers; at a window none is asked."""

    def __init__(self, holders: Sequence[Choice], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only = holders[0].value if len(holders) == 1 else ""
        if len(holders) > 1:
            self.fields["holder"] = forms.ChoiceField(
                label=_("For whom is it?"),
                choices=[(each.value, f"{each.name}（{gettext(HOW_WORDS[each.how])}）") for each in holders],
                initial=holders[0].value if holders[0].how == "self" else None,
                widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
            )

    def ask_consent(self, others: bool) -> None:
        """The local identity check asks for the person's own confirmation, which is no other's to give."""
        label = _("It is I who ask, and I agree that the source is asked about me.")
        if others:
            label = _("It is I who ask, and I may ask for the person or enterprise chosen.")
        self.fields["confirmed"] = forms.BooleanField(
            label=label,
            required=False,
            widget=forms.CheckboxInput(attrs={"class": "form-check-input", "value": "yes"}),
        )

    @property
    def evidence(self) -> dict[str, str]:
        return {"confirmed": "yes" if self.cleaned_data.get("confirmed") else "no"}

    @property
    def holder(self) -> dict[str, int]:
        """``person_id`` or ``enterprise_id`` as the commands take them."""
        if not self.only and "holder" not in self.fields:
            return {}
        kind, _colon, number = (self.only or self.cleaned_data["holder"]).partition(":")
        return {f"{kind}_id": int(number)}


class PurposeForm(HolderForm):
    """Whose and what for: the head of every application."""

    def __init__(self, kind: CertificateType, holders: Sequence[Choice], *args: Any, **kwargs: Any) -> None:
        super().__init__(holders, *args, **kwargs)
        known = [str(each) for each in kind.purposes]
        self.fields["purpose"] = forms.ChoiceField(
            label=_("What is it for?"),
            choices=[(each, each) for each in known],
            widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        )
        if any(each.startswith(OTHER) for each in known):
            self.fields["other"] = typed(_("If for something else: what for?"), most=100, required=False)
            self.fields["other"].widget.attrs["class"] = "form-control"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        other = data.get("purpose", "").startswith(OTHER)
        if other and not data.get("other") and "other" not in self.errors:
            self.add_error("other", gettext("Write what it is for, or choose one of the purposes above."))
        return data

    @property
    def said(self) -> dict[str, Any]:
        """``purpose`` and the holder as the commands take them."""
        data = self.cleaned_data
        purpose = data["other"] if data["purpose"].startswith(OTHER) else data["purpose"]
        return {"purpose": purpose, **self.holder}


class ConfirmForm(PurposeForm):
    """As ``PurposeForm``, with the identity check of the local adapter."""

    def __init__(self, kind: CertificateType, holders: Sequence[Choice], *args: Any, **kwargs: Any) -> None:
        super().__init__(kind, holders, *args, **kwargs)
        self.ask_consent(any(each.how != "self" for each in holders))


class RequestForm(PurposeForm):
    """An application a department reviews."""

    def __init__(self, kind: CertificateType, *args: Any, **kwargs: Any) -> None:
        super().__init__(kind, *args, **kwargs)
        self.fields["reason"] = typed(_("What should the department know?"), most=1000, required=False, rows=3)
        self.material_names = [str(each["name"]) for each in kind.materials]
        for number, each in enumerate(kind.materials):
            self.fields[f"material{number}"] = forms.FileField(
                label=str(each["name"]), required=bool(each.get("required")), help_text=_("PDF or picture.")
            )
        self.fields["extra"] = forms.FileField(
            label=_("Another file"), required=False, help_text=_("Only if it helps: PDF or picture.")
        )
        self.fields["delivery"] = forms.ChoiceField(
            label=_("How would you like it?"),
            choices=[("electronic", _("Electronic certificate only")), ("post", _("Paper by courier as well"))],
            initial="electronic",
            widget=forms.RadioSelect(),
        )
        self.fields["receiver"] = typed(_("Receiver"), most=100, required=False, help_text=_("Only for paper."))
        self.fields["address"] = typed(_("Postal address"), most=300, required=False, help_text=_("Only for paper."))
        for name, field in self.fields.items():
            if "class" not in field.widget.attrs:
                field.widget.attrs["class"] = "form-check-input" if name == "delivery" else "form-control"


class SheetForm(HolderForm):
    """What stands on the data sheet is chosen beside this form, source by source."""

    def __init__(self, kind: CertificateType, holders: Sequence[Choice], *args: Any, **kwargs: Any) -> None:
        super().__init__(holders, *args, **kwargs)
        self.fields["purpose"] = forms.ChoiceField(
            label=_("What is it for?"),
            choices=[(str(each), str(each)) for each in kind.purposes],
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        if holders:
            self.ask_consent(any(each.how != "self" for each in holders))

    @property
    def said(self) -> dict[str, Any]:
        """``purpose`` and the holder as the commands take them."""
        return {"purpose": self.cleaned_data["purpose"], **self.holder}


class SupplyForm(Form):
    text = typed(_("Your answer"), most=2000, required=False, rows=3)
    name = typed(_("What the file is"), most=100, required=False)
    file = forms.FileField(label=_("File"), required=False, help_text=_("PDF or picture."))
