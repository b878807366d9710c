"""Words for this context's templates: masked data, last days of half-open periods, names of roles and powers."""

from __future__ import annotations

from datetime import date, timedelta

from django import template
from django.utils.translation import gettext as _

from yitong.kernel.reasons import N_
from yitong.parties.rules import masking

register = template.Library()

ROLE_NAMES = {
    "citizen": N_("Applicant"),
    "clerk": N_("Window clerk"),
    "accepter": N_("Accepting officer"),
    "reviewer": N_("Reviewer"),
    "chief": N_("Chief representative"),
    "head": N_("Head of department"),
    "supervisor": N_("Supervisor"),
    "registrar": N_("Licence data registrar"),
    "author": N_("Item author"),
    "admin": N_("Administrator"),
}
POWER_NAMES = {
    "decide": N_("Deciding approvals"),
    "review": N_("Reviewing and reporting"),
    "coordinate": N_("Organising and coordinating"),
}

register.filter("mask_name", masking.masked_name)
register.filter("mask_idcard", masking.mask_idcard)
register.filter("mask_phone", masking.mask_phone)


@register.filter
def last_day(until: date | None) -> date | None:
    """The last day of a half-open period, as people write periods."""
    return until - timedelta(days=1) if until else None


@register.filter
def role_name(role: str) -> str:
    return _(ROLE_NAMES[role]) if role in ROLE_NAMES else role


@register.filter
def power_name(power: str) -> str:
    return _(POWER_NAMES[power]) if power in POWER_NAMES else power


@register.filter
def in_force(row: object, on: date) -> bool:
    """Whether a letter or a mandate may be used on a day."""
    return bool(row.in_force(on))  # type: ignore[attr-defined]
