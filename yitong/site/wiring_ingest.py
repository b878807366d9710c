"""Who is told of sources that fell silent."""

from typing import Any

from yitong.kernel.events import subscribe


def subscribe_ingest() -> None:
    """Called once by ``wiring``."""
    from yitong.ingest.events import SourceWentStale

    subscribe(SourceWentStale, tell_of_silence)


def tell_of_silence(event: object) -> None:
    """Every registrar on the desk, and by text message whom the department named; once for each silence."""
    from django.utils import timezone

    from yitong.ingest.events import SourceWentStale
    from yitong.notifications.commands import Recipient, send
    from yitong.parties.queries import organisation
    from yitong.parties.roles import Role

    assert isinstance(event, SourceWentStale)
    since = timezone.localtime(event.last_at) if event.last_at else "从未"
    key = f"source-stale:{event.source_id}:{event.at.isoformat()}"
    told: dict[str, Any] = {
        "subject": f"source:{event.code}",
        "context": {"source": event.name, "since": since},
        "now": event.at,
    }
    for staff in organisation.staff_with(Role.REGISTRAR, timezone.localdate(event.at)):
        recipient = Recipient(staff_id=staff.pk, name=staff.name)
        send(template="source_stale", recipient=recipient, dedup_key=f"{key}:{staff.pk}", channels=("inapp",), **told)
    if event.contact_phone:
        recipient = Recipient(phone=event.contact_phone, name=event.contact_name)
        send(
            template="source_stale_contact", recipient=recipient, dedup_key=f"{key}:contact", channels=("sms",), **told
        )
