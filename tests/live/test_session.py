"""The rules of one connection, without a socket and without waiting: times are given."""

import json
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.errors import Close
from server.live.session import (
    BAD_FRAMES,
    FRAMES_A_SECOND,
    FRAMES_AT_ONCE,
    HELLO_SECONDS,
    PING_SECONDS,
    REFUSALS,
    Session,
    Step,
)
from server.schema import frames

NOW = 1000.0
HELLO = '{"type":"hello","key":"wk_1"}'
TYPING = '{"type":"typing","on":true}'


def new() -> Session[Any]:
    return Session(frames.VisitorFrame, frames.VisitorHello, NOW)


@pytest.fixture
def session() -> Session[Any]:
    """One that has said hello."""
    session = new()
    assert session.receive(HELLO, NOW).frame == frames.VisitorHello(key="wk_1")
    return session


def error(step: Step[Any]) -> frames.Error:
    assert step.frame is None
    assert isinstance(step.answer, frames.Error)
    return step.answer


# Hello


def test_a_frame_before_hello_ends_it() -> None:
    step = new().receive('{"type":"typing","on":true,"ref":"a"}', NOW)
    assert error(step).code == "unauthenticated"
    assert error(step).ref == "a"
    assert step.close == Close.UNAUTHENTICATED


def test_ping_may_come_before_hello() -> None:
    session = new()
    assert session.receive('{"type":"ping"}', NOW) == Step(answer=frames.Pong())
    assert session.receive(HELLO, NOW).frame is not None


def test_hello_must_come_in_time() -> None:
    session = new()
    assert session.due() == NOW + HELLO_SECONDS == NOW + 10
    assert session.tick(NOW + 9.99) == Step()
    assert session.tick(NOW + 10) == Step(close=Close.UNAUTHENTICATED)


def test_pings_do_not_put_hello_off() -> None:
    session = new()
    session.receive('{"type":"ping"}', NOW + 9)
    assert session.due() == NOW + 10
    assert session.tick(NOW + 10).close == Close.UNAUTHENTICATED


def test_hello_is_said_once(session: Session[Any]) -> None:
    step = session.receive(HELLO, NOW)
    assert error(step).code == "bad_frame"
    assert step.close is None


@pytest.mark.parametrize("version", [0, 2, -1, 10**30])
def test_another_version_is_told_so(version: int) -> None:
    session = new()
    step = session.receive(json.dumps({"type": "hello", "key": "wk_1", "v": version, "ref": "h"}), NOW)
    assert (error(step).ref, step.close) == ("h", Close.VERSION)
    assert not session.greeted


def test_the_version_comes_before_fields_that_only_another_version_has() -> None:
    """A client of a later version is told to update, not that its frame is bad."""
    step = new().receive('{"type":"hello","key":"wk_1","v":2,"device":"watch"}', NOW)
    assert step.close == Close.VERSION


# Frames


def test_a_frame_comes_out_decoded(session: Session[Any]) -> None:
    assert session.receive(TYPING, NOW) == Step(frame=frames.VisitorTyping(on=True))
    assert session.receive(TYPING.encode(), NOW) == Step(frame=frames.VisitorTyping(on=True))


@pytest.mark.parametrize(
    "data",
    [
        "",
        "no",
        "[]",
        "null",
        '"hello"',
        "{}",
        '{"type":"subscribe","topics":[]}',
        '{"type":"typing"}',
        '{"type":"typing","on":1}',
        '{"type":"typing","on":true,"more":1}',
        '{"type":"rate","client_id":"8741e7a5-dd9d-4896-b8b9-99b9f8fc598a","score":6}',
        '{"type":"read","seq":-1}',
        '{"type":"read","seq":2147483648}',
        '{"type":"send","client_id":"one","text":"Hi"}',
        '{"type":"typing","on":true}{"type":"typing","on":true}',
        "[" * 50_000,
        '{"type":"typing","on":true,"ref":"\ud800"}',
    ],
)
def test_what_is_no_frame_is_bad(session: Session[Any], data: str) -> None:
    step = session.receive(data, NOW)
    assert error(step).code == "bad_frame"
    assert step.close is None


def test_binary_frames_are_bad(session: Session[Any]) -> None:
    assert error(session.binary(NOW)).code == "bad_frame"


def test_an_error_carries_ref_and_client_id_back(session: Session[Any]) -> None:
    id = uuid4()
    told = error(session.receive(json.dumps({"type": "send", "text": 5, "ref": "r1", "client_id": str(id)}), NOW))
    assert (told.ref, told.client_id) == ("r1", id)


@pytest.mark.parametrize("ref, client_id", [(5, "x"), ("r" * 129, 7), (["r"], {}), (None, None)])
def test_what_is_no_ref_does_not_come_back(session: Session[Any], ref: Any, client_id: Any) -> None:
    told = error(session.receive(json.dumps({"type": "nothing", "ref": ref, "client_id": client_id}), NOW))
    assert (told.ref, told.client_id) == (None, None)


def test_pong_is_taken_and_ping_answered(session: Session[Any]) -> None:
    assert session.receive('{"type":"pong"}', NOW) == Step()
    assert session.receive('{"type":"ping","ref":"p"}', NOW) == Step(answer=frames.Pong(ref="p"))


# Sizes


def test_the_longest_text_passes(session: Session[Any]) -> None:
    text = "\N{GRINNING FACE}" * frames.TEXT_CHARS
    frame = session.receive(send(text), NOW).frame
    assert frame is not None and frame.text == text


def test_a_text_that_is_too_long(session: Session[Any]) -> None:
    id = uuid4()
    told = error(session.receive(send("x" * (frames.TEXT_CHARS + 1), id, "r"), NOW))
    assert (told.code, told.ref, told.client_id) == ("too_large", "r", id)


def test_a_frame_that_is_too_large(session: Session[Any]) -> None:
    frame = send("x", uuid4(), "r")
    fits = frame + " " * (frames.FRAME_BYTES - len(frame))
    assert session.receive(fits, NOW).frame is not None
    step = session.receive(fits + " ", NOW)
    assert error(step).code == "too_large"
    assert step.close is None


def test_its_sender_learns_which_frame_was_too_large(session: Session[Any]) -> None:
    """Else the client can't tell what to give up, and sends it again for ever."""
    id = uuid4()
    told = error(session.receive(send("x" * 100_000, id, "r"), NOW))
    assert (told.code, told.ref, told.client_id) == ("too_large", "r", id)


def test_bytes_are_counted_not_characters(session: Session[Any]) -> None:
    data = json.dumps({"type": "page", "url": "", "title": "ü" * (frames.FRAME_BYTES // 2)}, ensure_ascii=False)
    assert len(data) < frames.FRAME_BYTES
    assert error(session.receive(data, NOW)).code == "too_large"


def test_too_large_is_no_bad_frame(session: Session[Any]) -> None:
    for _ in range(BAD_FRAMES + 1):
        assert session.receive(send("x" * 100_000), NOW).close is None


def send(text: str, client_id: UUID | None = None, ref: str | None = None) -> str:
    frame = frames.VisitorSend(client_id=client_id or uuid4(), text=text, ref=ref)
    return msgspec.json.encode(frame).decode()


# Bad frames


def test_three_bad_frames_in_ten_seconds_end_it(session: Session[Any]) -> None:
    closes = [session.receive("?", NOW + wait).close for wait in (0, 5, 10)]
    assert closes == [None, None, Close.BAD_FRAMES]


def test_three_bad_frames_in_more_do_not(session: Session[Any]) -> None:
    assert [session.receive("?", NOW + wait).close for wait in (0, 5, 11)] == [None, None, None]
    assert session.receive("?", NOW + 15).close == Close.BAD_FRAMES


def test_good_frames_between_them_do_not_help(session: Session[Any]) -> None:
    for wait in (0, 1):
        session.receive("?", NOW + wait)
        session.receive(TYPING, NOW + wait)
    assert session.binary(NOW + 2).close == Close.BAD_FRAMES


def test_bad_frames_before_hello_count_too() -> None:
    session = new()
    assert [session.receive("?", NOW).close for _ in range(3)] == [None, None, Close.BAD_FRAMES]


# How many


def test_a_burst_passes_then_a_rate(session: Session[Any]) -> None:
    taken = 1  # hello
    while (step := session.receive(TYPING, NOW)).frame is not None:
        taken += 1
    assert taken == FRAMES_AT_ONCE
    told = error(step)
    assert told.code == "rate_limited"
    assert told.retry_after is not None and 0 < told.retry_after <= 1 / FRAMES_A_SECOND + 0.001
    assert session.receive(TYPING, NOW + told.retry_after).frame is not None


def test_a_limited_frame_carries_its_names_back(session: Session[Any]) -> None:
    spend(session)
    id = uuid4()
    told = error(session.receive(send("Hi", id, "r"), NOW))
    assert (told.code, told.ref, told.client_id) == ("rate_limited", "r", id)


def test_who_does_not_stop_is_sent_away(session: Session[Any]) -> None:
    spend(session)
    steps = [session.receive(TYPING, NOW) for _ in range(REFUSALS)]
    assert [step.close for step in steps[:-1]] == [None] * (REFUSALS - 1)
    last = session.receive(TYPING, NOW)
    assert last.close == Close.TOO_MANY
    assert error(last).retry_after


def test_who_stops_is_forgiven(session: Session[Any]) -> None:
    spend(session)
    for _ in range(REFUSALS - 1):
        session.receive(TYPING, NOW)
    assert session.receive(TYPING, NOW + FRAMES_AT_ONCE).frame is not None
    spend(session, NOW + FRAMES_AT_ONCE)
    assert session.receive(TYPING, NOW + FRAMES_AT_ONCE).close is None


def spend(session: Session[Any], now: float = NOW) -> None:
    while session.receive(TYPING, now).frame is not None:
        pass


# Silence


def test_silence_is_asked_then_ended(session: Session[Any]) -> None:
    assert session.due() == NOW + PING_SECONDS
    assert session.tick(session.due()) == Step(answer=frames.Ping())
    assert session.due() == NOW + 2 * PING_SECONDS
    assert session.tick(NOW + 2 * PING_SECONDS - 0.01) == Step()
    assert session.tick(session.due()) == Step(close=Close.GOING_AWAY)


@pytest.mark.parametrize("sign", [TYPING, '{"type":"pong"}', "?"])
def test_any_frame_is_a_sign_of_life(session: Session[Any], sign: str) -> None:
    session.tick(NOW + PING_SECONDS)
    session.receive(sign, NOW + 40)
    assert session.due() == NOW + 40 + PING_SECONDS
    assert session.tick(NOW + 2 * PING_SECONDS) == Step()
    assert session.tick(session.due()) == Step(answer=frames.Ping())


def test_a_binary_frame_is_one_too(session: Session[Any]) -> None:
    session.tick(NOW + PING_SECONDS)
    session.binary(NOW + 40)
    assert session.due() == NOW + 40 + PING_SECONDS


# Anything at all

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=12
)
TAGS = st.sampled_from([*{each.__struct_config__.tag for each in (*frames.VisitorFrame.__args__, *frames.AgentFrame.__args__)}])
FIELDS = st.sampled_from(["ref", "client_id", "text", "on", "seq", "key", "v", "identity", "limit", "topics", "conversation", "page"])
ALMOST = st.builds(lambda tag, fields: {"type": tag, **fields}, TAGS, st.dictionaries(FIELDS, JSON, max_size=4))
DATA = st.one_of(st.binary(), st.text(), (JSON | ALMOST).map(json.dumps), st.just(HELLO), st.just(TYPING))


@settings(deadline=None)
@given(st.lists(st.tuples(DATA, st.floats(0, 30)), max_size=12), st.booleans())
def test_nothing_that_comes_is_an_exception(received: list[tuple[str | bytes, float]], agent: bool) -> None:
    session: Session[Any] = Session(frames.AgentFrame, frames.AgentHello, NOW) if agent else new()
    now, greeted = NOW, False
    for data, passed in received:
        now += passed
        step = session.receive(data, now)
        assert step.frame is None or step.answer is None
        assert step.answer is None or msgspec.json.encode(step.answer)
        greeted = greeted or isinstance(step.frame, frames.VisitorHello | frames.AgentHello)
        assert step.frame is None or greeted
        assert session.due() >= NOW
        session.tick(now)
        if step.close is not None:
            return


@pytest.mark.parametrize("raw", [rb'{"type":"send","client_id":"%s","text":"a\u0000b"}', rb'{"type":"send","client_id":"%s","text":"\\\\\u0000"}'])
def test_no_text_holds_nul(session: Session[Any], raw: bytes) -> None:
    assert error(session.receive(raw % str(uuid4()).encode(), NOW)).code == "bad_frame"


def test_a_text_may_speak_of_it(session: Session[Any]) -> None:
    step = session.receive(rb'{"type":"send","client_id":"%s","text":"C:\\u0000"}' % str(uuid4()).encode(), NOW)
    assert step.frame is not None and step.frame.text == "C:\\u0000"
