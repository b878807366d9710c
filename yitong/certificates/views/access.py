"""What every page of this context reads from a request."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from yitong.documents.commands import uploads
from yitong.kernel.reasons import Reason, Refused
from yitong.parties.actors import Actor

ACCEPT = ("pdf", "jpg", "jpeg", "png")


class PageRequest(HttpRequest):
    """A request whose actor the middleware found."""

    actor: Actor


def page_number(request: HttpRequest) -> int:
    """The page asked for; 1 for anything that is no number."""
    text = request.GET.get("page", "")
    return max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1


def word(request: HttpRequest, name: str = "q") -> str:
    """A search word, without what the database cannot store."""
    return request.GET.get(name, "").replace("\0", "")[:80]


def revision(request: HttpRequest) -> int | None:
    """The revision the form was shown for."""
    text = request.POST.get("rev", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def stored(request: PageRequest, field: str, purpose: str, now: Any) -> int | None:
    """The uploaded file of ``field``, checked and kept; its id, None when none was sent. Refused with the field's name.

    Not in a transaction: the quarantine row of a refused file must outlive the refusal.
    """
    upload = request.FILES.get(field)
    if upload is None:
        return None
    try:
        kept = uploads.store(
            upload=upload,
            actor=request.actor,
            purpose=purpose,
            accept=ACCEPT,
            max_mb=settings.YITONG_UPLOAD_MAX_BYTES // settings.MEBIBYTE,
            now=now,
        )
    except Refused as refused:
        raise Refused(
            *(Reason(each.code, each.message, each.law, field, each.params) for each in refused.reasons)
        ) from None
    return kept.pk
