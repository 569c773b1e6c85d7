-- Why: whoever types into the inbox's search is in the middle of a word: “veg” has to find “vegan”.
-- Locks: none; a function is made and one replaced.

-- The question with its last word open at the end, as long as no quotation mark has closed it.
CREATE FUNCTION half_typed(question text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT CASE WHEN q ~ '''$' AND question !~ '"\s*$' THEN (q || ':*')::tsquery ELSE q::tsquery END
    FROM (SELECT websearch_to_tsquery('simple', question)::text) AS s (q));

-- As in 0003, but among the newest messages a half-typed word counts; over the index of all it would cost too much.
CREATE OR REPLACE FUNCTION search_conversations(question text, most int) RETURNS TABLE (conversation_id uuid)
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
