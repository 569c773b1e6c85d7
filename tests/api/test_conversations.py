"""What an agent does over REST, and what comes of it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from db.messages import post_messages
from server.core.core import Core
from server.seed import SeedResult
from tests.api.conftest import As, Begin, user


async def act(client: httpx.AsyncClient, chat: Any, verb: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(f"/api/v1/conversations/{chat.id}/{verb}", json=body or None)
    assert answer.status_code == 200, answer.text
    summary: dict[str, Any] = answer.json()["conversation"]
    return summary


async def test_the_life_of_a_conversation(asking: As, begin: Begin, planted: SeedResult) -> None:
    client, chat = await asking("agent"), await begin("I need a room", name="Ana")
    taken = await act(client, chat, "takeover", epoch=0)
    assert (taken["mode"], taken["epoch"], taken["assignee"]["name"]) == ("human", 1, "Inês Moreira")
    again = await client.post(f"/api/v1/conversations/{chat.id}/takeover", json={"epoch": 0})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    other = await act(client, chat, "assign", agent=str(user(planted, "agent2")))
    assert other["assignee"]["name"] == "Jonas Lindqvist"
    queued = await act(await asking("agent2"), chat, "assign", agent=None)
    assert (queued["mode"], queued.get("assignee")) == ("queued", None)
    assert (await act(client, chat, "release"))["mode"] == "ai"
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert (await act(client, chat, "snooze", until=later))["status"] == "snoozed"
    assert (await act(client, chat, "reopen"))["status"] == "open"
    assert (await act(client, chat, "resolve"))["status"] == "resolved"
    assert (await client.post(f"/api/v1/conversations/{chat.id}/resolve")).status_code == 409


async def test_messages_are_sent_once(asking: As, begin: Begin) -> None:
    client, chat = await asking("agent"), await begin()
    path, body = f"/api/v1/conversations/{chat.id}/messages", {"client_id": str(uuid4()), "text": "Good morning"}
    first = await client.post(path, json=body)
    second = await client.post(path, json=body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json() | {"duplicate": True}
    changed = await client.post(path, json=body | {"text": "Good evening"})
    assert (changed.status_code, changed.json()["code"]) == (409, "conflict")
    note = await client.post(path, json={"client_id": str(uuid4()), "text": "a regular", "note": True})
    assert note.status_code == 201
    told = (await client.get(path)).json()
    assert [m["kind"] for m in told["messages"]] == ["text", "event", "text", "note"]
    assert [m["seq"] for m in told["messages"]] == [1, 2, 3, 4] and told["more"] is False


async def test_a_conversation_with_all_that_is_known(asking: As, begin: Begin) -> None:
    client, chat = await asking("viewer"), await begin("Hello", name="Ana", email="ana@example.com")
    detail = (await client.get(f"/api/v1/conversations/{chat.id}")).json()
    assert detail["contact"]["email"] == "ana@example.com" and detail["conversation"]["contact"]["name"] == "Ana"
    assert detail["jobs"] == [] and "lead" not in detail and "rating" not in detail


async def test_messages_are_paged_both_ways(asking: As, begin: Begin) -> None:
    client, chat = await asking("agent"), await begin(*(f"message {n}" for n in range(1, 26)))
    path = f"/api/v1/conversations/{chat.id}/messages"

    async def page(**query: int) -> tuple[list[int], bool]:
        answer = (await client.get(path, params={"limit": 10} | query)).json()
        return [m["seq"] for m in answer["messages"]], answer["more"]

    assert await page() == (list(range(16, 26)), True)
    assert await page(before=16) == (list(range(6, 16)), True)
    assert await page(before=6) == (list(range(1, 6)), False)
    assert await page(after=20) == (list(range(21, 26)), False)
    both = await client.get(path, params={"before": 5, "after": 2})
    assert (both.status_code, both.json()["field"]) == (400, "after")


async def test_pages_of_the_inbox_hold_each_conversation_once(asking: As, begin: Begin) -> None:
    client = await asking("agent")
    chats = [await begin() for _ in range(7)]
    await act(client, chats[2], "takeover")
    await act(client, chats[3], "resolve")

    async def all_of(**query: str) -> list[str]:
        seen, key = [], None
        for _ in range(9):
            params = {"limit": 2, **query} | ({"after": key} if key else {})
            answer = (await client.get("/api/v1/conversations", params=params)).json()
            assert answer["cursor"]
            seen += [item["id"] for item in answer["items"]]
            key = answer.get("next")
            if key is None:
                return seen
        raise AssertionError("pages without an end")

    ids = [str(chat.id) for chat in chats]
    everything = await all_of(filter="all")
    assert sorted(everything) == sorted(set(ids) - {ids[3]})
    assert everything[0] == ids[2]
    assert await all_of(filter="mine") == [ids[2]]
    assert await all_of(filter="resolved") == [ids[3]]
    assert sorted(await all_of(filter="ai")) == sorted(set(ids) - {ids[2], ids[3]})
    assert await all_of(filter="unassigned") == [] == await all_of(filter="waiting")


async def test_search_finds_words_and_names(asking: As, begin: Begin) -> None:
    client = await asking("agent")
    kettle, name = await begin("my kettle leaks"), await begin("hi", name="Wilhelmina")
    await begin("my kettle leaks", workspace=1)
    for words, chat in (("kettle leaks", kettle), ("kett", kettle), ("my kettle le", kettle), ('"kettle leaks"', kettle), ("wilhelm", name)):
        found = (await client.get("/api/v1/conversations", params={"q": words})).json()["items"]
        assert [item["id"] for item in found] == [str(chat.id)]
    for words in ('"kett"', "ettle", "hi -(", "'", "-kettle leaks", '-"my kettle"', ":*"):
        assert (await client.get("/api/v1/conversations", params={"q": words})).status_code == 200
    assert (await client.get("/api/v1/conversations", params={"q": '"kett"'})).json()["items"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"filter": "theirs"}, "filter"),
        ({"after": "nonsense"}, "after"),
        ({"after": "nan/nan"}, "after"),
        ({"after": f"nan/{UUID(int=0)}"}, "after"),
        ({"after": f"1e18/{UUID(int=0)}"}, "after"),
        ({"after": f"-1e18/{UUID(int=0)}", "filter": "waiting"}, "after"),
        ({"after": "x" * 200}, "after"),
        ({"q": ""}, "q"),
        ({"q": "x" * 300}, "q"),
    ],
)
async def test_a_query_that_breaks_a_rule(query: dict[str, str], field: str, asking: As) -> None:
    answer = await (await asking("agent")).get("/api/v1/conversations", params=query)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "bad_frame", field)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "no id"}, "client_id"),
        ({"client_id": str(uuid4())}, "text"),
        ({"client_id": str(uuid4()), "text": ""}, "text"),
        ({"client_id": str(uuid4()), "text": "x" * 10_001}, "text"),
        ({"client_id": "7", "text": "x"}, "client_id"),
        ({"client_id": str(uuid4()), "text": "x", "epoch": -1}, "epoch"),
        ({"client_id": str(uuid4()), "text": "x", "kind": "system"}, "kind"),
    ],
)
async def test_a_message_that_breaks_a_rule(body: dict[str, Any], field: str, asking: As, begin: Begin) -> None:
    client, chat = await asking("agent"), await begin()
    answer = await client.post(f"/api/v1/conversations/{chat.id}/messages", json=body)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "bad_frame", field)


async def test_u0000_and_the_past_are_refused(asking: As, begin: Begin) -> None:
    client, chat = await asking("agent"), await begin()
    said = await client.post(f"/api/v1/conversations/{chat.id}/messages", json={"client_id": str(uuid4()), "text": "a\0b"})
    assert (said.status_code, said.json()["code"]) == (400, "bad_frame")
    for until in ("2001-01-01T00:00:00Z", "tomorrow", "2026-01-01T00:00:00", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z"):
        answer = await client.post(f"/api/v1/conversations/{chat.id}/snooze", json={"until": until})
        assert (answer.status_code, answer.json()["field"]) == (400, "until")


async def test_another_agents_conversation_is_a_managers_to_take(asking: As, begin: Begin, core: Core) -> None:
    chat = await begin()
    await act(await asking("agent"), chat, "takeover")
    for verb in ("takeover", "release"):
        assert (await (await asking("agent2")).post(f"/api/v1/conversations/{chat.id}/{verb}")).status_code == 409
    manager = await asking("manager")
    assert (await act(manager, chat, "takeover"))["assignee"]["name"] == "Tomás Vale"


async def test_a_rating_is_shown(asking: As, begin: Begin, core: Core) -> None:
    from msgspec.structs import replace

    chat = await begin()
    rated = replace(chat.says("5"), kind="event", data={"event": "rated", "score": 5, "comment": "lovely"})
    await post_messages(core.pool, chat.place.workspace, [rated])
    detail = (await (await asking("agent")).get(f"/api/v1/conversations/{chat.id}")).json()
    assert (detail["rating"]["score"], detail["rating"]["comment"]) == (5, "lovely")


async def test_an_assignee_that_is_no_id_is_the_askers_mistake(asking: As, begin: Begin) -> None:
    chat = await begin()
    for wrong in ("zz", "", 5, [], {}):
        answer = await (await asking("agent")).post(f"/api/v1/conversations/{chat.id}/assign", json={"agent": wrong})
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "bad_frame", "agent")


async def test_of_many_who_resolve_at_once_one_does(asking: As, begin: Begin) -> None:
    chat, client = await begin(), await asking("agent")
    answers = await asyncio.gather(*(client.post(f"/api/v1/conversations/{chat.id}/resolve") for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    told = (await client.get(f"/api/v1/conversations/{chat.id}/messages")).json()["messages"]
    assert [one["data"]["event"] for one in told if one["kind"] == "event"] == ["resolved"]
