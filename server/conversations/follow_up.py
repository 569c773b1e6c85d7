"""A contact who can be written to went silent: one message, once an episode, by e-mail or into the thread."""

from uuid import UUID, uuid5

from msgspec.structs import replace

from db import silences as db
from db.pool import tenant
from server.conversations.events import event
from server.conversations.follow_up_texts import text_for
from server.conversations.post import accepted, digest, post
from server.core.core import Core
from server.core.ids import new_id
from server.core.mail import Mail
from server.schema.records import Expect, NewMessage


async def follow_up(core: Core, mail: Mail, workspace: UUID, conversation: UUID, *, unsure: bool) -> tuple[bool, str]:
    """Whether it was done, and how or why not. `unsure`: an earlier try may have sent the e-mail without having said so.

    Raises Conflict where something was said meanwhile: look again. Also what `mail.send` raises.
    """
    async with tenant(core.pool, workspace) as conn:
        silence = await db.get(conn, conversation)
        if silence is None or (reason := _unfit(silence)):
            return False, reason if silence else "there is no such conversation"
        once = uuid5(conversation, f"follow_up:{silence.episode}")
        if await db.written(conn, "system", once):
            return False, "this episode has had its follow-up"
    if not mail.configured:
        return await _into_thread(core, workspace, conversation, silence, once)
    if unsure:
        return False, "a run that was cut off may have sent it"
    await _by_mail(core, mail, workspace, conversation, silence, once)
    return True, "by e-mail"


def _unfit(silence: db.Silence) -> str:
    if silence.status != "open":
        return f"the conversation is {silence.status}"
    if silence.mode != "ai":
        return "a person has the conversation" if silence.mode == "human" else "the contact waits for a person"
    if not silence.email:
        return "no e-mail address is known"
    return "" if silence.last_speaker in ("ai", "agent") else "the contact spoke last"


async def _into_thread(core: Core, workspace: UUID, conversation: UUID, silence: db.Silence, once: UUID) -> tuple[bool, str]:
    row = NewMessage(
        conversation=conversation,
        id=new_id(),
        sender="system",
        client_id=once,
        digest=digest(conversation, "follow_up"),
        author_kind="ai",
        author_name=silence.assistant,
        kind="text",
        text=text_for(silence.locale).text,
        expect=Expect(epoch=silence.epoch, last_seq=silence.last_seq, modes=["ai"], statuses=["open"]),
    )
    accepted((await post(core, workspace, [row]))[0])
    return True, "into the thread"


async def _by_mail(core: Core, mail: Mail, workspace: UUID, conversation: UUID, silence: db.Silence, once: UUID) -> None:
    said = text_for(silence.locale)
    body = [said.text, said.back.format(site=silence.site)] if silence.site else [said.text]
    subject = said.subject.format(business=" ".join(silence.business.split()))
    await mail.send(silence.email or "", subject, "\n\n".join([*body, f"{silence.business}\n"]), str(once))
    sent = event(conversation, "followed_up", "A follow-up went out by e-mail", internal=True, by="email")
    await post(core, workspace, [replace(sent, client_id=once, digest=digest(conversation, "follow_up"))])
