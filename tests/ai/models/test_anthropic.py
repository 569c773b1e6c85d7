"""The SDK against a scripted server: what is asked, what events become, and what each fault is."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from server.ai.models.anthropic import Anthropic
from server.ai.models.base import (
    Call,
    Cut,
    Event,
    Line,
    ModelError,
    Prompt,
    Refused,
    Retryable,
    Round,
    Stop,
    Text,
    ToolResult,
    Usage,
)
from tests.ai.prompts import excerpts, found, prompt
from tests.fakes import anthropic as script
from tests.fakes.anthropic import CACHED, INPUT, Fail, FakeAnthropic, Ping, Silence, Status, Think, Unknown, Use, Wait, say

SILENCE = 1.5


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeAnthropic]:
    async with FakeAnthropic() as fake:
        yield fake


@pytest_asyncio.fixture
async def claude(fake: FakeAnthropic) -> AsyncIterator[Anthropic]:
    model = Anthropic(fake.key, "claude-sonnet-5-5", fake.url, silence=SILENCE)
    await model.prepare()
    yield model
    await model.close()


async def events(model: Anthropic, asked: Prompt | None = None) -> list[Event]:
    return [event async for event in model.stream(asked or prompt("Hello"))]


async def test_text_and_usage(fake: FakeAnthropic, claude: Anthropic) -> None:
    fake.play(Ping(), say("Hel", "", "lo"), Unknown(), Ping())
    got = await events(claude)
    assert [event.text for event in got if isinstance(event, Text)] == ["Hel", "lo"]
    assert [event for event in got if isinstance(event, Usage)] == [Usage(INPUT, 1, CACHED, 0), Usage(INPUT, 3, CACHED, 0)]
    assert isinstance(got[-1], Stop) and got[-1].reason == "end"


async def test_the_request(fake: FakeAnthropic, claude: Anthropic) -> None:
    lines = [Line("contact", "Hi"), Line("ai", "Hello!"), Line("contact", "Dogs?")]
    await events(claude, prompt(lines=lines, articles=excerpts(found("Dogs", "dog", ("Dogs are welcome.", "dog")))))
    (body,) = fake.requests
    assert body["model"] == "claude-sonnet-5-5" and body["stream"] is True
    assert not {"temperature", "top_p", "top_k"} & body.keys()
    assert [tool["name"] for tool in body["tools"]] == ["hand_off", "note_interest", "save_contact", "search_knowledge"]
    assert [message["role"] for message in body["messages"]] == ["user", "assistant", "user"]
    assert "Dogs are welcome." in body["system"][1]["text"]


@pytest.mark.parametrize("pieces", [1, 2, 7, 40])
async def test_a_call_split_over_deltas(fake: FakeAnthropic, claude: Anthropic, pieces: int) -> None:
    fake.play(say("Wait."), Use("save_contact", {"name": "Zoë \"Z\" 漢", "email": "z@example.com"}, pieces))
    got = await events(claude)
    (call,) = [event for event in got if isinstance(event, Call)]
    assert call.name == "save_contact" and call.id.startswith("toolu_")
    assert b"z@example.com" in call.arguments
    stop = got[-1]
    assert isinstance(stop, Stop) and stop.reason == "tools"
    assert [block["type"] for block in stop.said] == ["text", "tool_use"]


async def test_what_was_said_goes_back_with_its_results(fake: FakeAnthropic, claude: Anthropic) -> None:
    fake.play(Think("Hm."), Use("search_knowledge", {"query": "dogs"}), Use("save_contact", {"name": "Ana"}))
    got = await events(claude)
    calls, stop = [event for event in got if isinstance(event, Call)], got[-1]
    assert isinstance(stop, Stop)
    results = [ToolResult(calls[0].id, "search_knowledge", "Nothing."), ToolResult(calls[1].id, "save_contact", "No.", failed=True)]
    await events(claude, prompt("Hello", rounds=(Round(stop.said, results),)))
    said, answered = fake.requests[1]["messages"][-2:]
    assert [block["type"] for block in said["content"]] == ["thinking", "tool_use", "tool_use"]
    assert said["content"][0]["signature"] == "c2lnbmVk"
    assert [block.get("is_error") for block in answered["content"]] == [None, True]


async def test_broken_arguments_reach_the_tool_as_they_are(fake: FakeAnthropic, claude: Anthropic) -> None:
    fake.play(Use("save_contact", {}, raw='{"name": "An'))
    got = await events(claude)
    assert [event.arguments for event in got if isinstance(event, Call)] == [b'{"name": "An']
    stop = got[-1]
    assert isinstance(stop, Stop) and stop.said[0]["input"] == {}


@pytest.mark.parametrize(("reason", "expected"), [
    ("max_tokens", "length"), ("model_context_window_exceeded", "length"), ("refusal", "refused"), ("stop_sequence", "end"), ("pause_turn", "end"),
])  # fmt: skip
async def test_how_it_stops(fake: FakeAnthropic, claude: Anthropic, reason: str, expected: str) -> None:
    fake.play(say("So"), script.Stop(reason))
    stop = (await events(claude))[-1]
    assert isinstance(stop, Stop) and stop.reason == expected


@pytest.mark.parametrize(("step", "error"), [
    (Status(429, "rate_limit_error", 7), Retryable), (Status(529), Retryable), (Status(500, "api_error"), Retryable), (Status(503), Retryable),
    (Status(408), Retryable), (Fail("overloaded_error"), Retryable), (Fail("api_error"), Retryable), (Fail("invalid_request_error"), Refused),
    (Status(400, "invalid_request_error"), Refused), (Status(401, "authentication_error"), Refused), (Status(404, "not_found_error"), Refused),
    (script.Cut(), Cut), (script.Cut(torn=True), Cut), (Silence(), Retryable),
])  # fmt: skip
@pytest.mark.parametrize("words", [(), ("Half",)])
async def test_faults(fake: FakeAnthropic, claude: Anthropic, step: script.Step, error: type[ModelError], words: tuple[str, ...]) -> None:
    if words and isinstance(step, Status):
        return
    fake.play(*([say(*words)] if words else []), step)
    with pytest.raises(ModelError) as caught:
        await events(claude)
    assert type(caught.value) is error
    assert fake.asked == 1
    if step == Status(429, "rate_limit_error", 7):
        assert isinstance(caught.value, Retryable) and caught.value.retry_after == 7


async def test_nobody_there() -> None:
    model = Anthropic("sk-ant-x", "claude-sonnet-5-5", "http://127.0.0.1:9", silence=2)
    with pytest.raises(Cut):
        await events(model)
    await model.close()


async def test_pings_are_no_tokens(fake: FakeAnthropic, claude: Anthropic) -> None:
    fake.play(Silence())
    began = asyncio.get_running_loop().time()
    with pytest.raises(Retryable, match="no token"):
        await events(claude)
    assert SILENCE * 0.9 < asyncio.get_running_loop().time() - began < SILENCE * 3


async def test_slow_but_steady_is_no_silence(fake: FakeAnthropic, claude: Anthropic) -> None:
    fake.play(say(*["word "] * 8, pause=SILENCE / 5))  # more than the silence in all
    assert len([event for event in await events(claude) if isinstance(event, Text)]) == 8


async def test_whoever_stops_listening_ends_the_request(fake: FakeAnthropic, claude: Anthropic) -> None:
    fake.play(say("One"), Wait(asyncio.Event()))
    stream = claude.stream(prompt("Hello"))
    async for event in stream:
        if isinstance(event, Text):
            break
    await stream.aclose()
    fake.play(say("Two"))
    assert [event.text for event in await events(claude) if isinstance(event, Text)] == ["Two"]
