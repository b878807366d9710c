"""Who sees consents, looks and codes, and who may look at a licence at all: the one policy of every page and endpoint.

- A holder sees his own consents, looks and codes, and those of enterprises he handles; an agent sees none of his principal's.
- A supervisor sees the looks and scans of departments in his regions, with holders' names masked.
- The rest of the staff see none: a consent reaches them through the case it is for, a look is not theirs to browse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from yitong.consents import holders
from yitong.consents.models import AccessEntry, CodeScan, HolderConsent
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a case policy tells of a case the actor may see.

    ``department_id`` handles it; ``holder_keys``: its parties, see ``licences.holders``; ``references``: every text that names it
    (its number, and the ``draft:<id>`` it had before), so that a consent given for the draft holds for the case. ``until``: the
    instant from which it is no ground any more, such as the end of a visit; None where being seen is enough.
    """

    department_id: int | None = None
    holder_keys: frozenset[bytes] = frozenset()
    references: frozenset[str] = frozenset()
    until: datetime | None = None

    def may_concern(self, holder_key: bytes) -> bool:
        """Whether the holder is a party, as far as the policy tells: one that names none leaves it open."""
        return not self.holder_keys or holder_key in self.holder_keys


CasePolicy = Callable[[Actor, str], CaseFacts | bool | None]
_policies: list[CasePolicy] = []


def register_case_policy(policy: CasePolicy) -> None:
    """``policy(actor, reference)`` tells whether the actor may see the case ``reference`` now, best with its facts.

    The reference is a case number, or ``draft:<id>`` before there is one. Called from ``site.wiring``; several contexts may
    register one each, the first that knows the reference answers. Registering the same policy again changes nothing.
    """
    if policy not in _policies:
        _policies.append(policy)


def case_facts(actor: Actor, reference: str, now: datetime | None = None) -> CaseFacts | None:
    """The case as the actor may see it; None when he may not, when it is unknown, over, or when nothing was named.

    What ends (``CaseFacts.until``) is a ground only for who says when he asks: without ``now`` it counts as over.
    """
    if not reference:
        return None
    for policy in _policies:
        answer = policy(actor, reference)
        if answer:
            facts = answer if isinstance(answer, CaseFacts) else CaseFacts()
            return facts if facts.until is None or (now is not None and now < facts.until) else None
    return None


def visible_to(actor: Actor) -> QuerySet[HolderConsent]:
    """The consents ``actor`` may list."""
    if actor.kind is ActorKind.SYSTEM:
        return HolderConsent.objects.all()
    if not actor.may(Permission.CONSENT_GRANT):
        return HolderConsent.objects.none()
    return HolderConsent.objects.filter(holder_key__in=list(holders.of_actor(actor)))


def looks_visible_to(actor: Actor) -> QuerySet[AccessEntry]:
    """The looks ``actor`` may list."""
    return AccessEntry.objects.filter(_log_scope(actor))


def scans_visible_to(actor: Actor) -> QuerySet[CodeScan]:
    """The scans ``actor`` may list."""
    return CodeScan.objects.filter(_log_scope(actor))


def _log_scope(actor: Actor) -> Q:
    if actor.kind is ActorKind.SYSTEM:
        return Q()
    if actor.kind is ActorKind.CITIZEN and actor.may(Permission.CONSENT_GRANT):
        return Q(holder_key__in=list(holders.of_actor(actor)))
    if actor.is_staff and actor.may(Permission.LOOKS_VIEW):
        return Q(region_id__in=actor.region_ids)
    return Q(pk__in=())
