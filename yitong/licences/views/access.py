"""What the pages of this context share: one licence the reader may see."""

from __future__ import annotations

from django.http import Http404

from yitong.licences.models import Licence
from yitong.licences.permissions import visible_to
from yitong.parties.actors import Actor


def visible(actor: Actor, licence_id: int) -> Licence:
    """The licence if the actor may see it, else 404."""
    licence = visible_to(actor).select_related("type").filter(pk=licence_id).first()
    if licence is None:
        raise Http404
    return licence
