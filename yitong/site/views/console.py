"""Front doors: after logging in to the first room the actor may enter, and into the console to the first of its rooms."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

CONSOLE = (
    ("catalog:item:edit", "/console/catalog/"),
    ("parties:party:manage", "/console/parties/"),
    ("licences:type:edit", "/console/licences/types/"),
    ("audit:entry:view", "/console/audit/"),
)
OFFICE = (("cases:case:view", "/desk/"), ("supervision:board:view", "/supervision/"), *CONSOLE)


def console(request: HttpRequest) -> HttpResponse:
    return _enter(request, CONSOLE, "/console/")


def office(request: HttpRequest) -> HttpResponse:
    """Where an official's work lies. Not everybody has an inbox."""
    return _enter(request, OFFICE, "/office/")


def _enter(request: HttpRequest, rooms: tuple[tuple[str, str], ...], here: str) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.is_staff:
        return HttpResponseRedirect(f"/desk/login/?next={here}")
    return HttpResponseRedirect(next((url for permission, url in rooms if actor.may(permission)), "/desk/password/"))
