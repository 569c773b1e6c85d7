"""How long the AI takes to begin where the model takes no time: the offline engine's first words."""

import asyncio
import time
from uuid import uuid4

from tests.bench.pairs import Heard, _heard
from tests.bench.wire import connect

QUESTION = "Do you have a car park?"
PAUSE_SECONDS = 0.2


async def first_words(url: str, key: str, turns: int) -> dict[str, list[float]]:
    """Seconds from a visitor's message to its ack, to `turn` (thinking) and to the first `delta`, of each of `turns` visitors."""
    took: dict[str, list[float]] = {"ack": [], "turn": [], "delta": []}
    for _ in range(turns):
        for name, seconds in (await _one(url, key)).items():
            took[name].append(seconds)
        await asyncio.sleep(PAUSE_SECONDS)
    return took


async def _one(url: str, key: str) -> dict[str, float]:
    came: dict[str, float] = {}
    greeted, spoken = asyncio.Event(), asyncio.Event()

    def hear(payload: bytes) -> None:
        heard: Heard = _heard.decode(payload)
        if heard.type == "welcome":
            greeted.set()
        if heard.type in ("ack", "turn", "delta"):
            came.setdefault(heard.type, time.perf_counter())
            if len(came) == 3:
                spoken.set()

    wire = await connect(url, "/ws/visitor", hear)
    async with asyncio.timeout(30):
        wire.say(type="hello", key=key)
        await greeted.wait()
        sent = time.perf_counter()
        wire.say(type="send", client_id=str(uuid4()), text=QUESTION)
        await spoken.wait()
    wire.close()
    return {name: at - sent for name, at in came.items()}
