-- Why: the product's first tables, the roles that may touch them, and row level security on every one.
-- Locks: nothing that exists before.

-- parley_app serves and owns nothing; parley_door owns the SECURITY DEFINER functions and can't sign in.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'parley_app') THEN
        CREATE ROLE parley_app NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'parley_door') THEN
        CREATE ROLE parley_door NOLOGIN;
    END IF;
    -- Handing a function to a role, and SET ROLE where one URL does both, ask for membership.
    IF NOT pg_has_role(current_user, 'parley_door', 'SET') THEN
        EXECUTE format('GRANT parley_door TO %I', current_user);
    END IF;
    IF NOT pg_has_role(current_user, 'parley_app', 'SET') THEN
        EXECUTE format('GRANT parley_app TO %I', current_user);
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the role % of DATABASE_OWNER_URL needs CREATEROLE: ALTER ROLE % CREATEROLE', current_user, current_user;
END $$;
GRANT USAGE ON SCHEMA public TO parley_app, parley_door;

-- The workspace of this transaction; NULL, which equals nothing, where none is set.
CREATE FUNCTION app_workspace() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('app.workspace', true), '')::uuid;

CREATE FUNCTION iso(t timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- A name, an address or a number as separate words, so that each part of it can be found by its beginning.
CREATE FUNCTION plain(t text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(t, '@._-+/:()', '         ');

CREATE TABLE workspaces (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    locale text NOT NULL DEFAULT 'en',
    timezone text NOT NULL DEFAULT 'UTC',
    about text NOT NULL DEFAULT '',
    tone text NOT NULL DEFAULT '',
    hours jsonb NOT NULL DEFAULT '{}',           -- {"mon":[["09:00","18:00"]], …} in `timezone`; a missing day is closed
    brand jsonb NOT NULL DEFAULT '{}',           -- {"color":"#0f766e","greeting":"…","assistant":"…"}
    sites text[] NOT NULL DEFAULT '{}',          -- origins that may embed the widget
    widget_key text NOT NULL UNIQUE,
    identity_secret text NOT NULL,               -- encrypted: signs the identities that the host's page vouches for
    visitor_presence boolean NOT NULL DEFAULT false,
    reopen_mode text NOT NULL DEFAULT 'ai' CHECK (reopen_mode IN ('ai', 'queued')),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    name text NOT NULL,
    avatar text,
    password_hash text NOT NULL,
    failed int NOT NULL DEFAULT 0,               -- sign-ins failed in a row
    locks int NOT NULL DEFAULT 0,                -- how often it was locked: each lock lasts longer
    locked_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_email ON users (lower(email));

CREATE TABLE memberships (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'manager', 'agent', 'viewer')),
    status text NOT NULL DEFAULT 'online' CHECK (status IN ('online', 'away', 'offline')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL UNIQUE,            -- SHA-256 of the secret; the secret is stored nowhere
    ip text,
    device text,                                 -- the User-Agent
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships ON DELETE CASCADE
);
CREATE INDEX sessions_user ON sessions (user_id) WHERE ended_at IS NULL;

CREATE TABLE channel_accounts (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    channel text NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX channel_accounts_workspace ON channel_accounts (workspace_id, channel);

CREATE TABLE contacts (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL,
    name text,
    email text,
    phone text,
    company text,
    locale text,
    facts jsonb NOT NULL DEFAULT '{}',
    page jsonb,                                  -- the page it was last seen on {url, title, referrer}
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    words tsvector GENERATED ALWAYS AS (to_tsvector('simple', plain(coalesce(name, '') || ' ' || coalesce(email, '') || ' '
        || coalesce(phone, '') || ' ' || coalesce(company, '')))) STORED
);
CREATE INDEX contacts_words ON contacts USING gin (words);
CREATE INDEX contacts_list ON contacts (workspace_id, created_at DESC, id DESC);

CREATE TABLE contact_identities (
    workspace_id uuid NOT NULL,
    kind text NOT NULL,                          -- visitor (a browser's token), external (the host's own user id)
    value text NOT NULL,
    contact_id uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, kind, value)
);
CREATE INDEX contact_identities_contact ON contact_identities (contact_id);

CREATE TABLE conversations (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL,
    contact_id uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES channel_accounts ON DELETE CASCADE,
    channel text NOT NULL,
    mode text NOT NULL DEFAULT 'ai' CHECK (mode IN ('ai', 'queued', 'human')),
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'snoozed', 'resolved')),
    dialogue text NOT NULL DEFAULT 'greeting',
    assignee_id uuid,
    epoch int NOT NULL DEFAULT 0,                -- changes of owner
    rev bigint NOT NULL DEFAULT 0,               -- changes of any kind
    last_seq int NOT NULL DEFAULT 0,
    public_seq int NOT NULL DEFAULT 0,           -- the last seq that the visitor may see
    agent_read_seq int NOT NULL DEFAULT 0,
    contact_read_seq int NOT NULL DEFAULT 0,
    unread int NOT NULL DEFAULT 0,               -- the contact's messages past agent_read_seq
    contact_unread int NOT NULL DEFAULT 0,       -- messages for the contact past contact_read_seq
    preview text NOT NULL DEFAULT '',
    last_at timestamptz NOT NULL DEFAULT now(),
    waiting_since timestamptz,                   -- since when a person is waited for
    sla_due timestamptz,
    snoozed_until timestamptz,
    episode int NOT NULL DEFAULT 1,
    responded boolean NOT NULL DEFAULT false,    -- somebody has answered in this episode
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    UNIQUE (workspace_id, contact_id, account_id)
);
CREATE INDEX conversations_changed ON conversations (changed_xid);
CREATE INDEX conversations_open ON conversations (workspace_id, last_at DESC, id DESC) WHERE status = 'open';
CREATE INDEX conversations_snoozed ON conversations (workspace_id, last_at DESC, id DESC) WHERE status = 'snoozed';
CREATE INDEX conversations_resolved ON conversations (workspace_id, last_at DESC, id DESC) WHERE status = 'resolved';
CREATE INDEX conversations_mine ON conversations (workspace_id, assignee_id, last_at DESC, id DESC) WHERE status = 'open';
CREATE INDEX conversations_mode ON conversations (workspace_id, mode, last_at DESC, id DESC) WHERE status = 'open';
CREATE INDEX conversations_waiting ON conversations (workspace_id, waiting_since, id) WHERE waiting_since IS NOT NULL AND status = 'open';
CREATE INDEX conversations_contact ON conversations (contact_id);

-- The change feed: whoever changes a conversation, by whatever statement, its row says in which transaction.
CREATE FUNCTION stamp_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_xid := pg_current_xact_id();
    RETURN NEW;
END $$;
CREATE TRIGGER stamp_change BEFORE UPDATE ON conversations FOR EACH ROW EXECUTE FUNCTION stamp_change();

CREATE TABLE messages (
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    seq int NOT NULL,
    id uuid NOT NULL UNIQUE,
    workspace_id uuid NOT NULL,
    public_prev int NOT NULL,                    -- the seq before it that the visitor may see
    rev bigint NOT NULL,                         -- the conversation's rev when it last changed
    sender text NOT NULL,                        -- contact:ID, user:ID, ai, system: whose client_id it is
    client_id uuid,
    digest bytea,                                -- of what the sender asked for: a client_id with other content is refused
    author_kind text NOT NULL CHECK (author_kind IN ('contact', 'ai', 'agent', 'system')),
    author_id uuid,
    author_name text,
    kind text NOT NULL CHECK (kind IN ('text', 'note', 'event', 'card', 'form', 'file')),
    internal boolean NOT NULL DEFAULT false,     -- no visitor ever gets it
    text text NOT NULL,
    attachments jsonb NOT NULL DEFAULT '[]',
    data jsonb,
    sources jsonb,
    reply_to uuid,
    cut boolean NOT NULL DEFAULT false,
    at timestamptz NOT NULL,
    words tsvector GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED,
    PRIMARY KEY (conversation_id, seq)
);
-- So that ANALYZE meets the long conversations: taken for short ones, they are read whole and sorted.
ALTER TABLE messages ALTER conversation_id SET STATISTICS 1000;
CREATE UNIQUE INDEX messages_client ON messages (workspace_id, sender, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX messages_words ON messages USING gin (words);
-- Partial, so that no plan for an empty table can take it where a client_id is looked for.
CREATE INDEX messages_recent ON messages (workspace_id, at) WHERE kind <> 'event';

CREATE TABLE episodes (
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    episode int NOT NULL,
    workspace_id uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    first_response_at timestamptz,
    resolved_at timestamptz,
    PRIMARY KEY (conversation_id, episode)
);
CREATE INDEX episodes_recent ON episodes (workspace_id, opened_at DESC);

CREATE TABLE turns (
    id uuid PRIMARY KEY,                         -- the id of the message being written
    workspace_id uuid NOT NULL,
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    epoch int NOT NULL,
    attempt int NOT NULL DEFAULT 1,
    trigger_seq int NOT NULL,                    -- the message that it answers
    state text NOT NULL DEFAULT 'thinking' CHECK (state IN ('thinking', 'streaming', 'done', 'cancelled', 'failed')),
    reason text,
    text text NOT NULL DEFAULT '',               -- what was published, as of the last renewal of the lease
    holder text NOT NULL,                        -- the process that works on it
    lease_until timestamptz NOT NULL,
    model text,
    input_tokens int NOT NULL DEFAULT 0,
    output_tokens int NOT NULL DEFAULT 0,
    cache_read_tokens int NOT NULL DEFAULT 0,
    cache_write_tokens int NOT NULL DEFAULT 0,
    started_at timestamptz NOT NULL DEFAULT now(),
    first_token_at timestamptz,
    ended_at timestamptz
);
CREATE UNIQUE INDEX turns_active ON turns (conversation_id) WHERE state IN ('thinking', 'streaming');
CREATE INDEX turns_lease ON turns (lease_until) WHERE state IN ('thinking', 'streaming');
CREATE INDEX turns_conversation ON turns (conversation_id, started_at DESC);

CREATE TABLE articles (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    language text NOT NULL DEFAULT 'en',
    config regconfig NOT NULL DEFAULT 'english',
    url text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    words tsvector GENERATED ALWAYS AS
        (setweight(to_tsvector(config, title), 'A') || setweight(to_tsvector(config, body), 'B')) STORED
);
CREATE INDEX articles_words ON articles USING gin (words);
CREATE INDEX articles_list ON articles (workspace_id, created_at DESC, id DESC);
CREATE INDEX articles_configs ON articles (workspace_id, config);

CREATE TABLE leads (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL,
    contact_id uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
    stage text NOT NULL DEFAULT 'new',
    score int CHECK (score BETWEEN 0 AND 100),
    label text NOT NULL DEFAULT 'unscored' CHECK (label IN ('unscored', 'cold', 'warm', 'hot')),
    reasons jsonb NOT NULL DEFAULT '[]',         -- [{"points", "reason"}]
    facts jsonb NOT NULL DEFAULT '{}',           -- service, urgency, budget, location, decision_maker, timeline
    scored_seq int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workspace_id, contact_id)
);

CREATE TABLE lead_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id uuid NOT NULL,
    lead_id uuid NOT NULL REFERENCES leads ON DELETE CASCADE,
    kind text NOT NULL,                          -- created, scored, stage
    data jsonb NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX lead_events_lead ON lead_events (lead_id, id);

-- Work that follows from what was written, in the transaction that wrote it. A timer is one row however often it is
-- put off; a row is deleted when its work is done and nobody has put it off meanwhile.
CREATE TABLE outbox (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL,
    kind text NOT NULL,
    subject uuid NOT NULL,
    due_at timestamptz NOT NULL DEFAULT now(),
    payload jsonb NOT NULL DEFAULT '{}',
    attempts int NOT NULL DEFAULT 0,
    lease_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workspace_id, kind, subject)
);
CREATE INDEX outbox_due ON outbox (due_at);

CREATE TABLE jobs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL,
    outbox_id uuid NOT NULL,
    kind text NOT NULL,
    subject uuid NOT NULL,
    attempt int NOT NULL,
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'failed', 'skipped')),
    detail text,                                 -- what it did, or why it did not; never a message's text
    started_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz
);
CREATE INDEX jobs_subject ON jobs (subject, started_at DESC);
CREATE INDEX jobs_running ON jobs (outbox_id) WHERE state = 'running';

CREATE TABLE audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id uuid NOT NULL,
    actor text NOT NULL,                         -- user:ID, contact:ID, ai, system
    action text NOT NULL,
    subject uuid,
    data jsonb NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_log_workspace ON audit_log (workspace_id, id DESC);

-- Tenancy. A new tenant table needs these lines in its own migration; the catalogue test sees to it.
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['memberships', 'sessions', 'channel_accounts', 'contacts', 'contact_identities', 'conversations',
        'messages', 'episodes', 'turns', 'articles', 'leads', 'lead_events', 'outbox', 'jobs', 'audit_log'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I USING (workspace_id = app_workspace()) WITH CHECK (workspace_id = app_workspace())', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO parley_app', t);
    END LOOP;
    REVOKE UPDATE, DELETE ON audit_log FROM parley_app;
END $$;

ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspaces FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON workspaces USING (id = app_workspace()) WITH CHECK (id = app_workspace());
GRANT SELECT, INSERT, UPDATE ON workspaces TO parley_app;

-- A user may belong to several workspaces: one sees those who belong to it.
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY member ON users USING (EXISTS (SELECT FROM memberships m WHERE m.user_id = users.id));
CREATE POLICY enrol ON users FOR INSERT WITH CHECK (app_workspace() IS NOT NULL);
GRANT SELECT, INSERT, UPDATE ON users TO parley_app;

GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO parley_app;
