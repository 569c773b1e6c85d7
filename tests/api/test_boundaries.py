"""Every operation of the REST interface: its description is true, strangers and lower roles are refused, ids of another
workspace do not exist. A new route fails here until `routes.py` knows it."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from server.seed import SeedResult
from tests.api.conftest import As, Begin, Clients
from tests.api.routes import OPERATIONS, Operation, World, path_of
from tests.api.shape import faults

RANK = ["viewer", "agent", "manager", "owner"]


@pytest_asyncio.fixture
async def world(planted: SeedResult, begin: Begin, asking: As) -> World:
    client = await asking("manager")
    article = (await client.get("/api/v1/articles")).json()["items"][0]["id"]
    session = (await client.get("/api/v1/me")).json()["session"]
    return World(planted, await begin("Hello", name="Ana", email="ana@example.com"), UUID(article), UUID(session))


async def send(client: httpx.AsyncClient, key: tuple[str, str], operation: Operation, world: World) -> httpx.Response:
    body = operation.body(world) if operation.body else None
    return await client.request(key[0], path_of(key[1], world), json=body)


async def test_every_operation_is_known_here(clients: Clients) -> None:
    document = (await clients().get("/api/v1/openapi.json")).json()
    described = {(method, path) for path, methods in document["paths"].items() for method in methods}
    assert described == set(OPERATIONS) | {("post", "/api/v1/auth/login")}


async def test_every_answer_is_as_described(clients: Clients, asking: As, world: World) -> None:
    document = (await clients().get("/api/v1/openapi.json")).json()
    ended = {"/api/v1/auth/sessions/{session}", "/api/v1/auth/password", "/api/v1/auth/logout"}
    client, found = await asking("manager"), []
    for key, operation in sorted(OPERATIONS.items(), key=lambda item: item[0][1] in ended):
        answer = await send(client, key, operation, world)
        assert answer.is_success, f"{key}: {answer.status_code} {answer.text}"
        found += told(document, key, answer)
    for key, operation in OPERATIONS.items():
        answer = await send(clients(), key, operation, world)
        found += told(document, key, answer)
    assert found == []


def told(document: dict[str, Any], key: tuple[str, str], answer: httpx.Response) -> list[str]:
    responses = document["paths"][key[1]][key[0]]["responses"]
    if str(answer.status_code) not in responses:
        return [f"{key}: {answer.status_code} is not described"]
    content = responses[str(answer.status_code)].get("content")
    if content is None:
        return [f"{key}: a body that is not described"] if answer.content else []
    return [f"{key}: {fault}" for fault in faults(answer.json(), content["application/json"]["schema"], document)]


async def test_without_a_session_there_is_nothing(clients: Clients, world: World) -> None:
    stranger, liar = clients(), clients(headers={"Authorization": "Bearer " + "x" * 43})
    for key, operation in OPERATIONS.items():
        for client in (stranger, liar):
            answer = await send(client, key, operation, world)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), key


@pytest.mark.parametrize("role", ["viewer", "agent"])
async def test_a_lower_role_is_refused_and_changes_nothing(role: str, asking: As, world: World) -> None:
    client = await asking(role)
    for key, operation in OPERATIONS.items():
        if RANK.index(operation.least) > RANK.index(role):
            answer = await send(client, key, operation, world)
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), key
    summary = (await client.get(f"/api/v1/conversations/{world.chat.id}")).json()["conversation"]
    assert role == "agent" or (summary["epoch"], summary["last_seq"], summary["status"]) == (0, 1, "open")


async def test_ids_of_another_workspace_do_not_exist(asking: As, world: World) -> None:
    outsider, nobody = await asking("owner", workspace=1), world._replace(article=uuid4(), session=uuid4())
    nobody = nobody._replace(chat=world.chat.__class__(world.chat.place, uuid4()))
    for key, operation in OPERATIONS.items():
        if operation.owned:
            theirs = await send(outsider, key, operation, world)
            nothing = await send(outsider, key, operation, nobody)
            assert theirs.status_code == nothing.status_code == 404, key
            assert theirs.json() == nothing.json(), key
    listed = [(await outsider.get(f"/api/v1/{noun}")).text for noun in ("conversations", "contacts", "articles", "agents")]
    for text in listed:
        assert str(world.chat.id) not in text and str(world.article) not in text and "tidehouse" not in text


async def test_an_agent_of_another_workspace_is_nobody_to_assign_to(asking: As, world: World, planted: SeedResult) -> None:
    from tests.api.conftest import user

    client = await asking("owner")
    for label, workspace in (("agent", 1), ("viewer", 0)):
        body = {"agent": str(user(planted, label, workspace))}
        answer = await client.post(f"/api/v1/conversations/{world.chat.id}/assign", json=body)
        assert (answer.status_code, answer.json()["field"]) == (400, "agent")


async def test_ids_that_are_none_and_routes_that_are_none(asking: As) -> None:
    client = await asking("owner")
    for path in ("conversations/7", "conversations/..%2f", "articles/x", "nothing", "conversations/" + "x" * 3000):
        answer = await client.get(f"/api/v1/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
        assert answer.headers["x-request-id"]
    wrong = await client.put("/api/v1/agents", json={})
    assert (wrong.status_code, wrong.json()["code"]) == (404, "not_found")
