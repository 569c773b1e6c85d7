"""A turn from the visitor's message to the one that ends it, with a scripted provider over HTTP and with the offline engine."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio
from msgspec.structs import replace

from db.errors import Unavailable
from server.ai import context, last_word
from server.ai.answer import ROUNDS
from server.ai.models.anthropic import Anthropic
from server.ai.models.base import Event, Prompt, Text
from server.ai.models.offline import Offline
from server.ai.phrases import ENGLISH
from server.conversations.post import post
from server.core import metrics, turnlog
from server.core.core import Core
from server.schema.knowledge import Found
from server.schema.records import NewMessage, Posted, Published
from tests.ai.conftest import Ear, Talk
from tests.fakes.anthropic import CACHED, INPUT, Cut, Fail, FakeAnthropic, Silence, Status, Stop, Use, Wait, say
from tests.helpers.stores import until


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeAnthropic]:
    async with FakeAnthropic() as fake:
        yield fake


@pytest_asyncio.fixture
async def claude(fake: FakeAnthropic) -> AsyncIterator[Anthropic]:
    model = Anthropic(fake.key, "claude-sonnet-5-5", fake.url, silence=1.5)
    await model.prepare()
    yield model
    await model.close()


async def test_words_then_the_message(talk: Talk, fake: FakeAnthropic, claude: Anthropic) -> None:
    fake.play(say("We open ", "at nine", " and close ", "at six.", pause=0.06))
    turn = await talk.ask(talk.replies(claude), "When do you open?")
    message = await talk.answered(turn)
    await until(lambda: talk.ear.states[-1:] == [("done", 1)])
    assert message.text == "We open at nine and close at six." == talk.ear.text()
    assert (message.author.kind, message.author.name, message.internal, message.cut) == ("ai", "Assistant", False, False)
    assert talk.ear.states == [("thinking", 1), ("done", 1)]
    assert len(talk.ear.deltas) > 1
    row = await talk.turn(turn)
    assert (row["state"], row["attempt"], row["model"]) == ("done", 1, "claude-sonnet-5-5")
    assert (row["input_tokens"], row["output_tokens"], row["cache_read_tokens"]) == (INPUT, 4, CACHED)
    assert await turnlog.read(talk.core, talk.chat.id) is None


async def test_tools_run_and_usage_is_counted_once(talk: Talk, fake: FakeAnthropic, claude: Anthropic) -> None:
    article = await talk.article("Parking", "Parking behind the house is free.")
    fake.play(say("One moment."), Use("save_contact", {"email": "ana@example.com", "name": "Ana"}), Use("search_knowledge", {"query": "parking"}))
    fake.play(say("Parking is free", " [[", "1]]", "."))
    turn = await talk.ask(talk.replies(claude), "I am Ana, ana@example.com. Can I park?")
    message = await talk.answered(turn)
    assert message.text == "One moment.\n\nParking is free."
    assert [source.article for source in message.sources or []] == [article]
    assert talk.ear.tools == [
        ("save_contact", "running"), ("save_contact", "done"), ("search_knowledge", "running"), ("search_knowledge", "done"),
    ]  # fmt: skip
    contact = await talk.contact()
    assert (contact["name"], contact["email"]) == ("Ana", "ana@example.com")
    row = await talk.turn(turn)
    assert row["input_tokens"] == 2 * INPUT
    # What the second request says of the first was checked by the fake: pairing, order, shape.
    results = fake.requests[1]["messages"][-1]["content"]
    assert [result.get("is_error", False) for result in results] == [False, False]
    assert "Parking behind the house is free." in results[1]["content"]


async def test_handing_off_ends_the_turn_and_queues(talk: Talk, fake: FakeAnthropic, claude: Anthropic) -> None:
    fake.play(say("A colleague will help."), Use("hand_off", {"reason": "Wants a refund for booking 7."}))
    turn = await talk.ask(talk.replies(claude), "I want my money back!")
    message = await talk.answered(turn)
    await until(lambda: len(talk.ear.messages) >= 4)
    assert message.text == "A colleague will help."
    said, answer, event, note, away = await talk.stored()
    assert (said["seq"], answer["id"]) == (1, turn.id)
    assert (event["kind"], event["internal"], event["data"]) == ("event", False, '{"by": "ai", "event": "human_requested"}')
    assert (note["kind"], note["internal"], note["text"]) == ("note", True, "Wants a refund for booking 7.")
    assert away["kind"] == "form"  # nobody is online: the visitor is asked for an e-mail
    conversation = await talk.conversation()
    assert (conversation["mode"], conversation["epoch"], conversation["waiting_since"] is not None) == ("queued", 1, True)
    assert (await talk.turn(turn))["state"] == "done"
    assert fake.asked == 1


async def test_a_wordless_hand_off_says_something(talk: Talk, fake: FakeAnthropic, claude: Anthropic) -> None:
    fake.play(Use("hand_off", {"reason": "Asked for a person."}))
    turn = await talk.ask(talk.replies(claude), "Person, please", locale="de")
    assert (await talk.answered(turn)).text.startswith("Natürlich.")


@pytest.mark.parametrize("fault", [Status(429, "rate_limit_error"), Status(529), Status(500, "api_error"), Cut(), Silence()])
async def test_a_fault_before_the_first_word_is_retried(talk: Talk, fake: FakeAnthropic, claude: Anthropic, fault: object) -> None:
    fake.play(fault)  # type: ignore[arg-type]
    fake.play(say("Now it works."))
    turn = await talk.ask(talk.replies(claude), "Hello?")
    assert (await talk.answered(turn)).text == "Now it works."
    assert fake.asked == 2
    assert (await talk.turn(turn))["attempt"] == 1


@pytest.mark.parametrize("fault", [Fail(), Cut(), Cut(torn=True), Silence()])
async def test_a_fault_in_mid_sentence_begins_again_under_the_next_attempt(
    talk: Talk, fake: FakeAnthropic, claude: Anthropic, fault: object
) -> None:
    fake.play(say("Half of ", pause=0.1), fault)  # type: ignore[arg-type]
    fake.play(say("The whole."))
    turn = await talk.ask(talk.replies(claude), "Hello?")
    message = await talk.answered(turn)
    assert message.text == "The whole."
    assert talk.ear.text(1) == "Half of"
    assert [state for state in talk.ear.states if state[0] == "thinking"] == [("thinking", 1), ("thinking", 2)]
    row = await talk.turn(turn)
    assert (row["attempt"], row["state"], row["input_tokens"]) == (2, "done", 2 * INPUT)


@pytest.mark.parametrize("fault", [Status(529), Status(401, "authentication_error"), Silence(), Cut()])
async def test_a_provider_that_fails_for_good_leaves_one_friendly_message_and_a_queue(
    talk: Talk, fake: FakeAnthropic, claude: Anthropic, fault: object
) -> None:
    fake.default = lambda _: (fault,)  # type: ignore[assignment,return-value]
    turn = await talk.ask(talk.replies(claude), "Hello?")
    message = await talk.answered(turn, seconds=12)
    assert message.text == ENGLISH.failed
    assert fake.asked == (1 if fault == Status(401, "authentication_error") else 3)
    await until(lambda: len(talk.ear.messages) >= 4)
    assert [row["author_kind"] for row in await talk.stored()].count("ai") == 2  # the message, and the note for colleagues
    assert (await talk.conversation())["mode"] == "queued"
    assert (await talk.turn(turn))["state"] == "failed"


async def test_new_text_begins_again_with_all_that_was_said(talk: Talk, fake: FakeAnthropic, claude: Anthropic) -> None:
    fake.play(say("You said one"), Silence())
    fake.play(say("Both."))
    replies = talk.replies(claude)
    first = await talk.ask(replies, "One")
    await until(lambda: talk.ear.text() == "You said one")
    second = await talk.ask(replies, "Two")
    assert (await talk.answered(second)).text == "Both."
    assert [block["text"] for block in fake.requests[1]["messages"][-1]["content"]] == ["<visitor>One</visitor>", "<visitor>Two</visitor>"]
    await until(lambda: fake.open == 0)
    row = await talk.turn(first)
    assert (row["state"], row["reason"]) == ("cancelled", "superseded")
    assert [one["text"] for one in await talk.stored()] == ["One", "Two", "Both."]

    async def recorded() -> bool:
        return bool((await talk.turn(first))["input_tokens"] == INPUT)

    await until(recorded)


async def test_new_text_at_another_server_stops_the_turn_here(talk: Talk, other: Core, fake: FakeAnthropic, claude: Anthropic) -> None:
    fake.play(say("Old"), Silence())
    await talk.ask(talk.replies(claude), "One")
    await until(lambda: talk.ear.text() == "Old")
    there = talk.replies(Offline(0), core=other)
    turn = await talk.say("Hello", core=other)
    there.start(talk.place.workspace, talk.chat.id, turn)
    await until(lambda: fake.open == 0, seconds=1.0)
    await talk.answered(turn)
    assert [one["author_kind"] for one in await talk.stored()] == ["contact", "contact", "ai"]


async def test_a_takeover_ends_it_with_what_was_said(talk: Talk, other: Core, fake: FakeAnthropic, claude: Anthropic) -> None:
    fake.play(say("We are open", " until"), Silence())
    turn = await talk.ask(talk.replies(claude), "When?")
    await until(lambda: talk.ear.text() == "We are open until")
    said = await turnlog.seal(other, talk.chat.id, 0)
    assert said is not None
    await post(other, talk.place.workspace, [talk.chat.takeover(published=Published(turn=said.turn, text=said.text))])
    await until(lambda: fake.open == 0, seconds=1.0)
    rows = await talk.stored()
    assert [(row["author_kind"], row["text"], row["cut"]) for row in rows] == [
        ("contact", "When?", False), ("ai", "We are open until", True), ("system", "joined", False),
    ]  # fmt: skip
    assert rows[1]["id"] == turn.id


async def test_an_answer_that_comes_after_the_takeover_is_not_written(talk: Talk, fake: FakeAnthropic, claude: Anthropic) -> None:
    gate = asyncio.Event()
    fake.play(say("Late"), Wait(gate))
    turn = await talk.ask(talk.replies(claude), "When?")
    await until(lambda: talk.ear.text() == "Late")
    # Without the bus nobody tells the turn: the database refuses its message.
    await talk.superuser.execute("UPDATE conversations SET epoch = epoch + 1, mode = 'human' WHERE id = $1", talk.chat.id)
    gate.set()

    async def dropped() -> bool:
        return bool((await talk.turn(turn))["state"] == "cancelled")

    await until(dropped)
    assert [row["author_kind"] for row in await talk.stored()] == ["contact"]


async def test_a_turn_that_ended_before_it_began_says_nothing(talk: Talk, fake: FakeAnthropic, claude: Anthropic) -> None:
    turn = await talk.say("When?")
    await post(talk.core, talk.place.workspace, [talk.chat.takeover()])
    replies = talk.replies(claude)
    replies.start(talk.place.workspace, talk.chat.id, turn)
    await replies.drain(5)
    assert (fake.asked, talk.ear.deltas, len(await talk.stored())) == (0, [], 2)


async def test_a_turn_that_ends_every_server_ends_itself(talk: Talk, fake: FakeAnthropic, claude: Anthropic) -> None:
    turn = await talk.say("Hello")
    await talk.superuser.execute("UPDATE turns SET attempt = 20 WHERE id = $1", turn.id)
    talk.replies(claude).start(talk.place.workspace, talk.chat.id, replace(turn, attempt=20))
    assert (await talk.answered(turn)).text == ENGLISH.failed
    assert fake.asked == 0


async def test_it_is_measured(talk: Talk, fake: FakeAnthropic, claude: Anthropic) -> None:
    def figure(name: str, **labels: str) -> float:
        return metrics.REGISTRY.get_sample_value(f"parley_{name}", labels) or 0.0

    tokens, turns = figure("tokens_total", kind="input"), figure("turns_total", engine="model", state="done")
    turn = await talk.ask(talk.replies(claude), "Hello")
    await talk.answered(turn)
    await until(lambda: figure("turns_total", engine="model", state="done") == turns + 1)
    assert figure("tokens_total", kind="input") == tokens + INPUT
    assert figure("turn_first_seconds_count", engine="model") > 0
    await until(lambda: figure("turns_running") == 0)


async def test_a_seal_that_nobody_follows_up_delays_words_and_loses_none(talk: Talk, fake: FakeAnthropic, claude: Anthropic) -> None:
    gate = asyncio.Event()
    fake.play(say("One "), Wait(gate), say("two."))
    turn = await talk.ask(talk.replies(claude), "Count")
    await until(lambda: talk.ear.text() == "One")
    await turnlog.seal(talk.core, talk.chat.id, 0)
    gate.set()
    assert (await talk.answered(turn)).text == "One two."


async def test_a_dead_server_s_turn_is_finished_by_another(talk: Talk, other: Core) -> None:
    turn = await talk.say("Hello", core=other)  # and `other` dies before it starts
    await talk.superuser.execute("UPDATE turns SET lease_until = now() - interval '1 second' WHERE id = $1", turn.id)
    one, two = talk.replies(Offline(0)), talk.replies(Offline(0), core=other)
    sweeps = [talk.core.tasks.start("sweep", one.sweep_forever()), talk.core.tasks.start("sweep", two.sweep_forever())]
    message = await talk.answered(turn)
    assert message.text.startswith("Hello!")
    assert (await talk.turn(turn))["attempt"] == 2
    for sweep in sweeps:
        sweep.cancel()
    assert [row["author_kind"] for row in await talk.stored()] == ["contact", "ai"]


async def test_a_living_lease_is_left_alone(talk: Talk, other: Core, fake: FakeAnthropic, claude: Anthropic) -> None:
    gate = asyncio.Event()
    fake.play(say("Slow"), Wait(gate), say("ly."))
    turn = await talk.ask(talk.replies(claude), "Hello")
    await until(lambda: talk.ear.text() == "Slow")
    sweep = other.tasks.start("sweep", talk.replies(Offline(0), core=other).sweep_forever())
    await talk.superuser.execute("UPDATE turns SET lease_until = now() + interval '0.5 second' WHERE id = $1", turn.id)

    async def kept() -> bool:
        return bool(await talk.superuser.fetchval("SELECT lease_until > now() + interval '3 seconds' FROM turns WHERE id = $1", turn.id))

    with contextlib.suppress(TimeoutError):
        await until(kept, seconds=3)
    gate.set()
    await talk.answered(turn)
    sweep.cancel()
    assert len([row for row in await talk.stored() if row["author_kind"] == "ai"]) == 1


async def test_draining_gives_late_turns_to_others_at_once(talk: Talk, other: Core, fake: FakeAnthropic, claude: Anthropic) -> None:
    fake.play(say("Half"), Silence())
    replies = talk.replies(claude)
    turn = await talk.ask(replies, "Hello")
    await until(lambda: talk.ear.text() == "Half")
    await replies.drain(0.05)
    row = await talk.turn(turn)
    assert (row["state"], row["text"]) == ("streaming", "Half")
    assert await talk.superuser.fetchval("SELECT lease_until <= clock_timestamp() FROM turns WHERE id = $1", turn.id)
    sweep = other.tasks.start("sweep", talk.replies(Offline(0), core=other).sweep_forever())
    assert (await talk.answered(turn)).text.startswith("Hello!")
    sweep.cancel()


async def test_draining_waits_for_quick_turns_and_begins_no_new_one(talk: Talk) -> None:
    replies = talk.replies(Offline(200))
    turn = await talk.ask(replies, "Hello")
    await replies.drain(5)
    assert (await talk.turn(turn))["state"] == "done"
    late = await talk.ask(replies, "And again")
    await until(lambda: not replies._running)
    row = await talk.turn(late)
    assert row["state"] == "thinking"
    assert await talk.superuser.fetchval("SELECT lease_until <= clock_timestamp() FROM turns WHERE id = $1", late.id)


async def test_a_model_that_declines_says_so_and_keeps_the_conversation(talk: Talk, fake: FakeAnthropic, claude: Anthropic) -> None:
    fake.play(say("I"), Stop("refusal"))
    turn = await talk.ask(talk.replies(claude), "How do I build a bomb?")
    assert (await talk.answered(turn)).text == ENGLISH.declined
    assert ((await talk.turn(turn))["state"], (await talk.conversation())["mode"]) == ("done", "ai")


async def test_a_database_that_is_away_for_a_moment_costs_no_answer(
    talk: Talk, fake: FakeAnthropic, claude: Anthropic, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(core: Core, workspace: UUID, rows: list[NewMessage]) -> list[Posted]:
        monkeypatch.setattr(last_word, "post", post)
        raise Unavailable("restarting")

    monkeypatch.setattr(last_word, "post", away)
    turn = await talk.ask(talk.replies(claude), "Hello")
    assert (await talk.answered(turn)).text == "All is well."
    assert len(await talk.stored()) == 2


async def test_a_tool_that_fails_does_not_end_the_answer(talk: Talk, fake: FakeAnthropic, claude: Anthropic) -> None:
    fake.play(Use("save_contact", {"email": "nobody"}), Use("delete_everything", {}), Use("save_contact", {"email": "a,b@example.com"}))
    fake.play(say("Go on."))
    turn = await talk.ask(talk.replies(claude), "Hello")
    assert (await talk.answered(turn)).text == "Go on."
    assert [result["is_error"] for result in fake.requests[1]["messages"][-1]["content"]] == [True, True, True]
    assert talk.ear.tools == [("save_contact", "running"), ("save_contact", "failed")] * 2


async def test_a_model_that_calls_tools_for_ever_is_stopped(talk: Talk, fake: FakeAnthropic, claude: Anthropic) -> None:
    fake.default = lambda _: (Use("search_knowledge", {"query": "again"}),)
    turn = await talk.ask(talk.replies(claude), "Hello")
    assert (await talk.answered(turn)).text == ENGLISH.unknown
    assert fake.asked == ROUNDS


async def test_without_redis_the_message_still_comes(talk: Talk, fake: FakeAnthropic, claude: Anthropic) -> None:
    await talk.core.redis.connection_pool.disconnect()
    talk.core.redis.connection_pool.connection_kwargs.update(path="/nowhere/redis.sock", port=1, host="127.0.0.1")
    turn = await talk.ask(talk.replies(claude), "Hello")

    async def done() -> bool:
        return bool((await talk.turn(turn))["state"] == "done")

    await until(done)
    assert [row["text"] for row in await talk.stored()] == ["Hello", "All is well."]


async def test_the_offline_engine_streams_and_cites(talk: Talk) -> None:
    article = await talk.article(
        "Delivery", "We deliver on weekdays. Delivery to Spain takes three days and costs 5 euros. Gifts are wrapped for free."
    )
    turn = await talk.ask(talk.replies(Offline(100)), "How long does delivery to Spain take?")
    message = await talk.answered(turn)
    assert "Delivery to Spain takes three days" in message.text
    assert "[[" not in message.text + talk.ear.text()
    assert [source.article for source in message.sources or []] == [article]
    assert len(talk.ear.deltas) > 2


async def test_the_offline_engine_hands_off_and_saves(talk: Talk) -> None:
    replies = talk.replies(Offline(0))
    turn = await talk.ask(replies, "My name is Ana Ruiz and my e-mail is ana@example.com")
    assert (await talk.answered(turn)).text == ENGLISH.saved
    contact = await talk.contact()
    assert (contact["name"], contact["email"]) == ("Ana Ruiz", "ana@example.com")
    turn = await talk.ask(replies, "Can I talk to a human?")
    assert (await talk.answered(turn)).text == ENGLISH.person
    assert (await talk.conversation())["mode"] == "queued"


async def test_ear_hears_in_order(talk: Talk) -> None:
    """The helper above asserts offsets: a hole in the deltas would fail it."""
    ear = await Ear(talk.core, talk.chat.id).open()
    turn = await talk.ask(talk.replies(Offline(300)), "Hello")
    await talk.answered(turn)
    assert ENGLISH.hello[:6] in ear.text()


class Broken(Offline):
    async def stream(self, prompt: Prompt) -> AsyncGenerator[Event, None]:
        yield Text("The answer ")
        raise LookupError("a fault of ours")


async def test_a_fault_of_ours_gets_an_apology_and_a_person(talk: Talk) -> None:
    turn = await talk.ask(talk.replies(Broken(0)), "Hello")
    assert (await talk.answered(turn)).text == ENGLISH.failed
    assert ((await talk.conversation())["mode"], (await talk.turn(turn))["state"]) == ("queued", "failed")


async def test_a_question_that_can_t_be_looked_up_does_not_wait_for_ever(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(*_: object) -> list[Found]:
        raise LookupError("a fault of ours")

    monkeypatch.setattr(context, "search_articles", breaks)
    turn = await talk.ask(talk.replies(Offline(0)), "Hello")
    assert (await talk.answered(turn)).text == ENGLISH.failed
    assert (await talk.conversation())["mode"] == "queued"
