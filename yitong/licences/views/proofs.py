"""The holder's proofs: what each is for, its download, and sharing single fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yitong.kernel.reasons import Refused
from yitong.licences.commands import sharing
from yitong.licences.commands.proving import ProofsLater
from yitong.licences.models import Licence
from yitong.licences.permissions import held_by
from yitong.licences.proofs import bundle, credential
from yitong.licences.queries import proofs, shown
from yitong.parties.actors import Actor
from yitong.parties.doors import PORTAL, actor_of, log_in

FILES: dict[str, tuple[Callable[[Licence, datetime], bytes], str]] = {
    bundle.METADATA: (proofs.metadata, "application/json"),
    bundle.SIGNATURE: (proofs.signature, "application/octet-stream"),
    "sm2.zip": (proofs.sm2_bundle, "application/zip"),
    "licence.ofd": (proofs.ofd_export, "application/ofd"),
}
CREDENTIAL = "credential.sd-jwt"


class ShareForm(forms.Form):
    """What to disclose and, if one likes, to whom."""

    names = forms.MultipleChoiceField(
        label=_("Fields the receiver may see"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    audience = forms.CharField(
        label=_("Whom it is for"),
        help_text=_(
            "As the receiver named himself, such as the address of his website. Leave empty if he asked for nothing."
        ),
        required=False,
        max_length=sharing.LONGEST,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    nonce = forms.CharField(
        label=_("Word the receiver gave you (nonce)"),
        help_text=_("It makes the copy good for this one occasion."),
        required=False,
        max_length=sharing.LONGEST,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "spellcheck": "false"}),
    )


@require_safe
def overview(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Every proof with a sentence on what it is for."""
    licence = _own(actor_of(request), licence_id)
    if licence is None:
        return _refused_or_log_in(request)
    return render(request, "licences/proofs.html", _context(licence))


@require_safe
def download(request: HttpRequest, licence_id: int, proof_file: str) -> HttpResponse:
    """One of FILES."""
    licence = _own(actor_of(request), licence_id)
    if licence is None:
        return _refused_or_log_in(request)
    if proof_file not in FILES:
        raise Http404
    make, media_type = FILES[proof_file]
    try:
        return _file(make(licence, timezone.now()), name=f"{licence.number}-{proof_file}", media_type=media_type)
    except Refused as refusal:
        return _overview(request, licence, refusal)
    except ProofsLater:
        return _later(request, licence)


@require_POST
def take(request: HttpRequest, licence_id: int) -> HttpResponse:
    """The whole credential, for a wallet."""
    licence = _own(actor_of(request), licence_id)
    if licence is None:
        return _refused_or_log_in(request)
    wallet_key = request.POST.get("wallet_key", "")[:2000]
    try:
        made = sharing.take_credential(
            licence_id=licence.pk, wallet_key=wallet_key, actor=actor_of(request), now=timezone.now()
        )
    except Refused as refusal:
        return _overview(request, licence, refusal, wallet_key=wallet_key)
    except ProofsLater:
        return _later(request, licence)
    return _file(made.encode(), name=f"{licence.number}-{CREDENTIAL}", media_type=credential.MEDIA_TYPE)


@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Choose fields; the answer is a text to copy, or a file."""
    licence = _own(actor_of(request), licence_id)
    if licence is None:
        return _refused_or_log_in(request)
    form = ShareForm(request.POST or None)
    field: Any = form.fields["names"]
    try:
        field.choices = list(sharing.shareable(licence).items())
    except Refused as refusal:
        return _overview(request, licence, refusal)
    context = {**_context(licence), "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "licences/share.html", context, status=422 if form.is_bound else 200)
    try:
        made = sharing.share(licence_id=licence.pk, actor=actor_of(request), now=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        return render(request, "licences/share.html", {**context, "reasons": refusal.reasons}, status=422)
    except ProofsLater:
        return _later(request, licence)
    if request.POST.get("as") == "file":
        return _file(made.encode(), name=f"{licence.number}-{CREDENTIAL}", media_type=credential.MEDIA_TYPE)
    labels = dict(field.choices)
    told = [labels[name] for name in form.cleaned_data["names"]]
    return render(request, "licences/shared.html", {**context, "made": made, "told": told, **form.cleaned_data})


def _own(actor: Actor, licence_id: int) -> Licence | None:
    """The licence if it is the actor's, or that of somebody he acts for, and was issued here."""
    if actor.person_id is None:
        return None
    rows = Licence.objects.filter(held_by(actor)).select_related("type", "document")
    licence = rows.filter(pk=licence_id).first()
    if licence is None or not proofs.has_proofs(licence):
        raise Http404
    return licence


def _refused_or_log_in(request: HttpRequest) -> HttpResponse:
    if actor_of(request).account_id is not None:
        raise Http404
    return log_in(request, PORTAL)


def _context(licence: Licence) -> dict[str, Any]:
    commands = (bundle.COMMAND, *bundle.DIGESTS)
    return {"card": shown.row(licence, timezone.now()), "commands": commands, "reasons": ()}


def _overview(request: HttpRequest, licence: Licence, refusal: Refused, **more: Any) -> HttpResponse:
    context = {**_context(licence), "reasons": refusal.reasons, **more}
    return render(request, "licences/proofs.html", context, status=422)


def _later(request: HttpRequest, licence: Licence) -> HttpResponse:
    response = render(request, "documents/not_sealed_yet.html", {"title": licence.type.name}, status=503)
    response["Retry-After"] = "60"
    return response


def _file(content: bytes, *, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
