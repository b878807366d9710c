"""Where every page lies. A context's ``urls`` module offers lists of patterns by surface; this module mounts them.

``portal`` at ``/``, ``desk`` at ``/desk/``, ``console`` at ``/console/<context>/``, ``board`` at ``/supervision/``.
URL names are ``<context>:<name>``; the API lies at ``/api/``.
"""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from yitong.site.views.health import healthz


def _mounted(context: str) -> list[URLResolver]:
    """One resolver for a context, holding all its surfaces below one namespace."""
    if not find_spec(f"yitong.{context}.urls"):
        return []
    module = import_module(f"yitong.{context}.urls")
    surfaces = [("", "portal"), ("desk/", "desk"), (f"console/{context}/", "console"), ("supervision/", "board")]
    patterns: list[URLPattern | URLResolver] = [
        path(prefix, include(list(listed))) for prefix, name in surfaces if (listed := getattr(module, name, []))
    ]
    return [path("", include((patterns, context)))] if patterns else []


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("i18n/", include("django.conf.urls.i18n")),
    *(path("", include(module)) for module in ("yitong.site.pages",) if find_spec(module)),
    *(resolver for context in settings.CONTEXTS for resolver in _mounted(context)),
]

handler400 = "yitong.site.views.errors.bad_request"
handler403 = "yitong.site.views.errors.forbidden"
handler404 = "yitong.site.views.errors.not_found"
handler500 = "yitong.site.views.errors.server_error"
