"""Templates of the documents the departments issue."""

from django.db import models
from django.db.models import Q


class DocumentTemplate(models.Model):
    """One version of the wording of one kind of document; ``department`` null is the general wording.

    draft → published (active, then replaced by the next). A published version never changes: documents refer to it.
    At most one version per kind and department is active. A trigger guards what this docstring says.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"

    kind = models.CharField(max_length=40)
    department = models.ForeignKey(
        "parties.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    active = models.BooleanField(default=False)
    edited_by = models.CharField(max_length=60)
    edited_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="template_version_once", fields=["kind", "department", "version"], nulls_distinct=False
            ),
            models.UniqueConstraint(
                name="template_one_active",
                fields=["kind", "department"],
                condition=Q(active=True),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                name="template_one_draft",
                fields=["kind", "department"],
                condition=Q(state="draft"),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="template_active_is_published", condition=Q(active=False) | Q(state="published")
            ),
            models.CheckConstraint(
                name="template_published_has_instant",
                condition=Q(state="draft", published_at__isnull=True)
                | Q(state="published", published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"
