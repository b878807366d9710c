"""The JSON API: every context's ``api.router`` below ``/api/<context>/``, one OpenAPI document, one way to refuse."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja.errors import ValidationError

from yitong.exchange.refusals import OutwardRefused, problem
from yitong.kernel.reasons import Conflict, NotAllowed, Reason, Refused
from yitong.site.openapi import CityAPI
from yitong.site.views.errors import api_refusal

api = CityAPI(
    title="Yitong",
    version="1",
    description="Government services of one city: guide, cases, licences, verification.",
    docs_url=None,  # the interactive page loads its script from a foreign host, which our policy forbids
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


@api.exception_handler(OutwardRefused)
def _outward_refused(request: HttpRequest, exception: OutwardRefused) -> HttpResponse:
    """Another system's request: the status says who must act, the reason what to do."""
    return JsonResponse(problem(exception.reason), status=exception.status, headers=exception.headers())


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, exception: ValidationError) -> HttpResponse:
    """Values of the wrong shape are refused like by a rule: each reason names its field and what it should be."""
    return api_refusal(Refused(*(_reason(error) for error in exception.errors)))


def _reason(error: dict[str, Any]) -> Reason:
    # ("query", "page"); ("body", <parameter of the view>, "items", 0, "problem"). The value itself is never repeated.
    place = error["loc"][2:] if error["loc"][0] in ("body", "form", "file") else error["loc"][-1:]
    field = ".".join(str(part) for part in place)
    # Not through %: the text is the checker's and may hold a per cent sign.
    return Reason(str(error["type"]), f"{field}: {error['msg']}" if field else str(error["msg"]), field=field)
