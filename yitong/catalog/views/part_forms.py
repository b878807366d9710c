"""The rows of the record's lists: steps, questions with their choices, fees, towns, fields of the application form."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.catalog import labels
from yitong.catalog.views.record_form import check_field, lines_field, select_field, text_field
from yitong.catalog.views.rows import RowForm
from yitong.kernel.reasons import N_

PREFILLS: labels.Labels = {
    "person.name": (N_("Name of the person"), "个人姓名"),
    "person.idcard": (N_("ID card number of the person"), "个人身份证号"),
    "person.phone": (N_("Telephone of the person"), "个人电话"),
    "person.address": (N_("Address of the person"), "个人住址"),
    "person.sex": (N_("Sex of the person"), "个人性别"),
    "person.birth_on": (N_("Date of birth of the person"), "个人出生日期"),
    "enterprise.name": (N_("Name of the enterprise"), "企业名称"),
    "enterprise.uscc": (N_("Credit code of the enterprise"), "企业统一社会信用代码"),
    "enterprise.legal_representative": (N_("Legal representative of the enterprise"), "企业法定代表人"),
    "enterprise.phone": (N_("Telephone of the enterprise"), "企业电话"),
    "enterprise.address": (N_("Address of the enterprise"), "企业住所"),
}
TYPES: labels.Labels = {
    "string": (N_("Text, or one choice"), "文本或者单选"),
    "integer": (N_("Whole number"), "整数"),
    "number": (N_("Number with decimals"), "小数"),
    "boolean": (N_("Yes or no"), "是否"),
    "array": (N_("Several choices"), "多选"),
}
FORMATS: labels.Labels = {
    "date": (N_("Date"), "日期"),
    "idcard": (N_("ID card number"), "身份证号"),
    "uscc": (N_("Credit code"), "信用代码"),
    "phone": (N_("Telephone"), "电话"),
    "project-code": (N_("Investment project code"), "投资项目代码"),
}
WHEN_HELP = _(
    'Empty: always. Otherwise a condition over the answers and the form, for example: reason == "housing" && area > 50.0'
)


def _code(label: Any, help_text: Any) -> forms.RegexField:
    return forms.RegexField(
        r"^[a-z][a-z0-9_]{0,39}$",
        label=label,
        help_text=help_text,
        error_messages={
            "invalid": _("Use small letters, digits and _, beginning with a letter, at most 40 characters.")
        },
        widget=forms.TextInput(attrs={"class": "form-control", "autocapitalize": "off", "spellcheck": "false"}),
    )


def _when() -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control", "spellcheck": "false"})
    return forms.CharField(
        label=_("Only if (condition)"), required=False, max_length=2000, help_text=WHEN_HELP, widget=widget
    )


def _whole(label: Any, least: int, most: int, required: bool = True, help_text: Any = "") -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "form-control"})
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, required=required, help_text=help_text, widget=widget
    )


def _pick(label: Any, words: labels.Labels, help_text: Any = "", nothing: Any = None) -> forms.ChoiceField:
    """A choice; with ``nothing`` the first one is empty and reads like that."""
    field = select_field(label, words)
    field.help_text = help_text
    if nothing is not None:
        field.required, field.initial = False, ""
        field.choices = lambda: [("", nothing), *((value, gettext(msgid)) for value, (msgid, _zh) in words.items())]
    return field


class OfferedForm(RowForm):
    """A row with a choice that depends on the place. ``offered``: field name to its (value, label) pairs."""

    def __init__(self, *args: Any, offered: dict[str, list[tuple[str, str]]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (offered or {}).items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class StepForm(OfferedForm):
    telling = ("code", "name")

    name = text_field(_("Name of the step"), required=True, help_text=_("As people read it, for example: site check."))
    code = _code(_("Code"), _("A short name for the system. It must not change while cases are under way."))
    kind = _pick(_("What happens"), labels.STEP_KINDS, _("A site check is done by two officers."))
    stage = _whole(
        _("Stage"), 1, 20, help_text=_("Steps of one stage run side by side; stage 2 begins when 1 is done.")
    )
    role = _pick(_("Who does it"), labels.STEP_ROLES)
    department = forms.ChoiceField(
        label=_("Department"),
        required=False,
        help_text=_("Only if another department than the deciding one reviews."),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    limit_amount = _whole(_("Limit"), 0, 3650, required=False, help_text=_("Empty: no limit of its own."))
    limit_unit = _pick(_("Unit of the limit"), labels.UNITS, _("The same as that of the committed limit."))
    limit_note = text_field(_("Note on the limit"))
    when = _when()


class FeeForm(RowForm):
    telling = ("code", "name")

    name = text_field(_("Name of the fee"), required=True)
    code = _code(_("Code"), _("A short name for the system, for example: fee."))
    yuan = forms.DecimalField(
        label=_("Amount (yuan)"),
        min_value=Decimal(0),
        max_digits=11,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "0.01"}),
    )
    unit = text_field(_("Per what"), help_text=_("For example: per certificate."), most=60)
    basis = text_field(
        _("Basis"), help_text=_("The rule that allows the fee: without one it may not be charged."), most=400
    )
    reduction = text_field(_("Reductions"), help_text=_("Who pays less or nothing."), most=400)
    when = _when()


class ChoiceForm(RowForm):
    telling = ("value", "label")

    label = text_field(_("Answer"), required=True, help_text=_("As people read it."))
    value = _code(_("Value of the answer"), _("What conditions compare with."))
    help = text_field(_("Explanation"), most=400)


class QuestionForm(RowForm):
    telling = ("code", "text")

    text = text_field(_("Question"), required=True, most=500, help_text=_("In plain words, one fact at a time."))
    code = _code(_("Code"), _("The name of the answer in conditions, for example: reason."))
    kind = _pick(_("How it is answered"), labels.QUESTION_KINDS, _("A yes-or-no question needs no answers below."))
    help = lines_field(_("Explanation"), _("What people often don't know when they answer."), rows=2)
    when = _when()


class DelegationForm(OfferedForm):
    telling = ("region",)

    region = forms.ChoiceField(
        label=_("Town"),
        help_text=_("The town or street that exercises the item itself."),
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class FieldForm(OfferedForm):
    """One field of the application form. ``was`` keeps the name it had, so that what is not shown here goes with it."""

    telling = ("name", "label")

    was = forms.CharField(required=False, widget=forms.HiddenInput)
    label = text_field(_("Label"), required=True, help_text=_("What people read beside the field."))
    name = _code(_("Field name"), _("The name in conditions and results, for example: shop_name."))
    type = _pick(_("Kind of answer"), TYPES)
    required = check_field(_("Must be filled in"))
    choices_text = lines_field(
        _("Choices"),
        _("One in each line, for one or several choices. To keep another value than people read: value|label."),
        rows=3,
    )
    format = _pick(_("Checked as"), FORMATS, _("For a text: what it must be."), nothing=_("Any text"))
    least = forms.DecimalField(
        label=_("At least"),
        required=False,
        help_text=_("Characters of a text, value of a number, number of choices."),
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "any"}),
    )
    most = forms.DecimalField(
        label=_("At most"),
        required=False,
        help_text=_("Characters of a text, value of a number, number of choices."),
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "any"}),
    )
    help = text_field(_("Explanation"), help_text=_("Shown below the label."), most=400)
    group = text_field(_("Heading it stands under"), help_text=_("Fields with the same heading belong together."))
    prefill = forms.ChoiceField(
        label=_("Filled in from"),
        required=False,
        help_text=_("What the platform knows already, nobody has to type."),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    widget = _pick(_("Shown as"), labels.WIDGETS, nothing=_("As its kind asks"))
    when = _when()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        least, most = values.get("least"), values.get("most")
        if least is not None and most is not None and least > most:
            self.add_error("most", _("This must not be less than the least."))
        kind = values.get("type")
        if kind in ("string", "array"):
            for name in ("least", "most"):
                number = values.get(name)
                if number is not None and (number < 0 or number != int(number)):
                    self.add_error(name, _("Write a whole number, 0 or more."))
        self._check_choices(values.get("choices_text", ""), kind)
        return values

    def _check_choices(self, text: str, kind: str | None) -> None:
        offered = [line.partition("|")[0].strip() for line in text.splitlines() if line.strip()]
        if kind == "array" and not offered:
            self.add_error("choices_text", _("Several choices: write at least two, one in each line."))
        if offered and kind == "boolean":
            self.add_error("choices_text", _("A yes-or-no field has no choices of its own; take them away."))
        twice = next((value for index, value in enumerate(offered) if value in offered[:index]), None)
        if twice is not None:
            self.add_error("choices_text", _('"%(value)s" stands there twice; write it once.') % {"value": twice})
        for value in offered:
            if kind in ("integer", "number") and not _is_number(value, kind):
                self.add_error("choices_text", _('"%(value)s" is not a number of this kind.') % {"value": value})


def _is_number(text: str, kind: str) -> bool:
    try:
        number = Decimal(text)
    except ArithmeticError:
        return False
    return number.is_finite() and (kind == "number" or number == int(number))
