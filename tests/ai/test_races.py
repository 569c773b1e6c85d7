"""A takeover at any moment of an answer: one owner, one message of the turn at most, no word of the AI behind it."""

import asyncio
import random

import asyncpg
import pytest

from server.ai.models.offline import Offline
from server.conversations.post import post
from server.core import turnlog
from server.core.core import Core
from server.schema.events import Changed, DeltaEvent, TurnEvent
from server.schema.records import Published
from tests.ai.conftest import Talk
from tests.helpers.rows import Place
from tests.helpers.stores import until


@pytest.mark.parametrize("seed", range(12))
async def test_takeover(core: Core, other: Core, superuser: asyncpg.Connection, place: Place, seed: int) -> None:
    talk = Talk(core, superuser, place)
    await talk.ear.open()
    replies = talk.replies(Offline(150))
    turn = await talk.ask(replies, "Hello")
    await asyncio.sleep(random.Random(seed).uniform(0, 0.2))
    said = await turnlog.seal(other, talk.chat.id, 0)
    published = Published(turn=said.turn, text=said.text) if said else None
    (taken,) = await post(other, place.workspace, [talk.chat.takeover(published=published)])
    assert taken.outcome == "posted"
    await replies.drain(5)
    await until(lambda: any(isinstance(event, Changed) and event.record.epoch == 1 for event in talk.ear.events))

    rows = await talk.stored()
    authors = [row["author_kind"] for row in rows]
    assert authors in (["contact", "system"], ["contact", "ai", "system"])
    after = talk.ear.events[next(at for at, event in enumerate(talk.ear.events) if isinstance(event, Changed) and event.record.epoch == 1) :]
    assert not [event for event in after if isinstance(event, DeltaEvent)]
    assert not [event for event in after if isinstance(event, TurnEvent) and event.epoch == 0 and event.state != "done"]
    if "ai" in authors:
        # What stays is what the visitor had read, or the whole.
        assert rows[1]["id"] == turn.id
        assert not rows[1]["cut"] or rows[1]["text"] == talk.ear.text()
    state = (await talk.turn(turn))["state"]
    assert state == ("done" if "ai" in authors and not rows[1]["cut"] else "cancelled")


async def test_a_burst_over_two_servers_gets_one_answer(core: Core, other: Core, superuser: asyncpg.Connection, place: Place) -> None:
    talk = Talk(core, superuser, place)
    await talk.ear.open()
    servers = [(core, talk.replies(Offline(150))), (other, talk.replies(Offline(150), core=other))]
    for at in range(8):
        where, replies = servers[at % 2]
        turn = await talk.say("Hello", core=where)
        replies.start(place.workspace, talk.chat.id, turn)
        await asyncio.sleep(0.02)
    await talk.answered(turn)
    await asyncio.gather(*(replies.drain(5) for _, replies in servers))
    assert [row["author_kind"] for row in await talk.stored()] == ["contact"] * 8 + ["ai"]
    states = await superuser.fetch("SELECT state, count(*) FROM turns GROUP BY state")
    assert {row["state"]: row["count"] for row in states} == {"cancelled": 7, "done": 1}
