"""A server dies in mid-stream: its clients go to the other, which finishes what it was saying."""

import asyncio
import random
import time
from uuid import UUID

import asyncpg

from server.schema import frames
from tests.faults.conftest import Faithful, Pair
from tests.helpers.stores import until

CLIENTS = 200
QUESTION = "Please tell me everything about breakfast, parking, pets, the pool and check-in"


async def test_kill_9_in_mid_stream_with_200_clients(pair: Pair, superuser: asyncpg.Connection) -> None:
    urls = [pair.a.url, pair.b.url]
    clients = [Faithful(urls, pair.workspace.widget_key) for _ in range(CLIENTS)]
    for start in range(0, CLIENTS, 25):
        await asyncio.gather(*(one.connect(pair.a.url) for one in clients[start : start + 25]))
    asked = asyncio.gather(*(ask(one) for one in clients))
    # Most are being answered, some have not been heard yet.
    await until(lambda: sum(bool(c.client and c.client.of(frames.Delta)) for c in clients) > CLIENTS // 4, seconds=30)
    pair.a.kill()
    killed = time.monotonic()
    unsure = [ask for ask in await asked if ask is not None]
    back = await asyncio.gather(*(come_back(one, pair.b.url, killed) for one in clients))
    print(f"back after kill -9: median {sorted(back)[CLIENTS // 2]:.2f} s, last {max(back):.2f} s")
    assert max(back) < 5

    # Whoever got no acknowledgement sends the same frame again.
    resent = await asyncio.gather(*(one.client.ask(frame) for one, frame in unsure if one.client is not None))
    assert all(isinstance(ack, frames.Ack) for ack in resent)

    async def answered() -> bool:
        waiting = await superuser.fetchval("SELECT count(*) FROM turns WHERE state IN ('thinking', 'streaming')")
        return waiting == 0

    await until(answered, seconds=40)
    await asyncio.gather(*(one.client.wait(lambda f: of_the_ai(f)) for one in clients if one.client and not held(one)))
    for one in clients:
        one.collect()
        assert one.conversation is not None and not one.twice and one.whole()
        assert await stored(superuser, one.conversation) == [(m.seq, m.id, m.text) for _, m in sorted(one.messages.items())]
        assert one.client is not None
        await one.client.close()
    counts = await superuser.fetch("""
        SELECT count(*) FILTER (WHERE author_kind = 'contact') AS asked, count(*) FILTER (WHERE author_kind = 'ai') AS answered
        FROM messages GROUP BY conversation_id""")
    assert len(counts) == CLIENTS and {(row["asked"], row["answered"]) for row in counts} == {(1, 1)}


async def ask(one: Faithful) -> tuple[Faithful, frames.VisitorSend] | None:
    """Sends the question; the frame to send again where no acknowledgement came."""
    frame = frames.VisitorSend(client_id=UUID(int=random.getrandbits(128), version=4), text=QUESTION)
    assert one.client is not None
    try:
        await one.client.ask(frame, seconds=30)
    except (ConnectionError, OSError):
        return one, frame
    return None


async def come_back(one: Faithful, url: str, since: float) -> float:
    """Seconds from the death to the new welcome, with the jitter that clients are told to keep."""
    assert one.client is not None
    await one.client.closing()
    one.collect()
    await asyncio.sleep(random.uniform(0.2, 2.0))
    while True:
        try:
            await one.connect(url)
        except ConnectionError:
            # Told to come again: `unavailable`, then 1013.
            await asyncio.sleep(random.uniform(0.2, 1.0))
        else:
            return time.monotonic() - since


def held(one: Faithful) -> bool:
    return any(message.author.kind == "ai" for message in one.messages.values())


def of_the_ai(frame: object) -> bool:
    return isinstance(frame, frames.MessageFrame) and frame.message.author.kind == "ai"


async def stored(superuser: asyncpg.Connection, conversation: UUID) -> list[tuple[int, UUID, str]]:
    rows = await superuser.fetch(
        "SELECT seq, id, text FROM messages WHERE conversation_id = $1 AND NOT internal ORDER BY seq", conversation
    )
    return [(row["seq"], row["id"], row["text"]) for row in rows]
