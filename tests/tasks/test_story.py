"""What the worker does is seen live: a server and a worker as real processes, a visitor and an agent on their sockets."""

import httpx

from server.schema import frames
from server.seed import seed
from server.settings import Settings
from tests.client import Agent, Visitor
from tests.helpers.processes import Processes
from tests.helpers.stores import until
from tests.live.conftest import sign_in

WISH = "I want to book a room for 2 people next Friday. My e-mail is ana@example.com, how much is it?"


async def test_the_lead_is_scored_and_the_silent_visitor_followed_up(settings: Settings, processes: Processes) -> None:
    workspace = (await seed(settings)).workspaces[0]
    soon = {"QUIET_SECONDS": "1", "FOLLOW_UP_SECONDS": "3"}
    server = await processes.server(**soon)
    await processes.worker(**soon)
    email, password = next((agent.email, agent.password) for agent in workspace.agents if agent.role == "agent")
    token = await sign_in(server.url, email, password)

    async with Agent(server.url) as agent, Visitor(server.url) as visitor:
        await agent.hello(token, topics=[frames.TopicRequest(topic="inbox")])
        await visitor.hello(workspace.widget_key, locale="es")
        ack = await visitor.say(WISH)
        await agent.wait(lambda frame: isinstance(frame, frames.AgentConversation) and frame.conversation.label == "hot", seconds=20)
        followed = await visitor.wait(
            lambda frame: isinstance(frame, frames.MessageFrame) and frame.message.text.startswith("¿Sigues ahí?"), seconds=20
        )
        assert followed.message.author.kind == "ai"

    async with httpx.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {token}"}) as client:

        async def shown() -> dict[str, object]:
            return (await client.get(f"/api/v1/conversations/{ack.conversation}")).raise_for_status().json()

        detail = await until(lambda: _ended(shown))
    assert (detail["lead"]["label"], detail["lead"]["stage"]) == ("hot", "contacted")
    assert {"points": 15, "reason": "left an e-mail address"} in detail["lead"]["reasons"]
    assert {(job["kind"], job["state"]) for job in detail["jobs"]} == {("score_lead", "done"), ("follow_up", "done")}


async def _ended(shown: object) -> dict[str, object] | None:
    detail = await shown()  # type: ignore[operator]
    return detail if all(job["state"] != "running" for job in detail["jobs"]) and len(detail["jobs"]) == 2 else None
