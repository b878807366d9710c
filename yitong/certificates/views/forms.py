"""Forms of the pages; the rules themselves are the commands'."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.certificates.models import CertificateRequest, CertificateType
from yitong.certificates.rules.states import ANSWER_WORDS, WAY_WORDS
from yitong.kernel.reasons import Reason
from yitong.parties.queries import organisation

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)
OTHER = "其他"


class Form(forms.Form):
    """A form whose widgets carry the component library's classes, and that takes a command's refusals."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            name = next(name for kind, name in CLASSES if isinstance(field.widget, kind))
            field.widget.attrs.setdefault("class", name)

    def add_reasons(self, reasons: Iterable[Reason]) -> None:
        """Each refusal beside its field, or above the form when it names none of ours."""
        for reason in reasons:
            text = gettext(reason.message)
            text = text % reason.params if reason.params else text
            self.add_error(reason.field if reason.field in self.fields else None, f"{text} {reason.law}".strip())


def _text(label: Any, *, most: int, required: bool = True, rows: int = 0, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=most, required=required, widget=widget, **more)


class PurposeForm(Form):
    """Whose and what for: the head of every application."""

    def __init__(self, kind: CertificateType, enterprises: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind.holder_kind == "enterprise":
            self.fields["enterprise"] = forms.ChoiceField(
                label=_("Enterprise"), choices=[(str(pk), name) for pk, name in enterprises], widget=forms.Select()
            )
            self.fields["enterprise"].widget.attrs["class"] = "form-select"
        known = [str(each) for each in kind.purposes]
        self.fields["purpose"] = forms.ChoiceField(
            label=_("What is it for?"), choices=[(each, each) for each in known], widget=forms.RadioSelect()
        )
        if any(each.startswith(OTHER) for each in known):
            self.fields["other"] = _text(_("If for something else: what for?"), most=100, required=False)
        for name in ("purpose", "other"):
            if name in self.fields:
                widget = self.fields[name].widget
                widget.attrs["class"] = "form-check-input" if name == "purpose" else "form-control"

    @property
    def said(self) -> dict[str, Any]:
        """``purpose`` and ``enterprise_id`` as the commands take them."""
        data = self.cleaned_data
        chosen = data["purpose"]
        purpose = data.get("other") or chosen if chosen.startswith(OTHER) else chosen
        enterprise = data.get("enterprise")
        return {"purpose": purpose, "enterprise_id": int(enterprise) if enterprise else None}


class ConfirmForm(PurposeForm):
    """As ``PurposeForm``, with the identity check of the local adapter: it asks for the person's own confirmation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirmed"] = forms.BooleanField(
            label=_("It is I who ask, and I agree that the source is asked about me."),
            required=False,
            widget=forms.CheckboxInput(attrs={"class": "form-check-input", "value": "yes"}),
        )

    @property
    def evidence(self) -> dict[str, str]:
        return {"confirmed": "yes" if self.cleaned_data.get("confirmed") else "no"}


class RequestForm(PurposeForm):
    """An application a department reviews."""

    def __init__(self, kind: CertificateType, *args: Any, **kwargs: Any) -> None:
        super().__init__(kind, *args, **kwargs)
        self.fields["reason"] = _text(_("What should the department know?"), most=1000, required=False, rows=3)
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
        self.fields["receiver"] = _text(_("Receiver"), most=100, required=False, help_text=_("Only for paper."))
        self.fields["address"] = _text(_("Postal address"), most=300, required=False, help_text=_("Only for paper."))
        for name, field in self.fields.items():
            if "class" not in field.widget.attrs:
                field.widget.attrs["class"] = "form-check-input" if name == "delivery" else "form-control"


class SheetForm(Form):
    """What stands on the data sheet is chosen beside this form, source by source."""

    def __init__(
        self,
        kind: CertificateType,
        *args: Any,
        window: bool = False,
        firms: list[tuple[int, str]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if kind.holder_kind == "enterprise" and not window:
            choices = [(str(pk), name) for pk, name in firms or []]
            widget = forms.Select(attrs={"class": "form-select"})
            self.fields["enterprise"] = forms.ChoiceField(label=_("Enterprise"), choices=choices, widget=widget)
        self.fields["purpose"] = forms.ChoiceField(
            label=_("What is it for?"),
            choices=[(str(each), str(each)) for each in kind.purposes],
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        if not window:
            self.fields["confirmed"] = forms.BooleanField(
                label=_("It is I who ask, and I agree that the sources are asked about me."),
                required=False,
                widget=forms.CheckboxInput(attrs={"class": "form-check-input", "value": "yes"}),
            )

    @property
    def evidence(self) -> dict[str, str]:
        return {"confirmed": "yes" if self.cleaned_data.get("confirmed") else "no"}

    @property
    def said(self) -> dict[str, Any]:
        """``purpose`` and ``enterprise_id`` as the commands take them."""
        enterprise = self.cleaned_data.get("enterprise")
        return {"purpose": self.cleaned_data["purpose"], "enterprise_id": int(enterprise) if enterprise else None}


class SupplyForm(Form):
    text = _text(_("Your answer"), most=2000, required=False, rows=3)
    name = _text(_("What the file is"), most=100, required=False)
    file = forms.FileField(label=_("File"), required=False, help_text=_("PDF or picture."))


class ReviewForm(Form):
    """The values of the certificate, one field each, and its sentence."""

    def __init__(self, request: CertificateRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in request.type.fields:
            self.fields[str(field["name"])] = _text(str(field["label"]), most=300, required=False)
        self.fields["statement"] = _text(
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
    reason = _text(_("Why it is not issued, and what the applicant can do"), most=2000, rows=3)


class AskBackForm(Form):
    text = _text(_("Everything that is missing, at one time"), most=2000, rows=3)


class PostForm(Form):
    carrier = _text(_("Courier"), most=60, initial="中国邮政EMS")
    tracking = _text(_("Tracking number"), most=40)
    address = _text(_("Postal address"), most=300)


class ArrivedForm(Form):
    delivered = forms.ChoiceField(
        label=_("What became of the letter?"),
        choices=[("yes", _("It arrived")), ("no", _("It came back"))],
        widget=forms.RadioSelect(),
    )
    note = _text(_("Note"), most=300, required=False, help_text=_("Needed when it came back."))


class WindowForm(Form):
    number = _text(_("Citizen number or credit code"), most=30, help_text=_("As on the card that lies before you."))
    purpose = _text(_("What the person asks for"), most=100, initial="窗口核验")
    scan = forms.FileField(label=_("Scan of the signed consent"), required=False, help_text=_("PDF or picture."))
    card_checked = forms.BooleanField(label=_("I have compared the person with the identity card."), required=False)


class AskForm(Form):
    """A question to another department."""

    type = forms.ChoiceField(label=_("What is to be confirmed"), required=False)
    department = forms.ChoiceField(
        label=_("Department"),
        required=False,
        help_text=_("Only if nothing above fits; it follows from the kind otherwise."),
    )
    number = _text(_("Citizen number or credit code of the holder"), most=30)
    case_number = _text(_("Case number"), most=50, required=False, help_text=_("If it serves a case you handle."))
    fact = _text(
        _("Fact to be confirmed"), most=500, rows=3, help_text=_("A sentence that can be answered by yes or no.")
    )
    purpose = _text(_("What for"), most=200)
    law = _text(
        _("Law that allows the question"),
        most=300,
        help_text=_("Cite law and article, or the holder's written consent."),
    )

    def __init__(self, types: list[CertificateType], own: frozenset[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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
    text = _text(_("Explanation"), most=2000, required=False, rows=3, help_text=_("Needed unless you confirm."))


class TypeForm(Form):
    """A certificate type. Lists are written one entry a line."""

    code = _text(_("Code"), most=40, help_text=_("Small letters, digits and underscores. It cannot be changed later."))
    name = _text(_("Name"), most=80)
    way = forms.ChoiceField(
        label=_("How it comes about"), choices=[(key.value, _(words)) for key, words in WAY_WORDS.items()]
    )
    department = forms.ChoiceField(label=_("Department"))
    holder_kind = forms.ChoiceField(
        label=_("Who can get it"), choices=[("person", _("Persons")), ("enterprise", _("Enterprises"))]
    )
    law = _text(_("Law it rests on"), most=300)
    statement = _text(
        _("Sentence"),
        most=2000,
        required=False,
        rows=3,
        help_text=_("Words in double braces are replaced, such as {{ holder_name }}."),
    )
    field_lines = _text(
        _("Fields on it"),
        most=4000,
        required=False,
        rows=5,
        help_text=_("One a line: name in the source's data, a blank, label."),
    )
    purpose_lines = _text(
        _("Purposes"), most=2000, required=False, rows=4, help_text=_("One a line; 其他 lets people write their own.")
    )
    material_lines = _text(
        _("Materials"),
        most=2000,
        required=False,
        rows=2,
        help_text=_("One a line; a star at the end makes it compulsory."),
    )
    licence_type = _text(
        _("Licence type of the library"), most=21, required=False, help_text=_("21 characters; asked first.")
    )
    connector = forms.ChoiceField(label=_("Connector"), required=False)
    absence = forms.ChoiceField(
        label=_("When the source has no record"),
        choices=[("refuse", _("Refuse and say what to do")), ("certify", _("Certify that there is none"))],
    )
    absence_statement = _text(_("Sentence when there is no record"), most=2000, required=False, rows=2)
    absence_advice = _text(_("What somebody without a record should do"), most=1000, required=False, rows=2)
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
