"""Paper by courier: posted with a tracking number, confirmed when it arrived, sent again when it came back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.certificates.commands import journal
from yitong.certificates.models import CertificateRequest
from yitong.certificates.permissions import reviewable_by
from yitong.certificates.rules.states import Post, State
from yitong.certificates.rules.texts import refusal
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission


@transaction.atomic
def post(
    *,
    actor: Actor,
    request_id: int,
    carrier: str,
    tracking: str,
    now: datetime,
    address: str = "",
    rev: int | None = None,
) -> CertificateRequest:
    """Hand the printed certificate to the courier. ``address``: another than the applicant gave, after it came back."""
    found = _begin(actor, request_id, rev, (Post.WANTED, Post.RETURNED))
    address = address.strip() or found.address
    reasons = [
        reason
        for field, value, most in (("carrier", carrier, 60), ("tracking", tracking, 40), ("address", address, 300))
        if (reason := refusal(field, value, most=most)) is not None
    ]
    if reasons:
        raise Refused(*reasons)
    found.carrier, found.tracking, found.address = carrier.strip(), tracking.strip(), address
    found.post, found.posted_at = Post.SENT, now
    journal.save(found, "carrier", "tracking", "address", "post", "posted_at")
    journal.happened(found, "posted", actor=actor, now=now, text=f"{found.carrier} {found.tracking}")
    journal.tell(found, "certificate_posted", now=now, carrier=found.carrier, tracking=found.tracking)
    return found


@transaction.atomic
def confirm_post(
    *, actor: Actor, request_id: int, delivered: bool, now: datetime, note: str = "", rev: int | None = None
) -> CertificateRequest:
    """The courier says it arrived, or (``delivered`` False, with a note) that it came back."""
    found = _begin(actor, request_id, rev, (Post.SENT,))
    reason = refusal("note", note, most=300, required=not delivered)
    if reason is not None:
        raise Refused(reason)
    found.post, found.delivered_at = (Post.DELIVERED, now) if delivered else (Post.RETURNED, None)
    journal.save(found, "post", "delivered_at")
    journal.happened(found, "delivered" if delivered else "returned", actor=actor, now=now, text=note.strip())
    return found


def _begin(actor: Actor, request_id: int, rev: int | None, allowed: tuple[Post, ...]) -> CertificateRequest:
    rows = CertificateRequest.objects.select_for_update(of=("self",)).select_related("type", "department")
    found = rows.filter(pk=request_id).first()
    if found is None or not reviewable_by(actor).filter(pk=found.pk).exists():
        raise NotAllowed(Permission.CERTIFICATE_REVIEW)
    journal.check_rev(found, rev)
    if found.state != State.ISSUED or found.post not in allowed:
        raise Refused(Reason("wrong_state", N_("There is nothing to post or to confirm for this certificate now.")))
    return found
