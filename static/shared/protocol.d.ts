// Written from server/schema/frames.py by `python -m tests.contract.publish`: change it there.
//
// The live protocol, version 1. Fields, frames and values may be added: ignore what you don't know. A field with `?` does
// not travel while it is unset. Lengths and offsets count Unicode code points.

/** A UUID in its usual form, lower case. */
export type Uuid = string;

/** RFC 3339 in UTC with milliseconds: `2026-11-20T10:15:00.123Z`. */
export type Time = string;

export type Mode = "ai" | "queued" | "human";

export type Status = "open" | "snoozed" | "resolved";

export type AuthorKind = "contact" | "ai" | "agent" | "system";

export type MessageKind = "text" | "note" | "event" | "card" | "form" | "file";

export type TurnState = "thinking" | "streaming" | "done" | "cancelled" | "failed";

export type ToolState = "running" | "done" | "failed";

export type Availability = "online" | "away" | "offline";

export type Role = "owner" | "admin" | "manager" | "agent" | "viewer";

export type WhoKind = "contact" | "agent" | "ai";

export type ErrorCode = "bad_frame" | "unauthenticated" | "forbidden" | "not_found" | "conflict" | "too_large" | "rate_limited" | "unavailable" | "internal";

/** `hash` is the hex HMAC-SHA256 of `id` under the workspace's identity secret. */
export interface SignedId {
  /** At most 256 characters. */
  id: string;
  /** 64 characters. */
  hash: string;
}

/** A page of the host's site. */
export interface SeenPage {
  /** At most 2048 characters. */
  url: string;
  /** At most 512 characters. */
  title?: string;
  /** At most 2048 characters. */
  referrer?: string;
}

/**
 * The first frame, within 10 s; answered by `welcome`. Writes nothing: contact and conversation begin with the first
 * message.
 */
export interface VisitorHello {
  type: "hello";
  /** The workspace's public widget key. At most 128 characters. */
  key: string;
  /** The version of the protocol that the client speaks. Default 1. */
  v?: number;
  /** The secret of a returning visitor, from an earlier `welcome`. At most 1024 characters. */
  token?: string;
  /** The conversation that `after` and `rev` are about. */
  conversation?: Uuid;
  /** The last `seq` held of it. */
  after?: number;
  /** The last `rev` held of it. */
  rev?: number;
  /** Who the visitor is on the host's site, signed by it: a JWT (HS256), or an id with its hash. */
  identity?: string | SignedId;
  /** A language tag such as `pt-BR`. At most 35 characters. */
  locale?: string;
  page?: SeenPage;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/**
 * Answered by `ack` once it is durable. Sending it again with the same `client_id` never makes a second message.
 */
export interface VisitorSend {
  type: "send";
  /** Of the client's making. */
  client_id: Uuid;
  /** At most 10000 characters. */
  text: string;
  /** At most 10. */
  attachments?: Uuid[];
  /** Answers to a form, by field. */
  answers?: Record<string, string>;
  reply_to?: Uuid;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** Repeat it every few seconds while it holds: receivers let it lapse after 6 s. */
export interface VisitorTyping {
  type: "typing";
  on: boolean;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** Everything up to `seq` has been seen. Only rises. */
export interface VisitorRead {
  type: "read";
  seq: number;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** The visitor moved on the host's site. */
export interface VisitorPage {
  type: "page";
  /** At most 2048 characters. */
  url: string;
  /** At most 512 characters. */
  title: string;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** Asks for messages before or after a `seq`; answered by `history`. */
export interface VisitorHistory {
  type: "history";
  before?: number;
  after?: number;
  /** From 1 to 200. Default 50. */
  limit?: number;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** A signed identity after `hello`; answered by a new `welcome`. */
export interface Identify {
  type: "identify";
  identity: string | SignedId;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** "Let me talk to a person": always honoured. Answered by `ack`. */
export interface Human {
  type: "human";
  client_id: Uuid;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** How satisfied the visitor is. Answered by `ack`. */
export interface Rate {
  type: "rate";
  client_id: Uuid;
  /** From 1 to 5. */
  score: number;
  /** At most 2000 characters. */
  comment?: string;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** Answered by `pong`, whichever side sends it. */
export interface Ping {
  type: "ping";
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** The answer to `ping`, with its `ref`. */
export interface Pong {
  type: "pong";
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** Answers a frame with a `ref` that has no other answer. */
export interface Ok {
  type: "ok";
  ref?: string;
}

/**
 * The message is durable: PostgreSQL has committed it. The second ack of one `client_id` equals the first, but for
 * `duplicate`.
 */
export interface Ack {
  type: "ack";
  client_id: Uuid;
  conversation: Uuid;
  message_id: Uuid;
  seq: number;
  at: Time;
  duplicate: boolean;
  ref?: string;
}

/** Who wrote a message. */
export interface Author {
  kind: AuthorKind;
  id?: Uuid;
  name?: string;
  avatar?: string;
}

/** `url` is signed and short-lived; `size` in bytes. */
export interface Attachment {
  id: Uuid;
  name: string;
  type: string;
  size: number;
  url: string;
}

/** What an AI answer rests on: an article of the workspace. */
export interface Source {
  article: Uuid;
  title: string;
  url?: string;
}

/** `seq` counts the conversation's messages; `prev` is the seq before it that this reader may see (0: none). */
export interface Message {
  id: Uuid;
  seq: number;
  prev: number;
  rev: number;
  author: Author;
  kind: MessageKind;
  text: string;
  attachments: Attachment[];
  at: Time;
  client_id?: Uuid;
  data?: Record<string, any>;
  sources?: Source[];
  reply_to?: Uuid;
  /** The AI was stopped in the middle of it. */
  cut?: boolean;
}

/** A new message, in the order of `seq`. The sender gets its own too, before or after its `ack`. */
export interface MessageFrame {
  type: "message";
  conversation: Uuid;
  message: Message;
}

/** The same `id` and `seq` with a higher `rev`: delivery state, transcription, redaction. */
export interface Edited {
  type: "edited";
  conversation: Uuid;
  message: Message;
}

/** What the AI does beside speaking. */
export interface ToolUse {
  name: string;
  state: ToolState;
}

/** An answer of the AI in the making. Its id is the id of the message that it writes. */
export interface Turn {
  type: "turn";
  conversation: Uuid;
  turn: Uuid;
  attempt: number;
  epoch: number;
  state: TurnState;
  /** Why it was cancelled or failed. */
  reason?: string;
  /** For agents alone. */
  tool?: ToolUse;
}

/**
 * A piece of the answer in the making; it may be several merged. A higher `attempt` discards the text held, a lower
 * one is ignored, `offset` 0 replaces all.
 */
export interface Delta {
  type: "delta";
  conversation: Uuid;
  turn: Uuid;
  attempt: number;
  epoch: number;
  /** What comes before this piece, in code points. */
  offset: number;
  text: string;
}

/** Somebody on either side. */
export interface Who {
  kind: WhoKind;
  id: Uuid;
  name?: string;
}

/** Lapses after 6 s. */
export interface Typing {
  type: "typing";
  conversation: Uuid;
  who: Who;
  on: boolean;
}

/** How far somebody has read. */
export interface Read {
  type: "read";
  conversation: Uuid;
  who: Who;
  seq: number;
}

/** The conversation was merged (`into`) or deleted. */
export interface Gone {
  type: "gone";
  conversation: Uuid;
  into?: Uuid;
}

/** Where a visitor is on the host's site. */
export interface Page {
  url: string;
  title?: string;
  referrer?: string;
}

/** Who is there, and on which page. */
export interface PresenceFrame {
  type: "presence";
  who: Who;
  status: Availability;
  page?: Page;
}

/** The answer to `history`: contiguous, oldest first, at most 200 messages or 256 KiB. */
export interface History {
  type: "history";
  conversation: Uuid;
  messages: Message[];
  more: boolean;
  ref?: string;
}

/** Who this connection speaks for. */
export interface Me {
  id: Uuid;
  kind: "agent" | "contact";
  name?: string;
  role?: Role;
}

/** What a client may know of the workspace it talks to. `brand`: {color, logo?, greeting?, assistant?}. */
export interface Workspace {
  id: Uuid;
  name: string;
  locale: string;
  brand: Record<string, any>;
}

/** Seconds: a client waits a random time between them before it connects again. */
export interface Reconnect {
  min: number;
  max: number;
}

/** Somebody to show. */
export interface Person {
  id: Uuid;
  name?: string;
  avatar?: string;
}

/**
 * A conversation as its visitor sees it. `last_seq` is the last that it may see, `peer_read_seq` how far the
 * workspace has read.
 */
export interface Conversation {
  id: Uuid;
  rev: number;
  epoch: number;
  mode: Mode;
  status: Status;
  last_seq: number;
  read_seq: number;
  unread: number;
  assignee?: Person;
  peer_read_seq?: number;
}

/** The answer to `hello`. */
export interface Welcome {
  type: "welcome";
  session: Uuid;
  me: Me;
  workspace: Workspace;
  /** What was missed since `after`, else the newest. */
  messages: Message[];
  /** True: drop what you hold of the conversation. */
  snapshot: boolean;
  /** There are older messages: ask `history`. */
  more: boolean;
  /** Seconds. A connection that is silent for twice as long is dropped. */
  ping: number;
  reconnect: Reconnect;
  /** For visitors: keep it, it is the way back to the conversation. */
  token?: string;
  conversation?: Conversation;
  ref?: string;
}

/** A frame was refused, or a close is about to follow. `ref` and `client_id` are those of the frame it answers. */
export interface Error {
  type: "error";
  code: ErrorCode;
  /** A sentence for the developer. */
  detail: string;
  ref?: string;
  client_id?: Uuid;
  /** Seconds to wait before trying again. */
  retry_after?: number;
}

/** The last state of the conversation, at most every 200 ms. */
export interface VisitorConversation {
  type: "conversation";
  conversation: Conversation;
}

/** A topic and what is held of it: inbox, conversation:<id>, stats, visitors or notifications. */
export interface TopicRequest {
  /** At most 64 characters. */
  topic: string;
  /** The last `seq` held of the conversation. */
  after?: number;
  /** The last `rev` held of the conversation. */
  rev?: number;
  /** Of the inbox: from the REST list, `subscribed` or the last `mark`. At most 128 characters. */
  cursor?: string;
}

/** The first frame, within 10 s; answered by `welcome`, then by one answer for each of `topics`. */
export interface AgentHello {
  type: "hello";
  /** From `POST /api/v1/auth/login`. On the server's own pages the session cookie will do. At most 256 characters. */
  token?: string;
  /** Default 1. */
  v?: number;
  /** Refused where the session is for another one. */
  workspace?: Uuid;
  /** At most 50. */
  topics?: TopicRequest[];
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** Each topic is answered by `subscribed` or by `error`. */
export interface Subscribe {
  type: "subscribe";
  /** At most 50. */
  topics: TopicRequest[];
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** Answered by `ok` where it has a `ref`. */
export interface Unsubscribe {
  type: "unsubscribe";
  /** At most 50. */
  topics: string[];
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/**
 * Answered by `ack`. Into a conversation of the AI or the queue it is a takeover too; into another agent's it is
 * `conflict`.
 */
export interface AgentSend {
  type: "send";
  conversation: Uuid;
  client_id: Uuid;
  /** At most 10000 characters. */
  text: string;
  /** Internal: no visitor ever gets it, and it takes nothing over. */
  note?: boolean;
  /** At most 10. */
  attachments?: Uuid[];
  /** `conflict` when the owner has changed since. */
  epoch?: number;
  reply_to?: Uuid;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** The contact sees it of the agent that owns the conversation, colleagues of everybody. */
export interface AgentTyping {
  type: "typing";
  conversation: Uuid;
  on: boolean;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** Colleagues see who looks at a conversation; contacts never do. */
export interface AgentViewing {
  type: "viewing";
  conversation: Uuid;
  on: boolean;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** Everything up to `seq` has been seen by the workspace. Only rises. */
export interface AgentRead {
  type: "read";
  conversation: Uuid;
  seq: number;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/**
 * From the AI, from the queue or, by a manager, from another agent. Of two at once one wins, the other gets
 * `conflict`.
 */
export interface Takeover {
  type: "takeover";
  conversation: Uuid;
  /** `conflict` when the owner has changed since. */
  epoch?: number;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** Gives the conversation back to the AI. */
export interface Release {
  type: "release";
  conversation: Uuid;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** A private instruction that steers the AI's next words without taking over. Answered by `ack`. */
export interface Whisper {
  type: "whisper";
  conversation: Uuid;
  client_id: Uuid;
  /** At most 10000 characters. */
  text: string;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** Asks for messages before or after a `seq`; answered by `history`. */
export interface AgentHistory {
  type: "history";
  conversation: Uuid;
  before?: number;
  after?: number;
  /** From 1 to 200. Default 50. */
  limit?: number;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** The agent's own availability. */
export interface SetStatus {
  type: "status";
  status: Availability;
  /** Comes back with the frame that answers this one. At most 128 characters. */
  ref?: string;
}

/** A conversation as the workspace's agents see it. `peer_read_seq` is how far the contact has read. */
export interface Summary {
  id: Uuid;
  rev: number;
  epoch: number;
  mode: Mode;
  status: Status;
  contact: Person;
  channel: string;
  last_seq: number;
  read_seq: number;
  unread: number;
  preview: string;
  assignee?: Person;
  /** Since when the contact waits for an answer of a person. */
  waiting_since?: Time;
  sla_due?: Time;
  snoozed_until?: Time;
  last_at?: Time;
  label?: string;
  peer_read_seq?: number;
}

/** The last state of a conversation, at most every 200 ms; a higher `rev` wins. */
export interface AgentConversation {
  type: "conversation";
  conversation: Summary;
}

/** Who is there, and on which page. */
export interface Presence {
  who: Who;
  status: Availability;
  page?: Page;
}

/** The answer to one topic of `subscribe`: what was missed, or (`snapshot`) the newest. */
export interface Subscribed {
  type: "subscribed";
  topic: string;
  /** True: drop what you hold of this topic. */
  snapshot: boolean;
  /** There are older ones. */
  more: boolean;
  conversation?: Summary;
  messages?: Message[];
  conversations?: Summary[];
  presence?: Presence[];
  cursor?: string;
  ref?: string;
}

/** Lapses after 6 s. For agents alone. */
export interface Viewing {
  type: "viewing";
  conversation: Uuid;
  who: Who;
  on: boolean;
}

/** All changes before `cursor` have been delivered: resume from it. At least every 5 s on a live `inbox`. */
export interface Mark {
  type: "mark";
  topic: string;
  cursor: string;
}

/** The live figures of the workspace. Times in seconds; `messages` holds one count a minute, oldest first. */
export interface Stats {
  type: "stats";
  at: Time;
  open: number;
  waiting: number;
  longest_wait: number;
  ai: number;
  human: number;
  agents_online: number;
  visitors: number;
  median_first_response: number | null;
  messages: number[];
}

/** Something that an agent should know. */
export interface Notice {
  type: "notice";
  id: Uuid;
  kind: string;
  text: string;
  at: Time;
  conversation?: Uuid;
}

/** Everything that a visitor may send. */
export type VisitorFrame =
  | VisitorHello
  | VisitorSend
  | VisitorTyping
  | VisitorRead
  | VisitorPage
  | VisitorHistory
  | Identify
  | Human
  | Rate
  | Ping
  | Pong;

/** Everything that a visitor may receive. */
export type VisitorEvent =
  | Ok
  | Ack
  | MessageFrame
  | Edited
  | Turn
  | Delta
  | Typing
  | Read
  | Gone
  | PresenceFrame
  | History
  | Welcome
  | Error
  | Ping
  | Pong
  | VisitorConversation;

/** Everything that an agent may send. */
export type AgentFrame =
  | AgentHello
  | Subscribe
  | Unsubscribe
  | AgentSend
  | AgentTyping
  | AgentViewing
  | AgentRead
  | Takeover
  | Release
  | Whisper
  | AgentHistory
  | SetStatus
  | Ping
  | Pong;

/** Everything that an agent may receive. */
export type AgentEvent =
  | Ok
  | Ack
  | MessageFrame
  | Edited
  | Turn
  | Delta
  | Typing
  | Read
  | Gone
  | PresenceFrame
  | History
  | Welcome
  | Error
  | Ping
  | Pong
  | AgentConversation
  | Subscribed
  | Viewing
  | Mark
  | Stats
  | Notice;

/**
 * What the server closes a connection with: 1001 going away, 1013 overloaded, 4400 bad frames, 4401 unauthenticated,
 * 4403 forbidden, 4406 version, 4410 too slow, 4429 too many.
 */
export type CloseCode = 1001 | 1013 | 4400 | 4401 | 4403 | 4406 | 4410 | 4429;
