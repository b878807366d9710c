"""Words for this context's templates."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

from yitong.consents.scenes import scene

register = template.Library()


@register.filter
def scene_name(code: str) -> str:
    """What a scene is called; its code when it is no more."""
    found = scene(code)
    return gettext(found.name) if found is not None else code


@register.filter
def matter(reference: str) -> str:
    """The case a consent, look or scan is for: its number, or in words what has none yet."""
    return {
        "draft": gettext("an application not sent yet"),
        "mandate": gettext("a matter under a mandate"),
    }.get(reference.partition(":")[0], reference)
