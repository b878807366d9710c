"""Reads of the licences context."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from yitong.kernel.reasons import Reason
from yitong.licences.commands.issue_licence import undrawable_refusal
from yitong.licences.models import Licence, LicenceType
from yitong.licences.permissions import held_by, visible_to
from yitong.parties.actors import Actor

__all__ = ["by_code", "by_identifier", "issuable_refusal", "of_holder", "search", "types", "visible_to"]


def _full(rows: QuerySet[Licence]) -> QuerySet[Licence]:
    return rows.select_related("type", "issuer_department", "document")


def of_holder(actor: Actor) -> QuerySet[Licence]:
    """The actor's own licences and those of enterprises and principals he acts for, newest first."""
    return _full(visible_to(actor).filter(held_by(actor))).order_by("-id")


def search(actor: Actor, text: str) -> QuerySet[Licence]:
    """Licences the actor may see whose number or identifier is ``text``, or whose holder's name begins with it."""
    text = text.strip()
    rows = visible_to(actor)
    exact = rows.filter(number=text.upper()) | rows.filter(identifier=text.upper())
    return _full(exact | rows.filter(holder_name__startswith=text)).order_by("-id") if text else rows.none()


def by_identifier(identifier: str) -> Licence | None:
    """The licence with this full identifier, for public verification; show the minimum only."""
    return _full(Licence.objects.filter(identifier=identifier)).first()


def by_code(code: str) -> Licence | None:
    """The licence with this verification code, for public verification; show the minimum only."""
    return _full(Licence.objects.filter(code=code)).first()


def issuable_refusal(holder_name: str, data: Mapping[str, Any]) -> Reason | None:
    """Why a licence with this holder and face could not be issued (characters the seal's font lacks), or None."""
    return undrawable_refusal(holder_name, data)


def types() -> QuerySet[LicenceType]:
    """Every licence type, by name."""
    return LicenceType.objects.order_by("name")
