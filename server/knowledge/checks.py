"""What an article may be."""

import re
from urllib.parse import urlsplit

from server.core.errors import BadFrame, TooLarge

TITLE_CHARS = 300
BODY_CHARS = 100_000


def checked(title: str, body: str, language: str, url: str | None) -> tuple[str, str, str | None]:
    """Title, body and address as they are stored. Raises BadFrame or TooLarge with the field's name."""
    title, body, url = title.strip(), body.strip(), (url or "").strip() or None
    if not title:
        raise BadFrame("an article needs a title", field="title")
    if not body:
        raise BadFrame("an article needs a text", field="body")
    if len(title) > TITLE_CHARS:
        raise TooLarge(f"a title has at most {TITLE_CHARS} characters", field="title")
    if len(body) > BODY_CHARS:
        raise TooLarge(f"an article has at most {BODY_CHARS} characters", field="body")
    if not re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", language):
        raise BadFrame("a language is a tag such as en or pt-BR", field="language")
    if url and not _is_address(url):
        raise BadFrame("an address begins with https:// or http://", field="url")
    if "\0" in title + body:
        raise BadFrame("text can't hold the character U+0000", field="body")
    return title, body, url


def _is_address(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https") and len(url) <= 2048
    except ValueError:  # such as an unfinished [
        return False
