"""The log: JSON lines with ids; nobody's words, whoever logs and whatever fails."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import asyncpg
import msgspec
import pytest
import structlog

from server.core import log

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(capfd: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    root, handlers, level = logging.getLogger(), logging.getLogger().handlers[:], logging.getLogger().level
    log.configure("info")
    yield lambda: [msgspec.json.decode(line) for line in capfd.readouterr().err.splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.contextvars.clear_contextvars()


def test_a_line_is_an_object_with_the_ids_in_scope(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1", conversation="c-1"):
        structlog.get_logger().info("posted", seq=3)
    structlog.get_logger().debug("not at this level")
    (line,) = lines()
    assert (line["event"], line["level"], line["request_id"], line["conversation"], line["seq"]) == (
        "posted",
        "info",
        "r-1",
        "c-1",
        3,
    )
    assert line["at"].endswith("Z")


@pytest.mark.parametrize("name", ["text", "body", "password", "token", "authorization", "cookie", "email", "prompt", "whisper"])
def test_what_must_not_be_logged_is_hidden(name: str, lines: Lines) -> None:
    structlog.get_logger().warning("careless", **{name: "the visitor's words"})
    (line,) = lines()
    assert line[name] == "***"


def test_libraries_log_the_same_way_and_never_their_details(lines: Lines) -> None:
    logging.getLogger("uvicorn.error").warning("port %s is taken", 8000)
    logging.getLogger("anthropic").debug("request: the visitor's words")
    logging.getLogger("websockets.server").debug("< TEXT the visitor's words")
    (line,) = lines()
    assert (line["event"], line["logger"], line["level"]) == ("port 8000 is taken", "uvicorn.error", "warning")


def test_debug_is_ours_alone(capfd: pytest.CaptureFixture[str], lines: Lines) -> None:
    log.configure("debug")
    structlog.get_logger().debug("ours")
    logging.getLogger("httpx").debug("theirs")
    assert [line["event"] for line in lines()] == ["ours"]


def fail(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(
    "error",
    [
        ValueError("bad: the visitor's words"),
        KeyError("the visitor's words"),
        msgspec.ValidationError("Invalid enum value: the visitor's words"),
        asyncpg.DataError("invalid input for query argument $1: the visitor's words"),
        asyncpg.CheckViolationError("failing row contains the visitor's words"),
    ],
)
def test_an_error_that_repeats_values_is_told_without_them(error: Exception, lines: Lines) -> None:
    try:
        try:
            fail(error)
        except Exception as cause:
            raise RuntimeError("the job failed") from cause
    except RuntimeError:
        structlog.get_logger().exception("failed")
    (line,) = lines()
    told = line["exception"]
    assert told["says"] == "the job failed"
    assert told["cause"]["type"] == type(error).__qualname__
    assert any("test_log.py" in frame and frame.endswith(" fail") for frame in told["cause"]["frames"])
    assert "words" not in str(line)


def test_values_that_json_does_not_know_are_told_all_the_same(lines: Lines) -> None:
    structlog.get_logger().info("odd", where=object, error=ExceptionGroup("several", [OSError("disk full")]))
    assert lines()[0]["event"] == "odd"
