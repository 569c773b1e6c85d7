"""Articles: what the AI answers from."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from server.api.described import ERRORS
from server.api.given import Asker, TheCore
from server.api.guards import signed_in, works
from server.knowledge import create_article, delete_article, get_article, list_articles, update_article
from server.schema import rest
from server.schema.knowledge import Article


@get("/articles", guards=[signed_in], responses=ERRORS)
async def list_all(
    agent: Asker, core: TheCore, limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50, after: FromQuery[UUID | None] = None
) -> rest.Articles:
    """The newest first."""
    found, following = await list_articles.list_articles(core, agent.workspace, limit, after)
    return rest.Articles(items=found, next=str(following) if following else None)


@get("/articles/{article:uuid}", guards=[signed_in], responses=ERRORS)
async def get_one(article: FromPath[UUID], agent: Asker, core: TheCore) -> Article:
    return await get_article.get_article(core, agent.workspace, article)


@post("/articles", guards=[signed_in, works], responses=ERRORS)
async def create(data: JSONBody[rest.NewArticle], agent: Asker, core: TheCore) -> Article:
    """The AI answers from it from its next turn on."""
    return await create_article.create_article(
        core, agent.workspace, title=data.title, body=data.body, language=data.language, url=data.url
    )


@patch("/articles/{article:uuid}", guards=[signed_in, works], responses=ERRORS)
async def change(article: FromPath[UUID], data: JSONBody[rest.ArticleChange], agent: Asker, core: TheCore) -> Article:
    """What is absent stays."""
    return await update_article.update_article(
        core, agent.workspace, article, title=data.title, body=data.body, language=data.language, url=data.url
    )


@delete("/articles/{article:uuid}", guards=[signed_in, works], responses=ERRORS)
async def remove(article: FromPath[UUID], agent: Asker, core: TheCore) -> None:
    """Answers that cited it keep its title."""
    await delete_article.delete_article(core, agent.workspace, article)


HANDLERS = (list_all, get_one, create, change, remove)
