"""Who acts: one immutable value built at log-in time and passed to every command and query.

It carries everything row-level scoping needs, so that a policy never has to ask the database who somebody is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from yitong.parties.roles import Permission, Role, permissions_of


class ActorKind(StrEnum):
    ANONYMOUS = "anonymous"
    CITIZEN = "citizen"  # a natural person, for himself, an enterprise he handles, or a principal with a mandate
    STAFF = "staff"
    CLIENT = "client"  # another system with credentials of its own, acting for its department
    SYSTEM = "system"  # scheduled work: deadline sweep, outbox; named by its task


@dataclass(frozen=True, slots=True)
class HeldMandate:
    """A written mandate in force. ``item_codes``: basic codes of the items it covers, None for every matter.

    It opens what the matter itself needs and nothing else of the principal's (民法典 第一百六十五条: a mandate states its scope).
    """

    id: int
    person_id: int | None
    enterprise_id: int | None
    item_codes: frozenset[str] | None

    def covers(self, item_code: str) -> bool:
        """Whether the item with this basic code lies within its scope."""
        return self.item_codes is None or item_code in self.item_codes


@dataclass(frozen=True, slots=True)
class Actor:
    """``ref`` is what logs store: ``person:12``, ``staff:7``, ``system:deadlines``, ``anonymous``."""

    ref: str
    kind: ActorKind
    name: str = ""
    account_id: int | None = None
    person_id: int | None = None
    enterprise_ids: frozenset[int] = frozenset()  # enterprises this person handles now
    mandates: tuple[HeldMandate, ...] = ()  # in force, by which this person acts for principals
    staff_id: int | None = None
    region_id: int | None = None
    region_ids: frozenset[int] = frozenset()  # own region and everything below it
    department_ids: frozenset[int] = (
        frozenset()
    )  # own department and those of posts held; a delegated item's case carries the town's
    counter_id: int | None = None
    roles: frozenset[Role] = frozenset()
    post_ids: frozenset[int] = frozenset()  # posts held now, as A, or as B while A is away
    permissions: frozenset[Permission] = field(default=frozenset())

    def may(self, permission: Permission) -> bool:
        """True when a role of this actor holds ``permission``; says nothing about one particular row."""
        return permission in self.permissions

    @property
    def is_staff(self) -> bool:
        return self.kind is ActorKind.STAFF

    @property
    def mandate_person_ids(self) -> frozenset[int]:
        """Persons for whom there is a mandate in force, whatever it covers."""
        return frozenset(each.person_id for each in self.mandates if each.person_id is not None)

    @property
    def mandate_enterprise_ids(self) -> frozenset[int]:
        """Enterprises for which there is a mandate in force, whatever it covers."""
        return frozenset(each.enterprise_id for each in self.mandates if each.enterprise_id is not None)


ANONYMOUS = Actor(ref="anonymous", kind=ActorKind.ANONYMOUS)


def system(task: str) -> Actor:
    """The platform itself, acting in the scheduled task ``task``; holds every permission of the SYSTEM role."""
    return Actor(
        ref=f"system:{task}",
        kind=ActorKind.SYSTEM,
        name=task,
        roles=frozenset({Role.SYSTEM}),
        permissions=permissions_of(frozenset({Role.SYSTEM})),
    )
