-- Why: the one function that writes messages, whoever speaks, and what every change of a conversation returns.
-- Locks: nothing; it only creates functions.

-- A conversation with all that its two audiences may be told of it; server/schema/records.py reads it.
CREATE FUNCTION conversation_record(c conversations) RETURNS jsonb LANGUAGE sql STABLE
RETURN (
    SELECT jsonb_build_object(
        'id', c.id, 'workspace', c.workspace_id, 'rev', c.rev, 'epoch', c.epoch, 'mode', c.mode, 'status', c.status,
        'contact', jsonb_build_object('id', c.contact_id, 'name', p.name), 'channel', c.channel,
        'assignee', CASE WHEN u.id IS NOT NULL THEN jsonb_build_object('id', u.id, 'name', u.name, 'avatar', u.avatar) END,
        'last_seq', c.last_seq, 'public_seq', c.public_seq,
        'agent_read_seq', c.agent_read_seq, 'contact_read_seq', c.contact_read_seq,
        'unread', c.unread, 'contact_unread', c.contact_unread, 'preview', c.preview,
        'waiting_since', iso(c.waiting_since), 'sla_due', iso(c.sla_due), 'snoozed_until', iso(c.snoozed_until),
        'last_at', iso(c.last_at), 'label', l.label)
    FROM contacts p
    LEFT JOIN users u ON u.id = c.assignee_id
    LEFT JOIN leads l ON l.workspace_id = c.workspace_id AND l.contact_id = c.contact_id
    WHERE p.id = c.contact_id
);

CREATE FUNCTION message_record(m messages) RETURNS jsonb LANGUAGE sql STABLE
RETURN jsonb_build_object(
    'id', m.id, 'seq', m.seq, 'public_prev', m.public_prev, 'rev', m.rev, 'client_id', m.client_id,
    'author', jsonb_build_object('kind', m.author_kind, 'id', m.author_id, 'name', m.author_name),
    'kind', m.kind, 'internal', m.internal, 'text', m.text, 'attachments', m.attachments, 'data', m.data,
    'sources', m.sources, 'reply_to', m.reply_to, 'cut', m.cut, 'at', iso(m.at));

-- Adds one message to a conversation that the caller has locked, and keeps the conversation's counters with it.
CREATE FUNCTION add_message(INOUT c conversations, m jsonb, OUT record jsonb) LANGUAGE plpgsql AS $$
DECLARE
    who constant text := coalesce(m ->> 'author_kind', 'system');
    shown constant boolean := NOT coalesce((m ->> 'internal')::boolean, false);
    spoken constant boolean := (m ->> 'kind') <> 'event' AND shown;
    moment constant timestamptz := date_trunc('milliseconds', clock_timestamp());
    stored messages;
BEGIN
    INSERT INTO messages (conversation_id, seq, id, workspace_id, public_prev, rev, sender, client_id, digest, author_kind,
        author_id, author_name, kind, internal, text, attachments, data, sources, reply_to, cut, at)
    VALUES (c.id, c.last_seq + 1, coalesce((m ->> 'id')::uuid, gen_random_uuid()), c.workspace_id, c.public_seq, c.rev + 1,
        coalesce(m ->> 'sender', 'system'), (m ->> 'client_id')::uuid, decode(m ->> 'digest', 'hex'), who,
        (m ->> 'author_id')::uuid, m ->> 'author_name', m ->> 'kind', NOT shown, coalesce(m ->> 'text', ''), coalesce(m -> 'attachments', '[]'), nullif(m -> 'data', 'null'),
        nullif(m -> 'sources', 'null'), (m ->> 'reply_to')::uuid, coalesce((m ->> 'cut')::boolean, false), moment)
    RETURNING * INTO stored;

    c.last_seq := stored.seq;
    c.rev := stored.rev;
    c.last_at := moment;
    IF shown THEN
        c.public_seq := stored.seq;
    END IF;
    IF spoken THEN
        c.preview := left(regexp_replace(stored.text, '\s+', ' ', 'g'), 140);
    END IF;
    IF who = 'contact' THEN
        c.contact_read_seq := stored.seq;
        c.contact_unread := 0;
        IF spoken THEN
            c.unread := c.unread + 1;
            IF c.mode <> 'ai' THEN
                c.waiting_since := coalesce(c.waiting_since, moment);
            END IF;
        END IF;
    ELSIF who = 'agent' THEN
        c.agent_read_seq := stored.seq;
        c.unread := 0;
        IF spoken THEN
            c.waiting_since := NULL;
        END IF;
    END IF;
    IF spoken AND who <> 'contact' THEN
        c.contact_unread := c.contact_unread + 1;
    END IF;
    IF spoken AND who IN ('ai', 'agent') AND NOT c.responded THEN
        c.responded := true;
        UPDATE episodes SET first_response_at = moment
        WHERE conversation_id = c.id AND episode = c.episode AND first_response_at IS NULL;
    END IF;
    record := message_record(stored);
END $$;

-- Ends the AI's running turn; what had been published of it stays as its message, marked as cut.
-- `published` is {"turn", "text"} as the bus last carried it; where that is lost, the turn's own row has nearly all.
CREATE FUNCTION cut_turn(INOUT c conversations, published jsonb, why text, OUT message jsonb, OUT ended jsonb)
LANGUAGE plpgsql AS $$
DECLARE
    t turns;
    said text;
    added record;
BEGIN
    UPDATE turns SET state = 'cancelled', reason = why, ended_at = now()
    WHERE conversation_id = c.id AND state IN ('thinking', 'streaming')
    RETURNING * INTO t;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    ended := jsonb_build_object('id', t.id, 'attempt', t.attempt, 'epoch', t.epoch, 'trigger_seq', t.trigger_seq);
    said := CASE WHEN published ->> 'turn' = t.id::text THEN published ->> 'text' ELSE t.text END;
    IF btrim(coalesce(said, '')) <> '' THEN
        SELECT * INTO added FROM add_message(c, jsonb_build_object(
            'id', t.id, 'sender', 'ai', 'author_kind', 'ai', 'kind', 'text', 'text', said, 'cut', true,
            'author_name', (SELECT brand ->> 'assistant' FROM workspaces WHERE id = c.workspace_id))) a;
        c := added.c;
        message := added.record;
    END IF;
END $$;

-- Writes the rows of one workspace in one transaction, ordered by conversation (so that writers can't deadlock), and
-- answers one JSON object a row, with its number:
--   {"row", "outcome": posted | duplicate | conflict | not_found, "reason"?, "ack": {"id","seq","at"}?, "messages": [],
--    "conversation": {}, "turn": {"id","attempt","epoch","trigger_seq"}?, "ended": the same of a turn it ended?}
-- A row:
--   conversation, id, sender, client_id?, digest?, author_kind, author_id?, author_name?, kind, text, internal?, …: the message;
--     without "kind" the row only changes the conversation
--   open: {"contact", "account", "channel", "identities": [[kind, value]], "locale", "page", "name", "email", "phone",
--     "company"}: contact and conversation begin here unless they exist
--   expect: {"epoch"?, "modes"?: [], "statuses"?: [], "assignee"?: id or null, "last_seq"?, "turn"?, "attempt"?}: else conflict
--   owner: {"mode"?, "assignee"?, "status"?}: a change of owner: epoch + 1, a running turn is cut
--   status: resolved | open | snoozed, snoozed_until?: not a change of owner; resolving cuts a running turn
--   published: {"turn","text"}: what a cut turn had said
--   begin: {"turn", "holder", "lease" (seconds), "running"?}: an AI turn answers this message, if the AI owns the
--     conversation (running: and is answering already); the one before it is ended without a message
--   finish: {"state", "reason", "model", tokens…}: with expect.turn: the turn ends with this message
--   timers: [{"kind", "delay" (seconds, null: forget it), "payload"?}]: outbox rows about the conversation, put off if they exist
CREATE FUNCTION post_messages(workspace uuid, rows jsonb) RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
DECLARE
    item record;
    r jsonb;
    c conversations;
    before conversations;
    e jsonb;
    old messages;
    posted jsonb;
    made record;
    ended jsonb;
    begun jsonb;
    acked jsonb;
    said jsonb;
    turn_id uuid;
    wanted text;
    contact constant text := 'contact';
BEGIN
    PERFORM set_config('app.workspace', workspace::text, true);
    FOR item IN
        SELECT value, ordinality - 1 AS n FROM jsonb_array_elements(rows) WITH ORDINALITY
        ORDER BY value ->> 'conversation', ordinality
    LOOP
        r := item.value;
        e := r -> 'expect';
        posted := '[]';
        ended := NULL;
        begun := NULL;
        acked := NULL;

        SELECT * INTO c FROM conversations WHERE id = (r ->> 'conversation')::uuid FOR UPDATE;
        IF NOT FOUND AND r ? 'open' THEN
            PERFORM open_conversation((r ->> 'conversation')::uuid, r -> 'open');
            SELECT * INTO c FROM conversations WHERE id = (r ->> 'conversation')::uuid FOR UPDATE;
        END IF;
        IF c.id IS NULL THEN
            RETURN NEXT jsonb_build_object('row', item.n, 'outcome', 'not_found');
            CONTINUE;
        END IF;

        IF r ->> 'client_id' IS NOT NULL THEN
            SELECT * INTO old FROM messages
            WHERE workspace_id = workspace AND sender = coalesce(r ->> 'sender', 'system') AND client_id = (r ->> 'client_id')::uuid;
            IF FOUND THEN
                IF old.digest IS NOT DISTINCT FROM decode(r ->> 'digest', 'hex') AND old.conversation_id = c.id THEN
                    RETURN NEXT jsonb_build_object('row', item.n, 'outcome', 'duplicate', 'messages', posted,
                        'ack', jsonb_build_object('id', old.id, 'seq', old.seq, 'at', iso(old.at)),
                        'conversation', conversation_record(c));
                ELSE
                    RETURN NEXT jsonb_build_object('row', item.n, 'outcome', 'conflict', 'reason', 'client_id');
                END IF;
                CONTINUE;
            END IF;
        END IF;

        before := c;
        -- A contact who writes is heard: the conversation opens again, and the AI or the queue owns it.
        IF r ->> 'author_kind' = contact AND c.status <> 'open' AND r ? 'kind' THEN
            IF c.status = 'resolved' THEN
                c.mode := (SELECT reopen_mode FROM workspaces WHERE id = workspace);
                c.assignee_id := NULL;
                c.epoch := c.epoch + 1;
                c.episode := c.episode + 1;
                c.responded := false;
            END IF;
            c.status := 'open';
            c.snoozed_until := NULL;
        END IF;

        IF e IS NOT NULL THEN
            said := CASE
                WHEN e ? 'epoch' AND (e ->> 'epoch')::int <> c.epoch THEN '"epoch"'
                WHEN e ? 'modes' AND NOT (e -> 'modes') ? c.mode THEN '"owner"'
                WHEN e ? 'statuses' AND NOT (e -> 'statuses') ? c.status THEN '"status"'
                WHEN e ? 'assignee' AND (e ->> 'assignee')::uuid IS DISTINCT FROM c.assignee_id THEN '"owner"'
                WHEN e ? 'last_seq' AND (e ->> 'last_seq')::int <> c.last_seq THEN '"seq"'
                WHEN e ? 'turn' AND NOT EXISTS (SELECT FROM turns t WHERE t.id = (e ->> 'turn')::uuid AND t.conversation_id = c.id
                    AND t.attempt = (e ->> 'attempt')::int AND t.epoch = c.epoch AND t.state IN ('thinking', 'streaming')) THEN '"turn"'
            END;
            IF said IS NOT NULL THEN
                RETURN NEXT jsonb_build_object('row', item.n, 'outcome', 'conflict', 'reason', said, 'conversation', conversation_record(c));
                CONTINUE;
            END IF;
        END IF;

        -- Promise 5: whoever wrote the row has not heard that a person has taken over.
        IF r ->> 'author_kind' = 'ai' AND r ? 'kind' AND c.mode = 'human' THEN
            RETURN NEXT jsonb_build_object('row', item.n, 'outcome', 'conflict', 'reason', 'owner', 'conversation', conversation_record(c));
            CONTINUE;
        END IF;

        IF r ->> 'reply_to' IS NOT NULL AND NOT EXISTS (SELECT FROM messages m WHERE m.id = (r ->> 'reply_to')::uuid
            AND m.conversation_id = c.id AND (NOT m.internal OR r ->> 'author_kind' = 'agent')) THEN
            RETURN NEXT jsonb_build_object('row', item.n, 'outcome', 'not_found', 'reason', 'reply_to');
            CONTINUE;
        END IF;

        IF r ? 'finish' THEN
            UPDATE turns SET state = r -> 'finish' ->> 'state', reason = r -> 'finish' ->> 'reason', model = r -> 'finish' ->> 'model',
                input_tokens = coalesce((r -> 'finish' ->> 'input_tokens')::int, 0),
                output_tokens = coalesce((r -> 'finish' ->> 'output_tokens')::int, 0),
                cache_read_tokens = coalesce((r -> 'finish' ->> 'cache_read_tokens')::int, 0),
                cache_write_tokens = coalesce((r -> 'finish' ->> 'cache_write_tokens')::int, 0),
                ended_at = now(), text = ''
            WHERE id = (e ->> 'turn')::uuid;
        END IF;

        IF r ? 'owner' OR r ->> 'status' = 'resolved' THEN
            SELECT * INTO made FROM cut_turn(c, r -> 'published', coalesce(r ->> 'why', 'owner'));
            c := made.c;
            ended := made.ended;
            IF made.message IS NOT NULL THEN
                posted := posted || made.message;
            END IF;
        END IF;
        IF r ? 'owner' THEN
            said := r -> 'owner';
            c.epoch := c.epoch + 1;
            c.mode := coalesce(said ->> 'mode', c.mode);
            IF said ? 'assignee' THEN
                c.assignee_id := (said ->> 'assignee')::uuid;
            END IF;
            c.waiting_since := CASE c.mode WHEN 'ai' THEN NULL WHEN 'queued' THEN coalesce(c.waiting_since, now()) ELSE c.waiting_since END;
        END IF;
        -- Who is waited for by somebody, or owned by a person, is open.
        wanted := coalesce(r ->> 'status', r -> 'owner' ->> 'status',
            CASE WHEN c.status = 'resolved' AND r -> 'owner' ->> 'mode' <> 'ai' THEN 'open' END);
        IF wanted IS NOT NULL THEN
            IF c.status = 'resolved' AND wanted <> 'resolved' THEN
                c.episode := c.episode + 1;
                c.responded := false;
            END IF;
            c.status := wanted;
            c.snoozed_until := (r ->> 'snoozed_until')::timestamptz;
            IF c.status = 'resolved' THEN
                c.waiting_since := NULL;
                c.sla_due := NULL;
                UPDATE episodes SET resolved_at = now() WHERE conversation_id = c.id AND episode = c.episode;
            END IF;
        END IF;

        -- Not before here: a row that is refused must leave nothing.
        IF c.episode > before.episode THEN
            INSERT INTO episodes (conversation_id, episode, workspace_id, opened_at) VALUES (c.id, c.episode, workspace, now());
        END IF;

        IF r ? 'kind' THEN
            SELECT * INTO made FROM add_message(c, r);
            c := made.c;
            posted := posted || made.record;
            acked := jsonb_build_object('id', made.record -> 'id', 'seq', made.record -> 'seq', 'at', made.record -> 'at');
        ELSE
            c.rev := c.rev + 1;
        END IF;

        IF r ? 'begin' AND c.mode = 'ai' AND c.status = 'open' AND (NOT r -> 'begin' ? 'running' OR EXISTS (
            SELECT FROM turns WHERE conversation_id = c.id AND state IN ('thinking', 'streaming'))) THEN
            UPDATE turns t SET state = 'cancelled', reason = 'superseded', ended_at = now()
            WHERE conversation_id = c.id AND state IN ('thinking', 'streaming')
            RETURNING jsonb_build_object('id', t.id, 'attempt', t.attempt, 'epoch', t.epoch, 'trigger_seq', t.trigger_seq) INTO begun;
            ended := coalesce(begun, ended);
            turn_id := (r -> 'begin' ->> 'turn')::uuid;
            INSERT INTO turns (id, workspace_id, conversation_id, epoch, trigger_seq, holder, lease_until)
            VALUES (turn_id, workspace, c.id, c.epoch, c.last_seq, r -> 'begin' ->> 'holder',
                clock_timestamp() + make_interval(secs => (r -> 'begin' ->> 'lease')::float8));
            begun := jsonb_build_object('id', turn_id, 'attempt', 1, 'epoch', c.epoch, 'trigger_seq', c.last_seq);
        END IF;

        UPDATE conversations SET mode = c.mode, status = c.status, assignee_id = c.assignee_id, epoch = c.epoch, rev = c.rev,
            last_seq = c.last_seq, public_seq = c.public_seq, agent_read_seq = c.agent_read_seq,
            contact_read_seq = c.contact_read_seq, unread = c.unread, contact_unread = c.contact_unread, preview = c.preview,
            last_at = c.last_at, waiting_since = c.waiting_since, sla_due = c.sla_due, snoozed_until = c.snoozed_until, episode = c.episode,
            responded = c.responded
        WHERE id = c.id;

        IF r ? 'owner' OR r ? 'status' THEN
            INSERT INTO audit_log (workspace_id, actor, action, subject, data)
            VALUES (workspace, coalesce(r ->> 'sender', 'system'), coalesce(r -> 'data' ->> 'event', r ->> 'why', 'changed'), c.id,
                jsonb_build_object('epoch', c.epoch, 'mode', c.mode, 'status', c.status, 'assignee', c.assignee_id));
        END IF;

        IF r ? 'timers' THEN
            DELETE FROM outbox o USING jsonb_array_elements(r -> 'timers') t
            WHERE o.workspace_id = workspace AND o.subject = c.id AND o.kind = t ->> 'kind' AND t ->> 'delay' IS NULL
                AND o.lease_until IS NULL;
            INSERT INTO outbox (workspace_id, kind, subject, due_at, payload)
            SELECT workspace, t ->> 'kind', c.id, clock_timestamp() + make_interval(secs => (t ->> 'delay')::float8),
                coalesce(t -> 'payload', '{}')
            FROM jsonb_array_elements(r -> 'timers') t WHERE t ->> 'delay' IS NOT NULL
            ON CONFLICT (workspace_id, kind, subject)
            DO UPDATE SET due_at = excluded.due_at, payload = excluded.payload, attempts = 0;
        END IF;

        RETURN NEXT jsonb_build_object('row', item.n, 'outcome', 'posted', 'ack', acked, 'messages', posted,
            'conversation', conversation_record(c), 'turn', begun, 'ended', ended);
    END LOOP;
END $$;

-- The contact and the conversation of a first message; two devices that begin at once meet in one.
CREATE FUNCTION open_conversation(conversation uuid, o jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    ws constant uuid := app_workspace();
    made boolean;
BEGIN
    INSERT INTO contacts (id, workspace_id, name, email, phone, company, locale, page)
    VALUES ((o ->> 'contact')::uuid, ws, o ->> 'name', o ->> 'email', o ->> 'phone', o ->> 'company', o ->> 'locale',
        nullif(o -> 'page', 'null'))
    ON CONFLICT (id) DO NOTHING;
    INSERT INTO contact_identities (workspace_id, kind, value, contact_id)
    SELECT ws, i ->> 0, i ->> 1, p.id FROM jsonb_array_elements(coalesce(o -> 'identities', '[]')) i, contacts p
    WHERE p.id = (o ->> 'contact')::uuid
    ON CONFLICT DO NOTHING;
    -- Through the rows that this workspace has: a foreign key alone would take another's.
    INSERT INTO conversations (id, workspace_id, contact_id, account_id, channel)
    SELECT conversation, ws, p.id, a.id, o ->> 'channel' FROM contacts p, channel_accounts a
    WHERE p.id = (o ->> 'contact')::uuid AND a.id = (o ->> 'account')::uuid
    ON CONFLICT DO NOTHING
    RETURNING true INTO made;
    IF made THEN
        INSERT INTO episodes (conversation_id, episode, workspace_id, opened_at) VALUES (conversation, 1, ws, now());
    END IF;
END $$;

REVOKE EXECUTE ON FUNCTION post_messages(uuid, jsonb), open_conversation(uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION post_messages(uuid, jsonb), open_conversation(uuid, jsonb) TO parley_app;
