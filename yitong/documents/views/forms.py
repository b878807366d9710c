"""Forms of the verification pages and of the console."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class LookupForm(forms.Form):
    """What is printed on a document."""

    q = forms.CharField(
        label=_("Verification code or document number"),
        max_length=80,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter the verification code or the number printed on the document.")},
    )


class UploadForm(forms.Form):
    """A sealed PDF."""

    file = forms.FileField(
        label=_("The PDF file as you received it"),
        widget=forms.ClearableFileInput(attrs={"class": "form-control", "accept": "application/pdf"}),
        error_messages={
            "required": _("Choose the PDF file to verify."),
            "empty": _("The file is empty. Choose the file again."),
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        most = settings.YITONG_UPLOAD_MAX_BYTES
        if file.size > most:
            message = gettext("The file is larger than %(most)s MB; no document of ours is. Choose the right file.")
            raise forms.ValidationError(message % {"most": most // (1 << 20)})
        return file


class TemplateForm(forms.Form):
    """The wording of one kind of document."""

    title = forms.CharField(label=_("Title"), max_length=120, widget=forms.TextInput(attrs={"class": "form-control"}))
    body = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"class": "form-control font-monospace", "rows": 22, "spellcheck": "false"}),
    )
