"""Reads of renewals."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from yitong.licences.commands.renewing import refusal
from yitong.licences.models import Licence, LicenceType, Renewal
from yitong.licences.queries import library
from yitong.licences.rules import face
from yitong.licences.rules import renewal as rules
from yitong.licences.rules.holders import Holder

LAPSED, DEEMED = "lapsed", "deemed"


@dataclass(frozen=True, slots=True)
class Renewable:
    """A licence its holder may apply to renew now. ``chosen``: the next application is about it already."""

    licence_id: int
    type_name: str
    number: str
    validity: str
    chosen: bool


def open_to_holder(*, holder: Holder, type_code: str, department_id: int, now: datetime) -> list[Renewable]:
    """What this holder may apply to renew with this department now; what another case renews already is left out."""
    if type_code not in renewable_types(now):
        return []
    rows = library.of_holder(holder).filter(type__code=type_code, issuer_department=department_id)
    valid = [row for row in rows.filter(status=Licence.Status.VALID) if refusal(row, now) is None]
    states = dict(
        Renewal.objects.filter(
            licence__in=valid, state__in=[Renewal.State.INTENDED, Renewal.State.APPLIED]
        ).values_list("licence_id", "state")
    )
    return [
        Renewable(
            row.pk,
            row.type.name,
            row.number,
            face.validity(row.valid_from, row.valid_until),
            states.get(row.pk) == Renewal.State.INTENDED,
        )
        for row in valid
        if states.get(row.pk) != Renewal.State.APPLIED
    ]


def silence(case_number: str, on: date) -> str:
    """What silence did to the renewal this case is about: ``DEEMED`` granted, ``LAPSED`` about to be (its term ended
    undecided), or nothing."""
    found = of_case(case_number)
    if found is None:
        return ""
    if found.state == Renewal.State.DEEMED:
        return DEEMED
    until = found.licence.valid_until
    decided = found.state != Renewal.State.APPLIED
    lapsed = until is not None and rules.lapsed_undecided(on, until, applied_in_time=found.in_time, decided=decided)
    return LAPSED if lapsed else ""


def lapsed_cases(on: date) -> QuerySet[Renewal, Any]:
    """Numbers of cases whose renewal counts as granted, to look for among others: lapsed now, or deemed renewed by a release
    that left them open."""
    lapsed = Q(state=Renewal.State.APPLIED, in_time=True, licence__valid_until__lt=on)
    found = Renewal.objects.filter(lapsed | Q(state=Renewal.State.DEEMED))
    return found.order_by().values("case_number")


def chosen(*, person_id: int | None, enterprise_id: int | None, department_id: int) -> bool:
    """Whether this holder chose to renew a licence of the department and has not applied yet."""
    return Renewal.objects.filter(
        state=Renewal.State.INTENDED,
        licence__holder_person=person_id,
        licence__holder_enterprise=enterprise_id,
        licence__issuer_department=department_id,
    ).exists()


_known: dict[int, frozenset[str]] = {}


def renewable_types(now: datetime) -> frozenset[str]:
    """Codes of the types whose licences are renewed, or were when somebody applied; each process reads them anew every five
    minutes."""
    moment = int(now.timestamp()) // 300
    if moment not in _known:
        applied = Renewal.objects.filter(state=Renewal.State.APPLIED).values("licence__type")
        kinds = LicenceType.objects.filter(Q(renewable=True) | Q(pk__in=applied))
        found = frozenset(kinds.values_list("code", flat=True))
        if not found:
            return found  # before the types are brought in
        _known.clear()
        _known[moment] = found
    return _known[moment]


def of_licences(ids: Collection[int]) -> dict[int, Renewal]:
    """The newest renewal of each licence, in one statement."""
    rows = Renewal.objects.filter(licence__in=list(ids)).order_by("id")
    return {row.licence_id: row for row in rows}


def of_case(case_number: str) -> Renewal | None:
    """The renewal a case is about, with its licence."""
    return Renewal.objects.select_related("licence").filter(case_number=case_number).first() if case_number else None
