"""How a reader wants to see the pages: large print, light or dark, language. Kept in cookies, works without JavaScript."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

YEAR = 365 * 24 * 3600
CHOICES = {"elder": ("on", "off"), "theme": ("light", "dark")}


@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Remember the pressed button's choice and go back to the page it stood on."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    for name, allowed in CHOICES.items():
        if request.POST.get(name) in allowed:
            response.set_cookie(f"yitong_{name}", request.POST[name], max_age=YEAR, samesite="Lax")
    language = request.POST.get("language")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, samesite="Lax")
    return response
