"""The console's front door: to the first room the actor may enter."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

ROOMS = (
    ("catalog:item:edit", "/console/catalog/"),
    ("parties:party:manage", "/console/parties/"),
    ("licences:type:edit", "/console/licences/types/"),
    ("audit:entry:view", "/console/audit/"),
)


def console(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.is_staff:
        return HttpResponseRedirect("/desk/login/?next=/console/")
    return HttpResponseRedirect(next((url for permission, url in ROOMS if actor.may(permission)), "/desk/"))
