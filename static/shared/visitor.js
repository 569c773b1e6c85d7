import { Connection } from './connection.js';
import { Emitter } from './emitter.js';
import { browserHost } from './host.js';
import { Mender } from './mender.js';
import { Transcript } from './transcript.js';
import { uuid } from './uuid.js';

/**
 * @typedef {import('./types.js').Welcome} Welcome
 * @typedef {import('./types.js').Identity} Identity
 * @typedef {import('./types.js').Page} Page
 *
 * @typedef {object} Options
 * @property {string} url of `/ws/visitor`
 * @property {string} key the workspace's public widget key
 * @property {string} [token] of an earlier visit
 * @property {Identity} [identity]
 * @property {string} [locale]
 * @property {Page} [page]
 * @property {import('./host.js').Host} [host]
 *
 * @typedef {object} Events
 * @property {undefined} change something that can be seen changed: read `transcript`, `connection.state` …
 * @property {Welcome} welcome
 * @property {string | undefined} token keep it for the next visit; undefined: it is worth nothing any more
 * @property {import('./types.js').Message} message one that had not been seen before, live
 * @property {{ action: 'human' | 'rate', code?: string }} done the server took it, or refused it with a code
 */

const TYPING_MS = 3_000;

/**
 * A visitor's side of its one conversation: connection, transcript and what a visitor can do. No DOM, no storage.
 *
 * @extends {Emitter<Events>}
 */
export class Visitor extends Emitter {
  transcript;
  connection;
  #host;
  #mender;
  #options;
  /** @type {Welcome | undefined} */
  #welcome;
  /** @type {Map<string, import('./types.js').Presence>} */
  #presence = new Map();
  /** @type {any} */
  #sweepTimer;
  #readSeq = 0;
  #typedAt = 0;
  #refusals = 0;

  /** @param {Options} options */
  constructor(options) {
    super();
    this.#options = { ...options };
    this.#host = options.host ?? browserHost;
    this.transcript = new Transcript({ now: this.#host.now });
    this.connection = new Connection({ url: options.url, hello: () => this.#hello(), host: this.#host });
    const ask = (/** @type {import('./transcript.js').Wanted} */ wanted) => this.connection.request({ type: 'history', ...wanted });
    this.#mender = new Mender(this.transcript, ask, this.#host);
    this.connection.on('welcome', (welcome) => this.#welcomed(welcome));
    this.connection.on('frame', (frame) => this.#take(frame));
    this.connection.on('settled', ({ frame }) => this.#done(frame));
    this.connection.on('failed', ({ frame, code }) => this.#failed(frame, code));
    this.connection.on('state', (state) => this.#state(state));
  }

  /** @returns {Welcome | undefined} the last one */
  get welcome() {
    return this.#welcome;
  }

  /** @returns {boolean} whether a person of the workspace is online, as far as is known */
  get staffed() {
    return [...this.#presence.values()].some(({ who, status }) => who.kind === 'agent' && status === 'online');
  }

  open() {
    this.connection.open();
  }

  close() {
    this.connection.close();
  }

  /**
   * @param {string} text
   * @param {{ answers?: Record<string, string>, reply_to?: string }} [extra]
   * @returns {string} its `client_id`
   */
  send(text, extra = {}) {
    const clientId = uuid();
    this.#send({ client_id: clientId, text, ...extra });
    return clientId;
  }

  /** Sends again what failed, under its old `client_id`: if it did arrive, it is still there once. @param {string} clientId */
  resend(clientId) {
    const echo = this.transcript.echoes.find((each) => each.client_id === clientId && each.status === 'failed');
    if (!echo) return;
    const { text, answers, reply_to } = echo;
    this.#send({ client_id: clientId, text, ...(answers && { answers }), ...(reply_to && { reply_to }) });
  }

  /** Tells that the visitor writes: at most every 3 s, and once when it stops. @param {boolean} on */
  typing(on) {
    const now = this.#host.now();
    if (on ? now - this.#typedAt < TYPING_MS : this.#typedAt === 0) return;
    this.#typedAt = on ? now : 0;
    if (this.transcript.conversation) this.connection.cast({ type: 'typing', on });
  }

  /** Everything that the other side wrote has been seen. */
  read() {
    const seq = this.transcript.messages.findLast(({ author }) => author.kind !== 'contact')?.seq ?? 0;
    const known = Math.max(this.#readSeq, this.transcript.conversation?.read_seq ?? 0);
    if (seq <= known) return;
    this.#readSeq = seq;
    this.connection.latest('read', { type: 'read', seq });
    this.emit('change', undefined);
  }

  /** @returns {number} messages from the other side that have not been seen */
  get unread() {
    const read = Math.max(this.#readSeq, this.transcript.conversation?.read_seq ?? 0);
    const held = this.transcript.messages.filter((message) => message.seq > read && message.author.kind !== 'contact' && message.kind !== 'event');
    return held.length;
  }

  /** @returns {Promise<void>} once an older page is there, or none could be had */
  older() {
    return this.#mender.older();
  }

  /** @param {Page} page the visitor moved on the host's site */
  page(page) {
    this.#options.page = page;
    this.connection.latest('page', { type: 'page', url: page.url, title: page.title ?? '' });
  }

  /** @param {Identity} identity signed by the host's own server */
  identify(identity) {
    this.#options.identity = identity;
    if (this.connection.isOpen) this.connection.request({ type: 'identify', identity }).catch(() => {});
  }

  human() {
    this.connection.send({ type: 'human', client_id: uuid() });
  }

  /**
   * @param {number} score 1..5
   * @param {string} [comment]
   */
  rate(score, comment) {
    this.connection.send({ type: 'rate', client_id: uuid(), score, ...(comment && { comment }) });
  }

  /** @param {{ client_id: string, text: string, answers?: Record<string, string>, reply_to?: string }} message */
  #send(message) {
    this.transcript.echo(message);
    this.#typedAt = 0;
    if (!this.connection.send({ type: 'send', ...message })) this.transcript.fail(message.client_id, 'too_many');
    this.#changed();
  }

  #hello() {
    const { key, token, identity, locale, page } = this.#options;
    return { key, token, identity, locale, page, ...this.transcript.resume };
  }

  /** @param {Welcome} welcome */
  #welcomed(welcome) {
    this.#welcome = welcome;
    this.#mender.renew();
    this.#refusals = 0;
    if (welcome.token) {
      this.#options.token = welcome.token;
      this.emit('token', welcome.token);
    }
  }

  /** @param {import('./types.js').ServerFrame} frame */
  #take(frame) {
    const before = this.transcript.messages.at(-1)?.seq ?? 0;
    if (frame.type === 'presence') this.#presence.set(frame.who.id, frame);
    const changed = this.transcript.apply(frame) || frame.type === 'presence';
    if (frame.type === 'welcome') this.emit('welcome', frame);
    if (frame.type === 'message' && frame.message.seq > before) this.emit('message', frame.message);
    if (changed) this.#changed();
  }

  /** @param {import('./outbox.js').Durable} frame */
  #done(frame) {
    if (frame.type === 'human' || frame.type === 'rate') this.emit('done', { action: frame.type });
  }

  /**
   * @param {import('./outbox.js').Durable} frame
   * @param {string} code
   */
  #failed(frame, code) {
    if (frame.type === 'send') this.transcript.fail(frame.client_id, code);
    else if (frame.type === 'human' || frame.type === 'rate') this.emit('done', { action: frame.type, code });
    this.#changed();
  }

  /** @param {import('./connection.js').State} state */
  #state(state) {
    if (state.phase === 'closed' && state.verdict === 'sign_in' && this.#yield()) this.connection.open();
    this.#changed();
  }

  /**
   * 4401 may mean that the hello was late, so the same is tried once more; then without the identity, and then without
   * the token: the visitor begins anew.
   *
   * @returns {boolean} whether another try makes sense
   */
  #yield() {
    this.#refusals += 1;
    const { token, identity } = this.#options;
    if (this.#refusals === 1) return true;
    if (identity) this.#options.identity = undefined;
    else if (token) {
      this.#options.token = undefined;
      this.transcript.reset();
      this.emit('token', undefined);
    }
    return Boolean(identity || token);
  }

  #changed() {
    this.#mender.look();
    this.#sweepLater();
    this.emit('change', undefined);
  }

  #sweepLater() {
    this.#host.clearTimeout(this.#sweepTimer);
    const due = this.transcript.nextSweep;
    if (due === Infinity) return;
    this.#sweepTimer = this.#host.setTimeout(() => {
      if (this.transcript.sweep()) this.emit('change', undefined);
      this.#sweepLater();
    }, Math.max(due - this.#host.now(), 20));
  }
}
