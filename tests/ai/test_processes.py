"""Turns in real server processes, answered by a scripted Anthropic over HTTP."""

import asyncio

from server.schema.records import TurnRef
from tests.ai.conftest import Talk
from tests.fakes.anthropic import FakeAnthropic, Wait, say
from tests.helpers.processes import Processes
from tests.helpers.stores import until

LOADING = 30  # seconds: a new process imports the SDK, on a machine that does much else


async def orphan(talk: Talk) -> TurnRef:
    """A turn that nobody works on: the next server that looks takes it."""
    turn = await talk.say("Hello")
    await talk.superuser.execute("UPDATE turns SET lease_until = now() WHERE id = $1", turn.id)
    return turn


async def test_a_turn_survives_kill_9_and_is_finished_once(talk: Talk, processes: Processes) -> None:
    async with FakeAnthropic() as fake:
        keyed = {"ANTHROPIC_API_KEY": fake.key, "ANTHROPIC_BASE_URL": fake.url}
        first = await processes.server(**keyed)
        fake.play(say("Half of the", " answer"), Wait(asyncio.Event()))
        turn = await orphan(talk)
        await until(lambda: talk.ear.text() == "Half of the answer", seconds=LOADING)
        await processes.server(**keyed)
        fake.play(say("The whole ", "answer."))
        first.kill()
        message = await talk.answered(turn, seconds=LOADING)
        assert message.text == "The whole answer."
        row = await talk.turn(turn)
        assert (row["state"], row["attempt"]) == ("done", 3)  # claimed by the first, then by the second
        assert [one["author_kind"] for one in await talk.stored()] == ["contact", "ai"]


async def test_a_draining_server_hands_its_turn_over_at_once(talk: Talk, processes: Processes) -> None:
    async with FakeAnthropic() as fake:
        keyed = {"ANTHROPIC_API_KEY": fake.key, "ANTHROPIC_BASE_URL": fake.url, "DRAIN_SECONDS": "2"}
        first = await processes.server(**keyed)
        fake.play(say("Half"), Wait(asyncio.Event()))
        turn = await orphan(talk)
        await until(lambda: talk.ear.text() == "Half", seconds=LOADING)
        await processes.server(**keyed)
        fake.play(say("Whole."))
        first.terminate()
        assert (await talk.answered(turn, seconds=LOADING)).text == "Whole."
        assert await first.wait() == 0
