"""Signing in over HTTP, and what a stranger's page can do with a cookie."""

import pytest

from server.seed import SeedResult
from tests.api.conftest import As, Clients
from tests.helpers.app import ORIGIN


async def test_a_session_from_sign_in_to_sign_out(clients: Clients, planted: SeedResult) -> None:
    client, person = clients(), planted.workspaces[1].agents[1]
    answer = await client.post("/api/v1/auth/login", json={"email": person.email, "password": person.password})
    assert answer.status_code == 200
    said = answer.json()
    assert set(said) == {"token", "expires_at", "user"}
    assert said["user"]["role"] == "manager" and said["user"]["workspace"]["id"] == str(planted.workspaces[1].id)
    assert answer.headers.get("set-cookie") is None
    headers = {"Authorization": f"Bearer {said['token']}"}
    me = await client.get("/api/v1/me", headers=headers)
    assert me.json()["user"] == said["user"]
    assert (await client.post("/api/v1/auth/logout", headers=headers)).status_code == 204
    gone = await client.get("/api/v1/me", headers=headers)
    assert (gone.status_code, gone.json()["code"], gone.headers["www-authenticate"]) == (401, "unauthenticated", "Bearer")


async def test_wrong_words_are_told_by_field(clients: Clients) -> None:
    client = clients()
    for body, field in (
        ({"email": "a@b"}, "password"),
        ({"email": 7, "password": "x"}, "email"),
        ({"email": "a@b", "password": "x", "admin": True}, "admin"),
        ({"email": "a@b", "password": "x", "workspace": "no uuid"}, "workspace"),
    ):
        answer = await client.post("/api/v1/auth/login", json=body)
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "bad_frame", field)
    for raw in (b"", b"{", b"[]", b"null", b'{"email": "\xff"}', b'{"email": "a\\u0000", "password": "x"}'):
        answer = await client.post("/api/v1/auth/login", content=raw, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_frame")


async def test_sessions_and_the_password(asking: As, planted: SeedResult) -> None:
    first, second, other = await asking("agent"), await asking("agent"), await asking("agent2")
    items = (await first.get("/api/v1/auth/sessions")).json()["items"]
    assert [item["current"] for item in items].count(True) == 1 and len(items) == 2
    mine = next(item["id"] for item in items if item["current"])
    assert (await other.delete(f"/api/v1/auth/sessions/{mine}")).status_code == 404
    password = planted.workspaces[0].agents[2].password
    short = await first.post("/api/v1/auth/password", json={"current": password, "new": "short"})
    assert (short.status_code, short.json()["field"]) == (400, "new")
    wrong = await first.post("/api/v1/auth/password", json={"current": "no", "new": "long enough now"})
    assert (wrong.status_code, wrong.json()["field"]) == (403, "current")
    changed = await first.post("/api/v1/auth/password", json={"current": password, "new": "long enough now"})
    assert changed.json() == {"ended": 1}
    assert (await second.get("/api/v1/me")).status_code == 401
    assert (await first.delete(f"/api/v1/auth/sessions/{mine}")).status_code == 204
    assert (await first.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize(
    ("origin", "status"),
    [(None, 403), ("null", 403), ("https://evil.example", 403), (f"{ORIGIN}.evil.example", 403), (ORIGIN, 204)],
)
async def test_a_cookie_serves_own_pages_alone(origin: str | None, status: int, asking: As, clients: Clients) -> None:
    token = (await asking("agent")).headers["authorization"].removeprefix("Bearer ")
    browser = clients(cookies={"parley_session": token})
    assert (await browser.get("/api/v1/me")).status_code == 200
    answer = await browser.post("/api/v1/auth/logout", headers={"Origin": origin} if origin else {})
    assert answer.status_code == status


async def test_a_bearer_token_needs_no_origin_and_beats_the_cookie(asking: As, clients: Clients) -> None:
    agent, viewer = await asking("agent"), await asking("viewer")
    both = clients(cookies={"parley_session": agent.headers["authorization"].removeprefix("Bearer ")})
    answer = await both.get("/api/v1/me", headers={"Authorization": viewer.headers["authorization"]})
    assert answer.json()["user"]["role"] == "viewer"


async def test_lockout_over_http(clients: Clients, planted: SeedResult) -> None:
    client, email = clients(), planted.workspaces[0].agents[4].email
    for _ in range(5):
        answer = await client.post("/api/v1/auth/login", json={"email": email, "password": "wrong"})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    answer = await client.post("/api/v1/auth/login", json={"email": email, "password": planted.workspaces[0].agents[4].password})
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert int(answer.headers["retry-after"]) == pytest.approx(1800, abs=5)
