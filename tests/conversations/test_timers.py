"""Which timers a message sets."""

from server.conversations.timers import after_contact, after_reply
from server.core.core import Tuning
from server.schema.records import Timer

TUNING = Tuning(quiet=1.0, follow_up=2.0, idle=3.0)


def delays(timers: list[Timer]) -> dict[str, float | None]:
    assert len({timer.kind for timer in timers}) == len(timers)
    return {timer.kind: timer.delay for timer in timers}


def test_a_contact_who_writes_is_scored_when_quiet_and_not_followed_up() -> None:
    assert delays(after_contact(TUNING)) == {"score_lead": 1.0, "follow_up": None, "close_idle": 3.0}


def test_after_an_answer_silence_is_followed_up() -> None:
    assert delays(after_reply(TUNING)) == {"follow_up": 2.0, "close_idle": 3.0}
