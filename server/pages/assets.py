"""Files for browsers: read once, compressed once, known by a hash of their content.

Modules are sent without their comments and indentation (`slim`), so that the checkout itself is what runs, and still small.
"""

import gzip
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from litestar import Request, Response
from litestar.exceptions import NotFoundException

ROOT = Path(__file__).parents[2]
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".mp3": "audio/mpeg",
}
GUARDS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"}
PACKED = (".js", ".css", ".svg")
_COMMENT = re.compile(r"/\*\*?(?:[^*]|\*(?!/))*\*/[ \t]*|^[ \t]*//.*$", re.M)


class Asset(NamedTuple):
    type: str
    tag: str
    body: bytes
    packed: bytes | None
    """The body as gzip, where that makes it smaller."""


def send(request: Request[Any, Any, Any], folder: str, path: str, **headers: str) -> Response[bytes]:
    """The file `path` of the checkout's `folder`. Raises NotFoundException for anything that is not a browser's."""
    root = (ROOT / folder).resolve()
    try:
        file = (root / path.lstrip("/")).resolve()
        if not file.is_relative_to(root) or file.suffix not in TYPES or not file.is_file():
            raise NotFoundException()
    except (ValueError, OSError):  # no file can have this name
        raise NotFoundException() from None
    return answer(request, load(file, file.stat().st_mtime_ns), **headers)


def answer(request: Request[Any, Any, Any], asset: Asset, **headers: str) -> Response[bytes]:
    """The asset, packed where the browser can unpack it; nothing but 304 where it has it already."""
    headers |= GUARDS | {"ETag": asset.tag, "Vary": "Accept-Encoding"}
    headers.setdefault("Cache-Control", "no-cache")  # Ask each time, get 304: a deploy never mixes two versions for long.
    if asset.tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    if asset.packed and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, media_type=asset.type, headers=headers | {"Content-Encoding": "gzip"})
    return Response(asset.body, media_type=asset.type, headers=headers)


@lru_cache(maxsize=512)
def load(file: Path, changed: int) -> Asset:
    """The file as it is sent; `changed` (its mtime) makes an edited one be read again."""
    body = file.read_bytes()
    if file.suffix in (".js", ".css"):
        body = slim(body.decode()).encode()
    return made(body, file.suffix)


def made(body: bytes, suffix: str) -> Asset:
    """An asset of this content, of the type that `suffix` (such as `.js`) stands for."""
    packed = gzip.compress(body, 9, mtime=0) if suffix in PACKED else None
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Asset(TYPES[suffix], tag, body, packed if packed and len(packed) < len(body) else None)


def slim(text: str) -> str:
    """JavaScript or CSS without comments, indentation and empty lines.

    Comments are found by their signs alone: a string or a template in our sources must not hold `/*`, nor begin a line with
    `//`; a test sees to it.
    """
    return "".join(f"{line.strip()}\n" for line in _COMMENT.sub("", text).splitlines() if line.strip())
