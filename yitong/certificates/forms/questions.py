"""What departments ask one another, and answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yitong.certificates.forms.base import Form, typed
from yitong.certificates.models import CertificateType
from yitong.certificates.rules.states import ANSWER_WORDS
from yitong.consents.queries.bases import nameable
from yitong.parties.queries import organisation


class AskForm(Form):
    """A question to another department."""

    type = forms.ChoiceField(label=_("What is to be confirmed"), required=False)
    department = forms.ChoiceField(
        label=_("Department"),
        required=False,
        help_text=_("Only if nothing above fits; it follows from the kind otherwise."),
    )
    number = typed(_("Citizen number or credit code of the holder"), most=30)
    case_number = typed(
        _("Case number"),
        most=50,
        required=False,
        help_text=_("Of the holder's case that you handle, or of his visit at your window."),
    )
    fact = typed(
        _("Fact to be confirmed"), most=500, rows=3, help_text=_("A sentence that can be answered by yes or no.")
    )
    purpose = typed(_("What for"), most=200)
    law = forms.ChoiceField(
        label=_("Law that allows the question"),
        required=False,
        help_text=_("Not needed where the holder is the applicant of the case or of the certificate."),
    )

    def __init__(self, types: list[CertificateType], own: frozenset[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = list(organisation.departments().filter(pk__in=own).values_list("code", flat=True))
        laws = [(each.code, f"{each.title} · {each.citation}") for each in nameable(codes, "")]
        self.fields["law"].choices = [("", "—"), *laws]  # type: ignore[attr-defined]
        kinds = [(each.code, f"{each.name} · {each.department.name}") for each in types]
        self.fields["type"].choices = [("", "—"), *kinds]  # type: ignore[attr-defined]
        others = [(str(row.pk), row.name) for row in organisation.departments().order_by("id") if row.pk not in own]
        self.fields["department"].choices = [("", "—"), *others]  # type: ignore[attr-defined]


class AnswerForm(Form):
    outcome = forms.ChoiceField(
        label=_("The answer"),
        choices=[(key.value, _(words)) for key, words in ANSWER_WORDS.items()],
        widget=forms.RadioSelect(),
    )
    text = typed(_("Explanation"), most=2000, required=False, rows=3, help_text=_("Needed unless you confirm."))
