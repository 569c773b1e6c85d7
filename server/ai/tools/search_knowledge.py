"""The AI looks something up in the workspace's articles."""

from typing import Annotated

from msgspec import Meta

from server.ai.budget import excerpt
from server.ai.prompts import escape
from server.ai.tools.base import Args, Hands, Tool
from server.knowledge.search_articles import search_articles

MOST = 3


class SearchKnowledge(Args, frozen=True):
    query: Annotated[str, Meta(min_length=1, max_length=300, description="Words that the article would use, in its language.")]


async def run(hands: Hands, args: SearchKnowledge) -> str:
    found = await search_articles(hands.core, hands.workspace, args.query, MOST)
    return (
        "\n".join(
            f'<article id="{hands.sources.number(one)}">\n# {escape(one.title)}\n{escape(excerpt(one))}\n</article>'
            for one in found
        )
        or "No article shares a word with that."
    )


TOOL = Tool(
    name="search_knowledge",
    description="Searches the articles of the business. Any shared word counts; try other words when nothing fits.",
    args=SearchKnowledge,
    run=run,
)
