"""Outside systems with their use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from yitong.exchange.models import ApiClient, ClientChange, ClientUse, RequestCount
from yitong.exchange.permissions import clients_visible_to, uses_visible_to
from yitong.exchange.rules import quota
from yitong.licences.queries.library import types_by_code
from yitong.parties.actors import Actor

PER_PAGE = 50
EXPORT_MOST = 20_000
DAYS = 30


@dataclass(frozen=True, slots=True)
class ClientLine:
    """A client with its use: requests today as the quota counts them; answered and refused ones of the last 30 days."""

    client: ApiClient
    today: int
    answered: int
    refused: int
    last_at: datetime | None

    @property
    def quota_share(self) -> int:
        return min(100, 100 * self.today // self.client.per_day)


def lines(actor: Actor, now: datetime) -> list[ClientLine]:
    """Every client the actor may list. Three statements."""
    rows = list(clients_visible_to(actor).select_related("department"))
    counted: dict[Any, Any] = {
        row["client"]: row
        for row in uses_visible_to(actor)
        .filter(at__gte=now - timedelta(days=DAYS))
        .values("client")
        .annotate(
            answered=Count("id", filter=Q(status__lt=400)),
            refused=Count("id", filter=Q(status__gte=400)),
            last=Max("at"),
        )
    }
    day = RequestCount.objects.filter(kind=quota.DAY, window=quota.day_of(now).number, subject__startswith="client:")
    today = dict(day.values_list("subject", "times"))
    found = []
    for row in rows:
        used = counted.get(row.pk, {})
        found.append(
            ClientLine(
                row, today.get(f"client:{row.pk}", 0), used.get("answered", 0), used.get("refused", 0), used.get("last")
            )
        )
    return found


def line(actor: Actor, client_pk: int, now: datetime) -> ClientLine | None:
    """One client with its use."""
    return next((each for each in lines(actor, now) if each.client.pk == client_pk), None)


def changes(client: ApiClient) -> list[ClientChange]:
    """The latest changes."""
    return list(ClientChange.objects.filter(client=client)[:20])


def usage_now(client: ApiClient, now: datetime) -> dict[str, int]:
    """How often the client has asked in this minute and on this day, beside what it may."""
    minute, day = quota.minute_of(now), quota.day_of(now)
    here = Q(kind=minute.kind, window=minute.number) | Q(kind=day.kind, window=day.number)
    times = dict(RequestCount.objects.filter(here, subject=f"client:{client.pk}").values_list("kind", "times"))
    return {
        "this_minute": times.get(minute.kind, 0),
        "per_minute": client.per_minute,
        "today": times.get(day.kind, 0),
        "per_day": client.per_day,
    }


@dataclass(frozen=True, slots=True)
class UsePage:
    """``older``: the id before which the next page begins, None on the last one."""

    rows: list[ClientUse]
    older: int | None


def uses(actor: Actor, client_pk: int, outcome: str = "", before: int | None = None) -> UsePage:
    """One page of a client's requests, newest first. ``outcome``: ok, refused or empty."""
    rows = _uses(actor, client_pk, outcome)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PER_PAGE + 1])
    return UsePage(found[:PER_PAGE], found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None)


def exported(actor: Actor, client_pk: int, outcome: str = "") -> Iterator[ClientUse]:
    """At most EXPORT_MOST rows, newest first."""
    return iter(_uses(actor, client_pk, outcome).order_by("-pk")[:EXPORT_MOST])


def _uses(actor: Actor, client_pk: int, outcome: str) -> QuerySet[ClientUse]:
    rows = uses_visible_to(actor).filter(client=client_pk)
    if outcome:
        rows = rows.filter(status__lt=400) if outcome == "ok" else rows.filter(status__gte=400)
    return rows


def type_names() -> dict[str, str]:
    """Licence type codes to their names."""
    return {code: kind.name for code, kind in types_by_code().items()}


def type_choices() -> list[Any]:
    """Every licence type with its fields, by name, for the page of scopes."""
    return sorted(types_by_code().values(), key=lambda kind: kind.name)
