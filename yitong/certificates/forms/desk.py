"""What the department fills in on a request: the certificate's values, reasons, the courier's part."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yitong.certificates.commands.revoking import MOST as REVOCATION_MOST
from yitong.certificates.forms.base import Form, typed
from yitong.certificates.models import CertificateRequest


class ReviewForm(Form):
    """The values of the certificate, one field each, and its sentence."""

    def __init__(self, request: CertificateRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in request.type.fields:
            self.fields[str(field["name"])] = typed(str(field["label"]), most=300, required=False)
        self.fields["statement"] = typed(
            _("Sentence of the certificate"),
            most=2000,
            rows=3,
            initial=request.type.statement,
            help_text=_("Words in double braces are replaced by the values above."),
        )
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "form-control")

    @property
    def values(self) -> dict[str, str]:
        return {name: text for name, text in self.cleaned_data.items() if name != "statement"}


class ReasonForm(Form):
    reason = typed(_("Why it is not issued, and what the applicant can do"), most=2000, rows=3)


class AskBackForm(Form):
    text = typed(_("Everything that is missing, at one time"), most=2000, rows=3)


class PostForm(Form):
    carrier = typed(_("Courier"), most=60, initial="中国邮政EMS")
    tracking = typed(_("Tracking number"), most=40)
    address = typed(_("Postal address"), most=300)


class ArrivedForm(Form):
    delivered = forms.ChoiceField(
        label=_("What became of the letter?"),
        choices=[("yes", _("It arrived")), ("no", _("It came back"))],
        widget=forms.RadioSelect(),
    )
    note = typed(_("Note"), most=300, required=False, help_text=_("Needed when it came back."))


class RevokeForm(Form):
    reason = typed(
        _("Why it is revoked"),
        most=REVOCATION_MOST,
        rows=3,
        help_text=_("The holder is told, and whoever verifies the certificate reads it: name no other person in it."),
    )
