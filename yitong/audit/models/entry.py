"""One act."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from yitong.audit.rules.leaf import MAX_REF, MAX_TAG, TAG_PATTERN, leaf_bytes, leaf_data


class Entry(models.Model):
    """One row is one act of one actor on one subject, inserted in the transaction of the act.

    States: waiting (``index`` null) → sequenced (``index`` and ``leaf_hash`` set together, once, by the sequencer).
    Nothing else ever changes and no row is deleted: the trigger ``audit_entry_guard`` refuses it.
    """

    at = models.DateTimeField(help_text="When the act happened, as the command was told.")
    tag = models.CharField(max_length=MAX_TAG, help_text="context:resource:past-tense")
    actor_ref = models.CharField(max_length=MAX_REF)
    subject = models.CharField(max_length=MAX_REF, help_text="case:<number>, item:<code>, …")
    detail = models.JSONField(help_text="Ids and words only: no personal data.")
    index = models.BigIntegerField(null=True, unique=True, help_text="Place in the tree, from 0.")
    leaf_hash = models.BinaryField(null=True, max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="audit_entry_subject"),
            models.Index(fields=["actor_ref", "id"], name="audit_entry_actor"),
            models.Index(fields=["tag", "id"], name="audit_entry_tag"),
            # Entries arrive nearly in the order of their instants: a block-range index costs an insert nothing.
            BrinIndex(fields=["at"], name="audit_entry_at", autosummarize=True),
            # The sequencer's queue: empty most of the time, so that polling it costs nothing.
            models.Index(fields=["id"], condition=Q(index__isnull=True), name="audit_entry_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(index__isnull=True, leaf_hash__isnull=True)
                | Q(index__gte=0, index__isnull=False, leaf_hash__isnull=False),
                name="audit_entry_sequenced_whole",
                violation_error_message="An entry has both its place and its hash, or neither.",
            ),
            models.CheckConstraint(
                condition=Q(tag__regex=TAG_PATTERN),
                name="audit_entry_tag_grammar",
                violation_error_message="A tag is context:resource:past-tense.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tag} {self.subject}"

    def leaf_data(self) -> dict[str, Any]:
        """What the leaf says, as JSON types. Derived from the stored columns alone, so that it can be checked later."""
        return leaf_data(
            entry_id=self.pk,
            at=self.at,
            tag=self.tag,
            actor_ref=self.actor_ref,
            subject=self.subject,
            detail=self.detail,
        )

    def leaf(self) -> bytes:
        """The canonical bytes whose hash is the leaf."""
        return leaf_bytes(self.leaf_data())
