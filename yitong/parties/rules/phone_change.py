"""Why a citizen's phone is changed at a counter."""

from __future__ import annotations

from yitong.kernel.reasons import N_

REASONS: dict[str, str] = {
    "new_number": N_("The person has a new number"),
    "lost": N_("Phone or card was lost or stolen"),
    "other_holder": N_("The number belongs to somebody else now"),
    "entry_wrong": N_("The number was entered wrongly"),
}
"""Code → msgid. Words chosen from a list, not typed: the log keeps them, and it holds no personal data."""

REVOKERS: dict[str, str] = {
    "principal": N_("The principal takes the mandate back"),
    "agent": N_("The agent lays the mandate down"),
}
"""Who ends a mandate: 民法典 第一百七十三条第二项."""
