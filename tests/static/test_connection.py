"""static/shared/connection.js against a scripted world: no real time passes, no socket is opened."""

from typing import Any

from playwright.async_api import Page

START = """
const { Connection } = await import('/static/shared/connection.js');
const { World, welcome, message, conversation } = await import('/tests/static/scripted.js');
const world = new World();
const log = [];
const link = new Connection({ url: 'ws://x', hello: () => ({ key: 'wk' }), host: world });
link.on('state', (state) => log.push(state.phase));
link.on('failed', ({ frame, code }) => log.push(`failed ${frame.client_id} ${code}`));
link.on('settled', ({ frame }) => log.push(`settled ${frame.client_id}`));
link.on('unsubscribed', ({ topic, code }) => log.push(`unsubscribed ${topic} ${code}`));
const ack = (id) => ({ type: 'ack', client_id: id, conversation: 'c', message_id: 'm', seq: 1, at: '', duplicate: false });
const up = (extra) => { world.wire.accept(); world.wire.say(welcome(extra)); };
const send = (id) => link.send({ type: 'send', client_id: id, text: id });
const sends = () => world.wire.of('send').map((frame) => frame.client_id);
"""


async def run(page: Page, script: str) -> Any:
    return await page.evaluate("async () => {" + START + script + "}")


async def test_hello_comes_first_and_nothing_before_the_welcome(page: Page) -> None:
    sent, phases = await run(page, "link.open(); send('a'); world.wire.accept(); return [world.wire.sent, log];")
    assert sent == [{"type": "hello", "v": 1, "key": "wk"}]
    assert phases == ["connecting"]


async def test_sends_go_out_one_at_a_time_and_in_order(page: Page) -> None:
    script = """
    link.open(); send('a'); send('b'); up();
    const first = sends();
    world.wire.say(ack('a'));
    return [first, sends(), link.unanswered.map((f) => f.client_id), log];"""
    first, then, waiting, log = await run(page, script)
    assert (first, then, waiting) == (["a"], ["a", "b"], ["b"])
    assert log == ["connecting", "open", "settled a"]


async def test_what_was_not_answered_goes_again_on_the_next_connection(page: Page) -> None:
    script = """
    link.open(); up(); send('a'); send('b');
    world.wire.drop(1006); world.pass(3000); up();
    const again = sends();
    world.wire.say(ack('a'), ack('b'));
    return [world.sockets.length, again, sends(), link.unanswered.length];"""
    assert await run(page, script) == [2, ["a"], ["a", "b"], 0]


async def test_the_same_client_id_is_queued_once(page: Page) -> None:
    assert await run(page, "send('a'); send('a'); return link.unanswered.length;") == 1


async def test_a_refusal_for_good_fails_and_the_next_one_goes_on(page: Page) -> None:
    script = """
    link.open(); up(); send('a'); send('b');
    world.wire.say({ type: 'error', code: 'conflict', detail: '', client_id: 'a' });
    return [log.slice(2), sends()];"""
    assert await run(page, script) == [["failed a conflict"], ["a", "b"]]


async def test_an_unreadable_frame_fails_the_one_in_flight(page: Page) -> None:
    script = (
        "link.open(); up(); send('a'); world.wire.say({ type: 'error', code: 'bad_frame', detail: '' }); return log.slice(2);"
    )
    assert await run(page, script) == ["failed a bad_frame"]


async def test_rate_limited_waits_as_told_and_keeps_the_order(page: Page) -> None:
    script = """
    link.open(); up(); send('a'); send('b');
    world.wire.say({ type: 'error', code: 'rate_limited', detail: '', client_id: 'a', retry_after: 3 });
    world.pass(2900);
    const early = sends().length;
    world.pass(200);
    return [early, sends(), log.slice(2)];"""
    assert await run(page, script) == [1, ["a", "a"], []]


async def test_a_send_without_answer_gives_the_connection_up_and_at_last_fails(page: Page) -> None:
    script = """
    link.open(); up({ ping: 600 }); send('a');
    for (let round = 0; round < 4; round += 1) { world.pass(15_100); if (!link.isOpen) { world.pass(60_000 * 0 + 3100); up({ ping: 600 }); } }
    return [world.sockets.length, log.filter((line) => line.startsWith('failed'))];"""
    assert await run(page, script) == [4, ["failed a timeout"]]


async def test_it_comes_back_within_the_servers_window_then_more_slowly(page: Page) -> None:
    script = """
    link.open(); up({ reconnect: { min: 1, max: 3 } });
    const waits = [];
    for (let i = 0; i < 7; i += 1) { world.wire.drop(1001); waits.push(Math.round((link.state.retryAt - world.time) / 100) / 10); world.pass(60_000 * 0 + link.state.retryAt - world.time); }
    return waits;"""
    assert await run(page, script) == [2, 3.5, 6.5, 12.5, 15.5, 15.5, 15.5]


async def test_retry_after_is_obeyed_before_the_window(page: Page) -> None:
    script = """
    link.open(); up();
    world.wire.say({ type: 'error', code: 'unavailable', detail: '', retry_after: 10 });
    world.wire.drop(1013);
    world.signal('online'); link.retry(); link.open();
    return (link.state.retryAt - world.time) / 1000;"""
    assert await run(page, script) == 12


async def test_final_close_codes_end_it(page: Page) -> None:
    script = """
    const ends = [];
    for (const code of [4400, 4401, 4403, 4406, 4410, 4429, 1000, 1011, 4999]) {
      link.open(); up(); world.wire.drop(code); ends.push(`${code} ${link.state.phase} ${link.state.verdict}`); link.close();
    }
    return ends;"""
    assert await run(page, script) == [
        "4400 closed refused",
        "4401 closed sign_in",
        "4403 closed refused",
        "4406 closed update",
        "4410 waiting retry",
        "4429 waiting retry",
        "1000 waiting retry",
        "1011 waiting retry",
        "4999 waiting retry",
    ]


async def test_a_silent_server_is_asked_and_given_up_after_two_pings(page: Page) -> None:
    script = """
    link.open(); up({ ping: 20 });
    world.pass(21_000);
    const asked = world.wire.of('ping').length;
    world.pass(18_000);
    const still = link.state.phase;
    world.pass(2_000);
    return [asked, still, link.state.phase];"""
    assert await run(page, script) == [1, "open", "waiting"]


async def test_a_pong_keeps_it_and_a_ping_is_answered(page: Page) -> None:
    script = """
    link.open(); up({ ping: 20 });
    for (let i = 0; i < 20; i += 1) { world.pass(10_000); world.wire.say({ type: 'pong' }); }
    world.wire.say({ type: 'ping', ref: 'x' });
    return [link.state.phase, world.wire.of('pong')];"""
    assert await run(page, script) == ["open", [{"type": "pong", "ref": "x"}]]


async def test_waking_up_asks_at_once(page: Page) -> None:
    script = """
    link.open(); up({ ping: 60 }); world.signal('visible'); world.pass(5_100);
    return [world.wire.of ? world.sockets[0].of('ping').length : 0, link.state.phase];"""
    assert await run(page, script) == [1, "waiting"]


async def test_no_network_is_shown_and_its_return_reconnects_at_once(page: Page) -> None:
    script = """
    link.open(); up(); world.signal('offline');
    const phase = link.state.phase;
    world.signal('online');
    return [phase, link.state.phase, world.sockets.length];"""
    assert await run(page, script) == ["offline", "connecting", 2]


async def test_a_welcome_that_never_comes_is_not_waited_for(page: Page) -> None:
    assert await run(page, "link.open(); world.wire.accept(); world.pass(10_100); return link.state.phase;") == "waiting"


async def test_topics_are_asked_with_what_is_held_at_each_connection(page: Page) -> None:
    script = """
    let after = 3;
    link.subscribe('inbox', () => ({ cursor: 'k' })); link.subscribe('conversation:1', () => ({ after }));
    link.open(); up(); after = 9; world.wire.drop(); world.pass(3000); up();
    return world.wire.of('subscribe').map((frame) => frame.topics[0]);"""
    assert await run(page, script) == [
        {"topic": "inbox", "cursor": "k"},
        {"topic": "conversation:1", "after": 9},
    ]


async def test_a_refused_topic_is_not_asked_again(page: Page) -> None:
    script = """
    link.subscribe('stats'); link.open(); up();
    world.wire.say({ type: 'error', code: 'forbidden', detail: '', ref: 't:stats' });
    world.wire.drop(); world.pass(3000); up();
    return [log.filter((line) => line.startsWith('un')), world.wire.of('subscribe').length];"""
    assert await run(page, script) == [["unsubscribed stats forbidden"], 0]


async def test_a_request_resolves_by_ref_and_rejects_with_code_loss_or_time(page: Page) -> None:
    script = """
    const out = [];
    const ask = () => link.request({ type: 'history', before: 3 }).then((f) => out.push(f.type), (e) => out.push(e.code));
    await ask();
    link.open(); up({ ping: 600 });
    let waiting = ask(); world.wire.say({ type: 'history', messages: [], more: false, conversation: 'c', ref: world.wire.sent.at(-1).ref }); await waiting;
    waiting = ask(); world.wire.say({ type: 'error', code: 'not_found', detail: '', ref: world.wire.sent.at(-1).ref }); await waiting;
    waiting = ask(); world.pass(15_100); await waiting;
    waiting = ask(); world.wire.drop(); await waiting;
    return out;"""
    assert await run(page, script) == ["offline", "history", "not_found", "timeout", "offline"]


async def test_of_a_state_only_the_last_is_told_and_typing_is_never_late(page: Page) -> None:
    script = """
    link.latest('read', { type: 'read', seq: 1 }); link.latest('read', { type: 'read', seq: 2 }); link.cast({ type: 'typing', on: true });
    link.open(); up();
    return [world.wire.of('read'), world.wire.of('typing').length];"""
    assert await run(page, script) == [[{"type": "read", "seq": 2}], 0]


async def test_what_no_frame_should_be_is_passed_over(page: Page) -> None:
    script = """
    link.open(); up();
    for (const data of ['', '[]', 'null', '{"type":5}', 'x'.repeat(10)]) world.wire.onmessage({ data });
    world.wire.say({ type: 'of a later version', anything: 1 });
    return link.state.phase;"""
    assert await run(page, script) == "open"


async def test_the_queue_is_bounded(page: Page) -> None:
    script = "const kept = []; for (let i = 0; i < 201; i += 1) kept.push(send(`m${i}`)); return [kept.filter(Boolean).length, kept.at(-1)];"
    assert await run(page, script) == [200, False]
