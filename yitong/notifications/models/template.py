"""What a message says."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yitong.notifications.rules.texts import Texts


class Template(models.Model):
    """One row is the text of one kind of message on every channel. A kind without a row speaks as it was seeded."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    sms_text = models.TextField()
    inapp_text = models.TextField()
    email_text = models.TextField(blank=True, help_text="Empty: the in-app text.")
    version = models.PositiveIntegerField(default=1, help_text="Version of the seeded text the row was made from.")
    edited_at = models.DateTimeField(null=True, help_text="Set when a person changed it; seeding then leaves it alone.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(sms_text="") & ~Q(inapp_text="") & ~Q(title=""),
                name="notifications_template_says_something",
                violation_error_message="A template needs a title, a text-message text and an in-app text.",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def texts(self) -> Texts:
        """The row as the pure value the rules work with."""
        return Texts(
            self.code, self.name, self.title, self.sms_text, self.inapp_text, self.email_text, version=self.version
        )


class TemplateVersion(models.Model):
    """One row is the wording of a template as somebody saved it. Never changed (trigger); the newest one is in force.

    ``saved_by`` is the actor's ref, ``system:setup`` for the wording that came with the platform. ``restored_from``: the
    number of the version this one repeats.
    """

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    sms_text = models.TextField()
    inapp_text = models.TextField()
    email_text = models.TextField(blank=True)
    saved_by = models.CharField(max_length=60)
    saved_at = models.DateTimeField()
    restored_from = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["template", "number"],
                name="notifications_version_once",
                violation_error_message="The versions of a template are numbered without a number twice.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} v{self.number}"
