"""What people do in their browsers, and what can be seen over their shoulders."""

import json
from itertools import pairwise
from typing import Any
from uuid import UUID

import asyncpg
from playwright.async_api import Frame, Locator, Page, WebSocket

from server.core.secrets import Secrets
from server.seed import SeededWorkspace
from server.settings import Settings
from tests.browser.widget.chat import Chat

ROW = "parley-conversations .row"
SAID_BY_AI = ".line.ai .bubble:not(.waiting):not(.streaming)"
_WATCH = """selector => {
  const now = () => [...document.querySelectorAll(selector)].at(-1)?.textContent ?? '';
  let last = now();
  window.steps = [];
  const look = () => {
    const text = now();
    if (text && text !== last) window.steps.push((last = text));
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


async def sign_in(page: Page, url: str, workspace: SeededWorkspace, role: str = "agent", path: str = "/inbox") -> Page:
    person = next(one for one in workspace.agents if one.role == role)
    await page.goto(f"{url}/sign-in?next={path}")
    await page.get_by_label("E-mail").fill(person.email)
    await page.get_by_label("Password").fill(person.password)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"{url}{path}")
    return page


async def identity_secret(superuser: asyncpg.Connection, settings: Settings, workspace: UUID) -> str:
    """What the host's own server signs identities with."""
    kept = await superuser.fetchval("SELECT identity_secret FROM workspaces WHERE id = $1", workspace)
    return Secrets(settings.secret_key).decrypt(f"identity:{workspace}", kept)


def answers(chat: Chat) -> Locator:
    """What the AI has said to the end."""
    return chat.inside.locator(SAID_BY_AI)


def state(inbox: Page, kind: str) -> Locator:
    """Whose the open conversation is: ai, waiting, mine, theirs, resolved."""
    return inbox.locator(f".thread-state [data-kind={kind}]")


async def watch(place: Page | Frame, selector: str) -> None:
    """From now on each text of the last element of the selector is kept."""
    await place.evaluate(_WATCH, selector)


async def steps(place: Page | Frame) -> list[str]:
    kept: list[str] = await place.evaluate("window.steps")
    return kept


def grew(kept: list[str], least: int = 4) -> bool:
    """Whether a text came word by word: in several steps, none of which took anything back."""
    return len(kept) >= least and all(after.startswith(before.rstrip()) for before, after in pairwise(kept))


class Wire:
    """What a page's live connections have carried, as text; `of` decodes what came of one type."""

    def __init__(self, page: Page) -> None:
        self.received: list[str] = []
        self.sent: list[str] = []
        page.on("websocket", self._listen)

    def of(self, type: str) -> list[dict[str, Any]]:
        return [frame for frame in map(json.loads, self.received) if frame["type"] == type]

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: self.received.append(str(payload)))
        socket.on("framesent", lambda payload: self.sent.append(str(payload)))
