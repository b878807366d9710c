"""Where the data of a certificate come from: the licence library, and the registers that connectors ask.

One seam, so that tests can put a register of their own in its place (``using``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from django.db import transaction

from yitong.certificates.models import WindowConsent
from yitong.certificates.permissions import mandate_reference
from yitong.certificates.rules.terms import local_date
from yitong.consents import commands as consents
from yitong.consents.commands.granting import give
from yitong.consents.commands.using import NOT_A_CALLER
from yitong.consents.rules.terms import LONGEST_PURPOSE
from yitong.exchange import commands as exchange
from yitong.exchange.queries import all_connectors
from yitong.exchange.rules.answers import ConnectorInfo, LookUp, Outcome
from yitong.kernel.reasons import Reason, Refused
from yitong.licences.queries import contents, library
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor


@dataclass(frozen=True, slots=True)
class Found:
    """What one source said. ``kind``: library or connector; ``at``: when the source said it, None when it said nothing.

    ``reference``: identifier of the licence, or the number of the call in the log.
    """

    kind: str
    outcome: Outcome
    name: str
    data: dict[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    cached: bool = False
    reference: str = ""
    reason: Reason | None = None

    @property
    def note(self) -> dict[str, Any]:
        """The same without any value, as a request keeps it."""
        return {
            "kind": self.kind,
            "outcome": self.outcome.value,
            "name": self.name,
            "at": self.at.isoformat() if self.at else None,
            "cached": self.cached,
            "reference": self.reference,
        }


@dataclass(frozen=True, slots=True)
class Ground:
    """Why the question may be asked: the holder himself asks (both None), he agreed at a window, or his agent has a mandate."""

    purpose: str
    window: WindowConsent | None = None
    mandate_id: int | None = None

    @property
    def reference(self) -> str:
        """What the log of the source calls the visit or the mandate; empty for the holder himself."""
        if self.window is not None:
            return self.window.number
        return mandate_reference(self.mandate_id) if self.mandate_id is not None else ""


class Sources(Protocol):
    """What a certificate asks."""

    def licence(
        self, *, actor: Actor, holder: Holder, type_code: str, names: Collection[str], ground: Ground, now: datetime
    ) -> Found | None:
        """The holder's valid licence of the type, None when there is none. ``names``: the fields the certificate needs."""
        ...

    def ask(self, *, actor: Actor, connector: str, holder: Holder, ground: Ground, now: datetime) -> Found:
        """The answer of the register behind the connector."""
        ...

    def connectors(self) -> list[ConnectorInfo]:
        """The connectors there are."""
        ...


class Registers:
    """The library and the exchange."""

    def licence(
        self, *, actor: Actor, holder: Holder, type_code: str, names: Collection[str], ground: Ground, now: datetime
    ) -> Found | None:
        """The newest valid licence of the type.

        The holder reads his own, himself or by his agent, whatever departments the type is open to: it is his. At a window
        a department reads it, so that the type's callers are heeded (Refused ``not_a_caller``, whether there is a licence
        or not) and the holder finds the look in his log.
        """
        window, kind = ground.window, library.type_by_code(type_code)
        if window is not None and kind is not None and not library.type_open_to(kind, window.department_id):
            raise Refused(NOT_A_CALLER)
        found = library.valid_of(holder, [type_code], local_date(now))
        if not found:
            return None
        licence = found[0]
        if window is None:
            data = contents.complete(licence)
        else:
            data = _seen_at_window(actor, holder, licence, names, window, ground.purpose, now)
        name = f"电子证照库（{licence.issuer_name}）"
        return Found("library", Outcome.FOUND, name, dict(data), now, reference=licence.identifier)

    def ask(self, *, actor: Actor, connector: str, holder: Holder, ground: Ground, now: datetime) -> Found:
        """One logged look-up, outside any transaction of ours: a slow register must not hold one open."""
        said: LookUp = exchange.look_up(
            actor=actor,
            connector_code=connector,
            holder=holder,
            purpose=ground.purpose,
            case_number=ground.reference,
            now=now,
        )
        return Found(
            "connector",
            said.outcome,
            said.source_name,
            dict(said.data),
            said.fetched_at,
            said.cached,
            str(said.call_id),
            said.reason,
        )

    def connectors(self) -> list[ConnectorInfo]:
        """Every connector, with what it can be asked for."""
        return all_connectors()


@transaction.atomic
def _seen_at_window(
    actor: Actor,
    holder: Holder,
    licence: Any,
    names: Collection[str],
    window: WindowConsent,
    purpose: str,
    now: datetime,
) -> dict[str, Any]:
    """The fields the certificate needs: one look, under a consent to it alone that the consent at the window stands for."""
    wanted = sorted(set(names) & {str(field["name"]) for field in licence.type.fields})
    purpose = purpose[:LONGEST_PURPOSE]
    consent = give(
        actor=actor,
        holder=holder,
        licence_ids=[licence.pk],
        fields=wanted if window.sensitive else (),
        purpose=purpose,
        department_id=window.department_id,
        case_number=window.number,
        until=window.valid_until,
        uses=1,
        way="paper" if window.code_id is None else "code",
        now=now,
    )
    view = consents.use(
        actor=actor,
        licence_id=licence.pk,
        consent_id=consent.pk,
        case_number=window.number,
        purpose=purpose,
        fields=wanted,
        now=now,
    )
    if view.closed:
        raise Refused(contents.CANNOT_OPEN)
    return contents.only(licence, [field.name for field in view.fields]).values


S = TypeVar("S", bound=Sources)
_current: list[Sources] = [Registers()]


def current() -> Sources:
    """The sources in use."""
    return _current[-1]


@contextmanager
def using(sources: S) -> Iterator[S]:
    """Put other sources in place for a while."""
    _current.append(sources)
    try:
        yield sources
    finally:
        _current.remove(sources)
