"""One answer: the model speaks, its tools run, it speaks again, until it has nothing more to say."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any

import msgspec
import structlog
from msgspec.structs import replace

from db.errors import DatabaseError
from server.ai.models.base import Call, Declined, Model, ModelError, Prompt, Retryable, Round, Stop, Text, ToolResult, Usage
from server.ai.phrases import phrases
from server.ai.stream import Speech
from server.ai.tools import TOOLS
from server.ai.tools.base import Hands, Tool
from server.core.errors import BadFrame, ParleyError

log = structlog.get_logger()

ROUNDS = 5  # calls of the model in one answer

_BY_NAME: dict[str, Tool[Any]] = {tool.name: tool for tool in TOOLS}


class Patience(msgspec.Struct, frozen=True):
    """How long a visitor is kept waiting for a provider in trouble, in seconds."""

    attempts: int = 3
    backoff: float = 0.5
    """Before the second attempt; doubled before each later one."""
    deadline: float = 50.0
    """No attempt begins after it."""
    longest: float = 120.0
    """An answer that is not whole by then is given up."""


class Answer:
    """The work of one turn. `usage` counts every call, those that failed too."""

    def __init__(self, model: Model, prompt: Prompt, hands: Hands, patience: Patience) -> None:
        self.usage = Usage()
        self._model, self._prompt, self._hands, self._patience = model, prompt, hands, patience

    async def compose(self, speech: Speech, again: Callable[[], Awaitable[Speech]]) -> Speech:
        """The speech that holds the whole answer: after a fault it is the one that `again` gave, where anything was shown
        of the first. Raises ModelError when there is no answer to be had."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._patience.longest):
                for attempt in range(1, self._patience.attempts + 1):
                    try:
                        await self._speak(speech)
                        return speech
                    except Retryable as fault:
                        wait = self._wait(fault, attempt)
                        log.warning("model failed", why=str(fault), attempt=attempt, model=self._model.name)
                        if attempt == self._patience.attempts or time.monotonic() + wait - began > self._patience.deadline:
                            raise
                    await asyncio.sleep(wait)
                    if speech.begun:
                        speech = await again()
                        self._hands.sources.forget()
        except TimeoutError:
            raise ModelError("no whole answer in time") from None
        raise AssertionError("unreachable")

    async def _speak(self, speech: Speech) -> None:
        prompt = self._prompt
        for _ in range(ROUNDS):
            calls, stop = await self._call(prompt, speech)
            if stop.reason == "refused":
                raise Declined("the model declined")
            if stop.reason == "length":
                speech.add("…")
            if stop.reason != "tools" or not calls:
                break
            results = [await self._use(call, speech) for call in calls]
            if self._hands.handed_off:
                break
            prompt = replace(prompt, rounds=(*prompt.rounds, Round(stop.said, results)))
            speech.paragraph()
        if not speech.end():
            words = phrases(prompt.locale)
            speech.add(words.person if self._hands.handed_off else words.unknown)

    async def _call(self, prompt: Prompt, speech: Speech) -> tuple[list[Call], Stop]:
        calls: list[Call] = []
        before = self.usage
        async with aclosing(self._model.stream(prompt)) as events:
            async for event in events:
                match event:
                    case Text():
                        speech.add(event.text)
                    case Call():
                        calls.append(event)
                    case Usage():
                        self.usage = before + event
                    case Stop():
                        return calls, event
        raise Retryable("the model ended without an end")

    async def _use(self, call: Call, speech: Speech) -> ToolResult:
        """What the model is told that its call came to; only what is in `TOOLS` can run."""
        tool = _BY_NAME.get(call.name)
        if tool is None or all(call.name != offered.name for offered in self._prompt.tools):
            return ToolResult(call.id, call.name, "There is no such tool.", failed=True)
        await speech.tool(call.name, "running")
        try:
            result = ToolResult(call.id, call.name, await tool.use(self._hands, call.arguments))
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            result = ToolResult(call.id, call.name, f"The arguments can't be used: {error}", failed=True)
        except BadFrame as error:
            result = ToolResult(call.id, call.name, error.detail, failed=True)
        except (DatabaseError, ParleyError) as error:
            log.warning("tool failed", tool=call.name, error=type(error).__name__)
            result = ToolResult(call.id, call.name, "That did not work; go on without it.", failed=True)
        await speech.tool(call.name, "failed" if result.failed else "done")
        return result

    def _wait(self, fault: Retryable, attempt: int) -> float:
        backoff = self._patience.backoff * float(2 ** (attempt - 1))
        return max(fault.retry_after or 0.0, backoff * random.uniform(0.75, 1.25))
