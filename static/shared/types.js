/**
 * The nouns and frames as browser code names them. They are those of `protocol.d.ts`, which is written from the server's own;
 * here the two shapes of a conversation, the visitor's and the agent's, become one that has all fields.
 *
 * @typedef {import('./protocol.js').AuthorKind} AuthorKind
 * @typedef {import('./protocol.js').MessageKind} MessageKind
 * @typedef {import('./protocol.js').TurnState} TurnState
 * @typedef {import('./protocol.js').Author} Author
 * @typedef {import('./protocol.js').Who} Who
 * @typedef {import('./protocol.js').Person} Person
 * @typedef {import('./protocol.js').Source} Source
 * @typedef {import('./protocol.js').Attachment} Attachment
 * @typedef {import('./protocol.js').Message} Message
 * @typedef {import('./protocol.js').Conversation & Partial<import('./protocol.js').Summary>} Conversation
 * @typedef {import('./protocol.js').Workspace} Workspace
 * @typedef {import('./protocol.js').Presence} Presence
 * @typedef {import('./protocol.js').Page} Page
 * @typedef {string | import('./protocol.js').SignedId} Identity
 * @typedef {{ after?: number, rev?: number, cursor?: string }} Resume
 *
 * @typedef {import('./protocol.js').Welcome} Welcome
 * @typedef {import('./protocol.js').Subscribed} Subscribed
 * @typedef {import('./protocol.js').Ack} Ack
 * @typedef {import('./protocol.js').Ok} Ok
 * @typedef {import('./protocol.js').MessageFrame | import('./protocol.js').Edited} MessageFrame
 * @typedef {import('./protocol.js').Turn} Turn
 * @typedef {import('./protocol.js').Delta} Delta
 * @typedef {import('./protocol.js').Typing | import('./protocol.js').Viewing} Typing
 * @typedef {import('./protocol.js').Read} Read
 * @typedef {import('./protocol.js').VisitorConversation | import('./protocol.js').AgentConversation} ConversationFrame
 * @typedef {import('./protocol.js').Mark} Mark
 * @typedef {import('./protocol.js').Gone} Gone
 * @typedef {import('./protocol.js').PresenceFrame} PresenceFrame
 * @typedef {import('./protocol.js').Stats} Stats
 * @typedef {import('./protocol.js').Notice} Notice
 * @typedef {import('./protocol.js').History} History
 * @typedef {import('./protocol.js').Error} ErrorFrame
 * @typedef {import('./protocol.js').VisitorEvent | import('./protocol.js').AgentEvent} ServerFrame
 *
 * @typedef {{ type: string, ref?: string, [field: string]: any }} ClientFrame
 */
export {};
