"""What the demo workspaces are planted with, besides what other modules add."""

from uuid import UUID

from db.pool import Connection

ADD_ARTICLE = """
INSERT INTO articles (id, workspace_id, title, body, language, config)
VALUES ($1, app_workspace(), $2, $3, $4, $5::text::regconfig)
ON CONFLICT (id) DO NOTHING"""

CONFIGS = {"en": "english", "es": "spanish", "fr": "french", "de": "german", "pt": "portuguese", "ar": "arabic"}


async def add_article(conn: Connection, article: UUID, title: str, body: str, language: str) -> None:
    """Adds it, unless it exists."""
    await conn.execute(ADD_ARTICLE, article, title, body, language, CONFIGS.get(language, "simple"))
