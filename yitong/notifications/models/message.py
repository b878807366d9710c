"""The outbox."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yitong.notifications.rules.states import OPEN, Channel, State


class Message(models.Model):
    """One row is one message to one recipient on one channel, written in the transaction of what it tells of.

    States: see ``rules.states.State``. ``title`` and ``text`` are filled from the template when it is first delivered
    and then stay. The recipient's ids are values, not foreign keys: the address used is part of the record.
    """

    template = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=[(channel.value, channel.value) for channel in Channel])
    dedup_key = models.CharField(max_length=200, help_text="What makes two sends one: cases:accepted:<number>.")
    subject = models.CharField(max_length=200, blank=True, help_text="What it is about: case:<number>.")
    person_id = models.BigIntegerField(null=True)
    staff_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    email = models.CharField(max_length=254, blank=True)
    context = models.JSONField(help_text="Placeholder values, as text.")
    title = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    state = models.CharField(
        max_length=10, default=State.PENDING, choices=[(state.value, state.value) for state in State]
    )
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, help_text="After this nobody wants it: a log-in code.")
    next_attempt_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    provider_ref = models.CharField(max_length=200, blank=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # Only what is still to be done: the delivered millions do not slow the claim.
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state__in=[state.value for state in OPEN]),
                name="notifications_message_open",
            ),
            models.Index(
                fields=["person_id", "-id"],
                condition=Q(channel=Channel.INAPP.value),
                name="notifications_message_person",
            ),
            models.Index(
                fields=["staff_id", "-id"], condition=Q(channel=Channel.INAPP.value), name="notifications_message_staff"
            ),
            models.Index(fields=["-id"], condition=Q(state=State.DEAD.value), name="notifications_message_dead"),
            models.Index(fields=["subject"], name="notifications_message_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dedup_key", "channel"],
                name="notifications_message_once",
                violation_error_message="The same news goes out once a channel.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]),
                name="notifications_message_state",
                violation_error_message="A message is pending, sending, delivered, failed or dead.",
            ),
            models.CheckConstraint(
                condition=(Q(channel=Channel.SMS.value) & ~Q(phone=""))
                | (Q(channel=Channel.EMAIL.value) & ~Q(email=""))
                | (Q(channel=Channel.INAPP.value) & (Q(person_id__isnull=False) | Q(staff_id__isnull=False))),
                name="notifications_message_address",
                violation_error_message="A message has the address its channel needs.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENDING.value, claimed_until__isnull=False)
                | (~Q(state=State.SENDING.value) & Q(claimed_until__isnull=True)),
                name="notifications_message_lease",
                violation_error_message="Exactly a message in sending has a lease.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DELIVERED.value, delivered_at__isnull=False)
                | (~Q(state=State.DELIVERED.value) & Q(delivered_at__isnull=True)),
                name="notifications_message_delivered",
                violation_error_message="Exactly a delivered message has the instant of its delivery.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.template} {self.state}"

    @property
    def address(self) -> str:
        """Where the channel sends it; empty for in-app."""
        return {Channel.SMS: self.phone, Channel.EMAIL: self.email}.get(Channel(self.channel), "")
