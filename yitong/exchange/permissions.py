"""Who may ask a register about whom, and who sees connectors, calls and clients: the one policy of pages and endpoints.

- A person asks about himself and the enterprises he handles, and in a matter that a mandate covers about his principal; staff
  about a party to a case they may see now, or under a law.
- Where the register is our own library, its types' callers are heeded for the department that gets the answer.
- Administrators, the registrar and supervisors see connectors and the log of calls, in which nobody is named.
- Administrators see the clients and what they asked.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from yitong.consents import holders
from yitong.consents.commands.bases import basis_in_force
from yitong.consents.permissions import CaseFacts, case_facts
from yitong.exchange.models import ApiClient, Call, ClientUse, Connector
from yitong.exchange.providers.library import LibraryProvider
from yitong.kernel.reasons import NotAllowed
from yitong.licences.queries import library
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.queries.organisation import department
from yitong.parties.roles import Permission

OWN_RECORDS = "《中华人民共和国个人信息保护法》第四十五条（本人查询）"
"""A person may consult what is kept about him."""
BY_AGENT = "《中华人民共和国民法典》第一百六十一条、第一百六十五条（受托人凭授权委托书查询）"
"""And he may do so through an agent with a written mandate."""
ASKERS = (Permission.LICENCE_OPEN, Permission.CERTIFICATE_REVIEW, Permission.CERTIFICATE_ANSWER)
"""Staff who work with people's documents."""


def visible_to(actor: Actor) -> QuerySet[Connector]:
    """The connectors ``actor`` may list."""
    return Connector.objects.all() if actor.may(Permission.CONNECTOR_VIEW) else Connector.objects.none()


def calls_visible_to(actor: Actor) -> QuerySet[Call]:
    """The calls ``actor`` may list: all for who watches connectors, those about himself for a person."""
    if actor.may(Permission.CONNECTOR_VIEW):
        return Call.objects.all()
    if actor.kind is ActorKind.CITIZEN and actor.may(Permission.CONSENT_GRANT):
        return Call.objects.filter(holder_key__in=list(holders.of_actor(actor)), test=False)
    return Call.objects.none()


def clients_visible_to(actor: Actor) -> QuerySet[ApiClient]:
    """The clients ``actor`` may list."""
    return ApiClient.objects.all() if actor.may(Permission.CLIENT_MANAGE) else ApiClient.objects.none()


def uses_visible_to(actor: Actor) -> QuerySet[ClientUse]:
    """The requests of clients ``actor`` may list."""
    return ClientUse.objects.all() if actor.may(Permission.CLIENT_MANAGE) else ClientUse.objects.none()


def require(actor: Actor, permission: Permission) -> None:
    """NotAllowed unless the actor's role holds ``permission``."""
    if not actor.may(permission):
        raise NotAllowed(permission)


def ground_of(actor: Actor, holder_key: bytes, type_code: str, case_number: str, law: str, now: datetime) -> str | None:
    """On what ground ``actor`` may ask a register about this holder; None when he may not.

    Empty: the case alone is the ground. ``law``: for staff the code of a provision in the table of ``consents``, whose
    departments, types and need of a case of the holder are heeded; for the platform itself a citation.
    """
    if actor.kind is ActorKind.SYSTEM:
        return law
    if actor.kind is ActorKind.CITIZEN:
        if not actor.may(Permission.CONSENT_GRANT):
            return None
        if holder_key in holders.of_actor(actor):
            return OWN_RECORDS
        facts = case_facts(actor, case_number)
        return BY_AGENT if facts is not None and holder_key in facts.holder_keys else None
    if not actor.is_staff or not any(actor.may(permission) for permission in ASKERS):
        return None
    facts = case_facts(actor, case_number, now)
    if case_number and facts is None:
        return None
    # A policy that tells the parties binds the question to them: a case is no licence to ask about anybody.
    party = facts is not None and facts.may_concern(holder_key)
    if law:
        return _citation(actor, type_code, law, in_own_case=party, now=now)
    return "" if party else None


def _citation(actor: Actor, type_code: str, code: str, *, in_own_case: bool, now: datetime) -> str | None:
    basis = basis_in_force(code, now)
    if basis is None or (basis.needs_case and not in_own_case):
        return None
    if basis.type_codes and type_code not in basis.type_codes:
        return None
    own = {found.code for each in actor.department_ids if (found := department(each))}
    return str(basis.citation) if not basis.departments or own & set(basis.departments) else None


def open_to(actor: Actor, connector: Connector, case_number: str, law: str, now: datetime) -> bool:
    """Whether the department that would get the answer may call it: a connector of our own library heeds the type's callers.

    That department is the one of the case, else the actor's. No department stands between a person and his own licences,
    and a law that names the type says itself who may, as does the citation of the platform.
    """
    kind = library.type_by_code(connector.licence_type) if connector.provider == LibraryProvider.name else None
    if kind is None or actor.kind is ActorKind.SYSTEM:
        return True
    basis = basis_in_force(law, now) if law and actor.is_staff else None
    if basis is not None and kind.code in basis.type_codes:
        return True
    facts = case_facts(actor, case_number, now)
    if facts is not None and facts.department_id is not None:
        return library.type_open_to(kind, facts.department_id)
    return actor.kind is ActorKind.CITIZEN or any(library.type_open_to(kind, each) for each in actor.department_ids)


def client_case(actor: Actor, reference: str) -> CaseFacts | None:
    """A case policy for ``consents``: an outside system works on cases of its own, whose numbers only it knows."""
    if actor.kind is not ActorKind.CLIENT or not reference:
        return None
    return CaseFacts(department_id=min(actor.department_ids, default=None))
