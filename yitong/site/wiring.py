"""Who listens to whose events. Facts travel upwards, and only this module knows both ends."""

from datetime import datetime
from typing import Any

from yitong.kernel.events import subscribe


def subscribe_all() -> None:
    """Subscribe every context to the events it needs. Called once, after all apps are loaded."""
    from yitong.documents.permissions import register_subject_policy
    from yitong.parties import papers
    from yitong.parties.events import CodeRequested, PhoneChanged
    from yitong.parties.permissions import may_see_mandate
    from yitong.site.wiring_cases import subscribe_cases
    from yitong.site.wiring_ingest import subscribe_ingest
    from yitong.site.wiring_licences import subscribe_licences
    from yitong.site.wiring_waiving import subscribe_waiving

    subscribe(CodeRequested, send_login_code)
    subscribe(PhoneChanged, tell_both_phones)
    papers.register(MandateScans())
    register_subject_policy("mandate", may_see_mandate)
    subscribe_licences()
    subscribe_ingest()
    subscribe_cases()
    subscribe_waiving()


def send_login_code(event: object) -> None:
    """A log-in code goes out as a text message, and only while it is valid."""
    from yitong.notifications.commands import Recipient, send
    from yitong.parties.events import CodeRequested
    from yitong.parties.rules.login_limits import CODE_LIFE

    assert isinstance(event, CodeRequested)
    send(
        template="login_code",
        recipient=Recipient(phone=event.phone),
        context={"code": event.code, "minutes": int(CODE_LIFE.total_seconds() // 60)},
        dedup_key=event.dedup_key,
        channels=("sms",),
        now=event.expires_at - CODE_LIFE,
        expires_at=event.expires_at,
    )


def tell_both_phones(event: object) -> None:
    """The old phone learns that it is no longer the one, so that a change nobody asked for comes out; the new one too."""
    from django.utils import timezone

    from yitong.notifications.commands import Recipient, send
    from yitong.parties.events import PhoneChanged
    from yitong.parties.rules.masking import mask_phone

    assert isinstance(event, PhoneChanged)
    context = {"phone": mask_phone(event.new), "at": timezone.localtime(event.at)}
    told: dict[str, Any] = {"subject": f"person:{event.person_id}", "context": context, "now": event.at}
    key = f"phone-changed:{event.person_id}:{event.at.isoformat()}"
    if event.old:
        send(
            template="phone_changed",
            recipient=Recipient(phone=event.old),
            dedup_key=f"{key}:old",
            channels=("sms",),
            **told,
        )
    send(
        template="phone_confirmed",
        recipient=Recipient(person_id=event.person_id, phone=event.new),
        dedup_key=f"{key}:new",
        **told,
    )


class MandateScans:
    """Keeps the scans of paper mandates among the uploaded files; a ``parties.papers.Keeper``."""

    def keep(self, *, upload: Any, actor: Any, now: datetime) -> str:
        """``file:<id>``; Refused with a reason for the field ``file``."""
        from django.conf import settings

        from yitong.documents.commands.uploads import store

        kept = store(
            upload=upload,
            actor=actor,
            purpose="parties:mandate",
            accept=("pdf", "jpg", "png"),
            max_mb=settings.YITONG_UPLOAD_MAX_BYTES // settings.MEBIBYTE,
            now=now,
        )
        return f"file:{kept.pk}"

    def give(self, *, reference: str, subject: str, actor: Any) -> None:
        """The file belongs to ``subject`` from now on."""
        from yitong.documents.commands.uploads import assign

        assign(stored_file_id=int(reference.partition(":")[2]), subject=subject, actor=actor)

    def address(self, reference: str) -> str:
        """The page of the file."""
        from django.urls import reverse

        kind, _, number = reference.partition(":")
        return reverse("documents:file", args=[int(number)]) if kind == "file" and number.isdecimal() else ""
