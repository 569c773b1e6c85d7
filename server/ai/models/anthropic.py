"""Claude, through Anthropic's SDK: one streaming request a call, retried by nobody here."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import msgspec

from server.ai.models.base import Call, Cut, Event, ModelError, Prompt, Refused, Retryable, Stop, Text, Usage
from server.ai.prompts import conversation, moment, system

MAX_TOKENS = 4096  # an answer and what the model thinks between tools

# Visitors wait for the first word: models that can are asked not to think before it.
PROMPT_START: dict[str, dict[str, Any]] = {
    "claude-sonnet-5-5": {"thinking": {"type": "between_tools"}, "output_config": {"effort": "low"}},
}

_REASONS = {"tool_use": "tools", "max_tokens": "length", "model_context_window_exceeded": "length", "refusal": "refused"}


class Anthropic:
    """`silence`: seconds without a token after which the provider counts as stuck."""

    def __init__(self, key: str, model: str, base_url: str = "", silence: float = 15.0) -> None:
        self.name, self._key, self._base_url, self._silence = model, key, base_url, silence
        self._client: Any = None

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Event, None]:
        sdk, transport = await _sdk()
        until = asyncio.get_running_loop().time() + self._silence
        try:
            async with asyncio.timeout_at(until):
                stream = await self._connected(sdk).messages.create(**request(prompt, self.name), stream=True)
            async with stream, aclosing(self._events(stream, until)) as events:
                async for event in events:
                    yield event
        except TimeoutError:
            raise Retryable("no token in time") from None
        except sdk.APIError as error:
            raise _fault(sdk, error) from None
        except (transport.HTTPError, ValueError) as error:  # the connection broke, or what came is no event
            raise Cut(type(error).__name__) from None

    async def prepare(self) -> None:
        self._connected((await _sdk())[0])

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def _events(self, stream: Any, until: float) -> AsyncGenerator[Event, None]:
        """Raises TimeoutError where no content comes by `until`, or then for `silence` seconds: pings are not content."""
        answer = _Answer()
        raw = aiter(stream)
        loop = asyncio.get_running_loop()
        while True:
            async with asyncio.timeout_at(until):
                event = await anext(raw, None)
            if event is None:
                raise Cut("the stream ended without an end")
            if event.type.startswith(("content_block", "message_stop")):
                until = loop.time() + self._silence
            for made in answer.take(event):
                yield made
                if isinstance(made, Stop):
                    return

    def _connected(self, sdk: Any) -> Any:
        if self._client is None:
            self._client = sdk.AsyncAnthropic(
                api_key=self._key, base_url=self._base_url or None, max_retries=0, timeout=self._silence + 5
            )
        return self._client


class _Answer:
    """Puts an answer together from the stream's raw events, of which it ignores those that it doesn't know."""

    def __init__(self) -> None:
        self.blocks: dict[int, dict[str, Any]] = {}
        self.json: dict[int, str] = {}
        self.usage = Usage()
        self.reason: str | None = None

    def take(self, event: Any) -> list[Event]:
        match event.type:
            case "message_start":
                return [self._count(event.message.usage)]
            case "content_block_start":
                self.blocks[event.index] = event.content_block.model_dump(mode="json", exclude_none=True)
            case "content_block_delta":
                return self._grow(event.index, event.delta)
            case "content_block_stop":
                return self._call(event.index)
            case "message_delta":
                self.reason = event.delta.stop_reason or self.reason
                return [self._count(event.usage)]
            case "message_stop":
                return [self._stop()]
        return []

    def _grow(self, index: int, delta: Any) -> list[Event]:
        block = self.blocks[index]
        match delta.type:
            case "text_delta":
                block["text"] += delta.text
                return [Text(delta.text)] if delta.text else []
            case "input_json_delta":
                self.json[index] = self.json.get(index, "") + delta.partial_json
            case "thinking_delta":
                block["thinking"] = block.get("thinking", "") + delta.thinking
            case "signature_delta":
                block["signature"] = delta.signature
        return []

    def _call(self, index: int) -> list[Event]:
        block = self.blocks.get(index, {})
        if block.get("type") != "tool_use":
            return []
        arguments = (self.json.get(index) or "{}").encode()
        try:
            block["input"] = msgspec.json.decode(arguments)
        except msgspec.DecodeError:
            block["input"] = {}  # the call fails by its arguments; the model is shown an empty one
        return [Call(block["id"], block["name"], arguments)]

    def _count(self, usage: Any) -> Usage:
        """Counts are cumulative, and the last event may leave some out."""
        seen = self.usage
        self.usage = Usage(
            usage.input_tokens or seen.input,
            usage.output_tokens or seen.output,
            usage.cache_read_input_tokens or seen.cache_read,
            usage.cache_creation_input_tokens or seen.cache_write,
        )
        return self.usage

    def _stop(self) -> Stop:
        if self.reason is None:
            raise Cut("the stream ended without a reason")
        said = [block for _, block in sorted(self.blocks.items()) if block.get("type") != "text" or block["text"].strip()]
        return Stop(_REASONS.get(self.reason, "end"), said)  # type: ignore[arg-type]


def request(prompt: Prompt, model: str) -> dict[str, Any]:
    """The body of a call. Tools and the first system block are the same for every visitor of a workspace: cached."""
    return {
        "model": model,
        "max_tokens": MAX_TOKENS,
        "system": [
            {"type": "text", "text": system(prompt), "cache_control": {"type": "ephemeral"}},
            {"type": "text", "text": moment(prompt)},
        ],
        "tools": [{"name": t.name, "description": t.description, "input_schema": t.schema} for t in prompt.tools],
        "messages": conversation(prompt) + [message for done in prompt.rounds for message in _round(done)],
        **PROMPT_START.get(model, {}),
    }


def _round(done: Any) -> list[dict[str, Any]]:
    results = [
        {"type": "tool_result", "tool_use_id": r.call, "content": r.text, **({"is_error": True} if r.failed else {})}
        for r in done.results
    ]
    return [{"role": "assistant", "content": done.said}, {"role": "user", "content": results}]


def _fault(sdk: Any, error: Any) -> ModelError:
    """An error inside a stream comes with the response's status, 200: its type tells."""
    if not isinstance(error, sdk.APIStatusError):
        return Cut("the connection broke")
    status, kind = error.status_code, error.type or ""
    if status == 200:
        passing = kind in ("overloaded_error", "api_error", "rate_limit_error", "timeout_error")
    else:
        passing = status in (408, 409, 429) or status >= 500
    why = f"{status} {kind}".strip()
    return Retryable(why, _retry_after(error)) if passing else Refused(why)


def _retry_after(error: Any) -> float | None:
    try:
        return min(60.0, max(0.0, float(error.response.headers.get("retry-after", ""))))
    except ValueError:
        return None


async def _sdk() -> tuple[Any, Any]:
    """The SDK and the HTTP library under it. Importing them takes seconds: in a thread, when they are first needed."""
    return await asyncio.to_thread(lambda: (importlib.import_module("anthropic"), importlib.import_module("httpx2")))
