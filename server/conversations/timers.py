"""Which timers a message sets: rows of the outbox, put off each time."""

from server.core.core import Tuning
from server.schema.records import Timer


def after_contact(tuning: Tuning) -> list[Timer]:
    """The contact wrote: score when it has been quiet, nothing to follow up, alive."""
    return [
        Timer(kind="score_lead", delay=tuning.quiet),
        Timer(kind="follow_up", delay=None),
        Timer(kind="close_idle", delay=tuning.idle),
    ]


def after_reply(tuning: Tuning) -> list[Timer]:
    """The AI or an agent wrote: follow up should the contact stay silent."""
    return [Timer(kind="follow_up", delay=tuning.follow_up), Timer(kind="close_idle", delay=tuning.idle)]
