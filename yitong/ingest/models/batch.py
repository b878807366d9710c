"""What arrived at once, how far it is, and the rows that could not be stored."""

from django.db import models
from django.db.models import Q


class Batch(models.Model):
    """One file or API batch of a source.

    running → finished | failed; a batch whose process died stays running until somebody takes it up again: what is done lies in
    its chunks. ``digest``: SHA-256 of the whole content, in hex: the file of the source's newest batch takes up, or finds done, that
    batch; an earlier one is a batch anew, since what came after it may have changed its rows.
    ``piece``: bytes of its chunks, which taking up again keeps. ``seconds``: of reading and storing, summed over processes.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        FINISHED = "finished"
        FAILED = "failed"

    source = models.ForeignKey("ingest.Source", models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=200)
    form = models.CharField(max_length=5)
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    piece = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    new = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    fault = models.CharField(max_length=300, blank=True, default="")
    actor_ref = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="ingest_form_known", condition=Q(form__in=["csv", "jsonl", "xlsx", "api"])),
            models.CheckConstraint(name="ingest_state_known", condition=Q(state__in=["running", "finished", "failed"])),
        ]
        indexes = [models.Index(name="ingest_batch_of_source", fields=["source", "-id"])]

    def __str__(self) -> str:
        return self.name

    @property
    def rows(self) -> int:
        """Rows read so far."""
        return self.new + self.changed + self.unchanged + self.rejected

    @property
    def rate(self) -> int | None:
        """Rows a second of one process, None when it was over at once."""
        return round(self.rows / self.seconds) if self.seconds >= 0.001 else None


class Chunk(models.Model):
    """A piece of a batch that is stored: written in the transaction of its rows, so that taking up again skips it."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="chunks", db_index=False)
    number = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(name="ingest_chunk_once", fields=["batch", "number"])]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.number}"


class RejectedRow(models.Model):
    """A row kept with its reasons until it is mended or discarded.

    ``sealed`` (with ``sealed_key``): the row as it came, as JSON, encrypted: it holds what people's licences hold. ``reasons``: list
    of {code, message, field, params}. waiting → mended | discarded; discarded, too, by a later batch or line that brings its ``source_id``.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        MENDED = "mended"
        DISCARDED = "discarded"

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    line = models.BigIntegerField()
    source_id = models.CharField(max_length=80, blank=True, default="")
    code = models.CharField(max_length=40)
    reasons = models.JSONField()
    sealed = models.BinaryField()
    sealed_key = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    settled_by_ref = models.CharField(max_length=60, blank=True, default="")
    settled_reason = models.CharField(max_length=200, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["batch", "line"]
        constraints = [
            models.UniqueConstraint(name="ingest_row_once", fields=["batch", "line"]),
            models.CheckConstraint(
                name="ingest_settled_has_somebody",
                condition=Q(state="waiting", settled_at=None)
                | ~Q(state="waiting") & Q(settled_at__isnull=False) & ~Q(settled_by_ref=""),
            ),
        ]
        indexes = [
            models.Index(name="ingest_waiting", fields=["batch", "line"], condition=Q(state="waiting")),
            models.Index(name="ingest_waiting_source_id", fields=["source_id"], condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.line}"
