"""What the officer at a window fills in: the holder's consent on paper, or his code."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from yitong.certificates.forms.base import Form, typed


class WindowForm(Form):
    number = typed(_("Citizen number or credit code"), most=30, help_text=_("As on the card that lies before you."))
    purpose = typed(_("What the person asks for"), most=100, initial="窗口核验")
    scan = forms.FileField(label=_("Scan of the signed consent"), required=False, help_text=_("PDF or picture."))
    sensitive = forms.BooleanField(
        label=_("The signed consent says separately that sensitive fields of licences may be read."), required=False
    )
    card_checked = forms.BooleanField(label=_("I have compared the person with the identity card."), required=False)


class CodeForm(Form):
    # First: a scanner's Enter sends the form. The page has the other form's box as well: each its own id.
    card_checked = forms.BooleanField(
        label=_("The holder of the phone is the person on the identity card."),
        required=False,
        widget=forms.CheckboxInput(attrs={"id": "id_code_card_checked"}),
    )
    token = typed(
        _("The code on the holder's phone"),
        most=400,
        required=False,
        help_text=_("A hand scanner types here and presses Enter. Or use the camera."),
    )
