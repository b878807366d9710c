"""Which keys this database was filled with."""

from django.db import models


class KeyMark(models.Model):
    """The fingerprint of a key this database was filled with, so that a wrong or lost key is told at once.

    With another holder key every look-up by citizen number would quietly find nothing. ``name``: ``holder``, or ``data:`` and
    the beginning of its fingerprint for a data key, whose ``made_at`` says when it superseded the one before.
    """

    name = models.CharField(max_length=20, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
