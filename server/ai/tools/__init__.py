"""The tools of the AI. A new one is a file here and a line in `TOOLS`."""

from typing import Any

from server.ai.tools import hand_off, note_interest, save_contact, search_knowledge
from server.ai.tools.base import Tool

TOOLS: tuple[Tool[Any], ...] = (
    hand_off.TOOL,
    note_interest.TOOL,
    save_contact.TOOL,
    search_knowledge.TOOL,
)
