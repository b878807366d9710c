"""Reads of the licences context."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from yitong.documents import commands as documents
from yitong.kernel.reasons import Reason
from yitong.licences.models import Licence, LicenceType
from yitong.licences.permissions import held_by, visible_to
from yitong.licences.queries.library import by_code, by_identifier
from yitong.parties.actors import Actor

__all__ = ["by_code", "by_identifier", "issuable_refusal", "of_holder", "types", "visible_to"]


def _full(rows: QuerySet[Licence]) -> QuerySet[Licence]:
    return rows.select_related("type")


def of_holder(actor: Actor) -> QuerySet[Licence]:
    """The actor's own licences and those of enterprises he handles, newest first."""
    return _full(visible_to(actor).filter(held_by(actor))).order_by("-id")


def issuable_refusal(holder_name: str, data: Mapping[str, Any]) -> Reason | None:
    """Why a licence with this holder and face could not be issued (characters the seal's font lacks), or None."""
    return documents.undrawable_refusal({"holder_name": holder_name, **data}, field="licence")


def types() -> QuerySet[LicenceType]:
    """Every licence type, by name."""
    return LicenceType.objects.order_by("name")
