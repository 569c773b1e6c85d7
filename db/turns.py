"""AI turns: their leases, and whom and what a turn is about. `post_messages` makes and ends them."""

from typing import Any
from uuid import UUID

from msgspec import Struct

from db.pool import Connection, one
from server.schema.records import TurnRef

RENEW = """
UPDATE turns SET lease_until = clock_timestamp() + make_interval(secs => $4), text = $5,
    state = CASE WHEN $5 = '' THEN state ELSE 'streaming' END,
    first_token_at = CASE WHEN $5 = '' THEN first_token_at ELSE coalesce(first_token_at, clock_timestamp()) END
WHERE id = $1 AND attempt = $2 AND holder = $3 AND state IN ('thinking', 'streaming') RETURNING id"""

NEXT_ATTEMPT = """
UPDATE turns SET attempt = attempt + 1, lease_until = clock_timestamp() + make_interval(secs => $4)
WHERE id = $1 AND attempt = $2 AND holder = $3 AND state IN ('thinking', 'streaming') RETURNING attempt"""

DROP = """
UPDATE turns SET state = 'cancelled', reason = 'unwanted', ended_at = now()
WHERE id = $1 AND attempt = $2 AND holder = $3 AND state IN ('thinking', 'streaming')"""

LAPSED = "SELECT workspace_id, turn_id FROM door_turns_lapsed($1)"

CLAIM = """
UPDATE turns SET attempt = attempt + 1, holder = $2, lease_until = clock_timestamp() + make_interval(secs => $3)
WHERE id = $1 AND state IN ('thinking', 'streaming') AND lease_until < clock_timestamp()
RETURNING conversation_id, id, attempt, epoch, trigger_seq"""

GIVE_BACK = """
UPDATE turns SET lease_until = clock_timestamp(), text = $4
WHERE id = $1 AND attempt = $2 AND holder = $3 AND state IN ('thinking', 'streaming')"""

# A turn that was cut or superseded has cost something too; one that ended well has its count already.
SPENT = """
UPDATE turns SET model = $2, input_tokens = $3, output_tokens = $4, cache_read_tokens = $5, cache_write_tokens = $6
WHERE id = $1 AND state = 'cancelled' AND model IS NULL"""

PERSON = """
SELECT p.id, p.name, p.email, p.phone, p.company, p.locale, p.facts, p.page,
    (SELECT t.id FROM turns t WHERE t.conversation_id = c.id AND t.state IN ('thinking', 'streaming')) AS turn
FROM conversations c JOIN contacts p ON p.id = c.contact_id WHERE c.id = $1"""


class Claimed(Struct, frozen=True):
    conversation: UUID
    turn: TurnRef


class Person(Struct, frozen=True, kw_only=True):
    """The contact of a conversation; `turn` is the one that is being written there."""

    id: UUID
    name: str | None
    email: str | None
    phone: str | None
    company: str | None
    locale: str | None
    facts: dict[str, Any]
    page: dict[str, Any] | None
    turn: UUID | None


async def renew(conn: Connection, turn: UUID, attempt: int, holder: str, seconds: float, text: str) -> bool:
    """Keeps the lease for `seconds` and stores what has been said. False: the turn has ended or is another's."""
    return await conn.fetchval(RENEW, turn, attempt, holder, seconds, text) is not None


async def next_attempt(conn: Connection, turn: UUID, attempt: int, holder: str, seconds: float) -> int | None:
    """The number under which its holder begins the turn again. None: the turn has ended or is another's."""
    found: int | None = await conn.fetchval(NEXT_ATTEMPT, turn, attempt, holder, seconds)
    return found


async def drop(conn: Connection, turn: UUID, attempt: int, holder: str) -> None:
    """Ends a turn whose answer the conversation does not take, unless it has ended or is another's."""
    await conn.execute(DROP, turn, attempt, holder)


async def lapsed(conn: Connection, most: int) -> list[tuple[UUID, UUID]]:
    """(workspace, turn) of turns whose holder has died or stalled; asks no workspace."""
    return [(row[0], row[1]) for row in await conn.fetch(LAPSED, most)]


async def claim(conn: Connection, turn: UUID, holder: str, seconds: float) -> Claimed | None:
    """Takes a lapsed turn over. None: somebody else was faster."""
    row = await conn.fetchrow(CLAIM, turn, holder, seconds)
    return None if row is None else Claimed(row[0], TurnRef(row[1], row[2], row[3], row[4]))


async def give_back(conn: Connection, turn: UUID, attempt: int, holder: str, text: str) -> None:
    """Lets the lease lapse now, so that another process goes on at once."""
    await conn.execute(GIVE_BACK, turn, attempt, holder, text)


async def spent(conn: Connection, turn: UUID, model: str, input: int, output: int, cache_read: int, cache_write: int) -> None:
    """Records what a turn that was cancelled had used."""
    await conn.execute(SPENT, turn, model, input, output, cache_read, cache_write)


async def person(conn: Connection, conversation: UUID) -> Person | None:
    return one(await conn.fetchrow(PERSON, conversation), Person)
