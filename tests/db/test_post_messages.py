"""post_messages keeps the protocol's promises whatever order people, the AI and the network do things in."""

import random
from dataclasses import dataclass, field

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.messages import post_messages
from db.pool import tenant
from server.schema.records import ConversationRecord, Expect, Finish, NewMessage, Owner, Posted, Published, TurnRef
from tests.helpers.rows import Chat, Place, new_chat

ACTS = [
    "contact", "contact", "contact", "repeat", "forge", "agent", "note", "take", "take_late", "release", "resolve", "reopen", "queue",
    "snooze", "ai_ends", "ai_ends_late", "ai_intrudes", "bump",
]  # fmt: skip


@dataclass
class Story:
    """A conversation lived through act by act, and what must be true of it by now."""

    pool: asyncpg.Pool
    chat: Chat
    sent: list[tuple[NewMessage, Posted]] = field(default_factory=list)
    turns: list[TurnRef] = field(default_factory=list)
    state: ConversationRecord | None = None
    quiet_from: int | None = None
    """Since which seq the AI must be silent."""
    silences: list[tuple[int, int]] = field(default_factory=list)

    async def act(self, name: str, draw: random.Random) -> None:
        before = self.state
        row = self.row(name, draw)
        if row is None:
            return
        [posted] = await post_messages(self.pool, self.chat.place.workspace, [row])
        self.judge(name, row, posted, before)
        if posted.outcome == "posted":
            assert posted.conversation
            self.state = posted.conversation
            if posted.turn:
                self.turns.append(posted.turn)
            if row.author_kind == "contact":
                self.sent.append((row, posted))
            self.mark_silence(posted.conversation)

    def row(self, name: str, draw: random.Random) -> NewMessage | None:
        chat = self.chat
        if name == "contact" or self.state is None:
            return chat.says(f"hello {draw.random()}", begin=True)
        running = self.turns[-1] if self.turns else None
        match name:
            case "repeat":
                return draw.choice(self.sent)[0]
            case "forge":
                first, _ = draw.choice(self.sent)
                return chat.says("something else", client_id=first.client_id)
            case "agent":
                return chat.agent("I can help", draw.randrange(2))
            case "note":
                return chat.agent("watch out", draw.randrange(2), note=True)
            case "take":
                said = Published(turn=running.id, text="As I was say") if running and draw.random() < 0.7 else None
                return chat.takeover(draw.randrange(2), published=said, epoch=self.state.epoch)
            case "take_late":
                return chat.takeover(0, epoch=self.state.epoch - 1)
            case "release":
                return chat.release()
            case "resolve":
                return chat.resolve()
            case "reopen":
                return NewMessage(conversation=chat.id, owner=Owner(mode="ai", assignee=None, status="open"))
            case "queue":
                return NewMessage(conversation=chat.id, owner=Owner(mode="queued", assignee=None))
            case "snooze":
                return NewMessage(conversation=chat.id, status="snoozed", snoozed_until="2030-01-01T00:00:00.000Z")
            case "ai_ends" | "ai_ends_late":
                if not running:
                    return None
                expect = Expect(turn=running.id, attempt=running.attempt + (name == "ai_ends_late"), epoch=running.epoch)
                return chat.ai("Here you are", id=running.id, expect=expect, finish=Finish(state="done", output_tokens=3))
            case "ai_intrudes":
                return chat.ai("And another thing")
            case _:
                return NewMessage(conversation=chat.id)

    def judge(self, name: str, row: NewMessage, posted: Posted, before: ConversationRecord | None) -> None:
        if before is None:
            assert posted.outcome == "posted"
            return
        match name:
            case "repeat":
                first = next(answer for sent, answer in self.sent if sent is row)
                assert (posted.outcome, posted.ack) == ("duplicate", first.ack)
            case "forge":
                assert (posted.outcome, posted.reason) == ("conflict", "client_id")
            case "take_late":
                assert (posted.outcome, posted.reason) == ("conflict", "epoch")
            case "ai_ends_late":
                assert posted.outcome == "conflict"
            case "ai_intrudes":
                assert posted.outcome == ("conflict" if before.mode == "human" else "posted")
            case "take":
                assert posted.outcome == "posted" and posted.conversation
                assert (posted.conversation.mode, posted.conversation.epoch) == ("human", before.epoch + 1)
                said = row.published if isinstance(row.published, Published) else None
                if posted.ended and said and said.turn == posted.ended.id:
                    cut = posted.messages[0]
                    assert (cut.id, cut.text, cut.cut, cut.author.kind) == (said.turn, said.text, True, "ai")
            case "contact":
                assert posted.outcome == "posted" and posted.conversation and posted.conversation.status == "open"
                assert (posted.turn is not None) == (posted.conversation.mode == "ai")
                assert posted.conversation.epoch == before.epoch + (before.status == "resolved")
        if posted.outcome == "posted":
            assert posted.conversation and posted.conversation.rev > before.rev

    def mark_silence(self, now: ConversationRecord) -> None:
        if now.mode == "human" and self.quiet_from is None:
            self.quiet_from = now.last_seq
        elif now.mode != "human" and self.quiet_from is not None:
            self.silences.append((self.quiet_from, now.last_seq))
            self.quiet_from = None

    async def check(self) -> None:
        async with tenant(self.pool, self.chat.place.workspace) as conn:
            row = await conn.fetchrow("SELECT * FROM conversations WHERE id = $1", self.chat.id)
            messages = await conn.fetch("SELECT * FROM messages WHERE conversation_id = $1 ORDER BY seq", self.chat.id)
            turns = await conn.fetch("SELECT * FROM turns WHERE conversation_id = $1", self.chat.id)
            episodes = await conn.fetch("SELECT * FROM episodes WHERE conversation_id = $1 ORDER BY episode", self.chat.id)
        assert row
        assert [m["seq"] for m in messages] == list(range(1, row["last_seq"] + 1))
        shown = 0
        for message in messages:
            assert message["public_prev"] == shown
            shown = shown if message["internal"] else message["seq"]
        assert row["public_seq"] == shown
        revs = [m["rev"] for m in messages]
        assert revs == sorted(set(revs)) and revs[-1] <= row["rev"]
        spoken = [m for m in messages if m["kind"] != "event" and not m["internal"]]
        assert row["unread"] == sum(m["author_kind"] == "contact" and m["seq"] > row["agent_read_seq"] for m in spoken)
        assert row["contact_unread"] == sum(m["author_kind"] != "contact" and m["seq"] > row["contact_read_seq"] for m in spoken)
        for first, last in [*self.silences, (self.quiet_from or row["last_seq"], row["last_seq"])]:
            assert not [m for m in messages if m["author_kind"] == "ai" and first < m["seq"] <= last]
        active = [t for t in turns if t["state"] in ("thinking", "streaming")]
        assert len(active) <= 1 and all((row["mode"], row["epoch"]) == ("ai", t["epoch"]) for t in active)
        assert [e["episode"] for e in episodes] == list(range(1, row["episode"] + 1))
        assert (episodes[-1]["resolved_at"] is not None) == (row["status"] == "resolved")
        assert row["waiting_since"] is None or (row["mode"] != "ai" and row["status"] != "resolved")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(ACTS), min_size=1, max_size=25), draw=st.randoms(use_true_random=False))
async def test_any_order_of_acts(acts: list[str], draw: random.Random, pool: asyncpg.Pool, place: Place) -> None:
    story = Story(pool, new_chat(place))
    for act in acts:
        await story.act(act, draw)
    await story.check()
