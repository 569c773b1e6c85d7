"""Signing in with the form, and the pages behind it, as a browser without scripts does."""

from collections.abc import AsyncIterator, Callable
from html.parser import HTMLParser

import httpx
import pytest
import pytest_asyncio

from server.pages.visit import local
from server.seed import SeededAgent, SeedResult, seed
from server.settings import Settings
from tests.helpers.app import ORIGIN, running, wired

Clients = Callable[..., httpx.AsyncClient]


class Form(HTMLParser):
    """The fields of a page's form, and the roles and scripts in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.labelled: set[str] = set()
        self.inputs: set[str] = set()
        self.alerts = 0
        self.inline = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "input":
            self.fields[has["name"] or ""] = has.get("value") or ""
            if has.get("type") != "hidden":
                self.inputs.add(has.get("id") or "")
        self.labelled |= {has.get("for") or ""} if tag == "label" else set()
        self.alerts += has.get("role") == "alert"
        self.inline += "style" in has or (tag == "script" and "src" not in has) or any(name.startswith("on") for name in has)


@pytest_asyncio.fixture
async def planted(settings: Settings) -> SeedResult:
    return await seed(settings)


@pytest_asyncio.fixture
async def clients(settings: Settings, planted: SeedResult) -> AsyncIterator[Clients]:
    async with running(wired(settings)) as client:
        yield client


@pytest.fixture
def person(planted: SeedResult) -> SeededAgent:
    return planted.workspaces[0].agents[2]


async def submit(client: httpx.AsyncClient, **fields: str) -> httpx.Response:
    return await client.post("/sign-in", data=fields, headers={"Origin": ORIGIN})


async def enter(client: httpx.AsyncClient, person: SeededAgent, next: str = "/inbox") -> httpx.Response:
    return await submit(client, email=person.email, password=person.password, next=next)


async def test_in_and_out_again(clients: Clients, person: SeededAgent) -> None:
    browser = clients()
    away = await browser.get("/inbox")
    assert (away.status_code, away.headers["location"]) == (303, "/sign-in?next=/inbox")
    page = Form((await browser.get(away.headers["location"])).text)
    assert page.fields == {"next": "/inbox", "email": "", "password": ""}
    assert page.inputs == page.labelled and page.inline == 0
    entered = await enter(browser, person, page.fields["next"])
    assert (entered.status_code, entered.headers["location"]) == (303, "/inbox")
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie and "Secure" not in cookie
    inbox = await browser.get("/inbox")
    assert inbox.status_code == 200 and inbox.headers["cache-control"] == "no-store"
    assert (await browser.get("/sign-in?next=/inbox")).headers["location"] == "/inbox"
    assert (await browser.get("/api/v1/me")).json()["user"]["email"] == person.email
    left = await browser.post("/sign-out", headers={"Origin": ORIGIN})
    assert (left.status_code, left.headers["location"]) == (303, "/sign-in")
    assert (await browser.get("/inbox")).status_code == 303


async def test_the_cookie_is_secure_behind_https(settings: Settings, planted: SeedResult, person: SeededAgent) -> None:
    from msgspec.structs import replace

    async with running(wired(replace(settings, public_url="https://desk.example"))) as client:
        form = {"email": person.email, "password": person.password}
        answer = await client().post("/sign-in", data=form, headers={"Origin": "https://desk.example"})
    assert answer.status_code == 303 and "; Secure" in answer.headers["set-cookie"]


async def test_a_wrong_password_is_said_and_the_address_kept(clients: Clients, person: SeededAgent) -> None:
    browser = clients()
    for _ in range(5):
        answer = await submit(browser, email=person.email, password="wrong", next="/live")
        page = Form(answer.text)
        assert (answer.status_code, page.alerts) == (401, 1)
        assert page.fields == {"next": "/live", "email": person.email, "password": ""}
        assert "set-cookie" not in answer.headers
    answer = await enter(browser, person)
    assert answer.status_code == 429 and "Try again in 30 minutes" in answer.text


async def test_what_people_type_is_text(clients: Clients) -> None:
    answer = await submit(clients(), email='"><script>alert(1)</script>', password="x", next='"><script>')
    page = Form(answer.text)
    assert "<script>" not in answer.text and page.inline == 0
    assert page.fields["email"] == '"><script>alert(1)</script>' and page.fields["next"] == "/inbox"


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example"])
async def test_another_sites_form_signs_nobody_in_or_out(origin: str | None, clients: Clients, person: SeededAgent) -> None:
    browser, headers = clients(), {"Origin": origin} if origin else {}
    form = {"email": person.email, "password": person.password}
    answer = await browser.post("/sign-in", data=form, headers=headers)
    assert answer.status_code == 403 and "set-cookie" not in answer.headers
    await enter(browser, person)
    assert (await browser.post("/sign-out", headers=headers)).status_code == 403
    assert (await browser.get("/inbox")).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "", "inbox", "/\t/evil.example", "/é",
     "/a\r\nSet-Cookie: x=y", "/" + "x" * 600],
)  # fmt: skip
def test_next_stays_here(path: str) -> None:
    assert local(path) == "/inbox"


@pytest.mark.parametrize("path", ["/", "/live", "/inbox?filter=mine", "/inbox#conversation", "/a/b~c"])
def test_next_leads_on(path: str) -> None:
    assert local(path) == path


async def test_figures_are_for_managers(clients: Clients, planted: SeedResult) -> None:
    expected = {"owner": 200, "manager": 200, "agent": 403, "agent2": 403, "viewer": 403}
    for person in planted.workspaces[1].agents:
        browser = clients()
        await enter(browser, person)
        answer = await browser.get("/live", headers={"Accept": "text/html"})
        assert answer.status_code == expected[person.role]
        assert answer.headers["content-type"].startswith("text/html")
        if answer.status_code == 403:
            assert 'href="/inbox"' in answer.text
        assert (await browser.get("/inbox")).status_code == 200
    assert (await clients().get("/live")).headers["location"] == "/sign-in?next=/live"


async def test_errors_are_pages_where_a_browser_asks(clients: Clients) -> None:
    for accept, kind in (("text/html,*/*", "text/html"), ("*/*", "application/json")):
        answer = await clients().get("/no-such-page", headers={"Accept": accept})
        assert answer.status_code == 404 and answer.headers["content-type"].startswith(kind)
    api = await clients().get("/api/v1/nothing", headers={"Accept": "text/html"})
    assert api.json()["code"] == "not_found"


async def test_a_head_is_a_get_without_its_body(clients: Clients) -> None:
    for path in ("/", "/sign-in", "/static/logo.svg", "/nothing"):
        asked, got = await clients().head(path), await clients().get(path)
        assert (asked.status_code, asked.content) == (got.status_code, b"")
        assert asked.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize("path", ["/", "/sign-in", "/demo"])
async def test_pages_run_nothing_inline(path: str, clients: Clients) -> None:
    answer = await clients().get(path)
    assert answer.status_code == 200 and Form(answer.text).inline == 0
    assert "unsafe" not in answer.headers["content-security-policy"]
