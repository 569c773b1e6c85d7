import { Timeline } from './timeline.js';
import { Turns } from './turns.js';

/**
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Conversation} Conversation
 * @typedef {import('./types.js').ServerFrame} ServerFrame
 * @typedef {import('./types.js').Who} Who
 * @typedef {import('./turns.js').Live} Live
 *
 * @typedef {object} Echo what this side wrote and the conversation does not show yet
 * @property {string} client_id
 * @property {string} text
 * @property {'sending' | 'sent' | 'failed'} status
 * @property {string} at
 * @property {number} [seq] known once acknowledged
 * @property {string} [message_id]
 * @property {string} [code] why it failed
 * @property {boolean} [note]
 * @property {Record<string, string>} [answers]
 * @property {string} [reply_to]
 *
 * @typedef {{ key: string, message: Message } | { key: string, echo: Echo } | { key: string, turn: Live }} Item
 *   `key` stays the same when an echo or a turn becomes its message, so that a screen can keep the element
 *
 * @typedef {{ after?: number, before?: number, limit: number }} Wanted
 */

const TYPING_MS = 6_000;

/**
 * One conversation as one reader knows it: a pure state, fed with frames (`apply`), read by a screen (`items`). Frames
 * may come twice, late or out of order; what comes out is the same.
 */
export class Transcript {
  #timeline = new Timeline();
  #turns = new Turns();
  /** @type {Map<string, Echo>} */
  #echoes = new Map();
  /** @type {Map<string, { who: Who, until: number }>} */
  #typing = new Map();
  /** @type {Map<string, { who: Who, seq: number }>} */
  #reads = new Map();
  /** @type {Conversation | undefined} */
  #conversation;
  #rev = 0;
  #solidRev = 0;
  #begun = false;
  #more = false;
  #now;

  /** @type {{ into?: string } | undefined} set once the conversation was merged or deleted */
  gone;

  /** @param {{ now?: () => number }} [options] milliseconds, for what lapses */
  constructor({ now = Date.now } = {}) {
    this.#now = now;
  }

  /** @returns {Conversation | undefined} */
  get conversation() {
    return this.#conversation;
  }

  /** @returns {readonly Message[]} by seq */
  get messages() {
    return this.#timeline.list;
  }

  /** @returns {Live[]} */
  get turns() {
    return this.#turns.list;
  }

  /** @returns {Echo[]} */
  get echoes() {
    return [...this.#echoes.values()];
  }

  /** @returns {boolean} whether there is more before the oldest that is held */
  get hasOlder() {
    return this.#timeline.base > 0;
  }

  /** @returns {{ conversation?: string, after?: number, rev?: number }} what a `hello` or a topic resumes from */
  get resume() {
    if (!this.#conversation || !this.#begun) return {};
    return { conversation: this.#conversation.id, after: this.#timeline.solid || undefined, rev: this.#solidRev };
  }

  /**
   * Messages in order, then the AI's turns, then what this side wrote and nobody acknowledged.
   *
   * @returns {Item[]}
   */
  get items() {
    /** @type {Array<{ seq: number, item: Item }>} */
    const placed = this.messages.map((message) => ({ seq: message.seq, item: { key: message.client_id ?? message.id, message } }));
    /** @type {Item[]} */
    const unplaced = [];
    for (const echo of this.#echoes.values()) {
      const item = { key: echo.client_id, echo };
      if (echo.seq === undefined) unplaced.push(item);
      else placed.push({ seq: echo.seq, item });
    }
    placed.sort((a, b) => a.seq - b.seq);
    return [...placed.map(({ item }) => item), ...this.turns.map((turn) => ({ key: turn.turn, turn })), ...unplaced];
  }

  /** @returns {Who[]} who writes just now; lapsed ones are left out */
  get typing() {
    const now = this.#now();
    return [...this.#typing.values()].filter(({ until }) => until > now).map(({ who }) => who);
  }

  /**
   * @param {(who: Who) => boolean} whose
   * @returns {number} the last seq that one of them has read
   */
  readBy(whose) {
    return Math.max(0, ...[...this.#reads.values()].filter(({ who }) => whose(who)).map(({ seq }) => seq));
  }

  /**
   * @returns {Wanted | undefined} the history to ask for, when something is missing: at once when a list ended with
   *   `more`, and otherwise only if the server has not made it good by itself within 2 s (see `holed`)
   */
  get wanted() {
    return this.#more || this.holed ? { after: this.#timeline.solid, limit: 200 } : undefined;
  }

  /** @returns {boolean} a list ended with `more`: the rest has to be asked for */
  get incomplete() {
    return this.#more;
  }

  /** @returns {boolean} a message is known to exist that has not come yet */
  get holed() {
    if (!this.#begun) return false;
    return this.#timeline.holed || (this.#conversation?.last_seq ?? 0) > (this.#timeline.newest?.seq ?? 0);
  }

  /**
   * Shows at once what this side writes. Trying again what failed uses the same `client_id`.
   *
   * @param {{ client_id: string, text: string, note?: boolean, answers?: Record<string, string>, reply_to?: string }} sent
   */
  echo(sent) {
    this.#echoes.delete(sent.client_id);
    this.#echoes.set(sent.client_id, { ...sent, status: 'sending', at: new Date(this.#now()).toISOString() });
  }

  /**
   * @param {string} clientId
   * @param {string} code
   */
  fail(clientId, code) {
    const echo = this.#echoes.get(clientId);
    if (echo && echo.status !== 'sent') this.#echoes.set(clientId, { ...echo, status: 'failed', code });
  }

  /** Forgets an echo, for instance a failed one that its writer gives up. @param {string} clientId */
  discard(clientId) {
    this.#echoes.delete(clientId);
  }

  /**
   * Takes a frame of this conversation; the caller keeps those of others away.
   *
   * @param {ServerFrame} frame
   * @returns {boolean} whether anything that can be seen changed
   */
  apply(frame) {
    const changed = this.#apply(frame);
    if (changed && !this.holed && !this.#more) this.#solidRev = Math.max(this.#solidRev, this.#rev);
    return changed;
  }

  /** @param {ServerFrame} frame @returns {boolean} */
  #apply(frame) {
    switch (frame.type) {
      case 'welcome':
      case 'subscribed':
        return this.#begin(frame);
      case 'history':
        return this.#history(frame.messages, frame.more);
      case 'message':
      case 'edited':
        this.#begun = true;
        return this.#put(frame.message);
      case 'conversation':
        return this.#state(frame.conversation);
      case 'turn':
        return this.#turns.turn(frame, this.#now());
      case 'delta':
        return this.#turns.delta(frame, this.#now());
      case 'ack':
        return this.#ack(frame);
      case 'typing':
        return this.#types(frame);
      case 'read':
        return this.#read(frame);
      case 'gone':
        this.gone = { into: frame.into };
        return true;
      default:
        return false;
    }
  }

  /**
   * Lets go of what lapses by time: typing, turns that went silent.
   *
   * @returns {boolean} whether anything changed
   */
  sweep() {
    const now = this.#now();
    const late = [...this.#typing].filter(([, { until }]) => until <= now);
    for (const [key] of late) this.#typing.delete(key);
    return this.#turns.sweep(now) || late.length > 0;
  }

  /** @returns {number} when the next `sweep` is due in milliseconds of `now`, Infinity if nothing lapses */
  get nextSweep() {
    return Math.min(this.#turns.nextSweep, ...[...this.#typing.values()].map(({ until }) => until));
  }

  /** @param {number} keep messages */
  trim(keep) {
    this.#timeline.trim(keep);
  }

  /** @param {import('./types.js').Welcome | import('./types.js').Subscribed} frame */
  #begin({ snapshot, messages = [], more, conversation }) {
    const other = conversation && this.#conversation && conversation.id !== this.#conversation.id;
    if (snapshot || other || !this.#begun) {
      this.#timeline.restart(messages);
      this.#rev = this.#solidRev = 0;
      if (other || !conversation) this.#forget();
      for (const message of messages) this.#arrived(message);
      this.#forgetEchoes(other ? Infinity : this.#timeline.base + 1);
      this.#more = false;
    } else {
      for (const message of messages) this.#put(message);
      this.#more = more;
    }
    this.#begun = true;
    this.#turns.doubt(this.#now());
    if (conversation) this.#state(conversation);
    return true;
  }

  /** Forgets everything but what waits to be sent: the reader is somebody else now. */
  reset() {
    this.#timeline.restart([]);
    this.#forget();
    this.#forgetEchoes(Infinity);
    this.#rev = this.#solidRev = 0;
    this.#begun = this.#more = false;
  }

  #forget() {
    this.#conversation = undefined;
    this.#turns = new Turns();
    this.#reads.clear();
    this.#typing.clear();
  }

  /** What was acknowledged before the first message that is held will not be shown again. @param {number} seq */
  #forgetEchoes(seq) {
    for (const echo of this.echoes) if (echo.seq !== undefined && echo.seq < seq) this.#echoes.delete(echo.client_id);
  }

  /**
   * @param {Message[]} messages
   * @param {boolean} more
   */
  #history(messages, more) {
    const before = this.#timeline.newest?.seq ?? 0;
    const solid = this.#timeline.solid;
    this.#timeline.extend(messages);
    for (const message of messages) this.#arrived(message);
    const last = messages.at(-1)?.seq ?? 0;
    if (messages.length === 0 || last > solid) this.#more = more && last > before;
    return true;
  }

  /** @param {Message} message */
  #put(message) {
    const shown = this.#arrived(message);
    return this.#timeline.put(message) || shown;
  }

  /**
   * @param {Message} message
   * @returns {boolean} whether an echo gave way to it
   */
  #arrived(message) {
    this.#rev = Math.max(this.#rev, message.rev);
    this.#turns.finish(message.id);
    const { author } = message;
    this.#typing.delete(`${author.kind}:${author.id}`);
    const echo = message.client_id ?? this.echoes.find((each) => each.message_id === message.id)?.client_id;
    return echo !== undefined && this.#echoes.delete(echo);
  }

  /** @param {Conversation} conversation */
  #state(conversation) {
    const held = this.#conversation;
    if (held && held.id === conversation.id && held.rev > conversation.rev) return false;
    this.#conversation = conversation;
    this.#rev = Math.max(this.#rev, conversation.rev);
    this.#turns.raise(conversation.epoch);
    return true;
  }

  /** @param {import('./types.js').Ack} ack */
  #ack(ack) {
    const echo = this.#echoes.get(ack.client_id);
    if (!echo) return false;
    if (this.#timeline.at(ack.seq)?.id === ack.message_id) this.#echoes.delete(ack.client_id);
    else this.#echoes.set(ack.client_id, { ...echo, status: 'sent', seq: ack.seq, message_id: ack.message_id, at: ack.at });
    return true;
  }

  /** @param {import('./types.js').Typing} frame */
  #types({ type, who, on }) {
    if (type !== 'typing') return false;
    const key = `${who.kind}:${who.id}`;
    if (on) this.#typing.set(key, { who, until: this.#now() + TYPING_MS });
    else return this.#typing.delete(key);
    return true;
  }

  /** @param {import('./types.js').Read} frame */
  #read({ who, seq }) {
    const key = `${who.kind}:${who.id}`;
    if ((this.#reads.get(key)?.seq ?? 0) >= seq) return false;
    this.#reads.set(key, { who, seq });
    return true;
  }
}
