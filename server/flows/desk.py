"""What a flow works with: the process's core, and the AI's turns that run here."""

from dataclasses import dataclass

from server.ai.reply import Replies
from server.core.core import Core


@dataclass(frozen=True)
class Desk:
    core: Core
    replies: Replies
