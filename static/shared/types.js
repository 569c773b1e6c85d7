/**
 * The nouns and frames of protocol version 1 as browser code sees them: types only, nothing at run time.
 * Fields and values may be added within version 1, so readers ignore what they do not know.
 *
 * @typedef {'contact' | 'ai' | 'agent' | 'system'} AuthorKind
 * @typedef {'text' | 'note' | 'event' | 'card' | 'form' | 'file'} MessageKind
 * @typedef {'thinking' | 'streaming' | 'done' | 'cancelled' | 'failed'} TurnState
 *
 * @typedef {{ kind: AuthorKind, id?: string, name?: string, avatar?: string }} Author
 * @typedef {{ kind: string, id: string, name?: string }} Who
 * @typedef {{ id: string, name?: string, avatar?: string }} Person
 * @typedef {{ article: string, title: string, url?: string }} Source
 * @typedef {{ id: string, name: string, type: string, size: number, url: string }} Attachment
 *
 * @typedef {object} Message
 * @property {string} id
 * @property {number} seq
 * @property {number} prev the seq before it that this reader may see (0: none)
 * @property {number} rev
 * @property {string} [client_id]
 * @property {Author} author
 * @property {MessageKind} kind
 * @property {string} text
 * @property {Attachment[]} attachments
 * @property {Record<string, any>} [data]
 * @property {Source[]} [sources]
 * @property {string} [reply_to]
 * @property {boolean} [cut]
 * @property {string} at RFC 3339, UTC
 *
 * @typedef {object} Conversation what a visitor and an agent both get; the rest is the agent's alone
 * @property {string} id
 * @property {number} rev
 * @property {number} epoch
 * @property {'ai' | 'queued' | 'human'} mode
 * @property {'open' | 'snoozed' | 'resolved'} status
 * @property {Person} [assignee]
 * @property {number} last_seq
 * @property {number} read_seq
 * @property {number} unread
 * @property {number} [peer_read_seq]
 * @property {Person} [contact]
 * @property {string} [channel]
 * @property {string} [preview]
 * @property {string} [waiting_since]
 * @property {string} [sla_due]
 * @property {string} [snoozed_until]
 * @property {string} [last_at]
 * @property {string} [label]
 *
 * @typedef {{ color?: string, logo?: string, greeting?: string, assistant?: string }} Brand
 * @typedef {{ id: string, name: string, locale: string, brand: Brand }} Workspace
 * @typedef {{ url: string, title: string, referrer?: string }} Page
 * @typedef {{ who: Who, status: 'online' | 'away' | 'offline', page?: Page }} Presence
 * @typedef {string | { id: string, hash: string }} Identity
 * @typedef {{ after?: number, rev?: number, cursor?: string }} Resume
 *
 * @typedef {object} Welcome
 * @property {'welcome'} type
 * @property {string} session
 * @property {string} [token]
 * @property {{ id: string, kind: 'contact' | 'agent', name?: string, role?: string }} me
 * @property {Workspace} workspace
 * @property {Conversation} [conversation]
 * @property {Message[]} messages
 * @property {boolean} snapshot
 * @property {boolean} more
 * @property {number} ping seconds
 * @property {{ min: number, max: number }} reconnect seconds
 * @property {string} [ref]
 *
 * @typedef {object} Subscribed
 * @property {'subscribed'} type
 * @property {string} topic
 * @property {Conversation} [conversation]
 * @property {Message[]} [messages]
 * @property {Conversation[]} [conversations]
 * @property {Presence[]} [presence]
 * @property {string} [cursor]
 * @property {boolean} snapshot
 * @property {boolean} more
 * @property {string} [ref]
 *
 * @typedef {{ type: 'ack', client_id: string, conversation: string, message_id: string, seq: number, at: string,
 *   duplicate: boolean, ref?: string }} Ack
 * @typedef {{ type: 'ok', ref?: string }} Ok
 * @typedef {{ type: 'message' | 'edited', conversation: string, message: Message }} MessageFrame
 * @typedef {{ type: 'turn', conversation: string, turn: string, attempt: number, epoch: number, state: TurnState,
 *   reason?: string, tool?: { name: string, state: string } }} Turn
 * @typedef {{ type: 'delta', conversation: string, turn: string, attempt: number, epoch: number, offset: number,
 *   text: string }} Delta
 * @typedef {{ type: 'typing' | 'viewing', conversation: string, who: Who, on: boolean }} Typing
 * @typedef {{ type: 'read', conversation: string, who: Who, seq: number }} Read
 * @typedef {{ type: 'conversation', conversation: Conversation }} ConversationFrame
 * @typedef {{ type: 'mark', topic: string, cursor: string }} Mark
 * @typedef {{ type: 'gone', conversation: string, into?: string }} Gone
 * @typedef {{ type: 'presence' } & Presence} PresenceFrame
 * @typedef {{ type: 'stats', at: string, open: number, waiting: number, longest_wait: number, ai: number,
 *   human: number, agents_online: number, visitors: number, median_first_response: number | null,
 *   messages: number[] }} Stats
 * @typedef {{ type: 'notice', id: string, kind: string, conversation?: string, text: string, at: string }} Notice
 * @typedef {{ type: 'history', conversation: string, messages: Message[], more: boolean, ref?: string }} History
 * @typedef {{ type: 'error', code: string, detail: string, ref?: string, client_id?: string, retry_after?: number }} ErrorFrame
 * @typedef {{ type: 'ping' | 'pong', ref?: string }} Beat
 *
 * @typedef {Welcome | Subscribed | Ack | Ok | MessageFrame | Turn | Delta | Typing | Read | ConversationFrame | Mark
 *   | Gone | PresenceFrame | Stats | Notice | History | ErrorFrame | Beat} ServerFrame
 *
 * @typedef {{ type: string, ref?: string, [field: string]: any }} ClientFrame
 */
export {};
