"""Set the thresholds from which an officer's looks ask for a question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.consents.models import Threshold
from yitong.consents.rules.anomalies import DEFAULTS, LIMITS, TIMES, clock
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission


@transaction.atomic
def set_thresholds(*, actor: Actor, values: Mapping[str, int], now: datetime) -> dict[str, int]:
    """Keep new thresholds (codes of ``rules.anomalies.DEFAULTS``); those not named stay. Refused with the field."""
    if not actor.may(Permission.LOOKS_VIEW):
        raise NotAllowed(Permission.LOOKS_VIEW)
    reasons = [reason for code, value in values.items() if (reason := _refusal(code, value)) is not None]
    if reasons:
        raise Refused(*reasons)
    before = dict(Threshold.objects.select_for_update().values_list("code", "value"))
    changed = {code: value for code, value in values.items() if before.get(code, DEFAULTS[code]) != value}
    for code, value in changed.items():
        Threshold.objects.update_or_create(
            code=code, defaults={"value": value, "changed_by_ref": actor.ref, "changed_at": now}
        )
    if changed:
        record(
            actor_ref=actor.ref,
            tag="consents:threshold:changed",
            subject="thresholds:looks",
            detail={code: [before.get(code, DEFAULTS[code]), value] for code, value in changed.items()},
            now=now,
        )
    return changed


def _refusal(code: str, value: int) -> Reason | None:
    if code not in LIMITS:
        return Reason("unknown_threshold", N_("There is no such threshold."), field=code)
    if code in TIMES:
        try:
            clock(value)
        except ValueError:
            return Reason("no_such_time", N_("Choose a time of day, such as 08:00 or 17:30."), field=code)
    least, most = LIMITS[code]
    if not least <= value <= most:
        text = N_("Enter a whole number from %(least)s to %(most)s.")
        return Reason("threshold_range", text, field=code, params={"least": least, "most": most})
    return None
