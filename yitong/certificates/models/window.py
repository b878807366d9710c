"""The consent of somebody who stands at a window."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class WindowConsent(models.Model):
    """The holder stands at the window with his identity card and has agreed that ``department`` asks for him, until ``valid_until``.

    Signed on paper (``scan``: the signed sheet) or given by showing the code of the scene ``window`` (``code_id``, one of
    ``consents``). One officer, one holder, one visit; the registers' log and the holder's own name ``number``. ``sensitive``: the
    holder agreed separately that sensitive fields of licences are read (个人信息保护法 第二十九条).
    """

    number = models.CharField(max_length=24, unique=True)
    holder_person = models.ForeignKey("parties.Person", models.PROTECT, null=True, blank=True, related_name="+")
    holder_enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, blank=True, related_name="+")
    holder_name = models.CharField(max_length=150)
    holder_key = models.BinaryField(max_length=16)
    staff = models.ForeignKey("parties.Staff", models.PROTECT, related_name="+")
    department = models.ForeignKey("parties.Department", models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=100)
    scan = models.OneToOneField("documents.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    code_id = models.BigIntegerField(null=True, blank=True, unique=True)
    sensitive = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    valid_until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="window_consent_has_one_holder",
                condition=Q(holder_person__isnull=False, holder_enterprise__isnull=True)
                | Q(holder_person__isnull=True, holder_enterprise__isnull=False),
            ),
            # The holder's own act: his signature or his code.
            models.CheckConstraint(
                name="window_consent_has_ground",
                condition=Q(scan__isnull=False, code_id__isnull=True) | Q(scan__isnull=True, code_id__isnull=False),
            ),
            models.CheckConstraint(name="window_consent_ends", condition=Q(valid_until__gt=F("opened_at"))),
        ]
        indexes: ClassVar = [models.Index(name="window_consent_of_staff", fields=["staff", "-id"])]

    def __str__(self) -> str:
        return self.number
