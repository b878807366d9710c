"""The certificate type in the console."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yitong.certificates.forms.base import Form, typed
from yitong.certificates.models import CertificateType
from yitong.certificates.rules.states import WAY_WORDS
from yitong.kernel.reasons import Reason
from yitong.parties.queries import organisation


class TypeForm(Form):
    """A certificate type. Lists are written one entry a line."""

    code = typed(_("Code"), most=40, help_text=_("Small letters, digits and underscores. It cannot be changed later."))
    name = typed(_("Name"), most=80)
    way = forms.ChoiceField(
        label=_("How it comes about"), choices=[(key.value, _(words)) for key, words in WAY_WORDS.items()]
    )
    department = forms.ChoiceField(label=_("Department"))
    holder_kind = forms.ChoiceField(
        label=_("Who can get it"), choices=[("person", _("Persons")), ("enterprise", _("Enterprises"))]
    )
    law = typed(_("Law it rests on"), most=300)
    statement = typed(
        _("Sentence"),
        most=2000,
        required=False,
        rows=3,
        help_text=_("Words in double braces are replaced, such as {{ holder_name }}."),
    )
    field_lines = typed(
        _("Fields on it"),
        most=4000,
        required=False,
        rows=5,
        help_text=_("One a line: name in the source's data, a blank, label."),
    )
    purpose_lines = typed(
        _("Purposes"), most=2000, required=False, rows=4, help_text=_("One a line; 其他 lets people write their own.")
    )
    material_lines = typed(
        _("Materials"),
        most=2000,
        required=False,
        rows=2,
        help_text=_("One a line; a star at the end makes it compulsory."),
    )
    licence_type = typed(
        _("Licence type of the library"), most=21, required=False, help_text=_("21 characters; asked first.")
    )
    connector = forms.ChoiceField(label=_("Connector"), required=False)
    absence = forms.ChoiceField(
        label=_("When the source has no record"),
        choices=[("refuse", _("Refuse and say what to do")), ("certify", _("Certify that there is none"))],
    )
    absence_statement = typed(_("Sentence when there is no record"), most=2000, required=False, rows=2)
    absence_advice = typed(_("What somebody without a record should do"), most=1000, required=False, rows=2)
    limit_days = forms.IntegerField(label=_("Working days of review or answer"), min_value=1, max_value=366)
    validity_days = forms.IntegerField(
        label=_("Days of validity"), required=False, min_value=1, help_text=_("Empty: does not end.")
    )
    daily_limit = forms.IntegerField(label=_("Most for one holder within 24 hours"), min_value=1, max_value=1000)
    position = forms.IntegerField(label=_("Place in the list"), min_value=0, max_value=30000)
    active = forms.BooleanField(label=_("Offered"), required=False)

    def __init__(self, connectors: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = [(str(row.pk), row.name) for row in organisation.departments().order_by("id")]
        self.fields["department"].choices = departments  # type: ignore[attr-defined]
        known = [("", "—"), *connectors]
        now = (self.initial or {}).get("connector") or self.data.get("connector", "")
        if now and now not in dict(known):
            known.append((now, now))
        self.fields["connector"].choices = known  # type: ignore[attr-defined]

    def add_reasons(self, reasons: Iterable[Reason]) -> None:
        lists = {"fields": "field_lines", "purposes": "purpose_lines", "materials": "material_lines"}
        super().add_reasons(
            Reason(each.code, each.message, each.law, lists.get(each.field, each.field), each.params)
            for each in reasons
        )

    @staticmethod
    def initial_of(kind: CertificateType) -> dict[str, Any]:
        """The form's values of an existing type."""
        plain = (
            "code", "name", "way", "holder_kind", "law", "statement", "licence_type", "connector", "absence", "absence_statement",
            "absence_advice", "limit_days", "validity_days", "daily_limit", "position", "active",
        )  # fmt: skip
        return {
            **{name: getattr(kind, name) for name in plain},
            "department": str(kind.department_id),
            "field_lines": "\n".join(f"{each['name']} {each['label']}" for each in kind.fields),
            "purpose_lines": "\n".join(map(str, kind.purposes)),
            "material_lines": "\n".join(
                f"{each['name']}{'*' if each.get('required') else ''}" for each in kind.materials
            ),
        }

    @property
    def values(self) -> dict[str, Any]:
        """The columns of the type."""
        data = dict(self.cleaned_data)
        fields = [line.split(None, 1) for line in lines(data.pop("field_lines"))]
        materials = lines(data.pop("material_lines"))
        data["fields"] = [{"name": each[0], "label": each[1] if len(each) > 1 else ""} for each in fields]
        data["purposes"] = lines(data.pop("purpose_lines"))
        data["materials"] = [{"name": each.rstrip("* "), "required": each.endswith("*")} for each in materials]
        data["department_id"] = int(data.pop("department"))
        return data


def lines(text: str) -> list[str]:
    """The lines of a text that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]
