"""The everyday words of the search, in the console."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yitong.catalog.commands.synonyms import remove_synonym, save_synonym
from yitong.catalog.queries import drafts
from yitong.catalog.views.access import author
from yitong.kernel.reasons import Reason, Refused
from yitong.parties.doors import actor_of


@author
@require_http_methods(["GET", "HEAD", "POST"])
def synonyms(request: HttpRequest) -> HttpResponse:
    """List, add, change and remove everyday words."""
    reasons: tuple[Reason, ...] = ()
    word, means = (request.POST.get(name, "").replace("\x00", "") for name in ("word", "means"))
    if request.method == "POST":
        actor, now = actor_of(request), timezone.now()
        try:
            if "remove" in request.POST:
                remove_synonym(actor=actor, word=word, now=now)
            else:
                save_synonym(actor=actor, word=word, means=re.split(r"[、，,\s]+", means), now=now)
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("catalog:synonyms"))
        except Refused as refusal:
            reasons = refusal.reasons
    context = {"rows": drafts.synonyms(), "reasons": reasons, "word": word, "means": means}
    return render(request, "catalog/synonyms.html", context, status=422 if reasons else 200)
