"""Official documents and their numbers."""

from django.db import models
from django.db.models import Q


class Document(models.Model):
    """One official document. It exists, with its public code, from the moment it is issued; the PDF follows.

    pending → sealed; pending → failed after the last attempt, and back to pending when it is retried.
    ``number``, ``sha256`` and ``sealed_at`` are set together, in the transaction that seals. ``context`` holds the values of
    the template's placeholders (JSON). ``code``: 16 characters nobody can guess, printed and in the QR code.
    ``valid_until`` is the last day of validity, null when it does not end. ``claimed_until``: until then a worker is at it.
    ``failed_at``: the last attempt that failed, kept until the document is sealed.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        SEALED = "sealed"
        FAILED = "failed"

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=40)
    template = models.ForeignKey("documents.DocumentTemplate", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=100, db_index=True)
    number = models.CharField(max_length=60, null=True, blank=True, unique=True)
    context = models.JSONField(default=dict)
    issuer_department = models.ForeignKey("parties.Department", on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey("parties.Region", on_delete=models.PROTECT, related_name="+")
    recipient_person = models.ForeignKey(
        "parties.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_by = models.CharField(max_length=60)
    issued_at = models.DateTimeField()
    valid_until = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    size = models.BigIntegerField(default=0)
    sealed_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=200, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="document_sealed_is_complete",
                condition=~Q(state="sealed")
                | (Q(number__isnull=False) & Q(sealed_at__isnull=False) & Q(sha256__regex=r"^[0-9a-f]{64}$")),
            ),
            models.CheckConstraint(
                name="document_unsealed_has_no_number", condition=Q(state="sealed") | Q(number__isnull=True)
            ),
        ]
        indexes = [
            models.Index(name="document_to_seal", fields=["id"], condition=Q(state="pending")),
            models.Index(name="document_troubled", fields=["-id"], condition=Q(failed_at__isnull=False)),
            models.Index(name="document_by_sha256", fields=["sha256"], condition=~Q(sha256="")),
            models.Index(name="document_of_person", fields=["recipient_person", "-id"]),
        ]

    def __str__(self) -> str:
        return self.number or self.code


class DocumentSeries(models.Model):
    """The last number taken in one series: department, word of the kind (受字), year in Asia/Shanghai.

    The row is locked by the transaction that seals, which is what keeps a series without gaps.
    """

    department = models.ForeignKey("parties.Department", on_delete=models.PROTECT, related_name="+")
    word = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="series_once", fields=["department", "word", "year"])]

    def __str__(self) -> str:
        return f"{self.word}{self.year}:{self.last}"


class DepartmentMark(models.Model):
    """The short name of a department in its document numbers (机关代字), such as 示行审; unique, kept once given."""

    department = models.OneToOneField("parties.Department", on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=20, unique=True)

    def __str__(self) -> str:
        return self.mark


class LookupCount(models.Model):
    """How often one address (or person) did one thing within one window, which began at the second ``window`` of the epoch."""

    address = models.CharField(max_length=64)
    window = models.BigIntegerField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="lookup_address_window", fields=["address", "window"]),
        ]

    def __str__(self) -> str:
        return f"{self.window}: {self.times}"
