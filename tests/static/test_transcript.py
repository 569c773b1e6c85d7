"""static/shared/transcript.js: what a reader sees is the same whatever way the frames came."""

from typing import Any

from playwright.async_api import Page

START = """
const { Transcript } = await import('/static/shared/transcript.js');
const { welcome, message, conversation } = await import('/tests/static/scripted.js');
let now = 1_000_000;
const t = new Transcript({ now: () => now });
const said = (m) => t.apply({ type: 'message', conversation: 'c', message: m });
const delta = (offset, text, extra) => t.apply({ type: 'delta', conversation: 'c', turn: 't1', attempt: 1, epoch: 1, offset, text, ...extra });
const turn = (state, extra) => t.apply({ type: 'turn', conversation: 'c', turn: 't1', attempt: 1, epoch: 1, state, ...extra });
const owner = (extra) => t.apply({ type: 'conversation', conversation: conversation(extra) });
const begin = (extra) => t.apply(welcome({ conversation: conversation(), ...extra }));
const text = () => t.turns.map((live) => live.text).join('|');
const shown = () => t.items.map((item) => item.message?.text ?? item.echo?.text ?? `(${item.turn.text})`);
"""


async def run(page: Page, script: str) -> Any:
    return await page.evaluate("async () => {" + START + script + "}")


async def test_an_echo_becomes_its_message_whichever_answer_comes_first(page: Page) -> None:
    script = """
    begin();
    const out = [];
    const ack = (id, seq) => t.apply({ type: 'ack', client_id: id, conversation: 'c', message_id: `m${seq}`, seq, at: '', duplicate: false });
    t.echo({ client_id: 'x', text: 'hello' }); out.push(t.items.map((i) => [i.key, i.echo?.status]));
    ack('x', 1); out.push(t.items.map((i) => [i.key, i.echo?.status]));
    said(message(1, { client_id: 'x', text: 'hello' })); out.push(t.items.map((i) => [i.key, i.message?.seq]));
    t.echo({ client_id: 'y', text: 'more' });
    said(message(2, { client_id: 'y' })); ack('y', 2); out.push(t.echoes.length);
    t.echo({ client_id: 'z', text: 'third' }); ack('z', 3); said(message(3)); out.push(t.echoes.length);
    return out;"""
    assert await run(page, script) == [[["x", "sending"]], [["x", "sent"]], [["x", 1]], 0, 0]


async def test_a_failed_echo_stays_until_it_is_tried_again(page: Page) -> None:
    script = """
    t.echo({ client_id: 'x', text: 'hello' }); t.fail('x', 'conflict');
    const failed = t.echoes[0];
    t.echo(failed);
    return [failed.status, failed.code, t.echoes.length, t.echoes[0].status];"""
    assert await run(page, script) == ["failed", "conflict", 1, "sending"]


async def test_what_waits_stands_after_what_is_written(page: Page) -> None:
    script = "begin(); t.echo({ client_id: 'x', text: 'mine' }); delta(0, 'Hel'); said(message(1)); return shown();"
    assert await run(page, script) == ["text 1", "(Hel)", "mine"]


async def test_a_hole_shows_and_resume_stays_before_it(page: Page) -> None:
    script = """
    begin({ messages: [message(1), message(2)] });
    said(message(5, { prev: 4 }));
    const before = [t.holed, t.wanted, t.resume];
    t.apply({ type: 'history', conversation: 'c', messages: [message(3), message(4)], more: false });
    return [before, t.holed, t.resume, t.messages.map((m) => m.seq)];"""
    assert await run(page, script) == [
        [True, {"after": 2, "limit": 200}, {"conversation": "c", "after": 2, "rev": 2}],
        False,
        {"conversation": "c", "after": 5, "rev": 5},
        [1, 2, 3, 4, 5],
    ]


async def test_notes_that_a_visitor_never_gets_are_no_hole(page: Page) -> None:
    script = "begin({ messages: [message(1)] }); said(message(4, { prev: 1 })); return [t.holed, t.resume.after];"
    assert await run(page, script) == [False, 4]


async def test_a_state_that_tells_of_more_than_is_held_is_a_hole(page: Page) -> None:
    script = "begin({ messages: [message(1)] }); owner({ rev: 9, last_seq: 2 }); return [t.holed, t.resume.rev];"
    assert await run(page, script) == [True, 1]


async def test_a_list_that_ends_with_more_is_asked_on(page: Page) -> None:
    script = """
    begin({ messages: [message(1)] });
    t.apply(welcome({ conversation: conversation({ last_seq: 4, rev: 4 }), snapshot: false, more: true, messages: [message(2)] }));
    const first = [t.incomplete, t.wanted.after];
    t.apply({ type: 'history', conversation: 'c', messages: [message(3)], more: true });
    const second = [t.incomplete, t.wanted.after];
    t.apply({ type: 'history', conversation: 'c', messages: [message(4)], more: false });
    return [first, second, t.incomplete, t.wanted ?? null];"""
    assert await run(page, script) == [[True, 2], [True, 3], False, None]


async def test_more_of_a_snapshot_is_older_and_not_missing(page: Page) -> None:
    script = "begin({ messages: [message(8), message(9)], more: true, conversation: conversation({ last_seq: 9 }) }); return [t.incomplete, t.hasOlder, t.holed];"
    assert await run(page, script) == [False, True, False]


async def test_a_snapshot_drops_what_was_held_but_not_what_waits(page: Page) -> None:
    script = """
    begin({ messages: [message(1)] }); t.echo({ client_id: 'x', text: 'waiting' });
    begin({ messages: [message(300)], conversation: conversation({ last_seq: 300, rev: 300 }) });
    return shown();"""
    assert await run(page, script) == ["text 300", "waiting"]


async def test_changed_old_messages_of_a_resume_are_taken_and_make_no_hole(page: Page) -> None:
    script = """
    begin({ messages: [message(10), message(11)], conversation: conversation({ last_seq: 11 }) });
    t.apply(welcome({ snapshot: false, conversation: conversation({ last_seq: 12, rev: 40 }), messages: [message(2, { rev: 39 }), message(10, { rev: 40, text: 'redacted' }), message(12)] }));
    return [shown(), t.holed];"""
    assert await run(page, script) == [["redacted", "text 11", "text 12"], False]


async def test_an_edit_counts_by_rev(page: Page) -> None:
    script = """
    begin({ messages: [message(1)] });
    t.apply({ type: 'edited', conversation: 'c', message: message(1, { rev: 5, text: 'new' }) });
    t.apply({ type: 'edited', conversation: 'c', message: message(1, { rev: 3, text: 'older' }) });
    return shown();"""
    assert await run(page, script) == ["new"]


async def test_offsets_count_code_points(page: Page) -> None:
    script = "delta(0, 'Hi 👋🏽'); delta(5, ' there'); return text();"
    assert await run(page, script) == "Hi 👋🏽 there"


async def test_pieces_that_overlap_come_out_once(page: Page) -> None:
    script = "delta(0, 'Hello'); delta(3, 'lo you'); delta(3, 'lo'); return text();"
    assert await run(page, script) == "Hello you"


async def test_after_a_lost_piece_the_text_stands_until_all_of_it_comes(page: Page) -> None:
    script = "delta(0, 'One'); delta(8, 'three'); delta(3, ' two '); const still = text(); delta(0, 'One two three'); return [still, text()];"
    assert await run(page, script) == ["One", "One two three"]


async def test_a_higher_attempt_discards_and_a_lower_one_is_ignored(page: Page) -> None:
    script = """
    delta(0, 'first try'); turn('thinking', { attempt: 2 });
    const fresh = text();
    delta(0, 'second', { attempt: 2 }); delta(9, ' late', { attempt: 1 }); turn('cancelled', { attempt: 1 });
    return [fresh, text()];"""
    assert await run(page, script) == ["", "second"]


async def test_cancelled_takes_the_text_away_and_nothing_late_brings_it_back(page: Page) -> None:
    script = "delta(0, 'Hel'); turn('cancelled'); delta(3, 'lo'); delta(0, 'Hello'); const gone = t.turns.length; delta(0, 'again', { attempt: 2 }); return [gone, text()];"
    assert await run(page, script) == [0, "again"]


async def test_the_message_takes_the_turns_place_under_the_same_key(page: Page) -> None:
    script = """
    begin(); delta(0, 'Hel'); const key = t.items[0].key;
    said(message(1, { id: 't1', text: 'Hello' }));
    delta(3, 'lo'); turn('failed');
    return [key, t.items.map((item) => item.key), shown()];"""
    assert await run(page, script) == ["t1", ["t1"], ["Hello"]]


async def test_nothing_of_the_ai_follows_a_higher_epoch(page: Page) -> None:
    script = """
    begin(); delta(0, 'Hel'); owner({ epoch: 2, rev: 5 });
    const gone = t.turns.length; delta(3, 'lo'); turn('streaming'); delta(0, 'Hello');
    const still = t.turns.length; delta(0, 'after release', { turn: 't2', epoch: 3 });
    return [gone, still, text()];"""
    assert await run(page, script) == [0, 0, "after release"]


async def test_an_older_state_does_not_win(page: Page) -> None:
    script = "begin(); owner({ rev: 7, mode: 'human' }); owner({ rev: 6, mode: 'ai' }); return t.conversation.mode;"
    assert await run(page, script) == "human"


async def test_typing_lapses_after_six_seconds_and_ends_with_the_message(page: Page) -> None:
    script = """
    const who = { kind: 'agent', id: 'ana', name: 'Ana' };
    t.apply({ type: 'typing', conversation: 'c', who, on: true });
    const on = t.typing.length; now += 5_900; const still = t.typing.length; now += 200; const late = [t.typing.length, t.sweep()];
    t.apply({ type: 'typing', conversation: 'c', who, on: true });
    said(message(1, { author: { kind: 'agent', id: 'ana' } }));
    return [on, still, late, t.typing.length];"""
    assert await run(page, script) == [1, 1, [0, True], 0]


async def test_reads_only_rise(page: Page) -> None:
    script = """
    const who = { kind: 'agent', id: 'ana' };
    t.apply({ type: 'read', conversation: 'c', who, seq: 5 }); t.apply({ type: 'read', conversation: 'c', who, seq: 3 });
    return [t.readBy((each) => each.kind === 'agent'), t.readBy((each) => each.kind === 'contact')];"""
    assert await run(page, script) == [5, 0]


async def test_a_turn_that_ended_while_away_goes_by_itself(page: Page) -> None:
    script = """
    begin(); delta(0, 'Hel'); now += 100; begin({ snapshot: false });
    now += 2_900; const kept = t.sweep(); now += 200;
    return [kept, t.sweep(), t.turns.length];"""
    assert await run(page, script) == [False, True, 0]


async def test_another_conversation_begins_empty(page: Page) -> None:
    script = "begin({ messages: [message(1)] }); begin({ conversation: conversation({ id: 'd' }), snapshot: false }); return [shown(), t.resume];"
    shown, resume = await run(page, script)
    assert shown == [] and resume["conversation"] == "d"


async def test_an_older_page_joins_and_a_stray_older_one_makes_no_hole(page: Page) -> None:
    script = """
    begin({ messages: [message(8), message(9)], conversation: conversation({ last_seq: 9 }) });
    said(message(3));
    const stray = [t.holed, t.messages.length];
    t.apply({ type: 'history', conversation: 'c', messages: [message(6, { prev: 4 }), message(7)], more: true });
    return [stray, t.hasOlder, t.messages.map((m) => m.seq), t.resume.after];"""
    assert await run(page, script) == [[False, 2], True, [6, 7, 8, 9], 9]


async def test_the_first_message_lost_is_a_hole_too(page: Page) -> None:
    script = "begin(); said(message(2)); return [t.holed, t.wanted];"
    assert await run(page, script) == [True, {"after": 0, "limit": 200}]


async def test_a_long_conversation_can_be_trimmed(page: Page) -> None:
    script = "begin({ messages: [1, 2, 3, 4].map((n) => message(n)) }); t.trim(2); said(message(1)); return [t.hasOlder, t.holed, t.messages.length];"
    assert await run(page, script) == [True, False, 2]
