"""Take back a certificate that was issued wrongly; whoever verifies it is told from now on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.certificates.commands import journal
from yitong.certificates.events import CertificateRevoked
from yitong.certificates.models import CertificateRequest
from yitong.certificates.permissions import revocable_by
from yitong.certificates.rules.states import Post, State, revocation_refusal
from yitong.certificates.rules.texts import checked
from yitong.documents import commands as documents
from yitong.kernel.events import publish
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

MOST = 200
"""Characters of a reason: it stands on the public page of verification."""


@transaction.atomic
def revoke(*, actor: Actor, request_id: int, reason: str, now: datetime, rev: int | None = None) -> CertificateRequest:
    """Revoke an issued certificate, with the reason; the holder and who asked for him are told.

    Paper that waits for the courier is not sent any more. Raises NotAllowed for other departments; Refused for an empty
    reason or one that was never issued; Conflict when it is revoked already or changed since the form was shown.
    """
    rows = CertificateRequest.objects.select_for_update(of=("self",)).select_related("type", "department", "document")
    found = rows.filter(pk=request_id).first()
    if found is None or not revocable_by(actor).filter(pk=found.pk).exists():
        raise NotAllowed(Permission.CERTIFICATE_REVIEW)
    refusal = revocation_refusal(found.state)
    if refusal is not None:
        raise Conflict(refusal) if found.state == State.REVOKED else Refused(refusal)
    journal.check_rev(found, rev)
    assert found.document is not None
    found.state, found.revoked_at, found.revoked_by_name = State.REVOKED, now, actor.name
    found.revocation = checked("reason", reason, most=MOST)
    if found.post in (Post.WANTED, Post.RETURNED):
        found.post = Post.NONE
    documents.revoke(document_id=found.document.pk, reason=found.revocation, actor=actor, now=now)
    journal.save(found, "state", "revoked_at", "revoked_by_name", "revocation", "post")
    journal.happened(found, "revoked", actor=actor, now=now, text=found.revocation, document=found.document_id)
    said = {"department": found.department.name, "reason": found.revocation[:80]}
    journal.tell(found, "certificate_revoked", now=now, **said)
    journal.tell_principal(found, "certificate_revoked", now=now, **said)
    publish(CertificateRevoked(found.pk, found.number, found.type.code, found.document.code, now))
    return found
