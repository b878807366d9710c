"""The console's table of laws."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yitong.consents.commands.bases import save_basis
from yitong.consents.queries.bases import all_bases, basis
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.licences.queries import types
from yitong.parties.doors import actor_of, staff_with
from yitong.parties.queries import organisation
from yitong.parties.roles import Permission

NEW = "new"
FIELDS = {"code": N_("Short code"), "title": N_("Title"), "citation": N_("Citation"), "allows": N_("What it allows")}


@staff_with(Permission.LICENCE_TYPE_EDIT)
@require_safe
def bases(request: HttpRequest) -> HttpResponse:
    names = dict(organisation.departments().values_list("code", "name"))
    return render(request, "consents/bases.html", {"bases": all_bases(), "departments": names})


@staff_with(Permission.LICENCE_TYPE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_basis(request: HttpRequest, code: str) -> HttpResponse:
    """Change one provision, or add one under the address ``new``."""
    known = basis(code)
    if known is None and code != NEW:
        raise Http404
    values = _values(known)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        values = _typed(request, known.code if known else request.POST.get("code", "").strip())
        try:
            if known is None and basis(values["code"]) is not None:
                raise Refused(
                    Reason("taken", _("There is a basis with this code already. Open it to change it."), field="code")
                )
            save_basis(actor=actor_of(request), now=timezone.now(), **values)
        except Refused as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, _("The basis is kept. Looks made before keep the words they were made under."))
            return redirect("consents:bases")
    context = {
        "new": known is None,
        "values": values,
        "field_names": FIELDS,
        "types": types(),
        "departments": organisation.departments().order_by("name"),
        "reasons": reasons,
    }
    return render(request, "consents/basis.html", context, status=422 if reasons else 200)


def _values(known: Any) -> dict[str, Any]:
    if known is None:
        return {
            "code": "", "title": "", "citation": "", "allows": "", "departments": [], "type_codes": [], "sensitive": False,
            "needs_case": True, "active": True,
        }  # fmt: skip
    names = ("code", "title", "citation", "allows", "departments", "type_codes", "sensitive", "needs_case", "active")
    return {name: getattr(known, name) for name in names}


def _typed(request: HttpRequest, code: str) -> dict[str, Any]:
    post = request.POST
    texts = {name: post.get(name, "").replace("\0", "") for name in ("title", "citation", "allows")}
    known = {kind.code for kind in types()}
    return {
        "code": code.replace("\0", ""),
        **texts,
        "departments": [each.replace("\0", "") for each in post.getlist("departments") if each],
        "type_codes": [each for each in post.getlist("type_codes") if each in known],
        **{name: post.get(name) == "yes" for name in ("sensitive", "needs_case", "active")},
    }
