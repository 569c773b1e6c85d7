"""Deferred work: one file a job, listed here. A row of the outbox names its kind; `worker.py` runs it.

A job decodes its row, calls one verb and tells in a few words what it did. It may run twice, and then does nothing more.
"""

from tasks import close_idle, follow_up, score_lead, wake
from tasks.job import Job

JOBS: dict[str, Job] = {
    "score_lead": score_lead.run,
    "follow_up": follow_up.run,
    "close_idle": close_idle.run,
    "wake": wake.run,
}
