"""A silent contact gets one message, once an episode: by e-mail where SMTP is set, else into the thread."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
import pytest_asyncio
from aiosmtpd.smtp import SMTP

from server.core.mail import Mail
from server.schema.records import NewMessage, Owner
from tasks import JOBS
from tasks.run import run
from tests.tasks.conftest import Desk


class Post:
    """A mail server: what it took, and what it answers."""

    def __init__(self) -> None:
        self.took: list[EmailMessage] = []
        self.rcpt = self.data = "250 ok"
        self.url = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.data.startswith("250"):
            self.took.append(BytesParser(policy=default).parsebytes(envelope.content))
        return self.data


@pytest_asyncio.fixture
async def post() -> AsyncIterator[Post]:
    post = Post()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(post), "127.0.0.1", 0)
    post.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield post
    server.close()
    await server.wait_closed()


@pytest_asyncio.fixture
async def mailing(desk: Desk, post: Post) -> Desk:
    desk.bench = replace(desk.bench, mail=Mail(post.url, "Harbour Desk <hello@example.com>"))
    return desk


async def silent(desk: Desk, **contact: Any) -> None:
    """The AI has answered somebody with an address, who says nothing more."""
    await desk.post(desk.chat.says("hello", **({"email": "ana@example.com"} | contact)), desk.chat.ai("hi"))


async def test_without_smtp_it_goes_into_the_thread_once(desk: Desk) -> None:
    await silent(desk)
    assert await desk.run("follow_up") == ("done", "into the thread")
    assert (await desk.texts())[-1].startswith("Are you still there?")
    assert await desk.run("follow_up") == ("skipped", "this episode has had its follow-up")
    assert len(await desk.texts()) == 3
    said = await desk.superuser.fetchrow("SELECT author_kind, author_name FROM messages ORDER BY seq DESC LIMIT 1")
    assert tuple(said) == ("ai", "Harbour Hotel")


@pytest.mark.parametrize(("locale", "begins"), [("es-MX", "¿Sigues"), ("ar", "هل"), ("de_AT", "Sind"), ("ja", "Are you"), (None, "Are you")])
async def test_it_speaks_the_contacts_language(desk: Desk, locale: str | None, begins: str) -> None:
    await silent(desk, locale=locale)
    await desk.run("follow_up")
    assert (await desk.texts())[-1].startswith(begins)


async def test_a_new_episode_may_have_its_own(desk: Desk) -> None:
    await silent(desk)
    await desk.run("follow_up")
    await desk.post(desk.chat.resolve(), desk.chat.says("me again"), desk.chat.ai("hi"))
    assert (await desk.run("follow_up"))[0] == "done"


async def test_by_mail(mailing: Desk, post: Post) -> None:
    await mailing.superuser.execute("UPDATE workspaces SET sites = '{https://shop.example.com}', name = E'Harbour\\nHotel'")
    await silent(mailing, name="https://evil.example.com")
    assert await mailing.run("follow_up") == ("done", "by e-mail")
    [sent] = post.took
    assert (sent["To"], sent["From"]) == ("ana@example.com", "Harbour Desk <hello@example.com>")
    assert sent["Subject"] == "Your chat with Harbour Hotel"
    body = sent.get_content()
    assert "https://shop.example.com" in body
    assert "evil" not in sent.as_string()  # nothing that a stranger wrote
    assert await mailing.texts() == ["hello", "hi"]  # the visitor is not told of it
    note = await mailing.superuser.fetchrow("SELECT kind, internal, text FROM messages ORDER BY seq DESC LIMIT 1")
    assert tuple(note) == ("event", True, "A follow-up went out by e-mail")
    assert (await mailing.run("follow_up"))[0] == "skipped"
    assert len(post.took) == 1


async def test_a_mail_server_that_fails_for_now_is_asked_again(mailing: Desk, post: Post) -> None:
    await silent(mailing)
    post.data = "451 later"
    row = await mailing.later("follow_up")
    await run(mailing.bench, JOBS, mailing.place.workspace, row)
    post.data = "250 ok"
    await mailing.superuser.execute("UPDATE outbox SET due_at = now()")
    await run(mailing.bench, JOBS, mailing.place.workspace, row)
    assert [state for state, _ in await mailing.runs("follow_up")] == ["failed", "done"]
    assert len(post.took) == 1


async def test_an_address_that_is_refused_is_not_asked_again(mailing: Desk, post: Post) -> None:
    await silent(mailing)
    post.rcpt = "550 no such user ana@example.com"
    assert await mailing.run("follow_up") == ("failed", "the mail server refused the address")
    assert await mailing.left() == 0


async def test_a_mail_that_may_have_gone_out_is_not_sent_again(mailing: Desk, post: Post) -> None:
    """A worker that died in the middle can't say whether it did: silence is better than writing twice."""
    await silent(mailing)
    row = await mailing.later("follow_up")
    taken = asyncio.Event()

    async def dies(bench: Any, leased: Any) -> str:
        taken.set()
        await asyncio.Event().wait()
        return ""

    killed = asyncio.create_task(run(mailing.bench, {"follow_up": dies}, mailing.place.workspace, row))
    await taken.wait()
    killed.cancel()
    await mailing.superuser.execute("UPDATE outbox SET lease_until = now() - interval '1 s'")
    await run(mailing.bench, JOBS, mailing.place.workspace, row)
    assert (await mailing.runs("follow_up"))[-1] == ("skipped", "a run that was cut off may have sent it")
    assert post.took == []


async def test_when_there_is_nobody_to_write_to(desk: Desk) -> None:
    chat = desk.chat
    await desk.post(chat.says("hello"), chat.ai("hi"))
    assert await desk.run("follow_up") == ("skipped", "no e-mail address is known")
    await desk.superuser.execute("UPDATE contacts SET email = 'ana@example.com'")
    await desk.post(chat.says("one more thing"))
    assert await desk.run("follow_up") == ("skipped", "the contact spoke last")
    await desk.post(chat.ai("yes?"), NewMessage(conversation=chat.id, owner=Owner(mode="queued")))
    assert await desk.run("follow_up") == ("skipped", "the contact waits for a person")
    await desk.post(chat.takeover())
    assert await desk.run("follow_up") == ("skipped", "a person has the conversation")
    await desk.post(chat.release(), chat.resolve())
    assert await desk.run("follow_up") == ("skipped", "the conversation is resolved")
    assert "Are you still there?" not in " ".join(await desk.texts())
