"""What a new installation's catalogue begins with; run at set-up, safe to repeat."""

from django.utils import timezone

from yitong.catalog.commands.synonyms import ensure_synonyms
from yitong.parties.actors import system


def seed_words() -> None:
    """The everyday words of the search, unless there are any."""
    ensure_synonyms(actor=system("set_up"), now=timezone.now())
