"""How much of everything a model is given. Tokens are estimated: four bytes each."""

from server.ai.models.base import Line
from server.schema.knowledge import Found

LINES = 10
LINES_TOKENS = 4000
ARTICLES = 4
ARTICLE_TOKENS = 800


def tokens(text: str) -> int:
    return len(text.encode()) // 4 + 1


def latest(lines: list[Line]) -> list[Line]:
    """The last lines that fit, oldest first; the very last always, cut where it is too long."""
    kept: list[Line] = []
    room = LINES_TOKENS
    for line in reversed(lines[-LINES:]):
        room -= tokens(line.text)
        if room < 0 and kept:
            break
        kept.insert(0, Line(line.who, line.text[: LINES_TOKENS * 4], line.name))
    return kept


def excerpt(found: Found, most: int = ARTICLE_TOKENS) -> str:
    """The article, or of a long one the sentences that share most with the question, in their own order."""
    if tokens(found.body) <= most:
        return found.body
    best = sorted(range(len(found.sentences)), key=lambda at: (-len(found.sentences[at].hits), at))
    taken: list[int] = []
    for at in best:
        most -= tokens(found.sentences[at].text)
        if most < 0:
            break
        taken.append(at)
    if not taken:
        return found.body[: ARTICLE_TOKENS * 4]
    return " … ".join(found.sentences[at].text for at in sorted(taken))
