"""What Anthropic's API refuses in a request for a streamed message."""

import re
from collections.abc import Iterator
from typing import Any

FIELDS = {
    "model", "max_tokens", "messages", "system", "tools", "tool_choice", "stream", "thinking", "output_config", "metadata",
    "stop_sequences", "cache_control", "service_tier",
}  # fmt: skip
SAMPLING = {"temperature", "top_p", "top_k"}
NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
VERSION = "2026-10-21"


def faults(method: str, path: str, headers: dict[str, str], body: Any, key: str) -> Iterator[str]:
    """One sentence for each rule that is broken."""
    if (method, path) != ("POST", "/v1/messages"):
        yield f"there is no {method} {path}"
    if headers.get("authorization") != f"Bearer {key}":
        yield "authorization: not the key"
    if headers.get("anthropic-version") != VERSION:
        yield "anthropic-version: not the version"
    if headers.get("content-type", "").split(";")[0] != "application/json":
        yield "content-type: not JSON"
    if not isinstance(body, dict):
        yield "the body is no object"
        return
    yield from (f"{name}: not accepted by this model" for name in SAMPLING & body.keys())
    yield from (f"{name}: extra inputs are not permitted" for name in body.keys() - FIELDS - SAMPLING)
    if not isinstance(body.get("model"), str) or not body["model"].startswith("claude-"):
        yield "model: unknown"
    if not isinstance(body.get("max_tokens"), int) or body["max_tokens"] < 1:
        yield "max_tokens: required"
    if body.get("stream") is not True:
        yield "stream: must be true"
    if body.get("thinking", {}).get("type", "adaptive") not in ("adaptive", "between_tools"):
        yield "thinking: this model takes adaptive or between_tools"
    if str(body).count("'cache_control'") > 4:
        yield "cache_control: at most 4"
    yield from _system(body.get("system", []))
    yield from _tools(body.get("tools", []))
    yield from _messages(body.get("messages"))


def _system(blocks: Any) -> Iterator[str]:
    for block in blocks:
        if block.get("type") != "text" or not block.get("text", "").strip():
            yield "system: text blocks must hold text"


def _tools(tools: list[dict[str, Any]]) -> Iterator[str]:
    names = [tool.get("name", "") for tool in tools]
    if len(set(names)) != len(names):
        yield "tools: names must be unique"
    for tool in tools:
        if tool.keys() - {"name", "description", "input_schema", "cache_control", "type", "strict"}:
            yield "tools: extra inputs are not permitted"
        if not NAME.fullmatch(tool.get("name", "")):
            yield "tools.name: does not match"
        schema = tool.get("input_schema", {})
        if schema.get("type") != "object" or "$ref" in schema:
            yield "tools.input_schema: type must be object"


def _messages(messages: Any) -> Iterator[str]:
    if not isinstance(messages, list) or not messages:
        yield "messages: at least one is required"
        return
    if messages[0]["role"] != "user":
        yield "messages: the first must be the user's"
    if messages[-1]["role"] != "user":
        yield "messages: this model does not support assistant message prefill"
    open_calls: list[str] = []
    before = ""
    for message in messages:
        if message.keys() != {"role", "content"}:
            yield "messages: role and content"
        role, content = message["role"], message["content"]
        if role == before:
            yield "messages: roles must alternate"
        before = role
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        if not blocks:
            yield "messages: content must not be empty"
        yield from _blocks(role, blocks)
        answered = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
        if answered != open_calls:
            yield f"messages: tool_use {open_calls} must be answered by tool_result at once, got {answered}"
        if answered and blocks[0]["type"] != "tool_result":
            yield "messages: tool_result blocks come first"
        open_calls = [block["id"] for block in blocks if block["type"] == "tool_use"]
    if open_calls:
        yield "messages: tool_use without tool_result"


def _blocks(role: str, blocks: list[dict[str, Any]]) -> Iterator[str]:
    allowed = {"user": {"text", "tool_result"}, "assistant": {"text", "tool_use", "thinking", "redacted_thinking"}}[role]
    for block in blocks:
        kind = block["type"]
        if kind not in allowed:
            yield f"messages: {kind} in a message of {role}"
        if kind == "text" and not block["text"].strip():
            yield "messages: text content blocks must contain non-whitespace text"
        if kind == "tool_use" and not (isinstance(block["input"], dict) and NAME.fullmatch(block["name"]) and block["id"]):
            yield "messages: tool_use needs id, name and input"
        if kind == "thinking" and not (block.get("signature") and "thinking" in block):
            yield "messages: thinking needs its signature"
        if kind == "tool_result" and block.keys() - {"type", "tool_use_id", "content", "is_error", "cache_control"}:
            yield "messages: tool_result has extra inputs"
