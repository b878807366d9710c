"""Error pages: what happened, what it means, what to do. Domain refusals become 404, 409 or 422 in one place."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yitong.kernel.reasons import Conflict, NotAllowed, Reason, Refused


def page(request: HttpRequest, status: int, heading: str, text: str, reasons: tuple[Reason, ...] = ()) -> HttpResponse:
    """The common error page; an htmx request gets the same page, which htmx swaps as an error. A program gets JSON."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": heading, "reasons": []}, status=status)
    back = request.META.get("HTTP_REFERER") or "/"
    context = {
        "error_heading": heading,
        "error_text": text,
        "reasons": reasons,
        "error_back": back if back.startswith("http") else "/",
    }
    return render(request, "errors/page.html", context, status=status)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    heading = _("This page does not exist, or is not for you to see")
    return page(request, 404, heading, _("Check the address, or log in with the account it belongs to."))


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return page(request, 400, _("The request could not be read"), _("Go back, reload the page and try again."))


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return page(request, 403, _("This needs another permission"), _("Log in with an account that has the role for it."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    text = _(
        "The page was open for too long or cookies are off. Go back, reload it and send it again; what you typed is still there."
    )
    return page(request, 403, _("The form could not be accepted"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    # A fault can come after the act was committed: never say that nothing happened.
    text = _(
        "What was stored before is safe. If you sent something, look first whether it arrived, then try again; "
        "if it happens again, call 12345 and tell the time."
    )
    # Plain words without the templates: whatever failed may fail again while drawing the page.
    heading, home = _("Something went wrong on our side"), _("Home")
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": f"{heading} {text}", "reasons": []}, status=500)
    page_text = (
        f'<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>500</title>'
        f'<h1>{heading}</h1><p>{text}</p><p><a href="/">{home}</a></p></html>'
    )
    return HttpResponse(page_text, status=500)


class DomainRefusalMiddleware:
    """Turns a refusal no view caught into the right answer: 404 for the not allowed, 409 for a race, 422 for a rule."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotAllowed):
            return not_found(request)
        if isinstance(exception, Conflict):
            return page(
                request,
                409,
                _("Somebody else acted first"),
                _("Reload the page to see what changed."),
                (exception.reason,),
            )
        if isinstance(exception, Refused):
            return page(request, 422, _("This can't be done now"), _("The reasons are below."), exception.reasons)
        return None


def api_refusal(exception: NotAllowed | Conflict | Refused) -> JsonResponse:
    """The same three answers for the JSON API: ``{"detail", "reasons": [{code, message, law, field}]}``."""
    if isinstance(exception, NotAllowed):
        return JsonResponse({"detail": "not found", "reasons": []}, status=404)
    reasons = (exception.reason,) if isinstance(exception, Conflict) else exception.reasons
    rows = [
        {
            "code": r.code,
            "message": (_(r.message) % r.params) if r.params else _(r.message),
            "law": r.law,
            "field": r.field,
        }
        for r in reasons
    ]
    return JsonResponse(
        {"detail": rows[0]["message"], "reasons": rows}, status=409 if isinstance(exception, Conflict) else 422
    )
