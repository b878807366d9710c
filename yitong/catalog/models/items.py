"""Service items and their versions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ServiceItem(models.Model):
    """One service item as one department implements it (事项实施清单的身份).

    States: ``draft`` (never published) → ``published`` ⇄ ``retired``. ``current_version`` is the version in force, kept
    when the item is retired so that old guides can still be explained.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        RETIRED = "retired"

    basic_code = models.CharField(max_length=12)  # 基本编码
    implementation_code = models.CharField(max_length=31)  # 实施编码: department's USCC, level, basic code
    department = models.ForeignKey("parties.Department", models.PROTECT, related_name="+")
    region = models.ForeignKey("parties.Region", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    current_version = models.ForeignKey(
        "catalog.ItemVersion", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["basic_code", "id"]
        constraints = [
            # One department implements one basic item once at one level.
            models.UniqueConstraint(fields=["implementation_code"], name="item_implementation_code_unique"),
            models.CheckConstraint(name="item_state_known", condition=Q(state__in=["draft", "published", "retired"])),
            models.CheckConstraint(
                # What the public can see always has a version behind it.
                name="item_without_version_is_a_draft",
                condition=Q(state="draft", current_version__isnull=True)
                | Q(state__in=["published", "retired"], current_version__isnull=False),
            ),
            models.CheckConstraint(name="item_basic_code_12_digits", condition=Q(basic_code__regex=r"^[0-9]{12}$")),
            models.CheckConstraint(
                name="item_implementation_code_31", condition=Q(implementation_code__regex=r"^[0-9A-Z]{19}[0-9]{12}$")
            ),
        ]
        indexes = [models.Index(fields=["basic_code"], name="item_by_basic_code")]

    def __str__(self) -> str:
        return self.implementation_code


class ItemVersion(models.Model):
    """One version of an item's implementation record.

    States: ``draft`` → ``review`` → ``published`` → ``retired``; ``review`` → ``draft`` when sent back. With a planned
    day ahead the way is ``review`` → ``scheduled`` (待生效) → ``published``, or back to ``draft`` when it is taken back.
    Scheduled, published and retired rows are frozen by the trigger ``catalog_version_frozen``: only these steps are let
    through. ``rev`` grows with every write to a draft (optimistic lock).
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        REVIEW = "review"
        SCHEDULED = "scheduled"
        PUBLISHED = "published"
        RETIRED = "retired"

    PREPARING = (State.DRAFT, State.REVIEW, State.SCHEDULED)  # not in force yet

    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    name = models.CharField(max_length=200)
    record = models.JSONField()  # catalog.records.ItemRecord, whole
    rev = models.PositiveIntegerField(default=1)
    author_ref = models.CharField(max_length=80)  # who wrote it last
    author_name = models.CharField(max_length=80, blank=True)
    reviewer_ref = models.CharField(max_length=80, blank=True)  # who published it or sent it back
    reviewer_name = models.CharField(max_length=80, blank=True)
    remark = models.TextField(blank=True)  # why it was sent back
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    effective_on = models.DateField(null=True, blank=True)  # 计划生效日期: in force from this day; none: when published
    ends_on = models.DateField(null=True, blank=True)  # 计划取消日期: no longer in force from this day on
    published_at = models.DateTimeField(null=True, blank=True)  # in force from this instant
    retired_at = models.DateTimeField(null=True, blank=True)  # and until this one, exclusive

    class Meta:
        ordering = ["item", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="version_number_unique_in_item"),
            models.UniqueConstraint(
                # At any instant an item has at most one version in force.
                fields=["item"],
                condition=Q(state="published"),
                name="version_one_published_per_item",
            ),
            models.UniqueConstraint(
                # Two authors never prepare two competing versions.
                fields=["item"],
                condition=Q(state__in=["draft", "review", "scheduled"]),
                name="version_one_in_preparation_per_item",
            ),
            models.CheckConstraint(
                name="version_state_known",
                condition=Q(state__in=["draft", "review", "scheduled", "published", "retired"]),
            ),
            models.CheckConstraint(
                # Instants agree with the state; the period in force is half-open.
                name="version_instants_match_state",
                condition=Q(
                    state__in=["draft", "review", "scheduled"], published_at__isnull=True, retired_at__isnull=True
                )
                | Q(state="published", published_at__isnull=False, retired_at__isnull=True)
                | Q(state="retired", published_at__isnull=False, retired_at__gte=models.F("published_at")),
            ),
            models.CheckConstraint(
                # What waits, waits for a day.
                name="version_scheduled_has_its_day",
                condition=~Q(state="scheduled") | Q(effective_on__isnull=False),
            ),
            models.CheckConstraint(
                # A plan that ends before it begins would never be in force.
                name="version_plan_forwards",
                condition=Q(effective_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gt=models.F("effective_on")),
            ),
            models.CheckConstraint(
                # Four eyes: who publishes did not write it. Scheduled loading by the system is its own reviewer.
                name="version_reviewer_is_not_author",
                condition=Q(state__in=["draft", "review"])
                | Q(author_ref__startswith="system:")
                | ~Q(author_ref=models.F("reviewer_ref")),
            ),
        ]
        indexes = [
            # The daily round asks for what begins and what ends.
            models.Index(fields=["effective_on"], condition=Q(state="scheduled"), name="version_to_begin"),
            models.Index(
                fields=["ends_on"], condition=Q(state="published", ends_on__isnull=False), name="version_to_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"
