"""What a model that reads prose is told. What visitors, articles and colleagues wrote is data: it comes between tags
that none of it can close, for `<` and `>` are escaped in everything that is filled in."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.ai.budget import excerpt
from server.ai.models.base import Line, Prompt
from server.core.hours import describe

NOTHING_NEW = "<event>The conversation is yours. Go on with what the visitor needs.</event>"


def system(prompt: Prompt) -> str:
    """What holds for every visitor of the workspace, so that a provider can cache it."""
    return _system.render(business=prompt.business, hours=describe(prompt.business.hours)).strip()


def moment(prompt: Prompt) -> str:
    """What holds for this answer: articles, the contact, whispers, whether somebody is there."""
    articles = [(one.number, one.found.title, excerpt(one.found)) for one in prompt.articles]
    return _moment.render(prompt=prompt, business=prompt.business, contact=prompt.contact, articles=articles).strip()


def conversation(prompt: Prompt) -> list[dict[str, Any]]:
    """The messages in turns of user and assistant, a user's first and last."""
    turns: list[dict[str, Any]] = []
    for line in prompt.lines:
        role, text = _spoken(line)
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"].append({"type": "text", "text": text})
        elif turns or role == "user":
            turns.append({"role": role, "content": [{"type": "text", "text": text}]})
    if not turns or turns[-1]["role"] != "user":
        turns.append({"role": "user", "content": [{"type": "text", "text": NOTHING_NEW}]})
    return turns


def escape(value: Any) -> Any:
    """No filled-in text can open or close a tag."""
    return value.replace("<", "&lt;").replace(">", "&gt;") if isinstance(value, str) else value


def _spoken(line: Line) -> tuple[str, str]:
    if line.who == "ai":
        return "assistant", line.text
    if line.who == "agent":
        name = escape(line.name or "").replace('"', "'")
        return "user", f'<colleague_to_visitor name="{name}">{escape(line.text)}</colleague_to_visitor>'
    return "user", f"<visitor>{escape(line.text)}</visitor>"


_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    finalize=escape,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=False,  # prose for a model, not HTML: `finalize` escapes what could break its tags
)
_system = _templates.get_template("system.md")
_moment = _templates.get_template("moment.md")
