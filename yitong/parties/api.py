"""JSON API of the parties context: who I am, to the platform."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from yitong.parties.actors import Actor

router = Router()


class Me(Schema):
    """The log-in behind this request. ``roles`` and ``permissions`` are words; lists are sorted."""

    kind: str
    ref: str
    name: str
    roles: list[str]
    permissions: list[str]
    enterprise_ids: list[int]
    mandate_person_ids: list[int]
    mandate_enterprise_ids: list[int]


@router.get("/me", response=Me, summary="Who I am", auth=None)
def me(request: HttpRequest) -> dict[str, Any]:
    """The actor of the session; ``anonymous`` without one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return {
        "kind": actor.kind.value,
        "ref": actor.ref,
        "name": actor.name,
        "roles": sorted(role.value for role in actor.roles),
        "permissions": sorted(permission.value for permission in actor.permissions),
        "enterprise_ids": sorted(actor.enterprise_ids),
        "mandate_person_ids": sorted(actor.mandate_person_ids),
        "mandate_enterprise_ids": sorted(actor.mandate_enterprise_ids),
    }
