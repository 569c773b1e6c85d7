"""State goes out at once, then as its last form, at most every 200 ms."""

import asyncio
import itertools

import pytest

from server.live.coalesce import PACE_SECONDS, Coalesced
from tests.helpers.stores import until


class Told:
    """A state, and when it was told."""

    def __init__(self) -> None:
        self.state = 0
        self.sent: list[tuple[float, int]] = []
        self.coalesced = Coalesced(lambda: self.sent.append((asyncio.get_running_loop().time(), self.state)))

    def become(self, state: int) -> None:
        self.state = state
        self.coalesced.touch()

    @property
    def states(self) -> list[int]:
        return [state for _, state in self.sent]


@pytest.fixture
async def told() -> Told:
    return Told()


async def test_the_first_goes_at_once(told: Told) -> None:
    told.become(1)
    assert told.states == [1]


async def test_what_follows_goes_as_one_the_last(told: Told) -> None:
    for state in range(1, 10):
        told.become(state)
    assert told.states == [1]
    await until(lambda: len(told.sent) == 2)
    assert told.states == [1, 9]


async def test_it_keeps_its_pace(told: Told) -> None:
    async with asyncio.timeout(5):
        while len(told.sent) < 4:
            told.become(told.state + 1)
            await asyncio.sleep(0.005)
    moments = [moment for moment, _ in told.sent]
    # A timer of the loop may fire by its clock's resolution early.
    assert all(later - before > PACE_SECONDS - 0.005 for before, later in itertools.pairwise(moments))
    assert told.states == sorted(set(told.states))


async def test_after_a_rest_it_goes_at_once_again(told: Told) -> None:
    told.become(1)
    await asyncio.sleep(PACE_SECONDS + 0.02)
    told.become(2)
    assert told.states == [1, 2]


async def test_nothing_is_told_twice(told: Told) -> None:
    told.become(1)
    told.become(2)
    await until(lambda: len(told.sent) == 2)
    await asyncio.sleep(2 * PACE_SECONDS)
    assert told.states == [1, 2]


async def test_what_cannot_wait_goes_at_once_and_what_waited_goes_with_it(told: Told) -> None:
    told.become(1)
    told.become(2)
    told.state = 3
    told.coalesced.touch(now=True)
    assert told.states == [1, 3]
    told.become(4)
    assert told.states == [1, 3]
    await until(lambda: len(told.sent) == 3)
    assert told.sent[2][0] - told.sent[1][0] > PACE_SECONDS - 0.005
    assert told.states == [1, 3, 4]


async def test_cancelled_it_tells_no_more_until_touched(told: Told) -> None:
    told.become(1)
    told.become(2)
    told.coalesced.cancel()
    await asyncio.sleep(2 * PACE_SECONDS)
    assert told.states == [1]
    told.become(3)
    assert told.states == [1, 3]
