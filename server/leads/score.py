"""How ready somebody is to buy, 0 to 100, by rules that can be read; every point has its reason.

Pure: no clock, no store. The same words give the same score.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from server.leads import words
from server.schema.rest import Reason

Label = Literal["cold", "warm", "hot"]
WARM = 40
HOT = 70
MANY = 3
"""More messages than this of the contact are a conversation, not a question."""


class Evidence(Struct, frozen=True, kw_only=True):
    """What is known. `said`: the contact's messages; `facts`: what the AI or an agent has noted."""

    said: Sequence[str] = ()
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    facts: Mapping[str, Any] = {}
    asked_for_person: bool = False


class Score(Struct, frozen=True, kw_only=True):
    """`contactable`, `buying`: what a lead needs besides its points."""

    points: int
    reasons: list[Reason]
    contactable: bool
    buying: bool

    @property
    def label(self) -> Label:
        return "hot" if self.points >= HOT else "warm" if self.points >= WARM else "cold"


def score(evidence: Evidence) -> Score:
    text = plain("\n".join(evidence.said))
    facts = evidence.facts
    email = evidence.email or _ADDRESS.search(text)
    phone = evidence.phone or _NUMBER.search(text)
    buying = _BUYING.search(text) or facts.get("service")
    asked = len(evidence.said)
    rules: list[tuple[object, int, str]] = [
        (email, 15, "left an e-mail address"),
        (phone, 10, "left a phone number"),
        (evidence.name, 5, "gave a name"),
        (evidence.company, 5, "named a company"),
        (buying, 20, "wants to buy"),
        (_PRICE.search(text), 10, "asked for the price"),
        (_BOOKING.search(text), 15, "asked for a booking or a meeting"),
        (_BUDGET.search(text) or facts.get("budget"), 10, "named a budget or an amount"),
        (_WHEN.search(text) or facts.get("timeline"), 10, "named a date"),
        (_QUANTITY.search(text), 5, "named a quantity"),
        (_URGENT.search(text) or facts.get("urgency"), 10, "is in a hurry"),
        (_DECIDES.search(text) or facts.get("decision_maker"), 5, "decides"),
        (evidence.asked_for_person, 5, "asked for a person"),
        (asked > MANY, 5, f"wrote more than {MANY} messages"),
        (asked > 3 * MANY, 5, f"wrote more than {3 * MANY} messages"),
    ]
    reasons = [Reason(points=points, reason=reason) for held, points, reason in rules if held]
    return Score(
        points=min(100, sum(reason.points for reason in reasons)),
        reasons=reasons,
        contactable=bool(email or phone),
        buying=bool(buying),
    )


def qualifies(scored: Score, messages: int) -> bool:
    """Whether an anonymous visitor has become a lead: can be reached, wants to buy, and is warm or keeps talking."""
    return scored.contactable and scored.buying and (scored.points >= WARM or messages > MANY)


def plain(text: str) -> str:
    """Lower case, without accents, Arabic letters that are mixed up in writing made one."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(_ALIKE)


_ALIKE = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "’": "'", "ـ": None})


def _any_of(table: str) -> str:
    entries = {plain(entry.removeprefix("=")).replace("_", " ") + "="[: entry.startswith("=")] for entry in table.split()}
    return "|".join(re.escape(entry.removesuffix("=")) + (r"(?!\w)" if entry.endswith("=") else "") for entry in sorted(entries))


# The Arabic article and the particles that are written onto a word.
_START = r"(?<!\w)(?:[وفبل]?ال|[وفبل])?"


def _words(table: str) -> re.Pattern[str]:
    return re.compile(f"{_START}(?:{_any_of(table)})")


_BUYING, _PRICE, _BOOKING, _WHEN_WORDS = map(_words, (words.BUYING, words.PRICE, words.BOOKING, words.WHEN))
_URGENT, _DECIDES = map(_words, (words.URGENT, words.DECIDES))
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_NUMBER = re.compile(r"(?<![\w.,/:-])(?:\+|00)?\d(?:[\s().\-]{0,2}\d){7,14}(?![\w:])")
_MONEY = (
    r"[$€£¥₹]\s?\d|\d\s?(?:[$€£¥₹]|(?:k\s)?(?:eur|usd|gbp|chf|mad|aed|sar|brl|mxn|dollar|dolar|pound|franc|peso|reai|dirham"
    r"|درهم|ريال|دولار|يورو))"
)
_BUDGET = re.compile(f"{_words(words.BUDGET).pattern}|{_MONEY}")
_DATE = r"(?<!\d)\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?(?!\d)|(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)"
_WHEN = re.compile(f"{_WHEN_WORDS.pattern}|{_DATE}")
_QUANTITY = re.compile(rf"(?<![\w.])\d{{1,5}}\s(?:{_any_of(words.QUANTITY)})")
