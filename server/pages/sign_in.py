"""Signing in and out with a form: no script is needed."""

from typing import Any
from urllib.parse import parse_qs

from litestar import Request, Response, get, post
from litestar.params import FromQuery

from server.accounts import origin, sign_out
from server.accounts.sign_in import SESSION_SECONDS, sign_in
from server.core.errors import Forbidden, ParleyError
from server.core.http import headers, known
from server.pages.render import render
from server.pages.visit import HOME, agent_of, go, local

FORM_BYTES = 8192
OPTIONS: dict[str, Any] = {"include_in_schema": False, "request_max_body_size": FORM_BYTES}


@get("/sign-in", include_in_schema=False)
async def sign_in_page(request: Request[Any, Any, Any], next: FromQuery[str] = HOME) -> Response[Any]:
    """The form; whoever is signed in goes on at once."""
    if await agent_of(request) is not None:
        return go(local(next))
    return _form(next)


@post("/sign-in", **OPTIONS)
async def sign_in_sent(request: Request[Any, Any, Any]) -> Response[Any]:
    """Sets the cookie and goes on, or shows the form again with what was wrong."""
    form = _fields(await request.body())
    email, following = form.get("email", ""), form.get("next", HOME)
    try:
        _own(request)
        signed = await sign_in(
            request.app.state.desk.core,
            email,
            form.get("password", ""),
            ip=request.client.host if request.client else None,
            device=request.headers.get("user-agent"),
        )
    except Exception as error:
        return _form(following, email, known(error))
    cookie = origin.cookie(signed.token, request.app.state.settings.public_url, SESSION_SECONDS)
    return go(local(following), {"Set-Cookie": cookie})


@post("/sign-out", **OPTIONS)
async def sign_out_sent(request: Request[Any, Any, Any]) -> Response[None]:
    """The session ends everywhere."""
    _own(request)
    if (agent := await agent_of(request)) is not None:
        await sign_out.sign_out(request.app.state.desk.core, agent)
    return go("/sign-in", {"Set-Cookie": origin.cookie("", request.app.state.settings.public_url, 0)})


def _form(following: str, email: str = "", told: ParleyError | None = None) -> Response[str]:
    said = _said(told) if told else ""
    return render(
        "sign_in.html", told.http if told else 200, headers(told) if told else None, next=local(following), email=email, said=said
    )


def _said(told: ParleyError) -> str:
    """For a person: with how long to wait, where waiting helps."""
    sentence = told.detail[:1].upper() + told.detail[1:].rstrip(".") + "."
    if told.retry_after is None or told.http != 429:
        return sentence
    minutes = max(1, round(told.retry_after / 60))
    return f"{sentence} Try again in {minutes} {'minute' if minutes == 1 else 'minutes'}."


def _own(request: Request[Any, Any, Any]) -> None:
    """Raises Forbidden where another site's page sent the form."""
    url, public = request.base_url, request.app.state.settings.public_url
    if not origin.is_own(request.headers.get("origin"), public, url.scheme, url.netloc):
        raise Forbidden("the form does not come from this server's own page")


def _fields(body: bytes) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(body.decode(errors="replace")).items()}
