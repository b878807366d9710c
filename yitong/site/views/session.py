"""Whether whoever opened a page is still logged in: asked by a page that stood open for long before it sends its form."""

from django.http import HttpRequest, JsonResponse
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yitong.parties.actors import ANONYMOUS
from yitong.parties.doors import actor_of


def who(request: HttpRequest) -> str:
    """A mark of the actor that says nothing about him; empty for a visitor."""
    actor = actor_of(request)
    return salted_hmac("yitong.site.session", actor.ref).hexdigest()[:16] if actor != ANONYMOUS else ""


@require_safe
@never_cache
def session(request: HttpRequest) -> JsonResponse:
    """``{"who": mark}`` of the session this browser has now."""
    return JsonResponse({"who": who(request)})
