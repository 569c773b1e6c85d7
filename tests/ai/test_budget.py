"""What does not fit is left out, the newest last."""

from msgspec.structs import replace

from server.ai.budget import ARTICLE_TOKENS, LINES, LINES_TOKENS, excerpt, latest, tokens
from server.ai.models.base import Line
from tests.ai.prompts import found


def test_only_the_last_lines() -> None:
    lines = [Line("contact", str(at)) for at in range(30)]
    assert latest(lines) == lines[-LINES:]


def test_long_lines_push_older_ones_out() -> None:
    long = "x" * (LINES_TOKENS * 3)
    assert latest([Line("contact", long), Line("contact", long), Line("contact", "last")]) == [Line("contact", long), Line("contact", "last")]


def test_the_very_last_line_is_always_there() -> None:
    (line,) = latest([Line("contact", "before"), Line("contact", "ب" * 60_000)])
    assert 0 < len(line.text) < 60_000


def test_a_short_article_is_whole() -> None:
    article = found("Pool", "pool", ("The pool.", "pool"), ("Open.", ""))
    assert excerpt(article) == article.body


def test_of_a_long_article_the_sentences_that_fit_the_question() -> None:
    filler = [(f"Filler sentence number {at}.", "") for at in range(600)]
    article = found("House", "pool open", *filler, ("The pool opens at nine.", "pool open"))
    text = excerpt(article)
    assert text.endswith("The pool opens at nine.") and tokens(text) < ARTICLE_TOKENS * 1.5


def test_a_long_article_without_sentences_is_cut() -> None:
    article = replace(found("Numbers", "one"), body="1" * 50_000)
    assert 0 < len(excerpt(article)) < 10_000
