"""Take a consent back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.consents.events import ConsentRevoked
from yitong.consents.models import AccessEntry, HolderConsent
from yitong.consents.permissions import visible_to
from yitong.kernel.events import publish
from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission


@transaction.atomic
def revoke(*, actor: Actor, consent_id: int, now: datetime) -> HolderConsent:
    """The holder takes a consent back, at once and without a reason (个人信息保护法 art. 15).

    What was read before stays lawful and stays in the log. Taking back a second time changes nothing. NotAllowed for
    anybody else's consent, which looks like none.
    """
    if actor.kind is not ActorKind.CITIZEN or not visible_to(actor).filter(pk=consent_id).exists():
        raise NotAllowed(Permission.CONSENT_GRANT)
    consent = HolderConsent.objects.select_for_update().get(pk=consent_id)
    if consent.revoked_at is not None:
        return consent
    consent.revoked_at, consent.revoked_by_ref = now, actor.ref
    consent.save(update_fields=["revoked_at", "revoked_by_ref"])
    record(
        actor_ref=actor.ref,
        tag="consents:consent:revoked",
        subject=f"consent:{consent.pk}",
        detail={"case": consent.case_number, "uses_left": consent.uses_left},
        now=now,
    )
    looks = AccessEntry.objects.filter(consent=consent, licence__isnull=False)
    looked_at = looks.values_list("licence_id", flat=True).distinct()
    touched = tuple(sorted({*consent.licence_ids, *looked_at}))
    publish(ConsentRevoked(consent.pk, consent.case_number, touched, now))
    return consent
