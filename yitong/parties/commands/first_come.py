"""Two people enter the same thing in the same moment: both found it free, and the database lets one of them have it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from yitong.kernel.reasons import Conflict, Reason

UNIQUE_VIOLATION = "23505"


@contextmanager
def first_come(reasons: Mapping[str, Reason]) -> Iterator[None]:
    """Around a write: Conflict with the reason whose key stands in the name of the unique constraint that was broken.

    Every other broken constraint is a fault and stays one.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        cause = error.__cause__
        name = getattr(getattr(cause, "diag", None), "constraint_name", None) or ""
        if getattr(cause, "sqlstate", "") == UNIQUE_VIOLATION:
            for key, reason in reasons.items():
                if key in name:
                    raise Conflict(reason) from None
        raise
