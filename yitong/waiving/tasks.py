"""The worker's part: the nightly count of the library."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yitong.kernel.reasons import Conflict
from yitong.parties.actors import system
from yitong.waiving.commands import count_library

# At night: it reads the whole library.


@app.periodic(cron="40 19 * * *")  # UTC: 3:40 in the city
@app.task(queueing_lock="waiving:count_library", lock="waiving:count_library")
def count_library_nightly(timestamp: int) -> int:
    """Count the licences by type; 0 when somebody just did."""
    try:
        return count_library(actor=system("waiving"), now=timezone.now())
    except Conflict:
        return 0
