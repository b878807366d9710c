"""What every act on the case page shares: the revision it was looked at, and wordings to start from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.cases.forms import opinion_templates
from yitong.cases.forms.tabler import TablerForm

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What the forms of one case offer to choose from. Choices are (value, label) pairs."""

    rev: int
    item: str
    applicant: str
    today: date
    materials: Choices = ()
    provisional: Choices = ()
    fields: Choices = ()
    open_steps: Choices = ()
    site_steps: Choices = ()
    steps: Choices = ()
    colleagues: Choices = ()
    officers: Choices = ()
    special_kinds: tuple[str, ...] = ()
    extension_limit: int = 0
    promised_on: date | None = None
    promised_until: date | None = None
    """The day materials are owed until, once the promise was accepted."""
    joint: bool = False
    receiver: str = ""
    method: str = ""
    deliveries: tuple[str, ...] = ()
    address: str = ""
    lost: tuple[tuple[str, str, str], ...] = ()
    """Materials whose ground was lost: (code, name, why in words)."""
    due_on: date | None = None
    """End of the committed limit; None while the clock stands or has not begun."""
    marks: tuple[tuple[str, str, str], ...] = ()
    """Problems marked at the materials so far: (material code, problem, remedy)."""


class ActionForm(TablerForm):
    """One act. ``wordings``: text field → groups of ready wordings; the field's own words win over the chosen one.

    ``arguments()`` are the keyword arguments of the command beside actor, case, rev and now.
    """

    wordings: ClassVar[dict[str, tuple[str, ...]]] = {}
    needed: ClassVar[tuple[str, ...]] = ()
    """Fields with wordings that must end up with text."""
    template_name = "cases/desk/forms/plain.html"

    rev = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, facts: FormFacts, **kwargs: Any) -> None:
        self.facts = facts
        initial = {"rev": facts.rev, **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.prepare()
        for name, groups in self.wordings.items():
            self._offer(name, groups)
        for name, field in self.fields.items():
            if name.endswith("_wording"):
                field.widget.attrs["class"] = "form-select"

    def prepare(self) -> None:
        """Fill in choices from ``self.facts``; nothing by default."""

    def _offer(self, name: str, groups: tuple[str, ...]) -> None:
        choices = opinion_templates.choices(*groups, item=self.facts.item, applicant=self.facts.applicant)
        wording = forms.ChoiceField(label=_("Ready wording"), choices=choices, required=False)
        wording.widget.attrs["data-fills"] = self.add_prefix(name)
        order = [part for each in self.fields for part in ((f"{name}_wording", name) if each == name else (each,))]
        self.fields[f"{name}_wording"] = wording
        self.order_fields(order)
        self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.wordings:
            cleaned[name] = (cleaned.get(name) or cleaned.get(f"{name}_wording") or "").strip()
            if name in self.needed and not cleaned[name] and name not in self.errors:
                self.add_error(name, gettext("Write it, or choose a ready wording."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """Every field that is no revision and no ready wording."""
        return {
            name: value for name, value in self.cleaned_data.items() if name != "rev" and not name.endswith("_wording")
        }


def long_text(label: Any, rows: int = 3, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    """A text of several lines, at most 2,000 characters."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, required=required, max_length=2000, help_text=help_text)
