"""Where a material came from that nobody had to bring, and the notice that asks for one whose ground was lost."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yitong.cases.models.child import CaseChild
from yitong.cases.models.material import CaseMaterial

NOTICE_STATES = ["open", "supplied", "lapsed"]


class MaterialReuse(CaseChild):
    """The origin of one reused material; it lives as long as the material.

    ``reference``: what it is over there (identifier of the licence, ``call:<id>`` of the look-up, ``archive:<id>``,
    ``verification:<id>``). ``origin``: who holds or answered it; ``as_of``: the day it was issued, answered or handed in;
    ``holds_until``: its last day, null without one. ``consent``: what the holder allowed, null for his own archive.
    ``sealed``: a register's answer, encrypted with ``licences.sealing`` and bound to ``reference``. ``filled``: form fields
    and the values they were filled with.
    """

    material = models.OneToOneField(CaseMaterial, models.CASCADE, related_name="reuse")
    title = models.CharField(max_length=200)
    origin = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=120)
    as_of = models.DateField(null=True)
    holds_until = models.DateField(null=True)
    consent = models.ForeignKey("consents.HolderConsent", models.PROTECT, null=True, related_name="+", db_index=False)
    sealed = models.BinaryField(null=True)
    sealed_key = models.PositiveIntegerField(null=True)
    filled = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="case_reuse_sealed_with_a_key",
                condition=Q(sealed__isnull=True, sealed_key__isnull=True)
                | Q(sealed__isnull=False, sealed_key__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["consent"], name="case_reuse_by_consent", condition=Q(consent__isnull=False)),
            # The daily sweep walks this from its beginning and stops at today.
            models.Index(fields=["holds_until"], name="case_reuse_by_end", condition=Q(holds_until__isnull=False)),
            models.Index(fields=["reference"], name="case_reuse_by_reference"),
        ]


class BasisNotice(CaseChild):
    """依据失效告知: asks for another proof in place of those whose ground was lost after the case was handed in.

    open → supplied | lapsed (the case ended, or an officer settled everything otherwise)

    No correction notice of 行政许可法 第三十二条: see ``rules.basis``. ``items``: {"material", "name", "problem", "remedy"}.
    """

    items = models.JSONField()
    state = models.CharField(max_length=10, default="open")
    given_at = models.DateTimeField()
    given_by_ref = models.CharField(max_length=60)
    given_by_name = models.CharField(max_length=100)
    supply_by_on = models.DateField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="open"), name="case_one_open_basis_notice"),
            models.CheckConstraint(name="case_basis_notice_state_is_known", condition=Q(state__in=NOTICE_STATES)),
        ]
