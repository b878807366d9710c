"""Guards that stand before every view."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _


class PlainAddressMiddleware:
    """No address of ours has a zero byte, and no text of PostgreSQL may: such a page does not exist."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        # Not before the view is chosen: the page that says so needs what the other middlewares set.
        if "\0" in request.path_info:
            raise Http404


class RequestSizeMiddleware:
    """Refuses a request larger than YITONG_REQUEST_MAX_BYTES by its declared length, before a byte of it is stored.

    The limit of one file is the form's business: its message stands beside the field and keeps the rest.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length > settings.YITONG_REQUEST_MAX_BYTES:
            most = settings.YITONG_REQUEST_MAX_BYTES // settings.MEBIBYTE
            message = _("Too much at once: at most %(most)d MB in one request. Attach fewer or smaller files.")
            return HttpResponse(message % {"most": most}, status=413, content_type="text/plain; charset=utf-8")
        return self.get_response(request)
