"""Forms of the console. Choices hold only what the actor looks after."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yitong.parties import permissions
from yitong.parties.actors import Actor
from yitong.parties.forms.base import Checkboxes, DateInput, Form
from yitong.parties.models import Counter, Department, PostHolding, Region, Staff
from yitong.parties.models.staff import STAFF_ROLES
from yitong.parties.queries.authority import POWERS
from yitong.parties.templatetags.parties_ui import POWER_NAMES, ROLE_NAMES

ROLE_CHOICES = [(role.value, _(ROLE_NAMES[role.value])) for role in STAFF_ROLES]
POWER_CHOICES = [(power, _(POWER_NAMES[power])) for power in POWERS]


class RowField(forms.ModelChoiceField):
    """A choice of rows whose set is filled in for the actor by ConsoleForm."""

    def __init__(self, model: type[Region | Department | Counter | Staff], **kwargs: Any) -> None:
        self.model = model
        kwargs.setdefault("empty_label", _("Choose"))
        super().__init__(queryset=model._default_manager.none(), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        if isinstance(obj, Region):
            return "　" * (obj.level - 1) + obj.name
        if isinstance(obj, Staff):
            return f"{obj.name} ({obj.number}, {obj.department.name})"
        return str(obj)


class ConsoleForm(Form):
    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, RowField):
                field.queryset = rows_for(actor, field.model)


def rows_for(actor: Actor, model: Any) -> Any:
    """The rows of a model the actor may choose."""
    if model is Staff:
        return permissions.staff_visible_to(actor).filter(state=Staff.State.ACTIVE)
    if model is Department:
        return permissions.departments_visible_to(actor)
    if model is Counter:
        return Counter.objects.filter(region_id__in=actor.region_ids)
    return Region.objects.filter(pk__in=actor.region_ids).order_by("path")


class RegionForm(ConsoleForm):
    parent = RowField(Region, label=_("Region above"))
    code = forms.CharField(
        label=_("Code"), max_length=12, help_text=_("6 digits for a district, 9 for a town, 12 for a village.")
    )
    name = forms.CharField(label=_("Name"), max_length=80)


class RegionNameForm(ConsoleForm):
    name = forms.CharField(label=_("Name"), max_length=80)


class DepartmentForm(ConsoleForm):
    code = forms.CharField(label=_("Code"), max_length=30)
    name = forms.CharField(label=_("Name"), max_length=80)
    short_name = forms.CharField(label=_("Short name"), max_length=20, required=False)
    uscc = forms.CharField(label=_("Unified social credit code"), max_length=30)
    region = RowField(Region, label=_("Region"))
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)


class CounterForm(ConsoleForm):
    code = forms.CharField(label=_("Code"), max_length=30)
    name = forms.CharField(label=_("Name"), max_length=80)
    region = RowField(Region, label=_("Region"))
    department = RowField(
        Department,
        label=_("Department"),
        required=False,
        empty_label=_("General counter: files for all departments"),
    )
    address = forms.CharField(label=_("Place in the hall"), max_length=200, required=False)


class StaffForm(ConsoleForm):
    number = forms.CharField(label=_("Staff number"), max_length=30)
    name = forms.CharField(label=_("Full name"), max_length=100)
    department = RowField(Department, label=_("Department"))
    region = RowField(Region, label=_("Region"), help_text=_("Limits what this person sees: it and everything below."))
    counter = RowField(Counter, label=_("Counter"), required=False, empty_label=_("None"))
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)


class RolesForm(ConsoleForm):
    roles = forms.MultipleChoiceField(
        label=_("Roles besides those of the posts"),
        choices=ROLE_CHOICES,
        required=False,
        widget=Checkboxes,
    )


class AccountForm(ConsoleForm):
    username = forms.CharField(
        label=_("User name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    password = forms.CharField(
        label=_("First password"),
        max_length=200,
        strip=False,
        help_text=_("At least 8 characters, not a common word."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class NewPasswordForm(ConsoleForm):
    password = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        help_text=_("At least 8 characters, not a common word."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class AbsenceForm(ConsoleForm):
    period_ends = ("until_on",)

    from_on = forms.DateField(label=_("First day away"), widget=DateInput())
    until_on = forms.DateField(label=_("Last day away"), widget=DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=100, required=False)


class PostForm(ConsoleForm):
    department = RowField(Department, label=_("Department"))
    name = forms.CharField(label=_("Name of the post"), max_length=60)
    role = forms.ChoiceField(label=_("Role"), choices=ROLE_CHOICES)


class SeatForm(ConsoleForm):
    period_ends = ("valid_until",)

    staff = RowField(Staff, label=_("Who"))
    seat = forms.ChoiceField(
        label=_("Seat"),
        choices=[
            (PostHolding.Seat.A.value, _("A: does the work")),
            (PostHolding.Seat.B.value, _("B: while A is away")),
        ],
    )
    valid_from = forms.DateField(label=_("First day"), widget=DateInput())
    valid_until = forms.DateField(
        label=_("Last day"), required=False, help_text=_("Leave empty for no end."), widget=DateInput()
    )


class LetterForm(ConsoleForm):
    period_ends = ("valid_until",)

    number = forms.CharField(label=_("Number of the letter"), max_length=60)
    department = RowField(Department, label=_("Department that authorises"))
    staff = RowField(Staff, label=_("Chief representative"))
    powers = forms.MultipleChoiceField(label=_("Powers"), choices=POWER_CHOICES, widget=Checkboxes)
    valid_from = forms.DateField(label=_("First day"), widget=DateInput())
    valid_until = forms.DateField(label=_("Last day"), widget=DateInput())
    signed_by = forms.CharField(label=_("Signed by"), max_length=100, required=False)


class ReasonForm(ConsoleForm):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class DelegationForm(ConsoleForm):
    period_ends = ("valid_until",)

    item_code = forms.CharField(label=_("Basic code of the item"), max_length=20, help_text=_("12 digits."))
    department = RowField(Department, label=_("Department that delegates"))
    region = RowField(Region, label=_("Town"))
    town_department = RowField(Department, label=_("Organ of the town that takes over"))
    letter_number = forms.CharField(label=_("Number of the delegation letter"), max_length=60, required=False)
    valid_from = forms.DateField(label=_("First day"), widget=DateInput())
    valid_until = forms.DateField(
        label=_("Last day"), required=False, help_text=_("Leave empty for no end."), widget=DateInput()
    )
