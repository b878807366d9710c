"""The counter: the papers of one case's applicant that belong to this case, one of them, and its check against the original."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yitong.archive import commands, contents, queries
from yitong.archive.models import ArchivedFile
from yitong.archive.permissions import visible_in_case
from yitong.archive.views import shown
from yitong.archive.views.portal import sent
from yitong.kernel.reasons import Conflict, Reason, Refused
from yitong.parties.doors import DESK, actor_of, log_in
from yitong.parties.roles import Permission

LONGEST_NUMBER = 50


@require_safe
def case_papers(request: HttpRequest) -> HttpResponse:
    """By case number; without one, what to enter."""
    actor = actor_of(request)
    if not actor.is_staff:
        return log_in(request, DESK)
    if not actor.may(Permission.CASE_VIEW):
        raise Http404
    number = _number(request)
    files = list(visible_in_case(actor, number).select_related("stored_file").order_by("kind", "id")[:100])
    context = {
        "number": number,
        "files": files,
        "trust": shown.TRUST,
        "ended": queries.ended(files, timezone.localdate()),
        "kind_labels": shown.KIND_LABELS,
    }
    return render(request, "archive/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, number: str, archived_id: int) -> HttpResponse:
    """Each opening is written into the owner's log; POST says that the original was there."""
    actor, now = actor_of(request), timezone.now()
    if not actor.is_staff:
        return log_in(request, DESK)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        seen = request.POST.get("original_seen") == "1"
        try:
            commands.verify_at_counter(
                actor=actor, file_id=archived_id, case_number=number, original_seen=seen, now=now
            )
        except Refused as refused:
            reasons = refused.reasons
        except Conflict as conflict:
            reasons = (conflict.reason,)
        else:
            messages.success(request, _("Verified against the original."))
            return redirect(request.get_full_path())
        file = commands.look_on_in_case(actor=actor, file_id=archived_id, case_number=number, now=now)
    else:
        file = commands.open_in_case(actor=actor, file_id=archived_id, case_number=number, now=now)
    found = contents.of(file)
    context = {
        "file": file,
        "number": number,
        "rows": shown.field_rows(file, found),
        "is_picture": shown.is_picture(file),
        "trust": shown.TRUST,
        "ended": queries.ended([file], timezone.localdate(now)),
        "shapes": shown.SHAPES,
        "reading": shown.READING,
        "reasons": reasons,
        "may_verify": actor.may(Permission.ARCHIVE_VERIFY) and file.trust == ArchivedFile.Trust.UPLOADED,
    }
    return render(request, "archive/desk_paper.html", context, status=422 if reasons else 200)


@require_safe
def picture(request: HttpRequest, number: str, archived_id: int) -> HttpResponse:
    """The file itself, within the case: part of a look at the paper, or a look of its own."""
    actor = actor_of(request)
    if not actor.is_staff:
        return log_in(request, DESK)
    file = commands.look_on_in_case(actor=actor, file_id=archived_id, case_number=number, now=timezone.now())
    if file.stored_file is None:
        raise Http404
    return sent(request, file)


def _number(request: HttpRequest) -> str:
    return "".join(request.GET.get("case", "").split()).replace("\0", "")[:LONGEST_NUMBER].upper()
