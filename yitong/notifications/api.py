"""JSON: my in-app messages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from ninja.security import django_auth

from yitong.notifications import commands, queries

router = Router(auth=django_auth)
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]


class MessageOut(Schema):
    id: int
    title: str
    text: str
    subject: str
    delivered_at: datetime
    read_at: datetime | None


class MessagesOut(Schema):
    """``older``: pass it as ``before`` for the next page."""

    unread: int
    messages: list[MessageOut]
    older: int | None


class ReadOut(Schema):
    """How many messages were unread and are read now."""

    read: int


@router.get("/messages", response=MessagesOut, summary="My messages")
def my_messages(
    request: HttpRequest, before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None
) -> dict[str, Any]:
    """My in-app messages, newest first."""
    actor = request.actor  # type: ignore[attr-defined]
    page = queries.mine(actor, before)
    return {"unread": queries.unread_count(actor), "messages": list(page.rows), "older": page.older}


@router.post("/messages/{message_id}/read", response=ReadOut, summary="Mark a message as read")
def read(request: HttpRequest, message_id: Id) -> dict[str, int]:
    """Another person's message counts as none."""
    actor = request.actor  # type: ignore[attr-defined]
    return {"read": commands.mark_read(actor=actor, message_id=message_id, now=timezone.now())}
