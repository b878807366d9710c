"""The everyday words of the search."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from yitong.audit.commands.record import record as audit
from yitong.catalog.models import Synonym
from yitong.catalog.rules.search_terms import normalise
from yitong.catalog.synonyms_data import SYNONYMS
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

MOST_LENGTH = 40


@transaction.atomic
def save_synonym(*, actor: Actor, word: str, means: Iterable[str], now: datetime) -> Synonym:
    """Say what an everyday word stands for; replaces what was said before."""
    if not actor.may(Permission.CATALOG_EDIT):
        raise NotAllowed(Permission.CATALOG_EDIT.value)
    word = normalise(word)
    targets = list(dict.fromkeys(text for each in means if (text := normalise(each))))
    if not 2 <= len(word) <= MOST_LENGTH:
        message = N_("An everyday word has 2 to %(most)s characters.")
        raise Refused(Reason("synonym_word", message, field="word", params={"most": MOST_LENGTH}))
    if not targets or any(len(each) > MOST_LENGTH for each in targets):
        message = N_("Name at least one official word it stands for, each of at most %(most)s characters.")
        raise Refused(Reason("synonym_means", message, field="means", params={"most": MOST_LENGTH}))
    row, _ = Synonym.objects.update_or_create(word=word, defaults={"means": targets, "updated_at": now})
    _audit(actor, "catalog:synonym:saved", row.word, now)
    return row


@transaction.atomic
def remove_synonym(*, actor: Actor, word: str, now: datetime) -> None:
    """Forget an everyday word; one that is not there is no error."""
    if not actor.may(Permission.CATALOG_EDIT):
        raise NotAllowed(Permission.CATALOG_EDIT.value)
    removed, _ = Synonym.objects.filter(word=word).delete()
    if removed:
        _audit(actor, "catalog:synonym:removed", word, now)


@transaction.atomic
def ensure_synonyms(*, actor: Actor, now: datetime) -> int:
    """Put the words a new installation starts with into an empty table; one that has any is left alone."""
    if not actor.may(Permission.CATALOG_EDIT):
        raise NotAllowed(Permission.CATALOG_EDIT.value)
    if Synonym.objects.exists():
        return 0
    rows = [Synonym(word=normalise(word), means=list(means), updated_at=now) for word, means in SYNONYMS.items()]
    Synonym.objects.bulk_create(rows, ignore_conflicts=True)
    audit(
        actor_ref=actor.ref,
        tag="catalog:synonym:seeded",
        subject="catalog:synonyms",
        detail={"words": len(rows)},
        now=now,
    )
    return len(rows)


def _audit(actor: Actor, tag: str, word: str, now: datetime) -> None:
    audit(actor_ref=actor.ref, tag=tag, subject=f"synonym:{word}", detail={}, now=now)
