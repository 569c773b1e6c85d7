/**
 * The nouns and frames of protocol version 1 as browser code sees them: types only, nothing at run time. They come from
 * `protocol.d.ts`, which is written from the server's own. Fields and values may be added within version 1, so readers
 * ignore what they do not know.
 *
 * @typedef {import('./protocol').AuthorKind} AuthorKind
 * @typedef {import('./protocol').MessageKind} MessageKind
 * @typedef {import('./protocol').TurnState} TurnState
 * @typedef {import('./protocol').Author} Author
 * @typedef {import('./protocol').Who} Who
 * @typedef {import('./protocol').Person} Person
 * @typedef {import('./protocol').Source} Source
 * @typedef {import('./protocol').Attachment} Attachment
 * @typedef {import('./protocol').Message} Message
 * @typedef {import('./protocol').Page} Page
 * @typedef {import('./protocol').Presence} Presence
 * @typedef {import('./protocol').Stats} Stats
 *
 * @typedef {import('./protocol').Conversation & Partial<import('./protocol').Summary>} Conversation what a visitor and an
 *   agent both get; the rest is the agent's alone
 *
 * @typedef {{ color?: string, logo?: string, greeting?: string, assistant?: string }} Brand
 * @typedef {Omit<import('./protocol').Workspace, 'brand'> & { brand: Brand }} Workspace
 * @typedef {string | import('./protocol').SignedId} Identity
 * @typedef {Omit<import('./protocol').TopicRequest, 'topic'>} Resume
 *
 * @typedef {Omit<import('./protocol').Welcome, 'workspace' | 'conversation'> & { workspace: Workspace,
 *   conversation?: Conversation }} Welcome
 * @typedef {Omit<import('./protocol').Subscribed, 'conversation' | 'conversations'> & { conversation?: Conversation,
 *   conversations?: Conversation[] }} Subscribed
 * @typedef {import('./protocol').Ack} Ack
 * @typedef {import('./protocol').Ok} Ok
 * @typedef {import('./protocol').MessageFrame | import('./protocol').Edited} MessageFrame
 * @typedef {import('./protocol').Turn} Turn
 * @typedef {import('./protocol').Delta} Delta
 * @typedef {import('./protocol').Typing | import('./protocol').Viewing} Typing
 * @typedef {import('./protocol').Read} Read
 * @typedef {{ type: 'conversation', conversation: Conversation }} ConversationFrame
 * @typedef {import('./protocol').Mark} Mark
 * @typedef {import('./protocol').Gone} Gone
 * @typedef {import('./protocol').PresenceFrame} PresenceFrame
 * @typedef {import('./protocol').Notice} Notice
 * @typedef {import('./protocol').History} History
 * @typedef {import('./protocol').Error} ErrorFrame
 * @typedef {import('./protocol').Ping | import('./protocol').Pong} Beat
 *
 * @typedef {Welcome | Subscribed | Ack | Ok | MessageFrame | Turn | Delta | Typing | Read | ConversationFrame | Mark
 *   | Gone | PresenceFrame | Stats | Notice | History | ErrorFrame | Beat} ServerFrame
 *
 * @typedef {{ type: string, ref?: string, [field: string]: any }} ClientFrame
 */
export {};
