"""The AI gives the conversation to a person. What follows, `ai/reply.py` writes with the answer."""

from typing import Annotated

from msgspec import Meta

from server.ai.tools.base import Args, Hands, Tool


class HandOff(Args, frozen=True):
    reason: Annotated[str, Meta(min_length=1, max_length=500, description="Why, in one sentence for the colleague.")]


async def run(hands: Hands, args: HandOff) -> str:
    hands.handed_off = args.reason
    return "A person has been asked for."


TOOL = Tool(
    name="hand_off",
    description="Brings in a person: the conversation waits for a colleague from now on, and you say nothing more. Use it when "
    "the visitor asks for a person, is upset, or needs what you can't give.",
    args=HandOff,
    run=run,
)
