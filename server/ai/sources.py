"""What an answer rests on: articles get numbers, the model marks sentences with them (`[[2]]`), readers never see a mark."""

from __future__ import annotations

import re

from server.schema.entities import Source
from server.schema.knowledge import Found

MARK = re.compile(r" ?\[\[(\d{1,3}(?:, ?\d{1,3})*)\]\]")
# The end of a text that may yet become a mark.
_BEGUN = re.compile(r" ?(\[(\[[\d, ]{0,20}\]?)?)?$")


class Sources:
    """The articles of one turn, by number."""

    def __init__(self) -> None:
        self._found: list[Found] = []
        self._cited: set[int] = set()

    def number(self, found: Found) -> int:
        """The article's number, from 1; it stays the same for the whole turn."""
        for at, known in enumerate(self._found, 1):
            if known.id == found.id:
                return at
        self._found.append(found)
        return len(self._found)

    def cite(self, number: int) -> None:
        """Numbers that were never given are ignored."""
        if 1 <= number <= len(self._found):
            self._cited.add(number)

    def forget(self) -> None:
        """The answer begins again; the numbers stay."""
        self._cited.clear()

    @property
    def cited(self) -> list[Source]:
        found = [self._found[number - 1] for number in sorted(self._cited)]
        return [Source(article=one.id, title=one.title, url=one.url) for one in found]


class Marks:
    """Takes the marks out of a text that comes in pieces."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self.held = ""

    def feed(self, piece: str) -> str:
        """What can be shown by now; what may be the beginning of a mark waits."""
        clean = MARK.sub(self._take, self.held + piece)
        begun = _BEGUN.search(clean)
        cut = begun.start() if begun else len(clean)
        self.held = clean[cut:]
        return clean[:cut]

    def rest(self) -> str:
        held, self.held = self.held, ""
        return held

    def _take(self, mark: re.Match[str]) -> str:
        for number in mark.group(1).split(","):
            self._sources.cite(int(number))
        return ""
