"""Public JSON: verify a document by its code or number, or by the file itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile

from yitong.documents.commands import lookups
from yitong.documents.queries import verification
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties.doors import address_of

router = Router()


class FindingOut(Schema):
    """``verdict``: valid, altered, expired, not_yet, revoked, lost, unknown_issuer. The holder is masked. ``checked``: what was
    looked at."""

    verdict: str
    why: str
    title: str
    number: str
    issuer: str
    holder: str
    sealed_at: datetime | None
    valid_until: date | None
    revoked_at: datetime | None
    revoked_reason: str
    signer: str
    form: str
    checked: list[str]


class Problem(Schema):
    """Nothing was found, or too much was asked."""

    detail: str


def _out(finding: verification.Finding) -> FindingOut:
    return FindingOut(**{name: getattr(finding, name) for name in FindingOut.model_fields})


def _over_limit(request: HttpRequest) -> bool:
    return not lookups.allowed(address=address_of(request), now=timezone.now())


@router.get("/verify", response={200: FindingOut, 404: Problem, 429: Problem}, summary="Verify by code or number")
def verify_code(
    request: HttpRequest, q: Annotated[str, Query(min_length=1, max_length=110)]
) -> tuple[int, FindingOut | Problem]:
    """The finding on the document with this verification code or number."""
    if _over_limit(request):
        return 429, Problem(detail="Too many questions from this address; wait a minute.")
    now = timezone.now()
    # A zero byte is no text to PostgreSQL, and no number has one.
    asked = q.replace("\0", "")
    finding = verification.by_text(asked, now)
    return (200, _out(finding)) if finding else (404, Problem(detail="There is no such document."))


@router.post("/verify-file", response={200: FindingOut, 429: Problem}, summary="Verify a file")
def verify_file(request: HttpRequest, file: Annotated[UploadedFile, File()]) -> tuple[int, FindingOut | Problem]:
    """The finding on a sealed PDF, or on a licence's credential (SD-JWT VC), SM2 pair or OFD export. Stores nothing."""
    if _over_limit(request):
        return 429, Problem(detail="Too many questions from this address; wait a minute.")
    most = settings.YITONG_UPLOAD_MAX_BYTES
    if (file.size or 0) > most:
        message = N_("The file is larger than %(most)s MB; no document of ours is. Choose the right file.")
        raise Refused(Reason("too_large", message, field="file", params={"most": most // (1 << 20)}))
    return 200, _out(verification.of_file(file.read(), timezone.now()))
