"""Builds the actor: everything row-level scoping needs to know about somebody, in a fixed number of statements."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from yitong.parties.actors import ANONYMOUS, Actor, ActorKind, HeldMandate
from yitong.parties.models import (
    Absence,
    Account,
    Enterprise,
    Mandate,
    PostHolding,
    Region,
    Staff,
    StaffRole,
)
from yitong.parties.roles import Role, permissions_of

STATEMENTS_CITIZEN = 2
"""Statements `actor_of` needs for a citizen's account read by `account_by_id`."""
STATEMENTS_STAFF = 3
"""The same for a staff member's."""


def account_by_id(account_id: int) -> Account | None:
    """The account with what the actor needs of its person or staff member, in one statement."""
    return Account.objects.select_related("person", "staff__region").filter(pk=account_id).first()


def actor_of(account: object, now: datetime) -> Actor:
    """Who acts through ``account`` at ``now``; ANONYMOUS for a disabled account or none (Django's AnonymousUser)."""
    if not isinstance(account, Account) or not account.is_active:
        return ANONYMOUS
    today = timezone.localtime(now).date()
    if account.staff is not None:
        return _staff_actor(account, account.staff, today)
    return _citizen_actor(account, today)


def actor_of_staff(staff: Staff, now: datetime) -> Actor:
    """The actor of a staff member whose account was not read (loading, tests); ANONYMOUS once he left."""
    return _staff_actor(None, staff, timezone.localtime(now).date())


def actor_of_person(person_id: int, now: datetime) -> Actor:
    """The actor of a person by id (loading, tests); ANONYMOUS for one without an account. Three statements."""
    account = Account.objects.select_related("person", "staff__region").filter(person_id=person_id).first()
    return actor_of(account, now)


def actor_of_login(username: str, now: datetime) -> Actor:
    """The actor of a staff log-in (loading); ANONYMOUS when there is none."""
    account = Account.objects.select_related("person", "staff__region").filter(username=username).first()
    return actor_of(account, now)


def in_period(on: date, start: str = "valid_from", end: str = "valid_until") -> Q:
    """Rows whose half-open period holds ``on``; a missing end is without end."""
    return Q(**{f"{start}__lte": on}) & (Q(**{f"{end}__gt": on}) | Q(**{f"{end}__isnull": True}))


def sitting(on: date) -> Q:
    """Holdings whose holder works the post on ``on``: A who is there, or B while A is away or the seat is empty.

    A and B away at once: the work waits with A, whom everybody expects to have it.
    """
    here = ~Exists(Absence.objects.filter(from_on__lte=on, until_on__gt=on, staff_id=OuterRef("staff_id")))
    works_here = in_period(on) & Q(staff__state=Staff.State.ACTIVE) & here
    same_post = PostHolding.objects.filter(works_here, post_id=OuterRef("post_id"))
    as_a = Q(seat="A") & (here | ~Exists(same_post.filter(seat="B")))
    as_b = Q(seat="B") & here & ~Exists(same_post.filter(seat="A"))
    return in_period(on) & Q(staff__state=Staff.State.ACTIVE) & (as_a | as_b)


def _citizen_actor(account: Account, today: date) -> Actor:
    person = account.person
    assert person is not None  # account_belongs_to_its_kind
    enterprises = Enterprise.objects.filter(
        Q(legal_representative=person)
        | Exists(person.handled_enterprises.filter(in_period(today), enterprise_id=OuterRef("pk")))
    ).values_list("pk", flat=True)
    mandates = Mandate.objects.filter(
        agent=person, revoked_at__isnull=True, valid_from__lte=today, valid_until__gt=today
    ).values_list("id", "principal_person_id", "principal_enterprise_id", "scope", "item_codes")
    roles = frozenset({Role.CITIZEN})
    return Actor(
        ref=f"person:{person.pk}",
        kind=ActorKind.CITIZEN,
        name=person.name,
        account_id=account.pk,
        person_id=person.pk,
        enterprise_ids=frozenset(enterprises),
        mandates=tuple(
            HeldMandate(pk, person_id, enterprise_id, None if scope == Mandate.Scope.ALL else frozenset(codes))
            for pk, person_id, enterprise_id, scope, codes in mandates
        ),
        region_id=person.region_id,
        roles=roles,
        permissions=permissions_of(roles),
    )


_SOMEBODY = -1
_SOME_DAY = date(1, 1, 1)


def _seats(staff_id: int, on: date) -> list[tuple[int, str, int]]:
    """(post, role, department) of the seats ``staff_id`` works on the day ``on``. One statement."""
    sql, params = _seats_statement()
    given: dict[Any, Any] = {_SOMEBODY: staff_id, _SOME_DAY: on}
    with connection.cursor() as cursor:
        cursor.execute(sql, [given.get(value, value) for value in params])
        return cursor.fetchall()


@cache
def _seats_statement() -> tuple[str, tuple[Any, ...]]:
    """The statement of ``_seats`` for somebody on some day: every request asks it, and writing it anew takes longest."""
    rows = PostHolding.objects.filter(sitting(_SOME_DAY), staff_id=_SOMEBODY).order_by()
    sql, params = rows.values_list("post_id", "post__role", "post__department_id").query.sql_with_params()
    return sql, tuple(params)


def _staff_actor(account: Account | None, staff: Staff, today: date) -> Actor:
    if staff.state != Staff.State.ACTIVE:
        return ANONYMOUS
    seats = _seats(staff.pk, today)
    direct = StaffRole.objects.filter(staff=staff).values_list("role", flat=True)
    regions = Region.objects.filter(path__startswith=staff.region.path).values_list("pk", flat=True)
    roles = frozenset(Role(role) for role in direct) | frozenset(Role(role) for _, role, _ in seats)
    return Actor(
        ref=f"staff:{staff.pk}",
        kind=ActorKind.STAFF,
        name=staff.name,
        account_id=account.pk if account else None,
        staff_id=staff.pk,
        region_id=staff.region_id,
        region_ids=frozenset(regions),
        department_ids=frozenset({staff.department_id}) | frozenset(department for _, _, department in seats),
        counter_id=staff.counter_id,
        roles=roles,
        post_ids=frozenset(post for post, _, _ in seats),
        permissions=permissions_of(roles),
    )
