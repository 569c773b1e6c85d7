"""static/shared/visitor.js against a scripted world: what a visitor can do, and what it does by itself."""

from typing import Any

from playwright.async_api import Page

START = """
const { Visitor } = await import('/static/shared/visitor.js');
const { World, welcome, message, conversation } = await import('/tests/static/scripted.js');
const world = new World();
const tokens = [];
const visitor = new Visitor({ url: 'ws://x', key: 'wk', token: 'old', locale: 'es', host: world });
visitor.on('token', (token) => tokens.push(token ?? null));
const up = (extra) => { world.wire.accept(); world.wire.say(welcome({ conversation: conversation(), ...extra })); };
const said = (m) => world.wire.say({ type: 'message', conversation: 'c', message: m });
const idle = () => new Promise((done) => setTimeout(done));
"""


async def run(page: Page, script: str) -> Any:
    return await page.evaluate("async () => {" + START + script + "}")


async def test_it_says_who_it_is_and_resumes_where_it_was(page: Page) -> None:
    script = """
    visitor.open(); up({ token: 'new', messages: [message(1), message(2)] });
    world.wire.drop(1001); world.pass(3000); world.wire.accept();
    return [world.sockets[0].sent[0], world.wire.sent[0], tokens];"""
    first, second, tokens = await run(page, script)
    assert first == {"type": "hello", "v": 1, "key": "wk", "token": "old", "locale": "es"}
    assert second == first | {"token": "new", "conversation": "c", "after": 2, "rev": 2}
    assert tokens == ["new"]


async def test_a_refused_token_is_tried_once_more_and_then_forgotten(page: Page) -> None:
    script = """
    const hellos = [];
    visitor.open();
    for (let i = 0; i < 3; i += 1) { world.wire.accept(); hellos.push(world.wire.sent[0].token ?? null); world.wire.drop(4401); }
    return [hellos, tokens, visitor.connection.state.phase, world.sockets.length];"""
    assert await run(page, script) == [["old", "old", None], [None], "closed", 3]


async def test_what_failed_goes_again_under_its_own_id(page: Page) -> None:
    script = """
    visitor.open(); up();
    const id = visitor.send('hello');
    world.wire.say({ type: 'error', code: 'conflict', detail: '', client_id: id });
    const failed = visitor.transcript.echoes[0].status;
    visitor.resend(id); visitor.resend(id);
    return [failed, world.wire.of('send').map((frame) => frame.client_id === id), visitor.transcript.echoes[0].status];"""
    assert await run(page, script) == ["failed", [True, True], "sending"]


async def test_a_hole_is_asked_for_after_two_seconds_and_once(page: Page) -> None:
    script = """
    visitor.open(); up({ messages: [message(1)], conversation: conversation({ last_seq: 1 }), ping: 600 });
    said(message(3)); world.pass(1900);
    const early = world.wire.of('history').length;
    world.pass(200);
    const asked = world.wire.of('history').map(({ after, limit }) => [after, limit]);
    world.wire.say({ type: 'history', conversation: 'c', messages: [], more: false, ref: world.wire.of('history')[0].ref });
    await idle(); said(message(4)); world.pass(10_000);
    return [early, asked, world.wire.of('history').length];"""
    assert await run(page, script) == [0, [[1, 200]], 1]


async def test_a_hole_that_the_server_fills_is_not_asked_for(page: Page) -> None:
    script = """
    visitor.open(); up({ messages: [message(1)], conversation: conversation({ last_seq: 1 }), ping: 600 });
    said(message(3)); world.pass(500); said(message(2)); world.pass(5_000);
    return world.wire.of('history').length;"""
    assert await run(page, script) == 0


async def test_more_of_a_resume_is_asked_for_page_by_page(page: Page) -> None:
    script = """
    visitor.open(); up({ messages: [message(1)], ping: 600 });
    world.wire.drop(); world.pass(3000);
    up({ snapshot: false, more: true, messages: [message(2)], conversation: conversation({ last_seq: 5, rev: 5 }), ping: 600 });
    const answer = async (messages, more) => { world.wire.say({ type: 'history', conversation: 'c', messages, more, ref: world.wire.of('history').at(-1).ref }); await idle(); };
    await idle(); await answer([message(3), message(4)], true); world.pass(2100); await answer([message(5)], false); world.pass(5_000);
    return [world.wire.of('history').map(({ after }) => after), visitor.transcript.messages.length, visitor.transcript.holed];"""
    assert await run(page, script) == [[2, 4], 5, False]


async def test_typing_is_told_at_most_every_three_seconds_and_its_end_once(page: Page) -> None:
    script = """
    visitor.open(); up({ ping: 600 });
    for (let i = 0; i < 10; i += 1) { visitor.typing(true); world.pass(500); }
    visitor.typing(false); visitor.typing(false);
    return world.wire.of('typing').map(({ on }) => on);"""
    assert await run(page, script) == [True, True, False]


async def test_reading_counts_what_others_wrote(page: Page) -> None:
    script = """
    visitor.open(); up({ messages: [message(1), message(2, { kind: 'event' }), message(3), message(4, { author: { kind: 'contact', id: 'me' } })] });
    const unread = visitor.unread;
    visitor.read(); visitor.read();
    return [unread, visitor.unread, world.wire.of('read').map(({ seq }) => seq)];"""
    assert await run(page, script) == [2, 0, [3]]


async def test_whoever_signs_in_as_somebody_else_sees_nothing_of_before(page: Page) -> None:
    script = """
    visitor.open(); up({ messages: [message(1)] });
    visitor.identify('signed');
    const ref = world.wire.of('identify')[0].ref;
    world.wire.say(welcome({ ref, token: 'theirs', snapshot: true, messages: [] }));
    return [visitor.transcript.messages.length, visitor.transcript.conversation ?? null, tokens];"""
    assert await run(page, script) == [0, None, ["theirs"]]


async def test_a_person_is_asked_for_and_a_refusal_is_told(page: Page) -> None:
    script = """
    const done = []; visitor.on('done', (each) => done.push(each));
    visitor.open(); up();
    visitor.human(); world.wire.say({ type: 'ok', ref: world.wire.of('human')[0].client_id });
    visitor.rate(5); world.wire.say({ type: 'error', code: 'not_found', detail: '', ref: world.wire.of('rate')[0].client_id });
    return done;"""
    assert await run(page, script) == [{"action": "human"}, {"action": "rate", "code": "not_found"}]


async def test_presence_tells_whether_anybody_is_there(page: Page) -> None:
    script = """
    visitor.open(); up();
    const at = (status) => { world.wire.say({ type: 'presence', who: { kind: 'agent', id: 'ana' }, status }); return visitor.staffed; };
    return [visitor.staffed, at('online'), at('away')];"""
    assert await run(page, script) == [False, True, False]
