"""Who listens to whose events. Facts travel upwards, and only this module knows both ends."""

from yitong.kernel.events import subscribe


def subscribe_all() -> None:
    """Subscribe every context to the events it needs. Called once, after all apps are loaded."""
    from yitong.parties.events import CodeRequested

    subscribe(CodeRequested, send_login_code)


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
