"""The public page: the newest signed checkpoint and the key, for anybody to note down."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yitong.audit import queries


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    newest = queries.latest_checkpoint()
    context = {"checkpoint": queries.checkpoint_data(newest) if newest else None, "newest": newest}
    return render(request, "audit/checkpoint.html", context)
