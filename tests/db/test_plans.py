"""At 100,000 conversations each question of a live screen still reads a few rows by an index, never a table.

Asked as the role that serves, under row level security, with the plan for these values and with the plan for any.
PostgreSQL's own counters of the transaction tell what was read, inside functions too.
"""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from msgspec import Struct

from db import articles, contacts, conversations, figures, leads, messages, outbox, silences, turns
from db.pool import Connection, tenant
from tests.helpers.rows import Place, make_place
from tests.helpers.stores import TestStores, connection

BIG = ["articles", "contacts", "conversations", "leads", "messages", "outbox", "turns"]

# Indexes are made once the rows are there, and foreign keys are not looked at: a third of the time.
BARE = """
SET session_replication_role = replica;
CREATE TEMP TABLE indexes AS
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS made FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid);
DO $$ DECLARE one text; BEGIN FOR one IN SELECT name FROM indexes LOOP EXECUTE 'DROP INDEX ' || one; END LOOP; END $$;
"""
DRESSED = """
DO $$ DECLARE one text; BEGIN FOR one IN SELECT made FROM indexes LOOP EXECUTE one; END LOOP; END $$;
ANALYZE;
"""

# Two workspaces, so that the big one is not all there is; one conversation with very many messages.
FILL = """
CREATE TEMP TABLE made AS
SELECT gen_random_uuid() AS contact, gen_random_uuid() AS conversation, n,
    CASE WHEN n % 10 = 0 THEN '{other}'::uuid ELSE '{workspace}'::uuid END AS workspace,
    CASE WHEN n % 10 = 0 THEN '{other_account}'::uuid ELSE '{account}'::uuid END AS account,
    timestamptz '2026-01-01' + n * interval '7 minutes' AS at
FROM generate_series(1, 100000) n;

INSERT INTO contacts (id, workspace_id, name, email, created_at)
SELECT contact, workspace, 'Guest ' || n, 'guest' || n || '@example.com', at FROM made;

INSERT INTO conversations (id, workspace_id, contact_id, account_id, channel, mode, status, assignee_id, last_seq, public_seq, rev,
    last_at, waiting_since, changed_xid, created_at)
SELECT conversation, workspace, contact, account, 'web', (ARRAY['ai', 'ai', 'queued', 'human'])[n % 4 + 1],
    CASE WHEN n % 3 = 0 THEN 'open' WHEN n % 50 = 1 THEN 'snoozed' ELSE 'resolved' END, CASE WHEN n % 4 = 3 THEN '{agent}'::uuid END, 2, 2, 2, at,
    CASE WHEN n % 12 = 6 THEN at END, (1 + n % 500)::text::xid8, at
FROM made;

INSERT INTO messages (conversation_id, seq, id, workspace_id, public_prev, rev, sender, author_kind, kind, text, at)
SELECT conversation, seq, gen_random_uuid(), workspace, seq - 1, seq, 'ai', CASE seq WHEN 1 THEN 'contact' ELSE 'ai' END, 'text',
    'thank you for word' || n % 5000 || ' and word' || n % 97, at
FROM made, generate_series(1, 2) seq;

INSERT INTO messages (conversation_id, seq, id, workspace_id, public_prev, rev, sender, author_kind, kind, text, at)
SELECT conversation, seq, gen_random_uuid(), workspace, seq - 1, seq, 'ai', 'contact', 'text', 'more', at
FROM made, generate_series(3, 5000) seq WHERE n = 77777;
UPDATE conversations SET last_seq = 5000, public_seq = 5000 WHERE id = (SELECT conversation FROM made WHERE n = 77777);

INSERT INTO leads (id, workspace_id, contact_id, label) SELECT gen_random_uuid(), workspace, contact, 'warm' FROM made;
INSERT INTO outbox (workspace_id, kind, subject, due_at)
SELECT workspace, 'close_idle', conversation, now() + (n - 20) * interval '1 second' FROM made;
INSERT INTO turns (id, workspace_id, conversation_id, epoch, trigger_seq, state, holder, lease_until)
SELECT gen_random_uuid(), workspace, conversation, 0, 1, CASE WHEN n <= 20 THEN 'streaming' ELSE 'done' END, 'here', at FROM made WHERE n <= 20000;
INSERT INTO articles (id, workspace_id, title, body)
SELECT gen_random_uuid(), workspace, 'About word' || n, 'Everything about word' || n || ' and pools' FROM made WHERE n <= 20000;
"""


class Filled(Struct, frozen=True):
    name: str
    place: Place
    long: UUID
    """The conversation with 5,000 messages."""
    someone: UUID
    """Its contact."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def filled(template: TestStores) -> AsyncIterator[Filled]:
    name = await template.fresh()
    async with connection(template.stores.postgres.url("postgres", name)) as superuser:
        place, other = await make_place(superuser), await make_place(superuser)
        names = {"workspace": place.workspace, "other": other.workspace, "account": place.account, "other_account": other.account}
        await superuser.execute(BARE + FILL.format(**names, agent=place.agents[0]) + DRESSED)
        long, someone = await superuser.fetchrow("SELECT conversation, contact FROM made WHERE n = 77777")
    yield Filled(name, place, long, someone)
    await template.drop(name)


@pytest.fixture
def database(filled: Filled) -> str:
    return filled.name


async def rows_read(conn: Connection) -> tuple[list[str], int]:
    """The big tables that this transaction read whole, and how many rows of them it has read in all."""
    counted = await conn.fetch(
        "SELECT relname, seq_scan, seq_tup_read + coalesce(idx_tup_fetch, 0) AS rows FROM pg_stat_xact_user_tables WHERE relname = ANY ($1)",
        BIG,
    )
    return [row["relname"] for row in counted if row["seq_scan"]], sum(row["rows"] for row in counted)


NOBODY = UUID(int=0)
CONTACTS = "SELECT contact_id FROM search_contacts($1, $2)"
ARTICLES = "SELECT article_id, score FROM search_articles($1, $2)"
FIRST = (float("inf"), UUID(int=2**128 - 1))
MIDDLE = (1_780_000_000.0, UUID(int=2**127))
PAGES = {
    "all": conversations.PAGE_ALL,
    "resolved": conversations.PAGE_RESOLVED,
    "snoozed": conversations.PAGE_SNOOZED,
    "ai": conversations.PAGE_AI,
    "unassigned": conversations.PAGE_UNASSIGNED,
    "mine": conversations.PAGE_MINE,
}


def questions(filled: Filled) -> dict[str, tuple[str, tuple[Any, ...], int]]:
    """SQL, its values, and how many rows of big tables it may read."""
    agent = (filled.place.agents[0],)
    pages = {
        f"{name}, {where}": (sql, (*key, 50, *(agent if name == "mine" else ())), 250)
        for name, sql in PAGES.items()
        for where, key in (("first page", FIRST), ("a page in the middle", MIDDLE))
    }
    return pages | {
        "waiting": (conversations.PAGE_WAITING, (float("-inf"), UUID(int=0), 50), 250),
        "waiting, next": (conversations.PAGE_WAITING, (*MIDDLE, 50), 250),
        "one conversation": (conversations.GET, (filled.long,), 10),
        "its newest messages": (messages.NEWEST, (filled.long, False, 50), 60),
        "its messages before": (messages.BEFORE, (filled.long, False, 2500, 50), 60),
        "its messages after": (messages.AFTER, (filled.long, True, 2500, 50), 60),
        "the inbox since a cursor": (conversations.SINCE, ("499", 500), 3000),
        "the feed of a workspace": (conversations.FEED, ("500", [filled.place.workspace], [], 1000), 3000),
        "the feed of a conversation": (conversations.FEED, ("500", [], [filled.long], 1000), 3000),
        "conversations by a rare word": (conversations.SEARCH, ("word4321", 50), 5_500),
        "conversations by a word in a fiftieth of all": (conversations.SEARCH, ("word42", 50), 30_000),
        "conversations by a word in every message": (conversations.SEARCH, ("thank you", 50), 30_000),
        "conversations by a contact": (conversations.SEARCH, ("guest77777@example", 50), 5_500),
        "contacts by a part of an address": (CONTACTS, ("guest4711@exam", 50), 50),
        "contacts by a beginning that all share": (CONTACTS, ("gue", 50), 30_000),
        "due timers": (outbox.DUE, (100,), 120),
        "the figures": (figures.NOW, (), 35_000),  # every open conversation, and no other
        "a silence": (silences.GET, (filled.long,), 20),
        "what a score is made of": (leads.GROUNDS, (filled.long,), 650),
        "contacts, a page": (contacts.PAGE, (None, 50), 60),
        "contacts, the next page": (contacts.PAGE, (filled.someone, 50), 60),
        "articles, a page": (articles.LIST, (None, 50), 60),
        "lapsed turns": (turns.LAPSED, (20,), 40),
        "articles by a rare word": (ARTICLES, ("what is word4321?", 5), 100),
        "articles by a word that all share": (ARTICLES, ("everything", 5), 30_000),
    }


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("asked", questions(Filled("", Place(NOBODY, NOBODY, (NOBODY, NOBODY)), NOBODY, NOBODY)))
async def test_a_question_reads_a_few_rows_by_an_index(asked: str, mode: str, filled: Filled, pool: asyncpg.Pool) -> None:
    sql, values, most = questions(filled)[asked]
    async with tenant(pool, filled.place.workspace) as conn:
        await conn.execute(f"SET LOCAL plan_cache_mode = {mode}")
        assert await conn.fetch(sql, *values)
        whole, rows = await rows_read(conn)
        print(asked, mode, whole, rows)
        if whole or rows > most:
            plan = await conn.fetch("EXPLAIN (ANALYZE, BUFFERS, COSTS off) " + sql, *values)
            pytest.fail("\n".join([f"read {whole} whole, {rows} rows", *(line[0] for line in plan)]))
