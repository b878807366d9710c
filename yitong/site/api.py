"""The JSON API: every context's ``api.router`` below ``/api/<context>/``, one OpenAPI document, one way to refuse."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.site.views.errors import api_refusal

api = NinjaAPI(
    title="Yitong", version="1", description="Government services of one city: guide, cases, licences, verification."
)

for _context in settings.CONTEXTS:
    if find_spec(f"yitong.{_context}.api"):
        api.add_router(f"/{_context}", import_module(f"yitong.{_context}.api").router, tags=[_context])


@api.exception_handler(NotAllowed)
def _not_allowed(request: HttpRequest, exception: NotAllowed) -> HttpResponse:
    return api_refusal(exception)


@api.exception_handler(Conflict)
def _conflict(request: HttpRequest, exception: Conflict) -> HttpResponse:
    return api_refusal(exception)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, exception: Refused) -> HttpResponse:
    return api_refusal(exception)
