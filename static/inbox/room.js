import { Emitter } from '../shared/emitter.js';
import { browserHost } from '../shared/host.js';
import { Mender } from '../shared/mender.js';
import { Transcript } from '../shared/transcript.js';

/**
 * @typedef {import('../shared/types.js').ServerFrame} ServerFrame
 * @typedef {import('../shared/types.js').Who} Who
 * @typedef {import('../shared/connection.js').Connection} Connection
 * @typedef {import('../shared/outbox.js').Durable} Durable
 *
 * @typedef {object} Events
 * @property {undefined} change something that can be seen changed
 * @property {import('../shared/types.js').Message} message one that had not been seen before
 */

const LOOKING_MS = 6_000;

/**
 * One conversation as an agent has it on screen, or had lately: its transcript, who looks at it, what the AI's tools
 * did, what could not be sent. It asks by itself for what is missing.
 *
 * @extends {Emitter<Events>}
 */
export class Room extends Emitter {
  transcript = new Transcript();
  /** @type {Map<string, Durable>} what was refused, by client_id */
  refused = new Map();
  /** @type {Map<string, Map<string, string>>} by turn: the state of each tool that it used */
  tools = new Map();
  /** @type {Map<string, { who: Who, until: number }>} */
  #looking = new Map();
  /** @type {any} */
  #sweepTimer;
  #mender;
  loaded = false;

  /** What was read when it was opened: the line "new" stands after it. @type {number | undefined} */
  readUpTo;

  /**
   * @param {string} id
   * @param {Connection} connection
   */
  constructor(id, connection) {
    super();
    this.id = id;
    this.connection = connection;
    const ask = (/** @type {import('../shared/transcript.js').Wanted} */ wanted) => connection.request({ type: 'history', conversation: id, ...wanted });
    this.#mender = new Mender(this.transcript, ask, browserHost);
  }

  /** @returns {import('../shared/types.js').Resume} */
  get resume() {
    const { after, rev } = this.transcript.resume;
    return { ...(after !== undefined && { after }), ...(rev !== undefined && { rev }) };
  }

  /** @returns {Who[]} who else has it open */
  get looking() {
    const now = Date.now();
    return [...this.#looking.values()].filter(({ until }) => until > now).map(({ who }) => who);
  }

  /** @returns {boolean} whether letting go of it would lose something */
  get precious() {
    return this.transcript.echoes.length > 0;
  }

  /** @param {ServerFrame} frame one of this conversation */
  apply(frame) {
    const before = this.transcript.messages.at(-1)?.seq ?? 0;
    if (frame.type === 'subscribed') this.#entered(frame.conversation);
    if (frame.type === 'subscribed') this.#mender.renew();
    if (frame.type === 'turn' && frame.tool) this.#used(frame.turn, frame.tool);
    const changed = frame.type === 'viewing' ? this.#looks(frame) : this.transcript.apply(frame);
    if (frame.type === 'message' && frame.message.seq > before) this.emit('message', frame.message);
    if (changed || frame.type === 'turn') this.#changed();
  }

  /** @param {Durable} frame a `send` or `whisper` */
  say(frame) {
    this.refused.delete(frame.client_id);
    this.transcript.echo({ client_id: frame.client_id, text: frame.text, note: Boolean(frame.note) || frame.type === 'whisper' });
    if (!this.connection.send(frame)) this.refuse(frame, 'too_many');
    this.#changed();
  }

  /** @param {Durable} frame @param {string} code */
  refuse(frame, code) {
    this.refused.set(frame.client_id, frame);
    this.transcript.fail(frame.client_id, code);
    this.#changed();
  }

  /** @param {string} clientId */
  discard(clientId) {
    this.refused.delete(clientId);
    this.transcript.discard(clientId);
    this.#changed();
  }

  /** @returns {Promise<void>} once an older page is there, or none could be had */
  older() {
    return this.#mender.older();
  }

  /** @param {import('../shared/types.js').Conversation | undefined} conversation */
  #entered(conversation) {
    if (!this.loaded && conversation?.unread) this.readUpTo = conversation.read_seq;
    this.loaded = true;
  }

  /** @param {string} turn @param {{ name: string, state: string }} tool */
  #used(turn, { name, state }) {
    const used = this.tools.get(turn) ?? new Map();
    this.tools.set(turn, used.set(name, state));
    const [oldest] = this.tools.keys();
    if (this.tools.size > 50 && oldest) this.tools.delete(oldest);
  }

  /** @param {import('../shared/types.js').Typing} frame */
  #looks({ who, on }) {
    if (on) this.#looking.set(who.id, { who, until: Date.now() + LOOKING_MS });
    else this.#looking.delete(who.id);
    return true;
  }

  #changed() {
    this.#mender.look();
    this.#sweepLater();
    this.emit('change', undefined);
  }

  #sweepLater() {
    clearTimeout(this.#sweepTimer);
    const due = Math.min(this.transcript.nextSweep, ...[...this.#looking.values()].map(({ until }) => until));
    if (due === Infinity) return;
    this.#sweepTimer = setTimeout(() => {
      this.transcript.sweep();
      for (const [id, { until }] of this.#looking) if (until <= Date.now()) this.#looking.delete(id);
      this.emit('change', undefined);
      this.#sweepLater();
    }, Math.max(due - Date.now(), 20));
  }
}
