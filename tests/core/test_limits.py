"""Limits in Redis: a burst, then a steady rate, for each client its own."""

import asyncio

import pytest
from redis.asyncio import Redis

from server.core import limits
from server.core.errors import RateLimited, Unavailable
from server.core.limits import Rate, demand, take


@pytest.fixture(autouse=True)
def _rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "slow", Rate(per_minute=60, burst=3))
    monkeypatch.setitem(limits.LIMITS, "quick", Rate(per_minute=3000, burst=2))


async def test_a_burst_then_nothing(redis: Redis) -> None:
    taken = [await take(redis, "slow", "ana") for _ in range(4)]
    assert [one.allowed for one in taken] == [True, True, True, False]
    assert [one.remaining for one in taken] == [2, 1, 0, 0]
    assert taken[3].limit == 3 and 0.5 < taken[3].retry_after <= 1.0 and 2.5 < taken[3].reset <= 3.0


async def test_a_refusal_costs_nothing_and_time_gives_back(redis: Redis) -> None:
    for _ in range(10):
        await take(redis, "quick", "ana")
    refused = await take(redis, "quick", "ana")
    assert not refused.allowed and refused.retry_after <= 0.02
    await asyncio.sleep(refused.retry_after)  # what a client is told to wait is enough
    assert (await take(redis, "quick", "ana")).allowed


async def test_each_has_its_own_and_leaves_nothing_behind(redis: Redis) -> None:
    await asyncio.gather(*(take(redis, "slow", "ana") for _ in range(5)))
    assert (await take(redis, "slow", "ben")).allowed
    assert (await take(redis, "quick", "ana")).allowed
    for key in await redis.keys():
        assert 0 < await redis.pttl(key) <= 3000


async def test_many_at_once_get_exactly_the_burst(redis: Redis) -> None:
    taken = await asyncio.gather(*(take(redis, "slow", "crowd") for _ in range(50)))
    assert sum(one.allowed for one in taken) == 3


async def test_a_demand_is_refused_in_words(redis: Redis) -> None:
    for _ in range(3):
        await demand(redis, "slow", "ana")
    with pytest.raises(RateLimited) as refused:
        await demand(redis, "slow", "ana")
    assert refused.value.retry_after is not None and refused.value.retry_after > 0


async def test_it_works_on_after_redis_has_lost_everything(redis: Redis) -> None:
    await take(redis, "slow", "ana")
    await redis.flushall()
    await redis.script_flush()
    assert (await take(redis, "slow", "ana")).remaining == 2


async def test_without_redis_it_says_so() -> None:
    async with Redis.from_url("redis://127.0.0.1:1/0") as nowhere:
        with pytest.raises(Unavailable):
            await take(nowhere, "slow", "ana")


def test_a_hidden_subject_shows_nothing() -> None:
    assert limits.hidden("ana@example.com") == limits.hidden("ana@example.com") != limits.hidden("ben@example.com")
    assert "ana" not in limits.hidden("ana@example.com")
