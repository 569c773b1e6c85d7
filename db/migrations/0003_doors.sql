-- Why: what must be asked before the workspace is known, and searches that row level security would keep from their index.
-- Each function runs as parley_door, which has policies of its own, and returns ids and a workspace, nothing else;
-- searches look at the transaction's workspace only. The catalogue test lists them all.
-- Locks: policies are added to tables, for an instant each.

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['workspaces', 'users', 'memberships', 'sessions', 'conversations', 'messages', 'contacts', 'turns',
        'outbox', 'articles'] LOOP
        EXECUTE format('CREATE POLICY door ON %I TO parley_door USING (true) WITH CHECK (true)', t);
        EXECUTE format('GRANT SELECT ON %I TO parley_door', t);
    END LOOP;
END $$;
GRANT UPDATE (ended_at, seen_at) ON sessions TO parley_door;
GRANT USAGE, CREATE ON SCHEMA public TO parley_door;

CREATE FUNCTION door_widget(key text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
RETURN (SELECT id FROM workspaces WHERE widget_key = key);

-- Every workspace that the owner of this address may sign in to, the oldest first.
CREATE FUNCTION door_user(address text) RETURNS TABLE (user_id uuid, workspace_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT u.id, m.workspace_id FROM users u LEFT JOIN memberships m ON m.user_id = u.id
    WHERE lower(u.email) = lower(address) ORDER BY m.created_at, m.workspace_id;
END;

-- The living session behind a token's SHA-256.
CREATE FUNCTION door_session(hash bytea) RETURNS TABLE (session_id uuid, user_id uuid, workspace_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT s.id, s.user_id, s.workspace_id FROM sessions s
    JOIN memberships m ON m.workspace_id = s.workspace_id AND m.user_id = s.user_id
    WHERE s.token_hash = hash AND s.ended_at IS NULL AND s.expires_at > now();
END;

-- Which of these sessions still live with the role that they had: sockets of the others are closed.
CREATE FUNCTION door_sessions_alive(ids uuid[], roles text[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT s.id FROM unnest(ids, roles) AS asked (id, role) JOIN sessions s ON s.id = asked.id
    JOIN memberships m ON m.workspace_id = s.workspace_id AND m.user_id = s.user_id AND m.role = asked.role
    WHERE s.ended_at IS NULL AND s.expires_at > now();
END;

-- Ends the sessions of a user in all workspaces but one of them (a changed password).
CREATE FUNCTION door_end_sessions(of_user uuid, but uuid) RETURNS SETOF uuid
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    UPDATE sessions SET ended_at = now() WHERE user_id = of_user AND ended_at IS NULL AND id IS DISTINCT FROM but RETURNING id;
END;

-- The change feed of these workspaces and conversations: what changed in or after transaction `since`.
-- Transactions below `upto` have ended: the caller asks next from there.
CREATE FUNCTION door_feed(since xid8, workspaces uuid[], conversations uuid[], most int)
RETURNS TABLE (upto xid8, workspace_id uuid, conversation_id uuid, rev bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT pg_snapshot_xmin(pg_current_snapshot()), c.workspace_id, c.id, c.rev
    FROM (SELECT) AS always LEFT JOIN LATERAL (
        SELECT x.workspace_id, x.id, x.rev FROM conversations x
        WHERE x.changed_xid >= since AND (x.workspace_id = ANY (door_feed.workspaces) OR x.id = ANY (door_feed.conversations))
        ORDER BY x.changed_xid LIMIT most) AS c ON true;
END;

-- AI turns whose holder has died or stalled.
CREATE FUNCTION door_turns_lapsed(most int) RETURNS TABLE (workspace_id uuid, turn_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT t.workspace_id, t.id FROM turns t
    WHERE t.state IN ('thinking', 'streaming') AND t.lease_until < now() ORDER BY t.lease_until LIMIT most;
END;

CREATE FUNCTION door_outbox_due(most int) RETURNS TABLE (workspace_id uuid, outbox_id uuid, due_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT o.workspace_id, o.id, o.due_at FROM outbox o
    WHERE o.due_at <= now() AND (o.lease_until IS NULL OR o.lease_until < now())
    ORDER BY o.due_at LIMIT most;
END;

-- Searches. The work of each is bounded, however common the words: an index gives some thousands of rows at most, and of
-- what it leaves out the newest are looked at anyway. `(…) IS TRUE` keeps the planner from an index on that condition,
-- which would give it every row of the workspace.

-- Articles of this workspace that share a word with the question, best first.
CREATE FUNCTION search_articles(question text, most int) RETURNS TABLE (article_id uuid, score real)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET gin_fuzzy_search_limit = 5000
BEGIN ATOMIC
    -- The languages that the workspace writes in, by one look into the index each.
    WITH RECURSIVE l AS (
        (SELECT config FROM articles WHERE workspace_id = app_workspace() ORDER BY config LIMIT 1)
        UNION ALL
        SELECT (SELECT x.config FROM articles x WHERE x.workspace_id = app_workspace() AND x.config > l.config ORDER BY x.config LIMIT 1)
        FROM l WHERE l.config IS NOT NULL
    )
    SELECT a.id, ts_rank(a.words, q.query) AS score
    FROM l
    CROSS JOIN LATERAL (SELECT to_tsquery(l.config, string_agg(quote_literal(w), ' | ')) AS query
        FROM unnest(tsvector_to_array(to_tsvector('simple', question))) AS w) AS q
    JOIN articles a ON a.words @@ q.query AND (a.config = l.config AND a.workspace_id = app_workspace()) IS TRUE
    ORDER BY score DESC, a.id LIMIT most;
END;

-- All the words of `question`, each the beginning of one; NULL, which matches nothing, where it has none.
CREATE FUNCTION beginnings(question text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT to_tsquery('simple', string_agg(quote_literal(w) || ':*', ' & '))
    FROM unnest(tsvector_to_array(to_tsvector('simple', plain(question)))) AS w);

-- Contacts of this workspace by name, address, number or company, the newest first.
CREATE FUNCTION search_contacts(question text, most int) RETURNS TABLE (contact_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET gin_fuzzy_search_limit = 5000
BEGIN ATOMIC
    SELECT p.id FROM contacts p WHERE (p.workspace_id = app_workspace()) IS TRUE AND p.words @@ beginnings(question)
    ORDER BY p.created_at DESC, p.id DESC LIMIT most;
END;

-- The question with its last word open at the end, as long as no quotation mark has closed it.
CREATE FUNCTION half_typed(question text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT CASE WHEN q ~ '''$' AND question !~ '"\s*$' THEN (q || ':*')::tsquery ELSE q::tsquery END
    FROM (SELECT websearch_to_tsquery('simple', question)::text) AS s (q));

-- Conversations of this workspace whose messages or contact hold all the words, the latest first. Among the newest messages
-- a half-typed word counts: whoever types is in the middle of one. Over the index of all it would cost too much.
CREATE FUNCTION search_conversations(question text, most int) RETURNS TABLE (conversation_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET gin_fuzzy_search_limit = 5000
BEGIN ATOMIC
    SELECT hits.id FROM (
        SELECT m.conversation_id AS id, m.at
        FROM (SELECT * FROM messages WHERE workspace_id = app_workspace() AND kind <> 'event' ORDER BY at DESC LIMIT 5000) AS m
        WHERE m.words @@ half_typed(question)
        UNION ALL
        (SELECT m.conversation_id, m.at FROM messages m
         WHERE (m.workspace_id = app_workspace()) IS TRUE AND m.words @@ websearch_to_tsquery('simple', question) LIMIT 5000)
        UNION ALL
        SELECT c.id, c.last_at
        FROM (SELECT p.id FROM contacts p WHERE (p.workspace_id = app_workspace()) IS TRUE AND p.words @@ beginnings(question)
              ORDER BY p.created_at DESC LIMIT 200) AS p
        CROSS JOIN LATERAL (SELECT x.id, x.last_at FROM conversations x WHERE x.contact_id = p.id LIMIT 10) AS c
    ) AS hits GROUP BY hits.id ORDER BY max(hits.at) DESC LIMIT most;
END;

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO parley_door', f);
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO parley_app', f);
    END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM parley_door;
