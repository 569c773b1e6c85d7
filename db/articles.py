"""Articles of the transaction's workspace, and the search over them."""

from uuid import UUID

from db.pool import Connection, many, one
from server.schema.knowledge import Article, Found

_COLUMNS = "id, title, body, language, url, iso(created_at) AS created_at, iso(updated_at) AS updated_at"

GET = f"SELECT {_COLUMNS} FROM articles WHERE id = $1"

LIST = f"""
SELECT {_COLUMNS} FROM articles a
WHERE (a.created_at, a.id) < (
    SELECT last.created_at, last.id FROM articles last WHERE last.id = $1
    UNION ALL SELECT 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE $1::uuid IS NULL)
ORDER BY a.created_at DESC, a.id DESC LIMIT $2"""

ADD = f"""
INSERT INTO articles (id, workspace_id, title, body, language, config, url)
VALUES ($1, app_workspace(), $2, $3, $4, $5::text::regconfig, $6)
ON CONFLICT (id) DO UPDATE SET title = excluded.title, body = excluded.body, language = excluded.language,
    config = excluded.config, url = excluded.url, updated_at = now()
RETURNING {_COLUMNS}"""

UPDATE = f"""
UPDATE articles SET title = $2, body = $3, language = $4, config = $5::text::regconfig, url = $6, updated_at = now()
WHERE id = $1 RETURNING {_COLUMNS}"""

DELETE = "DELETE FROM articles WHERE id = $1 RETURNING id"

# The sentences come with those of the question's words that they hold: PostgreSQL stems and drops stop words by language.
SEARCH = r"""
SELECT a.id, a.title, a.body, a.url, f.score, q.asked,
    ARRAY(SELECT unnest(tsvector_to_array(to_tsvector(a.config, a.title))) INTERSECT SELECT unnest(q.asked)) AS titled,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('text', btrim(s.text), 'hits', ARRAY(
            SELECT unnest(tsvector_to_array(to_tsvector(a.config, s.text))) INTERSECT SELECT unnest(q.asked)
        )) ORDER BY s.n), '[]')
        FROM regexp_split_to_table(left(a.body, 20000), '(?<=[.!?؟])\s+|\n+') WITH ORDINALITY AS s (text, n)
        WHERE btrim(s.text) <> '') AS sentences
FROM search_articles($1, $2) f JOIN articles a ON a.id = f.article_id
CROSS JOIN LATERAL (SELECT tsvector_to_array(to_tsvector(a.config, $1)) AS asked) q
ORDER BY f.score DESC, a.id"""


async def get(conn: Connection, article: UUID) -> Article | None:
    return one(await conn.fetchrow(GET, article), Article)


async def page(conn: Connection, limit: int, after: UUID | None = None) -> list[Article]:
    """The newest articles, or those behind the article `after`."""
    return many(await conn.fetch(LIST, after, limit), Article)


async def add(conn: Connection, article: UUID, title: str, body: str, language: str, config: str, url: str | None) -> Article:
    """Writes the article; one with this id is replaced."""
    return _whole(one(await conn.fetchrow(ADD, article, title, body, language, config, url), Article))


async def update(
    conn: Connection, article: UUID, title: str, body: str, language: str, config: str, url: str | None
) -> Article | None:
    return one(await conn.fetchrow(UPDATE, article, title, body, language, config, url), Article)


async def delete(conn: Connection, article: UUID) -> bool:
    """False where there is none."""
    return await conn.fetchval(DELETE, article) is not None


async def search(conn: Connection, question: str, most: int) -> list[Found]:
    """Articles that share a word with the question, best first."""
    return many(await conn.fetch(SEARCH, question, most), Found)


def _whole(article: Article | None) -> Article:
    assert article is not None  # INSERT … RETURNING gives its row
    return article
