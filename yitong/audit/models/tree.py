"""The Merkle tree: its complete nodes and the signed sizes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Node(models.Model):
    """One row is one complete node: the hash over leaves [index·2^level, (index+1)·2^level). Written once.

    Level 0 are the leaf hashes. A node is stored when its last leaf arrives; the ragged right edge is computed.
    """

    pk = models.CompositePrimaryKey("level", "index")
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=0, level__lt=63, index__gte=0),
                name="audit_node_place",
                violation_error_message="A node has a level from 0 to 62 and an index from 0.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Checkpoint(models.Model):
    """One row is the tree at one size, signed. Written once, in the transaction that sequenced its entries."""

    size = models.BigIntegerField(primary_key=True, help_text="Leaves in the tree.")
    root = models.BinaryField(max_length=32)
    signed_at = models.DateTimeField()
    signature = models.BinaryField(max_length=64, help_text="Ed25519 over audit.rules.checkpoint.signed_bytes.")
    key = models.ForeignKey("audit.SigningKey", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0),
                name="audit_checkpoint_size",
                violation_error_message="No empty tree is signed.",
            ),
        ]

    def __str__(self) -> str:
        return f"checkpoint {self.size}"
