"""Which pages may use the cookie: those of the server's own origin."""

from urllib.parse import urlsplit

COOKIE = "parley_session"


def is_own(origin: str | None, public_url: str, scheme: str, host: str | None) -> bool:
    """Whether a request's Origin is the server's: that of PUBLIC_URL, or where this request itself came in."""
    if not origin:
        return False
    public = urlsplit(public_url)
    return origin.lower() in {f"{public.scheme}://{public.netloc}".lower(), f"{scheme}://{host}".lower()}


def cookie(token: str, public_url: str, seconds: float) -> str:
    """A Set-Cookie header; an empty token with 0 seconds takes the cookie away."""
    secure = "; Secure" if urlsplit(public_url).scheme == "https" else ""
    return f"{COOKIE}={token}; Path=/; Max-Age={int(seconds)}; HttpOnly; SameSite=Lax{secure}"
