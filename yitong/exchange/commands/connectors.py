"""Set up connectors, switch them off and on, change how patient they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from yitong.audit.commands import record
from yitong.exchange.commands import answers_kept
from yitong.exchange.connectors_data import CONNECTORS
from yitong.exchange.models import Circuit, Connector, ConnectorChange
from yitong.exchange.permissions import require
from yitong.exchange.providers import PROVIDERS, Target
from yitong.exchange.rules.mapping import schema_problems
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences.types_data import BY_NAME
from yitong.parties.actors import Actor, system
from yitong.parties.roles import Permission

LIMITS = {"timeout_ms": (50, 10_000), "retries": (0, 5), "cache_seconds": (0, 2_592_000)}
"""Least and most of each setting an administrator may change."""
DEFINED = (
    "name", "source_name", "provider", "url", "envelope", "fields", "subject", "licence_type", "law", "timeout_ms",
    "retries", "cache_seconds", "idempotent", "test_number", "test_name",
)  # fmt: skip
KINDS: dict[str, type] = dict.fromkeys(DEFINED, str) | {
    "envelope": dict, "fields": list, "timeout_ms": int, "retries": int, "cache_seconds": int, "idempotent": bool,
}  # fmt: skip
REASON_MOST = 200


class NoSuchConnector(NotAllowed):
    """There is none with this code, or it is not the actor's to change."""

    def __init__(self) -> None:
        super().__init__(Permission.CONNECTOR_MANAGE)


@transaction.atomic
def define(*, actor: Actor, code: str, now: datetime, **settings: Any) -> Connector:
    """Add a connector or describe it anew. ``settings``: columns of ``models.Connector`` named in ``DEFINED``; those left out
    keep their value or take the column's default. Kept answers of an older description are dropped. Raises NotAllowed, and
    Refused with one reason for everything that cannot work. Describing it as it is changes nothing.
    """
    require(actor, Permission.CONNECTOR_MANAGE)
    unknown = set(settings) - set(DEFINED)
    if unknown:
        raise TypeError(f"a connector has no {', '.join(sorted(unknown))}")
    found = Connector.objects.select_for_update().filter(code=code).first()
    connector = found or Connector(code=code, created_at=now)
    before = {name: getattr(connector, name) for name in DEFINED}
    for name, value in settings.items():
        setattr(connector, name, value)
    problems = _problems(connector)
    if problems:
        text = N_("The connector cannot be used like this: %(what)s")
        raise Refused(Reason("bad_connector", text, params={"what": "; ".join(problems)}))
    changes = {
        name: [before[name], getattr(connector, name)] for name in DEFINED if before[name] != getattr(connector, name)
    }
    if found is not None and not changes:
        return found
    connector.save()
    Circuit.objects.get_or_create(connector=connector, defaults={"changed_at": now})
    answers_kept.drop(connector)
    _written(actor, connector, changes if found else {}, "", "defined", now)
    return connector


def ensure_connectors(now: datetime) -> int:
    """Add every built-in connector that is missing; returns how many. Safe to repeat; changed rows stay as they are."""
    known = set(Connector.objects.values_list("code", flat=True))
    missing = [one for one in CONNECTORS if one["code"] not in known]
    for one in missing:
        type_name = one["licence_type"]
        code = BY_NAME[type_name].code if type_name else ""
        define(actor=system("setup"), now=now, **(one | {"licence_type": code}))
    return len(missing)


@transaction.atomic
def adjust(
    *, actor: Actor, code: str, timeout_ms: int, retries: int, cache_seconds: int, reason: str, now: datetime
) -> Connector:
    """Change how long to wait, how often to repeat and how long to keep answers. The same values again change nothing."""
    connector = _locked(actor, code)
    given = {"timeout_ms": timeout_ms, "retries": retries, "cache_seconds": cache_seconds}
    reasons = _reason_reasons(reason)
    for name, value in given.items():
        least, most = LIMITS[name]
        if not least <= value <= most:
            text = N_("Write a whole number from %(least)s to %(most)s.")
            reasons.append(Reason("out_of_range", text, field=name, params={"least": least, "most": most}))
    if retries and not connector.idempotent:
        text = N_("Asking this register twice is not harmless; it is never asked again. Write 0.")
        reasons.append(Reason("not_repeatable", text, field="retries"))
    if reasons:
        raise Refused(*reasons)
    changes = {
        name: [getattr(connector, name), value] for name, value in given.items() if getattr(connector, name) != value
    }
    if changes:
        for name, value in given.items():
            setattr(connector, name, value)
        connector.save(update_fields=list(given))
        _written(actor, connector, changes, reason, "adjusted", now)
    return connector


@transaction.atomic
def disable(*, actor: Actor, code: str, reason: str, now: datetime) -> Connector:
    """Ask the register no more; look-ups say so with the reason. What was kept is dropped: it may be why."""
    connector = _locked(actor, code)
    reasons = _reason_reasons(reason)
    if not connector.enabled:
        reasons.append(Reason("already_disabled", N_("The connector is switched off already.")))
    if reasons:
        raise Refused(*reasons)
    connector.enabled, connector.disabled_reason = False, reason.strip()
    connector.save(update_fields=["enabled", "disabled_reason"])
    answers_kept.drop(connector)
    _written(actor, connector, {"enabled": [True, False]}, reason, "disabled", now)
    return connector


@transaction.atomic
def enable(*, actor: Actor, code: str, reason: str, now: datetime) -> Connector:
    """Ask again. The circuit begins closed: whoever switches it on has seen to it."""
    connector = _locked(actor, code)
    reasons = _reason_reasons(reason)
    if connector.enabled:
        reasons.append(Reason("already_enabled", N_("The connector is switched on already.")))
    if reasons:
        raise Refused(*reasons)
    connector.enabled, connector.disabled_reason = True, ""
    connector.save(update_fields=["enabled", "disabled_reason"])
    Circuit.objects.filter(pk=connector.pk).update(
        state="closed", failures=0, openings=0, retry_at=None, probe_until=None, changed_at=now
    )
    _written(actor, connector, {"enabled": [False, True]}, reason, "enabled", now)
    return connector


def _locked(actor: Actor, code: str) -> Connector:
    require(actor, Permission.CONNECTOR_MANAGE)
    found = Connector.objects.select_for_update().filter(code=code).first()
    if found is None:
        raise NoSuchConnector
    return found


def _reason_reasons(reason: str) -> list[Reason]:
    if not reason.strip():
        return [Reason("no_reason", N_("Say why; it stands in the history of the connector."), field="reason")]
    if len(reason.strip()) > REASON_MOST:
        text = N_("At most %(most)s characters.")
        return [Reason("too_long", text, field="reason", params={"most": REASON_MOST})]
    return []


def _problems(connector: Connector) -> list[str]:
    wrong = [
        f"{name}: {kind.__name__} is needed"
        for name, kind in KINDS.items()
        if type(getattr(connector, name)) is not kind
    ]
    if wrong:
        return wrong
    provider = PROVIDERS.get(connector.provider)
    if provider is None:
        return [f"provider: one of {', '.join(PROVIDERS)}"]
    found = schema_problems(connector.fields)
    found += provider.problems(Target(connector.code, connector.url, 1.0, connector.licence_type, connector.envelope))
    found += [
        f"{name}: {least} to {most}"
        for name, (least, most) in LIMITS.items()
        if not least <= getattr(connector, name) <= most
    ]
    if connector.retries and not connector.idempotent:
        found.append("retries: 0 for what is not idempotent")
    if connector.subject not in ("person", "enterprise"):
        found.append("subject: person or enterprise")
    return found


def _written(
    actor: Actor, connector: Connector, changes: dict[str, Any], reason: str, verb: str, now: datetime
) -> None:
    ConnectorChange.objects.create(
        connector=connector,
        at=now,
        actor_ref=actor.ref,
        actor_name=actor.name[:80],
        reason=reason.strip(),
        changes=changes,
    )
    record(
        actor_ref=actor.ref,
        tag=f"exchange:connector:{verb}",
        subject=f"connector:{connector.code}",
        detail={"settings": ", ".join(sorted(changes))},
        now=now,
    )
