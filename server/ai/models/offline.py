"""Answers without a provider: the sentences of the workspace's articles that say most about the question."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterable

import msgspec

from server.ai.models.base import Call, Event, Excerpt, Prompt, Stop, Text
from server.ai.phrases import Phrases, phrases
from server.ai.understanding import Told, asks_hours, asks_something, is_greeting, is_thanks, told, wants_person
from server.core.hours import describe

COVERED = 0.34  # share of the question's words that an article must hold
ASKED_MOST = 5.0  # a long message asks for one thing all the same: more words than these don't raise the bar
SENTENCES = 3
WORDS_PER_SECOND = 40.0

# Words of a question that say little of what it is about, as PostgreSQL stems them.
WEAK = frozenset(
    "much mani long far tell need want like know use get give find possibl would could make take say ask help look thing "
    "time pleas cuant quier necesit pued sab hac tard algun combien fair peux veux savoir besoin viel lang brauch mocht woll "
    "gibt geht kann quant quer precis pod faz sab".split()
)
WEAK_WEIGHT = 0.3
LEAD_WEIGHT = 0.6  # of the first sentence, where the title is what was asked for

Answer = list[Event]


class Offline:
    """Streams word by word, as a provider would."""

    def __init__(self, words_per_second: float = WORDS_PER_SECOND) -> None:
        self.name = "offline"
        self._pause = 1 / words_per_second if words_per_second else 0.0

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Event, None]:
        for event in answer(prompt):
            if isinstance(event, Text):
                for word in re.findall(r"\s*\S+", event.text):
                    yield Text(word)
                    await asyncio.sleep(self._pause)
            else:
                yield event

    async def prepare(self) -> None:
        pass

    async def close(self) -> None:
        pass


def answer(prompt: Prompt) -> Answer:
    """The whole of it: what is said, the tools that are called, how it ends."""
    said, words = prompt.pending, phrases(prompt.locale)
    question = "\n".join(said)
    can = {tool.name for tool in prompt.tools}
    if "hand_off" in can and any(wants_person(text) for text in said):
        return [Text(words.person), *_call("hand_off", {"reason": "The visitor asked for a person."})]
    known = told(question)
    if "save_contact" in can and known != Told() and not prompt.rounds:
        return _call("save_contact", msgspec.to_builtins(known))
    return [*_reply(prompt, question, known, words), Stop("end")]


def _reply(prompt: Prompt, question: str, known: Told, words: Phrases) -> Answer:
    if not question.strip() or all(is_greeting(text) for text in prompt.pending):
        return [Text(words.hello.format(assistant=prompt.business.assistant, business=prompt.business.name))]
    if all(is_thanks(text) for text in prompt.pending):
        return [Text(words.thanks)]
    if known != Told() and not asks_something(question):
        return [Text(words.saved)]
    best = _best(prompt.articles, question)
    if asks_hours(question) and prompt.business.hours and not (best and best.found.titled):
        return [Text(_hours(prompt, words))]
    return [Text(_told(best))] if best else [Text(words.unknown)]


def _hours(prompt: Prompt, words: Phrases) -> str:
    told = words.hours.format(hours=f"{describe(prompt.business.hours, words.days)} ({prompt.business.timezone})")
    return told if prompt.business.open else f"{words.closed} {told}"


def _best(articles: list[Excerpt], question: str) -> Excerpt | None:
    """The article that holds most of what the question is about, its title counting more; None where none holds enough."""

    def covered(one: Excerpt) -> tuple[float, float]:
        found = one.found
        asked = _about(found.asked, question)
        held = asked & set(found.titled).union(*(sentence.hits for sentence in found.sentences))
        if held <= WEAK:
            return 0.0, 0.0
        return (_weight(held) + _weight(asked & set(found.titled)) / 2) / min(_weight(asked), ASKED_MOST), found.score

    best = max(articles, key=covered, default=None)
    return best if best and covered(best)[0] >= COVERED else None


def _about(asked: list[str], question: str) -> set[str]:
    """Those of the words that the question says itself; all of them where what it says is little ("How long does it take?").

    Articles are looked for with earlier messages and whispers too: they may add to an answer, not answer something else.
    A stem may differ from its word in its last letter, and lack what stands before it.
    """
    text = question.lower()
    own = {stem for stem in asked if (stem[:-1] if len(stem) > 3 else stem) in text}
    return set(asked) if own <= WEAK else own


def _told(excerpt: Excerpt) -> str:
    """Its best sentences in their own order, the mark of the article behind them."""
    sentences = excerpt.found.sentences
    weights = [_weight(sentence.hits) for sentence in sentences]
    if _weight(excerpt.found.titled) >= 1:
        weights[0] += LEAD_WEIGHT
    ranked = sorted(range(len(sentences)), key=lambda at: (-weights[at], at))
    top = weights[ranked[0]]
    chosen = [at for at in ranked[:SENTENCES] if weights[at] * 2 > top] if top else ranked[:2]
    if len(chosen) == 1 and chosen[0] + 1 < len(sentences):
        chosen.append(chosen[0] + 1)  # what follows a sentence explains it
    text = " ".join(_sentence(sentences[at].text) for at in sorted(chosen))
    return f"{text} [[{excerpt.number}]]"


def _weight(stems: Iterable[str]) -> float:
    return sum(WEAK_WEIGHT if stem in WEAK else 1.0 for stem in stems)


def _sentence(text: str) -> str:
    text = text.strip().lstrip("#*- ").strip()
    return text if text[-1:] in ".!?؟:;" else f"{text}."


def _call(tool: str, arguments: dict[str, str]) -> Answer:
    return [Call(f"offline_{tool}", tool, msgspec.json.encode(arguments)), Stop("tools", said=tool)]
