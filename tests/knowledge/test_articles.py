"""Articles: written, found, changed and gone, each in its own workspace."""

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from server.core.core import Core
from server.core.errors import BadFrame, NotFound, ParleyError
from server.knowledge.create_article import create_article
from server.knowledge.delete_article import delete_article
from server.knowledge.get_article import get_article
from server.knowledge.languages import text_search
from server.knowledge.list_articles import list_articles
from server.knowledge.search_articles import search_articles
from server.knowledge.update_article import update_article
from server.settings import Settings
from tests.helpers.core import opened
from tests.helpers.rows import Place, make_place


@pytest_asyncio.fixture
async def core(settings: Settings) -> AsyncIterator[Core]:
    async with opened(settings) as core:
        yield core


@pytest_asyncio.fixture
async def place(superuser: asyncpg.Connection) -> Place:
    return await make_place(superuser)


async def test_an_article_lives_and_dies(core: Core, place: Place) -> None:
    made = await create_article(core, place.workspace, title=" Pool ", body="Open at nine.", url="https://example.com/pool")
    assert (made.title, made.body, made.language, made.url) == ("Pool", "Open at nine.", "en", "https://example.com/pool")
    changed = await update_article(core, place.workspace, made.id, body="Open at ten.", url=None)
    assert (changed.title, changed.body, changed.url) == ("Pool", "Open at ten.", None)
    assert await get_article(core, place.workspace, made.id) == changed
    await delete_article(core, place.workspace, made.id)
    for gone in (get_article(core, place.workspace, made.id), delete_article(core, place.workspace, made.id),
                 update_article(core, place.workspace, made.id, title="X")):  # fmt: skip
        with pytest.raises(NotFound):
            await gone


async def test_pages(core: Core, place: Place) -> None:
    made = [(await create_article(core, place.workspace, title=str(at), body="x")).id for at in range(5)]
    seen, after = [], None
    while True:
        page, after = await list_articles(core, place.workspace, 2, after)
        seen += [article.id for article in page]
        if after is None:
            break
    assert seen == made[::-1]


async def test_nobody_reaches_another_workspace_s(core: Core, place: Place, superuser: asyncpg.Connection) -> None:
    stranger = await make_place(superuser)
    made = await create_article(core, place.workspace, title="Pool", body="Open at nine.")
    for attempt in (
        get_article(core, stranger.workspace, made.id),
        update_article(core, stranger.workspace, made.id, title="Mine"),
        delete_article(core, stranger.workspace, made.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await list_articles(core, stranger.workspace) == ([], None)
    assert await search_articles(core, stranger.workspace, "pool") == []
    assert len(await search_articles(core, place.workspace, "pool")) == 1


@pytest.mark.parametrize("fields", [
    {"title": " "}, {"body": ""}, {"title": "x" * 301}, {"body": "x" * 100_001}, {"language": "klingonese-tag"}, {"url": "javascript:alert(1)"}, {"url": "https://[::1"},
    {"body": "a\0b"},
])  # fmt: skip
async def test_what_can_t_be_is_refused_by_name(core: Core, place: Place, fields: dict[str, str]) -> None:
    with pytest.raises(ParleyError) as caught:
        await create_article(core, place.workspace, **{"title": "Pool", "body": "Open.", **fields})  # type: ignore[arg-type]
    assert caught.value.field == next(iter(fields))


async def test_any_shared_word_counts_and_the_best_comes_first(core: Core, place: Place) -> None:
    pool = await create_article(core, place.workspace, title="Swimming pool", body="Open from nine. Towels are free.")
    food = await create_article(core, place.workspace, title="Breakfast", body="Served by the pool until eleven. Eggs.")
    await create_article(core, place.workspace, title="Taxes", body="Two euros.")
    found = await search_articles(core, place.workspace, "Are there towels at the swimming pools, please?")
    assert [one.id for one in found] == [pool.id, food.id]
    assert sorted(found[0].titled) == ["pool", "swim"]
    assert [(sentence.text, sentence.hits) for sentence in found[0].sentences] == [("Open from nine.", []), ("Towels are free.", ["towel"])]


@pytest.mark.parametrize("question", ["", "   ", "the of and", "'); DROP TABLE articles; --", "a & b | !c:* <-> \\", "\N{PILE OF POO} ''", "x" * 5000])
async def test_any_question_may_be_asked(core: Core, place: Place, question: str) -> None:
    await create_article(core, place.workspace, title="Pool", body="Open at nine.")
    assert await search_articles(core, place.workspace, question) == []


@pytest.mark.parametrize(("language", "body", "question"), [
    ("es", "Las habitaciones tienen balcón.", "¿Tiene balcones la habitación?"),
    ("fr", "Les chambres ont un balcon.", "Y a-t-il des balcons ?"),
    ("de", "Die Zimmer haben Balkone.", "Hat das Zimmer einen Balkon?"),
    ("pt-BR", "Os quartos têm varandas.", "O quarto tem varanda?"),
    ("ar", "الغرف لديها شرفات.", "هل لدى الغرفة شرفة؟"),
    ("ja", "朝食 無料", "朝食"),
])  # fmt: skip
async def test_endings_don_t_matter_in_any_language(core: Core, place: Place, language: str, body: str, question: str) -> None:
    await create_article(core, place.workspace, title="…", body=body, language=language)
    assert len(await search_articles(core, place.workspace, question)) == 1


async def test_a_seed_may_run_twice(core: Core, place: Place) -> None:
    id = uuid4()
    for body in ("One.", "Two."):
        await create_article(core, place.workspace, title="Pool", body=body, id=id)
    assert [article.body for article in (await list_articles(core, place.workspace))[0]] == ["Two."]


async def test_ids_of_others_can_t_be_taken(core: Core, place: Place, superuser: asyncpg.Connection) -> None:
    stranger = await make_place(superuser)
    made = await create_article(core, place.workspace, title="Pool", body="Open.")
    with pytest.raises((asyncpg.PostgresError, BadFrame)):
        await create_article(core, stranger.workspace, title="Mine", body="Now.", id=made.id)
    assert (await get_article(core, place.workspace, made.id)).title == "Pool"


@pytest.mark.parametrize(("tag", "config"), [("en", "english"), ("pt-BR", "portuguese"), ("PT_br", "portuguese"), ("xx", "simple")])
def test_languages(tag: str, config: str) -> None:
    assert text_search(tag) == config
