"""The city's own licence library as a source among others: the newest licence in force of the connector's type."""

from __future__ import annotations

from typing import Any

from yitong.exchange.providers.base import Target
from yitong.exchange.rules.answers import Answer, NoAnswer, Question
from yitong.kernel.clock import SHANGHAI
from yitong.kernel.reasons import N_
from yitong.licences.queries import contents, library
from yitong.licences.rules.holders import Holder


class LibraryProvider:
    """Reads our own tables: no network, no waiting. The look-up around it logs and checks the right as for any other,
    and whether the type is open to the department that gets the answer (``permissions.open_to``)."""

    name = "library"
    label = N_("Own licence library")

    def problems(self, target: Target) -> list[str]:
        """It needs to know which type."""
        return [] if target.licence_type else ["licence_type: the library is asked for one type, name its code"]

    def ask(self, target: Target, question: Question) -> Answer:
        """The record: the licence's fields, and ``number``, ``issued_on``, ``valid_until``, ``issuer``."""
        holder = Holder(question.kind, question.id_number, question.name)
        on = question.asked_at.astimezone(SHANGHAI).date()
        found = library.valid_of(holder, [target.licence_type], on)
        if not found:
            return Answer(None)
        licence = max(found, key=lambda each: (each.issued_on, each.pk))
        held = contents.readable(licence)
        if held.closed:
            raise NoAnswer("sealed", again=False)
        record: dict[str, Any] = dict(held.values)
        record |= {
            "number": licence.number,
            "issued_on": licence.issued_on.isoformat(),
            "valid_until": licence.valid_until.isoformat() if licence.valid_until else "",
            "issuer": licence.issuer_name,
            "holder": licence.holder_name,
        }
        return Answer(record)
