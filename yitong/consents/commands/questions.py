"""One department asks another about somebody by his consent: it spends a use and stands in his log, as a look does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from yitong.consents.commands.answers import NAME_LENGTH
from yitong.consents.commands.looking import ShownField, Thing, spend, write_down
from yitong.consents.models import AccessEntry, HolderConsent
from yitong.consents.permissions import case_facts
from yitong.consents.rules.terms import LONGEST_PURPOSE
from yitong.parties.actors import Actor

REGISTER = "dept:"
"""What ``AccessEntry.register`` begins with where a department was asked; its code follows."""
ASKED = ShownField("fact", "请求核验的事项", "")


@transaction.atomic
def spend_on_question(
    *,
    actor: Actor,
    consent_id: int,
    asking_department_id: int,
    asked: Any,
    case_number: str,
    purpose: str,
    now: datetime,
) -> AccessEntry:
    """Spend one use of the consent on a question to the department ``asked``, for whoever has settled the right to name it.

    The holder finds the question in his log as one of the asking department. Refused (``consent_<standing>``) spends and
    logs nothing.
    """
    consent = HolderConsent.objects.get(pk=consent_id)
    spend(consent, now)
    name = f"部门核验：{asked.name}"[:NAME_LENGTH]
    thing = Thing(bytes(consent.holder_key), consent.holder_name, name, register=f"{REGISTER}{asked.code}")
    facts = case_facts(actor, case_number, now)
    return write_down(
        actor, thing, [ASKED], case_number, purpose[:LONGEST_PURPOSE], facts, now,
        consent=consent, department_id=asking_department_id,
    )  # fmt: skip
