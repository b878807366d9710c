"""Look at what a register answered about somebody and a case keeps: as with a licence, by his consent and on the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yitong.consents.commands.looking import (
    CONSENT_LAW,
    ShownField,
    Thing,
    require_purpose,
    require_standing,
    spend,
    write_down,
)
from yitong.consents.models import HolderConsent
from yitong.consents.permissions import CaseFacts, case_facts
from yitong.consents.rules.registers import Register
from yitong.consents.rules.terms import allowed_fields
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

NAME_LENGTH = 60
"""Of ``AccessEntry.licence_name``; a connector's name may be longer."""


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What was allowed to be seen of an answer. ``entry_id``: the look in the log."""

    fields: tuple[ShownField, ...]
    entry_id: int
    uses_left: int


@transaction.atomic
def use_answer(
    *,
    actor: Actor,
    consent_id: int,
    register: Register,
    answer: Mapping[str, object],
    case_number: str,
    purpose: str,
    now: datetime,
) -> AnswerView:
    """Show of ``answer`` (field name → value) what the holder's consent allows, spend one use and log the look.

    The counterpart of ``using.use``: the actor must see the case, whose party the holder is. NotAllowed for whoever has no
    right to open or no such case; Refused (outside the consent, for another case, over) spends and logs nothing.
    """
    facts = case_facts(actor, case_number)
    consent = HolderConsent.objects.filter(pk=consent_id).first()
    party = consent is not None and facts is not None and bytes(consent.holder_key) in facts.holder_keys
    if not actor.may(Permission.LICENCE_OPEN) or consent is None or not party:
        raise NotAllowed(Permission.LICENCE_OPEN)
    require_purpose(purpose)
    if register.code not in consent.registers:
        text = N_("The holder's consent does not cover this register. Ask for one that does.")
        raise Refused(Reason("outside_scope", text, law=CONSENT_LAW, field="licence"))
    require_standing(actor, consent, case_number, facts, now)
    return look_at_answer(actor, consent, register, answer, case_number, purpose, facts=facts, now=now)


def look_at_answer(
    actor: Actor,
    consent: HolderConsent,
    register: Register,
    answer: Mapping[str, object],
    case_number: str,
    purpose: str,
    *,
    facts: CaseFacts | None,
    now: datetime,
) -> AnswerView:
    """Spend one use and show the answer, for whoever has settled the right to name that consent."""
    left = spend(consent, now)
    names = allowed_fields([(n, secret) for n, _, secret in register.fields], consent.fields, (), sensitive=False)
    seen = [ShownField(n, label, str(answer[n])) for n, label, _ in register.fields if n in names and n in answer]
    thing = Thing(bytes(consent.holder_key), consent.holder_name, register.title[:NAME_LENGTH], register=register.code)
    entry = write_down(actor, thing, seen, case_number, purpose, facts, now, consent=consent)
    return AnswerView(tuple(seen), entry.pk, left)
