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
        label=_("Verification code, number or e-licence identifier"),
        max_length=110,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter the verification code or the number printed on the document.")},
    )


class UploadForm(forms.Form):
    """A sealed PDF or another proof of a licence, or the text that its holder shared."""

    file = forms.FileField(
        label=_("The file as you received it"),
        help_text=_(
            "The sealed PDF; for a licence also its credential (.sd-jwt), its SM2 proof (.zip) or its OFD export."
        ),
        required=False,
        widget=forms.ClearableFileInput(attrs={"class": "form-control"}),
        error_messages={"empty": _("The file is empty. Choose the file again.")},
    )
    text = forms.CharField(
        label=_("Or the text that the holder shared with you"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"class": "form-control font-monospace", "rows": 2, "spellcheck": "false"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        most = settings.YITONG_UPLOAD_MAX_BYTES
        if file and file.size > most:
            message = gettext("The file is larger than %(most)s MB; no document of ours is. Choose the right file.")
            raise forms.ValidationError(message % {"most": most // (1 << 20)})
        return file

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not given.get("file") and not given.get("text"):
            self.add_error("file", _("Choose the file to verify, or paste the text."))
        return given

    def content(self) -> bytes:
        """What to verify; the file when both were given."""
        file = self.cleaned_data["file"]
        found: bytes = file.read() if file else self.cleaned_data["text"].encode()
        return found


class TemplateForm(forms.Form):
    """The wording of one kind of document."""

    title = forms.CharField(label=_("Title"), max_length=120, widget=forms.TextInput(attrs={"class": "form-control"}))
    body = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"class": "form-control font-monospace", "rows": 22, "spellcheck": "false"}),
    )
