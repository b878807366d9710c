"""The console's delivery list."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from yitong.kernel.reasons import Refused
from yitong.notifications import commands, queries
from yitong.notifications.permissions import require_view
from yitong.notifications.views.forms import CHANNEL_LABELS, STATE_LABELS, DeliveryForm
from yitong.notifications.views.rows import delivery_row
from yitong.parties.roles import Permission


@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    require_view(actor)
    form = DeliveryForm(request.GET)
    page = queries.deliveries(actor, form.filters(), form.cleaned_data["before"]) if form.is_valid() else None
    counts = queries.counts_by_state(actor)
    context = {
        "form": form,
        "page": page,
        "rows": [delivery_row(message) for message in page.rows] if page else [],
        "older": form.older(page.older) if page else "",
        "counts": [(state, STATE_LABELS[state], n) for state, n in counts.items()],  # type: ignore[index]
        "may_retry": actor.may(Permission.NOTIFICATION_RETRY),
        "dead": counts["dead"],
        "channel_labels": CHANNEL_LABELS,
    }
    return render(request, "notifications/deliveries.html", context, status=200 if page else 422)


@require_POST
def retry(request: HttpRequest, message_id: int) -> HttpResponse:
    try:
        commands.retry(actor=request.actor, message_id=message_id, now=timezone.now())  # type: ignore[attr-defined]
    except commands.NoSuchMessage:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, _(refusal.reasons[0].message))
    else:
        messages.success(request, _("The message will be sent again in a few seconds."))
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    # Not redirect(back): what is no address it would take for the name of a page.
    return HttpResponseRedirect(back) if safe and back.startswith("/") else redirect("notifications:deliveries")


@require_POST
def retry_all(request: HttpRequest) -> HttpResponse:
    """Every message that was given up, but those that expired."""
    count = commands.retry_all(actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
    told = ngettext("%(n)s message is sent again.", "%(n)s messages are sent again.", count) % {"n": count}
    messages.success(request, told if count else _("No message given up can still be sent; the others have expired."))
    return redirect("notifications:deliveries")
