"""The planned days of a version (计划生效日期, 计划取消日期): from when on it applies, and from when on no longer. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yitong.kernel.reasons import N_, Reason

LAW = "GB/T 39046-2020 表4"
MOST_YEARS = 10  # A day further away than this is a slip of the pen, not a plan.


@dataclass(frozen=True, slots=True)
class Plan:
    """In force in [effective_on, ends_on): ``effective_on`` None means as soon as published, ``ends_on`` None without end."""

    effective_on: date | None = None
    ends_on: date | None = None

    def waits(self, today: date) -> bool:
        """Whether a version published ``today`` waits for a later day."""
        return self.effective_on is not None and self.effective_on > today


def reasons(plan: Plan, today: date) -> list[Reason]:
    """What is wrong with planning this ``today``; empty when nothing is. A day gone by for the beginning means at once."""
    found = []
    begins = plan.effective_on if plan.effective_on is not None and plan.waits(today) else today
    if plan.ends_on is not None and plan.ends_on <= begins:
        message = N_("The planned end (%(ends)s) must come after %(begins)s, the day the version comes into force.")
        params = {"ends": plan.ends_on.isoformat(), "begins": begins.isoformat()}
        found.append(Reason("plan_backwards", message, law=LAW, field="ends_on", params=params))
    for field, day in (("effective_on", plan.effective_on), ("ends_on", plan.ends_on)):
        if day is not None and day.year > today.year + MOST_YEARS:
            message = N_("%(day)s is more than %(years)s years ahead; check the year.")
            params = {"day": day.isoformat(), "years": str(MOST_YEARS)}
            found.append(Reason("plan_far_away", message, field=field, params=params))
    return found
