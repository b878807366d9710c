"""What independent verifiers fetch: the issuer's keys, a type's metadata, a list of statuses, the public SM2 keys. All public."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from yitong.licences import proof_keys
from yitong.licences.commands import status_lists
from yitong.licences.proofs import status_list
from yitong.licences.queries import proofs


@require_safe
def issuer(request: HttpRequest) -> HttpResponse:
    """JWT VC Issuer Metadata (draft-ietf-oauth-sd-jwt-vc)."""
    proof_keys.issuer(timezone.now())
    return _open(JsonResponse(proof_keys.issuer_metadata()), seconds=3600)


@require_safe
def credential_type(request: HttpRequest, type_code: str) -> HttpResponse:
    """SD-JWT VC Type Metadata, at the address that is the type's ``vct``."""
    found = proofs.type_metadata(type_code)
    if found is None:
        raise Http404
    return _open(JsonResponse(found, json_dumps_params={"ensure_ascii": False}), seconds=3600)


@require_safe
def statuses(request: HttpRequest, slug: str) -> HttpResponse:
    """Status List Token; what is older than a minute is asked for again."""
    token = status_lists.token(slug=slug, now=timezone.now())
    if token is None:
        raise Http404
    return _open(HttpResponse(token, content_type=status_list.MEDIA_TYPE), seconds=status_list.TTL)


@require_safe
def sm2_pem(request: HttpRequest) -> HttpResponse:
    """The public SM2 keys, the one that signs now first."""
    proof_keys.sm2_key(timezone.now())
    response = HttpResponse(proof_keys.sm2_pem(), content_type="application/x-pem-file")
    response["Content-Disposition"] = "attachment; filename=yitong-sm2.pem"
    return _open(response, seconds=3600)


def _open(response: HttpResponse, *, seconds: int) -> HttpResponse:
    """Readable by verifiers that run in a browser, and kept by whoever stands between."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={seconds}"
    return response
