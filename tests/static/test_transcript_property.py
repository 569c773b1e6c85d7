"""Frames of one true history, torn apart: doubled, late, out of order, over lost connections. The end is always the same."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.async_api import Page

TEXT = "Yes 🚚 we ship to Wrocław — 2 days."
PIECES = [TEXT[at : at + 4] for at in range(0, len(TEXT), 4)]

SCRIPT = """
async (frames) => {
  const { Transcript } = await import('/static/shared/transcript.js');
  const t = new Transcript({ now: () => 0 });
  const seen = [];
  let barrier = 0, stale = 0, wrong = 0;
  for (const frame of frames) {
    t.apply(frame);
    barrier = Math.max(barrier, t.conversation?.epoch ?? 0);
    stale += t.turns.filter((live) => live.epoch < barrier).length;
    for (const live of t.turns) if (!TEXT.startsWith(live.text)) wrong += 1;
    const seqs = t.messages.map((m) => m.seq);
    if (seqs.some((seq, at) => at && seq <= seqs[at - 1])) wrong += 1;
    for (const { key } of t.items) if (t.items.filter((item) => item.key === key).length > 1) wrong += 1;
  }
  return { items: t.items.map((item) => [item.key, item.message?.text]), resume: t.resume, holed: t.holed, stale, wrong };
}
""".replace("TEXT", repr(TEXT))


def message(seq: int, **extra: Any) -> dict[str, Any]:
    return {
        "id": f"m{seq}", "seq": seq, "prev": seq - 1, "rev": seq, "author": {"kind": "contact", "id": "v"}, "kind": "text",
        "text": f"text {seq}", "attachments": [], "at": "2026-11-20T10:00:00.000Z", **extra,
    }  # fmt: skip


def said(seq: int, **extra: Any) -> dict[str, Any]:
    return {"type": "message", "conversation": "c", "message": message(seq, **extra)}


def state(rev: int, epoch: int, last_seq: int) -> dict[str, Any]:
    held = {
        "id": "c",
        "rev": rev,
        "epoch": epoch,
        "mode": "ai",
        "status": "open",
        "last_seq": last_seq,
        "read_seq": 0,
        "unread": 0,
    }
    return {"type": "conversation", "conversation": held}


def delta(turn: str, epoch: int, piece: int) -> dict[str, Any]:
    offset = sum(map(len, PIECES[:piece]))
    return {
        "type": "delta",
        "conversation": "c",
        "turn": turn,
        "attempt": 1,
        "epoch": epoch,
        "offset": offset,
        "text": PIECES[piece],
    }


MESSAGES = [
    said(1),
    said(2, client_id="x"),
    said(3, id="t1", author={"kind": "ai"}, text=TEXT),
    said(4),
    said(5, id="t2", author={"kind": "ai"}, text=TEXT, cut=True),
    said(6),
]
NOISE = [
    *(delta("t1", 1, piece) for piece in range(len(PIECES))),
    *(delta("t2", 1, piece) for piece in range(len(PIECES))),
    state(1, 1, 1),
    state(3, 1, 3),
    {"type": "turn", "conversation": "c", "turn": "t1", "attempt": 1, "epoch": 1, "state": "thinking"},
    {"type": "turn", "conversation": "c", "turn": "t2", "attempt": 1, "epoch": 1, "state": "cancelled"},
    {"type": "turn", "conversation": "c", "turn": "t3", "attempt": 1, "epoch": 1, "state": "streaming"},
    {
        "type": "ack",
        "client_id": "x",
        "conversation": "c",
        "message_id": "m2",
        "seq": 2,
        "at": "",
        "duplicate": False,
    },
    {"type": "edited", "conversation": "c", "message": message(1, rev=7, text="edited")},
]
LAST = [state(8, 2, 6), {"type": "edited", "conversation": "c", "message": message(1, rev=7, text="edited")}]


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
async def test_any_order_ends_the_same(page: Page, data: st.DataObject) -> None:
    noise = data.draw(st.lists(st.sampled_from(NOISE + MESSAGES), max_size=60))
    frames = data.draw(st.permutations([*MESSAGES, *LAST]))
    mixed = [*noise, *frames] if data.draw(st.booleans()) else [*frames, *noise]
    result = await page.evaluate(SCRIPT, mixed)
    assert result["items"] == [
        ["m1", "edited"],
        ["x", "text 2"],
        ["t1", TEXT],
        ["m4", "text 4"],
        ["t2", TEXT],
        ["m6", "text 6"],
    ]
    assert result["resume"] == {"conversation": "c", "after": 6, "rev": 8}
    assert (result["holed"], result["stale"], result["wrong"]) == (False, 0, 0)


@given(st.integers(0, 6), st.booleans(), st.lists(st.sampled_from(NOISE), max_size=10))
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
async def test_a_resume_brings_exactly_what_was_missed(
    page: Page, held: int, snapshot: bool, noise: list[dict[str, Any]]
) -> None:
    """`held` messages came, the connection died, and the answer to `after` brings the rest (or a snapshot brings all)."""
    first = {
        "type": "welcome",
        "snapshot": True,
        "more": False,
        "messages": [],
        "conversation": state(1, 1, held)["conversation"],
    }
    missed = [frame["message"] for frame in MESSAGES[held:]]
    again = {
        "type": "welcome", "snapshot": snapshot, "more": False, "conversation": state(8, 2, 6)["conversation"],
        "messages": [frame["message"] for frame in MESSAGES] if snapshot else missed,
    }  # fmt: skip
    result = await page.evaluate(SCRIPT, [first, *MESSAGES[:held], *noise, again])
    assert [key for key, _ in result["items"]] == ["m1", "x", "t1", "m4", "t2", "m6"]
    assert (result["holed"], result["stale"], result["wrong"], result["resume"]["after"]) == (False, 0, 0, 6)
