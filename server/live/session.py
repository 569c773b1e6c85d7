"""The protocol's rules for one connection, without I/O: bytes and the time go in, what to do comes out."""

import re
from collections import deque
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from server.core.errors import Close
from server.schema import frames

F = TypeVar("F")

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")

HELLO_SECONDS = 10.0
PING_SECONDS = 25
BAD_FRAMES = 3
BAD_SECONDS = 10.0
FRAMES_A_SECOND = 60.0
FRAMES_AT_ONCE = 400
REFUSALS = 200


class Step(Struct, Generic[F], frozen=True, kw_only=True):
    """What to do with what came: handle `frame`, send `answer`, then close with `close`."""

    frame: F | None = None
    answer: frames.Reply | frames.Request | None = None
    close: int | None = None


class _Tags(Struct):
    type: Any = None
    v: Any = None
    ref: Any = None
    client_id: Any = None


class Session(Generic[F]):
    """`union` is what may come, `hello` the frame that must come first."""

    def __init__(self, union: Any, hello: type[F], now: float) -> None:
        self._decoder: msgspec.json.Decoder[F] = msgspec.json.Decoder(union)
        self._hello = hello
        self._born = self._heard = now
        self._pinged = False
        self._bad: deque[float] = deque(maxlen=BAD_FRAMES)
        self._allowance, self._counted = float(FRAMES_AT_ONCE), now
        self._refused = 0
        self.greeted = False

    def receive(self, data: str | bytes, now: float) -> Step[F]:
        """A text frame came."""
        self._heard, self._pinged = now, False
        raw = data.encode(errors="surrogatepass") if isinstance(data, str) else data
        if (wait := self._over(now)) is not None:
            self._refused += 1
            many = self._refused > REFUSALS
            return Step(answer=_error("rate_limited", "too many frames", raw, wait), close=Close.TOO_MANY if many else None)
        if len(raw) > frames.FRAME_BYTES:
            return Step(answer=_error("too_large", f"a frame is at most {frames.FRAME_BYTES} bytes", raw))
        # PostgreSQL's text can't hold it, wherever in a frame it is.
        if b"\\u0000" in raw and _NUL.search(raw):
            return self._bad_frame("text can't hold U+0000", raw, now)
        try:
            frame = self._decoder.decode(raw)
        except msgspec.ValidationError as error:
            if not self.greeted and _later_version(raw):
                return self._other_version(raw)
            text = str(error)
            if "length <= " in text and "`$.text`" in text:
                return Step(answer=_error("too_large", f"a text is at most {frames.TEXT_CHARS} characters", raw))
            return self._bad_frame(text, raw, now)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._bad_frame("not JSON", b"{}", now)
        match frame:
            case frames.Ping():
                return Step(answer=frames.Pong(ref=frame.ref))
            case frames.Pong():
                return Step()
        if isinstance(frame, self._hello):
            if self.greeted:
                return self._bad_frame("hello was said already", raw, now)
            if getattr(frame, "v", frames.VERSION) != frames.VERSION:
                return self._other_version(raw)
            self.greeted = True
        elif not self.greeted:
            return Step(answer=_error("unauthenticated", "the first frame is hello", raw), close=Close.UNAUTHENTICATED)
        return Step(frame=frame)

    def binary(self, now: float) -> Step[F]:
        """A binary frame came: the protocol has none."""
        self._heard, self._pinged = now, False
        return self._bad_frame("frames are text", b"{}", now)

    def due(self) -> float:
        """When `tick` wants to be called at the latest."""
        if not self.greeted:
            return self._born + HELLO_SECONDS
        return self._heard + PING_SECONDS * (2 if self._pinged else 1)

    def tick(self, now: float) -> Step[F]:
        """Time passed."""
        if not self.greeted:
            late = now >= self._born + HELLO_SECONDS
            return Step(close=Close.UNAUTHENTICATED) if late else Step()
        if now >= self._heard + 2 * PING_SECONDS:
            return Step(close=Close.GOING_AWAY)
        if now >= self._heard + PING_SECONDS and not self._pinged:
            self._pinged = True
            return Step(answer=frames.Ping())
        return Step()

    def _other_version(self, raw: bytes) -> Step[F]:
        return Step(answer=_error("bad_frame", f"this server speaks version {frames.VERSION}", raw), close=Close.VERSION)

    def _bad_frame(self, detail: str, raw: bytes, now: float) -> Step[F]:
        self._bad.append(now)
        enough = len(self._bad) == BAD_FRAMES and now - self._bad[0] <= BAD_SECONDS
        return Step(answer=_error("bad_frame", detail, raw), close=Close.BAD_FRAMES if enough else None)

    def _over(self, now: float) -> float | None:
        """Seconds until the next frame is welcome; None: this one is."""
        self._allowance = min(FRAMES_AT_ONCE, self._allowance + (now - self._counted) * FRAMES_A_SECOND)
        self._counted = now
        if self._allowance >= 1:
            self._allowance -= 1
            self._refused = 0 if self._allowance > FRAMES_AT_ONCE / 2 else self._refused
            return None
        return round((1 - self._allowance) / FRAMES_A_SECOND, 3)


def _later_version(raw: bytes) -> bool:
    """Whether it is the hello of a version to come, which may hold what this one does not know."""
    tags = _tags(raw)
    return tags.type == "hello" and isinstance(tags.v, int) and tags.v > frames.VERSION


def _error(code: frames.ErrorCode, detail: str, raw: bytes, retry_after: float | None = None) -> frames.Error:
    """The error, with the `ref` and `client_id` of a frame that could not be read as what it is."""
    tags = _tags(raw)
    ref = tags.ref if isinstance(tags.ref, str) and len(tags.ref) <= 128 else None
    try:
        client_id = msgspec.convert(tags.client_id, UUID)
    except msgspec.ValidationError:
        client_id = None
    return frames.Error(code=code, detail=detail, ref=ref, client_id=client_id, retry_after=retry_after)


def _tags(raw: bytes) -> _Tags:
    try:
        return msgspec.json.decode(raw, type=_Tags)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _Tags()
