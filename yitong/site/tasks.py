"""Jobs that keep the job queue itself in order."""

import logging

from procrastinate.contrib.django import app

logger = logging.getLogger(__name__)

STALLED_AFTER_SECONDS = 60
"""A worker reports every ten seconds; one silent for this long is dead, and what it was doing is done again."""


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="site.retry_stalled", pass_context=False)
async def retry_stalled(timestamp: int) -> None:
    """Put the jobs of dead workers back into the queue. Every job is safe to repeat."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS)
    for job in stalled:
        await app.job_manager.retry_job(job)
        logger.warning("The worker of job %s (%s) died; the job is queued again.", job.id, job.task_name)
