"""Reading an ID card at the counter, behind one interface that a hardware reader's driver will join.

The provider here is local: the clerk types what the card says, or in the demonstration picks a person as if a card had
been laid on the reader. Every reading says where it came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties.queries import people
from yitong.parties.rules.identity import checked_idcard


@dataclass(frozen=True, slots=True)
class CardReading:
    """What a card says. ``name`` and ``address`` are empty when only the number was typed."""

    idcard: str
    name: str = ""
    address: str = ""
    source: str = "local"


class CardReader(Protocol):
    """``label``: what the page calls it. ``local``: True when no card is really read."""

    label: str
    local: bool

    def demo_cards(self) -> list[tuple[str, str]]:
        """Cards that can be laid on the reader for show: (number, name); empty outside the demonstration."""
        ...

    def read(self, typed: str, now: datetime) -> CardReading:
        """The card with this number. Refused with a reason for ``idcard`` when the number cannot be one."""
        ...


class LocalCardReader:
    """Takes the number from the form."""

    label = N_("Local reader: number typed by hand")
    local = True
    MOST_DEMO_CARDS = 12

    def demo_cards(self) -> list[tuple[str, str]]:
        return people.demo_cards(self.MOST_DEMO_CARDS) if settings.YITONG_DEMO else []

    def read(self, typed: str, now: datetime) -> CardReading:
        if not typed.strip():
            message = N_("Type the number on the card: 18 characters.")
            raise Refused(Reason("idcard_missing", message, field="idcard"))
        parsed = checked_idcard(typed, today=timezone.localtime(now).date())
        known = people.person_by_idcard(parsed.value)
        return CardReading(parsed.value, known.name, known.address) if known else CardReading(parsed.value)


def reader() -> CardReader:
    """The reader of this counter."""
    return LocalCardReader()
