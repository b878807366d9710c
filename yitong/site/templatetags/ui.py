"""Small words for templates: dates as people here read them, reasons, paging links, where we are."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from yitong.catalog.labels import SPECIAL_PROCEDURES
from yitong.kernel.reasons import N_, Reason

register = template.Library()

WEEKDAYS = "一二三四五六日"
LEDGER_REASONS = {
    "start": N_("The day it started is not counted"),
    "counted": N_("Working day"),
    "makeup": N_("Make-up working day"),
    "calendar": N_("Calendar day"),
    "weekend": N_("Weekend"),
    "holiday": N_("Statutory holiday"),
    "suspended": N_("Clock stopped"),
    "rolled": N_("Moved to the next working day"),
}
LEDGER_DETAILS = {
    "after_hours": N_("received after closing time, counts as the next working day"),
    "day_off": N_("received on a day off, counts as the next working day"),
}
COUNT_CAP = 10_000
LIGHTS = {
    "green": N_("In time"),
    "yellow": N_("Near limit"),
    "red": N_("Overdue"),
    "paused": N_("Clock stopped"),
    "none": N_("No limit running"),
}


def chinese_date(value: date | None) -> str:
    """``2026年11月21日 (周六)``; in English ``2026-11-21 (Sat)``. Instants are shown in local time."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if (get_language() or "").startswith("en"):
        return value.strftime("%Y-%m-%d (%a)")
    return f"{value.year}年{value.month}月{value.day}日 (周{WEEKDAYS[value.weekday()]})"


@register.filter
def cn_date(value: Any) -> str:
    return chinese_date(value)


@register.filter
def cn_datetime(value: datetime | None) -> str:
    if not value:
        return "—"
    return f"{chinese_date(value)} {timezone.localtime(value):%H:%M}"


@register.filter
def last_moment(until: datetime) -> str:
    """The end of a period as people count it: what ends at midnight lasts through the day before."""
    local = timezone.localtime(until)
    return chinese_date(local.date() - timedelta(days=1)) if local.time() == time() else cn_datetime(until)


@register.filter
def reason_text(reason: Reason) -> str:
    """A reason in the reader's language."""
    text = gettext(reason.message)
    return text % reason.params if reason.params else text


@register.filter
def msgid(message: str) -> str:
    """A message marked with ``N_`` in code, in the reader's language."""
    return gettext(message) if message else ""


@register.filter
def ledger_reason(day: Any) -> str:
    """Why a ledger day is counted or not, in plain words, with the stop's own reason where there is one."""
    text = gettext(LEDGER_REASONS.get(day.reason, day.reason))
    if not day.detail:
        return text
    kind, colon, reason = day.detail.partition(": ")
    if day.reason == "suspended" and colon and kind in SPECIAL_PROCEDURES:
        return f"{text}: {gettext(SPECIAL_PROCEDURES[kind][0])}: {reason}"
    return f"{text}: {gettext(LEDGER_DETAILS.get(day.detail, day.detail))}"


@register.filter
def capped(total: int) -> str:
    """Counts of very long lists stop at a cap, shown as ``10000+``."""
    return f"{COUNT_CAP}+" if total > COUNT_CAP else str(total)


@register.filter
def may(actor: Any, permission: str) -> bool:
    return bool(actor) and actor.may(permission)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """``mapping[key]`` or an empty string."""
    return mapping.get(key, "") if mapping else ""


@register.simple_tag
def light_mark(light: Any) -> SafeString:
    """A light (green, yellow, red, paused, none): a word and a shape beside the colour. A tag, not an include: lists have many."""
    word = str(light)
    return format_html(
        '<span class="light light-{}"><span class="light-shape" aria-hidden="true"></span>{}</span>',
        word,
        light_word(word),
    )


@register.filter
def light_word(light: Any) -> str:
    """The word of a light."""
    return gettext(LIGHTS.get(str(light), LIGHTS["none"]))


@register.simple_tag(takes_context=True)
def page_url(context: template.Context, number: int) -> str:
    """This page's address with ``page`` replaced, so that filters stay."""
    query = context["request"].GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def here(context: template.Context, *prefixes: str) -> SafeString | str:
    """``aria-current`` when the path lies below one of ``prefixes``."""
    request = context.get("request")
    if request is not None and request.path.startswith(prefixes):
        return format_html(' aria-current="{}"', "page")
    return ""


@register.simple_tag(takes_context=True)
def here_exact(context: template.Context, path: str) -> SafeString | str:
    request = context.get("request")
    return format_html(' aria-current="{}"', "page") if request is not None and request.path == path else ""
