"""Case numbers: by item and day, without a lock two items would share.

One row a prefix is raised by one statement; its lock lasts to the end of the transaction, which is why a submission
takes its number only when nothing is left that could be refused. A rolled-back submission gives the serial back.
"""

from __future__ import annotations

from datetime import date

from yitong.kernel.identifiers.case_number import compose
from yitong.storage import writes

_QUEUE = 4302
"""Name space of the advisory locks writers of one prefix queue at."""
# The row alone would do, but its waiters chase its newest version and are overtaken: with 40 of them one may wait seconds.
# The advisory lock is granted in the order of asking, and the row is free when it comes.
_NEXT = f"""
INSERT INTO cases_casenumbercounter (prefix, last)
SELECT given.prefix, 1 FROM (SELECT %s::varchar AS prefix) AS given,
    LATERAL (SELECT pg_advisory_xact_lock({_QUEUE}, hashtext(given.prefix))) AS turn
ON CONFLICT (prefix) DO UPDATE SET last = cases_casenumbercounter.last + 1
RETURNING last
"""


def take(implementation_code: str, on: date) -> str:
    """The next number of the item (31-character code) on the day ``on``. One statement."""
    with writes.prepared_cursor() as cursor:
        cursor.execute(_NEXT, [f"{implementation_code}{on:%Y%m%d}"])
        (serial,) = cursor.fetchone()
    return compose(implementation_code, on, serial)
