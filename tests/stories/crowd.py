"""An afternoon at the demo shop: people who write, an AI that answers, colleagues at work, an hour of it behind us."""

import asyncio
import random
import time
from typing import Any, NamedTuple
from uuid import UUID, uuid4, uuid5

import asyncpg
import jwt

from db.messages import post_messages
from server.schema import frames
from server.schema.records import NewMessage
from tests.client import Agent, Visitor
from tests.fakes.anthropic import Script, Use, last_text, say
from tests.helpers.rows import Chat, Place
from tests.live.conftest import Place as Desk

ANSWERS = {
    "kettle is best for pour-over": "The **Gooseneck 0.9 l** (£79): it pours slowly, exactly where you point it, and holds any temperature "
    "for an hour. [[1]]",
    "for a present": "It would be a lovely one! An order before 14:00 leaves the same day, standard delivery takes 2 to 3 working days and is free "
    "from £40, so a Gooseneck travels for nothing. For Saturday I'd take next-day delivery at £6.50 to be safe, and we can wrap it in cloth "
    "with a hand-written note. [[1]]",
    "delivery to Norway": "Norway is **4 to 7 working days** and £9.50. Customs there are collected by the carrier, so keep a little change for "
    "the postman. You get a tracking link by e-mail as soon as the parcel leaves us. [[1]]",
    "gift wrapping": "Gladly: we wrap in cloth with a hand-written note for £4, and tick 'this is a gift' so that the parcel holds no prices. [[1]]",
    "without caffeine": "Try our Orchard fruit tea or rooibos: no caffeine at all, and no grass either. [[1]]",
    "pause my subscription": "Yes, in your account, until two days before the next parcel. [[1]]",
    "gyokuro": "Like other green teas: 70 to 80 degrees, for 2 minutes. [[1]]",
    "40 hand-made cups": "What a good plan! 40 cups by Friday: I have noted it, and somebody makes you a price. [[1]]",
    "crack in the lid": "I am sorry! Send us a photo and we ship a new one today, you needn't send it back. [[1]]",
    "manage espresso": "Everything but espresso: for that take the Quarry, £189. [[1]]",
    "packed near nuts": "Yes, nuts are handled in the room where we pack. [[1]]",
    "descale": "One litre of water, 30 g of citric acid, 60 degrees, 20 minutes, then rinse twice. [[1]]",
}
SLOW = ("for pour-over", "for a present", "gift wrapping")
DEFAULT = "You are in good hands: I have looked it up for you, and noted it for Mei and Oscar as well. [[1]]"


class Person(NamedTuple):
    """Somebody who wrote `ago` minutes before; `then`: ai, queued, mine (Mei's), oscar, resolved."""

    name: str
    ago: float
    question: str
    then: str = "ai"
    reply: str = ""


PEOPLE = [
    Person("Samir Haddad", 2, "I want to order 40 hand-made cups for our new café, by Friday if you can. What would the price be?", "queued"),
    Person("Ingrid Solheim", 3, "How long does delivery to Norway take?"),
    Person("Tom Ashworth", 5, "My teapot arrived with a crack in the lid, order FK204118.", "mine", "I'm so sorry, Tom. A new one leaves today, keep the old one for pencils."),
    Person("Lucía Ferrer", 8, "Do you have anything without caffeine that doesn't taste of grass?"),
    Person("Ben Okafor", 11, "I want to order 3 subscriptions for the office starting 2 June, how much is that?", "oscar", "Let me put an offer together for you, Ben."),
    Person("Amélie Laurent", 14, "Can I pause my subscription while I'm on holiday?"),
    Person("Kenji Watanabe", 19, "Which water temperature for gyokuro?"),
    Person("Grace Nolan", 24, "Is the tasting evening on Thursday full already? I'd like to book 2 places, how much is it?", "oscar", "Two places are yours, Grace."),
    Person("Piotr Zieliński", 31, "Does the Pebble grinder manage espresso?"),
    Person("Farah Aziz", 38, "Are your teas packed near nuts?"),
    Person("Oliver Grant", 47, "How do I descale the Gooseneck?"),
]
NAMES = "Ada Bo Cleo Dan Eva Finn Gus Hana Ivo June Kai Lena Max Nia Olaf Pia Rui Sara Tess Uma Vera Will Xenia Yara Zoe".split()
TALK = [
    ("Where is my order FK3{n}?", "It left us yesterday: the tracking link in the e-mail shows where it is."),
    ("How hot for green tea?", "70 to 80 degrees, for 2 minutes."),
    ("Is delivery free?", "From £40 it is, below that it costs £3.95."),
    ("Can I return opened coffee?", "Only if something is wrong with it, and then gladly."),
]


def scripted(body: dict[str, Any]) -> Script:
    """What the provider says to what was asked last, once it has looked it up."""
    asked = next(said for message in reversed(body["messages"]) if message["role"] == "user" and (said := _texts(message)))
    if _texts(body["messages"][-1]):
        return (Use("search_knowledge", {"query": last_text(body)[:80]}),)
    answer = next((text for words, text in ANSWERS.items() if words in asked), DEFAULT)
    return (say(*(f"{word} " for word in answer.split(" ")), pause=0.09 if any(words in asked for words in SLOW) else 0.0),)


def _texts(message: dict[str, Any]) -> str:
    return "\n".join(block["text"] for block in message["content"] if block["type"] == "text")


def identity(secret: str, name: str) -> str:
    email = name.lower().replace(" ", ".").encode("ascii", "ignore").decode() + "@example.com"
    return jwt.encode({"sub": name, "exp": int(time.time()) + 86_400, "name": name, "email": email}, secret, "HS256")


class Crowd:
    """`arrive` lets them write, `age` makes it the past; their connections stay, so that they are there."""

    def __init__(self, desk: Desk, secret: str) -> None:
        self.desk, self.secret = desk, secret
        self.visitors: list[Visitor] = []
        self.agents: list[Agent] = []
        self.ago: dict[UUID, float] = {}

    async def arrive(self) -> None:
        for role in ("manager", "agent", "agent2"):
            agent = self.desk.agent()
            await agent.open()
            await agent.hello(self.desk.tokens[role])
            self.agents.append(agent)
        await asyncio.gather(*map(self._writes, PEOPLE))
        for path, title in [("/demo", "Fern & Kettle"), ("/kettles", "Kettles"), ("/tea", "Tea & coffee")] * 9:
            await self._enters(path, title)

    async def leave(self) -> None:
        for client in (*self.visitors, *self.agents):
            await client.close()

    async def _enters(self, path: str, title: str, name: str | None = None) -> Visitor:
        visitor = self.desk.visitor()
        await visitor.open()
        page = frames.SeenPage(url=f"https://fernandkettle.example{path}", title=title)
        await visitor.hello(self.desk.key, page=page, **({"identity": identity(self.secret, name)} if name else {}))
        self.visitors.append(visitor)
        return visitor

    async def _writes(self, person: Person) -> None:
        visitor = await self._enters("/demo", "Tea, coffee and what one brews them with", person.name)
        ack = await visitor.say(person.question)
        self.ago[ack.conversation] = person.ago
        await visitor.wait(lambda f: isinstance(f, frames.MessageFrame) and f.message.author.kind == "ai", seconds=60)
        if person.then == "queued":
            await visitor.ask(frames.Human(client_id=uuid4()))
        elif person.then in ("mine", "oscar"):
            agent = self.agents[1 if person.then == "mine" else 2]
            await agent.say(ack.conversation, person.reply)


async def age(superuser: asyncpg.Connection, ago: dict[UUID, float]) -> None:
    """Moves what was said now to the minutes in which it was said."""
    for conversation, minutes in ago.items():
        for statement in (
            "UPDATE messages SET at = at - $2 * interval '1 minute' WHERE conversation_id = $1",
            "UPDATE conversations SET last_at = last_at - $2 * interval '1 minute', created_at = created_at - $2 * interval '1 minute', "
            "waiting_since = waiting_since - $2 * interval '1 minute' WHERE id = $1",
            "UPDATE episodes SET opened_at = opened_at - $2 * interval '1 minute', "
            "first_response_at = first_response_at - $2 * interval '1 minute' WHERE conversation_id = $1",
        ):
            await superuser.execute(statement, conversation, minutes)


async def past_hour(pool: asyncpg.Pool, superuser: asyncpg.Connection, place: Place) -> None:
    """Some hundred and fifty short conversations, most of them over, busier towards now."""
    chance = random.Random(11)
    ago: dict[UUID, float] = {}
    for n in range(150):
        chat = Chat(place, uuid5(place.workspace, f"past {n}"))
        name = f"{NAMES[n % len(NAMES)]} {chr(65 + n * 7 % 26)}."
        rows: list[NewMessage] = []
        for asked, told in chance.sample(TALK, chance.randint(1, 3)):
            rows += [chat.says(asked.format(n=10_000 + n * 7), name=name), chat.ai(told, author_name="Fern")]
        await post_messages(pool, place.workspace, rows)
        if n % 9:
            await post_messages(pool, place.workspace, [chat.resolve()])
        ago[chat.id] = 56 * (1 - chance.random() ** 0.75) + 3.5
    await age(superuser, ago)
    await superuser.execute(
        "UPDATE episodes SET first_response_at = opened_at + (1.1 + random()) * interval '1 second' WHERE first_response_at IS NOT NULL"
    )
    await superuser.execute("UPDATE messages m SET at = m.at + (m.seq * 17) * interval '1 second' WHERE m.conversation_id = ANY($1)", list(ago))
