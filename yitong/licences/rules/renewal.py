"""Renewal of a term (延续), by law of the Administrative Licensing Law. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from yitong.licences.rules.status import last_day

RENEWAL_LAW = "《中华人民共和国行政许可法》第五十条"
"""The holder applies thirty days before the end; the organ decides before the end; not decided in time: deemed renewed."""

APPLY_BEFORE = timedelta(days=30)
"""第五十条第一款: 应当在该行政许可有效期届满三十日前 … 提出申请; laws, regulations and rules may say otherwise."""


def last_day_to_apply(valid_until: date, days: int = APPLY_BEFORE.days) -> date:
    """The last day on which an application is in time: thirty days before the last day of the term."""
    return valid_until - timedelta(days=days)


def in_time(applied_on: date, valid_until: date) -> bool:
    """Whether an application of ``applied_on`` binds the organ to decide before the end."""
    return applied_on <= last_day_to_apply(valid_until)


def early_notice(valid_until: date, renew_days: int) -> date:
    """The day from which the holder is reminded: ``renew_days`` before the last day on which an application is in time."""
    return last_day_to_apply(valid_until) - timedelta(days=renew_days)


def stage_on(on: date, valid_until: date, renew_days: int) -> str:
    """Which reminder is due on ``on``: early, last (thirty days before the end or later), or none once the term is over."""
    if not early_notice(valid_until, renew_days) <= on <= valid_until:
        return ""
    return "last" if on >= last_day_to_apply(valid_until) else "early"


def renewable_on(on: date, valid_from: date, valid_until: date | None, renew_days: int) -> bool:
    """Whether an application for renewal may be made on ``on``: from the reminder on, until the term is over."""
    if valid_until is None:
        return False
    return max(valid_from, early_notice(valid_until, renew_days)) <= on <= valid_until


def lapsed_undecided(on: date, valid_until: date, *, applied_in_time: bool, decided: bool) -> bool:
    """Whether the renewal is deemed granted on ``on``: applied for in time, and the term ended without a decision."""
    return applied_in_time and not decided and on > valid_until


def renewed_until(valid_until: date, years: int | None, on: date) -> date | None:
    """The last day of the renewed term: it goes on where the old one ends, or begins on ``on`` when that is past."""
    begin = max(valid_until + timedelta(days=1), on)
    return last_day(begin, years)
