"""The worked session and the tables of docs/protocol/README.md: what a developer copies from them is true."""

import json
import re
from typing import Any

import msgspec
import pytest

from server.core.errors import Close
from server.schema import frames
from tests.contract.describe import UNIONS, members
from tests.contract.publish import ROOT

README = (ROOT / "docs/protocol/README.md").read_text()
LINES = re.findall(r"^(visitor|agent) ([→←]) (\{.*\})$", README, re.M)
UNION = {
    ("visitor", "→"): frames.VisitorFrame,
    ("visitor", "←"): frames.VisitorEvent,
    ("agent", "→"): frames.AgentFrame,
    ("agent", "←"): frames.AgentEvent,
}
SAID = [(who, arrow, msgspec.json.decode(text, type=UNION[who, arrow])) for who, arrow, text in LINES]


@pytest.mark.parametrize("who, arrow, text", LINES, ids=lambda value: value[:40])
def test_a_frame_of_the_session_is_one(who: str, arrow: str, text: str) -> None:
    frame: Any = msgspec.json.decode(text, type=UNION[who, arrow])
    assert json.loads(msgspec.json.encode(frame)) == json.loads(text)


def test_the_session_shows_what_matters() -> None:
    shown = {type(frame) for _, _, frame in SAID}
    assert {frames.Welcome, frames.Ack, frames.MessageFrame, frames.Delta, frames.Turn, frames.Subscribed, frames.Error} <= shown


def test_the_session_keeps_the_promises() -> None:
    held = 0
    for who, arrow, frame in SAID:
        if (who, arrow) != ("visitor", "←"):
            continue
        messages = frame.messages if isinstance(frame, frames.Welcome) else []
        for message in [frame.message] if isinstance(frame, frames.MessageFrame) else messages:
            assert message.seq > message.prev and message.prev in (held, held + 1)  # the session leaves one out
            held = message.seq
    sent = {frame.client_id for _, arrow, frame in SAID if arrow == "→" and hasattr(frame, "client_id")}
    assert all(frame.client_id in sent for _, _, frame in SAID if isinstance(frame, frames.Ack))


@pytest.mark.parametrize("union", UNIONS)
def test_every_frame_is_in_a_table(union: str) -> None:
    both = {"ping", "pong"}
    listed = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\|((?: `\w+`,?)+) \|", README, re.M))))
    assert {str(each.__struct_config__.tag) for each in members(UNIONS[union][0])} - both <= listed


def test_every_code_is_in_a_table() -> None:
    assert set(re.findall(r"^\| `(\w+)` \| [^|]+\| [^|]*\|$", README, re.M)) >= set(frames.ErrorCode.__args__)
    codes = {code for name, code in vars(Close).items() if name.isupper()}
    assert {int(code) for code in re.findall(r"^\| (\d{4}) \|", README, re.M)} == codes
