"""The laws under which a licence may be read without its holder's consent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class LegalBasis(models.Model):
    """One provision. in use ⇄ out of use (``active``); its citation is copied into every look made under it.

    ``departments``: codes of those that may name it, empty for all. ``type_codes``: licence types it covers, empty for all.
    ``sensitive``: whether it covers sensitive fields as well. ``needs_case``: whether a case of the holder must be named.
    """

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=80)
    citation = models.CharField(max_length=200)
    allows = models.CharField(max_length=300)
    departments = models.JSONField(default=list, blank=True)
    type_codes = models.JSONField(default=list, blank=True)
    sensitive = models.BooleanField(default=False)
    needs_case = models.BooleanField(default=True)
    active = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="consent_basis_cites",
                condition=~models.Q(citation="") & ~models.Q(title=""),
                violation_error_message="A basis without its citation is none.",
            ),
        ]

    def __str__(self) -> str:
        return self.citation
