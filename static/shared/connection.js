import { delay, verdict } from './closing.js';
import { Emitter } from './emitter.js';
import { Heartbeat } from './heartbeat.js';
import { browserHost } from './host.js';
import { Outbox } from './outbox.js';
import { Requests } from './requests.js';

/**
 * @typedef {import('./types.js').ServerFrame} ServerFrame
 * @typedef {import('./types.js').ClientFrame} ClientFrame
 * @typedef {import('./outbox.js').Durable} Durable
 *
 * @typedef {'idle' | 'connecting' | 'open' | 'waiting' | 'offline' | 'closed'} Phase
 *   `open` begins with `welcome`. `waiting` will try again by itself, `offline` too as soon as the network is back.
 *   `closed` stays so until `open()`.
 * @typedef {{ phase: Phase, code?: number, verdict?: import('./closing.js').Verdict, retryAt?: number }} State
 *
 * @typedef {object} Events
 * @property {State} state
 * @property {import('./types.js').Welcome} welcome before anything queued is sent
 * @property {ServerFrame} frame each frame but ping and pong; `welcome` comes as this too
 * @property {{ frame: Durable, answer: ServerFrame }} settled a `send` was acknowledged
 * @property {{ frame: Durable, code: string, detail: string }} failed a `send` was refused for good, and is forgotten
 * @property {{ topic: string, code: string, detail: string }} unsubscribed a topic was refused, and is forgotten
 */

const WELCOME_MS = 10_000;
const ANSWER_MS = 15_000;
const PROBE_MS = 5_000;
const TRIES = 4;
const OUTBOX = 200;
const CONGESTED = 64 * 1024;
const AGAIN = new Set(['rate_limited', 'unavailable']);

/**
 * One live connection of a visitor (`/ws/visitor`) or an agent (`/ws/agent`), for as long as it is wanted: it
 * connects, says hello, comes back after every loss as the close code asks, subscribes again, and sends again what was
 * not answered. Nothing is ever doubled, because what is sent twice carries its `client_id`.
 *
 * @extends {Emitter<Events>}
 */
export class Connection extends Emitter {
  #url;
  #hello;
  #host;
  #heartbeat;
  #outbox = new Outbox(OUTBOX);
  /** @type {Map<string, () => import('./types.js').Resume>} */
  #topics = new Map();
  /** @type {Map<string, ClientFrame>} */
  #latest = new Map();
  #requests;
  /** @type {import('./host.js').Socket | undefined} */
  #socket;
  /** @type {State} */
  #state = { phase: 'idle' };
  /** @type {any} */
  #timer;
  /** @type {any} */
  #outboxTimer;
  /** @type {(() => void) | undefined} */
  #deaf;
  #failures = 0;
  #patience = 0;
  #window = { min: 0.3, max: 2 };

  /**
   * @param {object} options
   * @param {string | (() => string)} options.url
   * @param {() => Record<string, any>} options.hello fields of the `hello`, asked at each connection: resume, token …
   * @param {import('./host.js').Host} [options.host]
   */
  constructor({ url, hello, host = browserHost }) {
    super();
    this.#url = url;
    this.#hello = hello;
    this.#host = host;
    this.#requests = new Requests(host, ANSWER_MS);
    this.#heartbeat = new Heartbeat(host, () => this.#write({ type: 'ping' }), () => this.#lost(1006));
  }

  get state() {
    return this.#state;
  }

  get isOpen() {
    return this.#state.phase === 'open';
  }

  /** What was sent and is not answered yet, oldest first. */
  get unanswered() {
    return this.#outbox.frames;
  }

  open() {
    this.#deaf ??= this.#host.signals((signal) => this.#signal(signal));
    if (this.#state.phase === 'idle' || this.#state.phase === 'closed') this.#connect();
  }

  /** Goes away for good; what is unanswered stays and goes out if `open` is called again. */
  close() {
    this.#deaf?.();
    this.#deaf = undefined;
    this.#leave(1000);
    this.#become({ phase: 'idle' });
  }

  /**
   * Sends what must arrive: kept until answered, over any number of connections.
   *
   * @param {Durable} frame its `client_id` makes it safe to send twice
   * @returns {boolean} false when too much is waiting already: nothing was kept
   */
  send(frame) {
    const kept = this.#outbox.add({ ...frame, ref: frame.client_id });
    this.#flush();
    return kept;
  }

  /**
   * Asks for something that makes sense now or not at all.
   *
   * @param {ClientFrame} frame
   * @returns {Promise<any>} the frame that answers it; rejects with RequestError
   */
  request(frame) {
    return this.#requests.ask((ref) => this.isOpen && this.#write({ ...frame, ref }));
  }

  /**
   * Tells what is worth nothing later (`typing`, `viewing`): dropped when there is no connection or a crowded one.
   *
   * @param {ClientFrame} frame
   */
  cast(frame) {
    if (this.isOpen && (this.#socket?.bufferedAmount ?? 0) < CONGESTED) this.#write(frame);
  }

  /**
   * Tells a state of which only the last counts (`read`, `page`, `status`): sent now, or after the next welcome.
   *
   * @param {string} key
   * @param {ClientFrame} frame
   */
  latest(key, frame) {
    if (this.isOpen && this.#write(frame)) this.#latest.delete(key);
    else this.#latest.set(key, frame);
  }

  /**
   * @param {string} topic
   * @param {() => import('./types.js').Resume} [resume] what is held of it, asked at each connection
   */
  subscribe(topic, resume = () => ({})) {
    this.#topics.set(topic, resume);
    if (this.isOpen) this.#subscribe(topic, resume);
  }

  /** @param {string} topic */
  unsubscribe(topic) {
    if (this.#topics.delete(topic) && this.isOpen) this.#write({ type: 'unsubscribe', topics: [topic] });
  }

  /** Tries at once instead of at the end of a wait (a person pressed "try again"), unless the server asked for patience. */
  retry() {
    const waits = this.#state.phase === 'waiting' || this.#state.phase === 'offline';
    if (waits && this.#patience <= this.#host.now()) this.#connect();
  }

  #connect() {
    this.#host.clearTimeout(this.#timer);
    this.#become({ phase: 'connecting' });
    const url = typeof this.#url === 'function' ? this.#url() : this.#url;
    /** @type {import('./host.js').Socket} */
    let socket;
    try {
      socket = this.#host.connect(url);
    } catch {
      return this.#lost(1006);
    }
    this.#socket = socket;
    socket.onopen = () => this.#write({ type: 'hello', v: 1, ...this.#hello() });
    socket.onmessage = ({ data }) => this.#socket === socket && this.#receive(data);
    socket.onclose = ({ code }) => this.#socket === socket && this.#lost(code);
    socket.onerror = () => {};
    this.#timer = this.#host.setTimeout(() => this.#lost(1006), WELCOME_MS);
  }

  /** @param {any} data */
  #receive(data) {
    this.#heartbeat.heard();
    const frame = parse(data);
    if (!frame || frame.type === 'pong') return;
    if (frame.type === 'ping') return void this.#write({ type: 'pong', ...(frame.ref && { ref: frame.ref }) });
    if (frame.type === 'welcome') this.#welcome(frame);
    this.emit('frame', frame);
    this.#settle(frame);
    if (frame.type === 'welcome') this.#catchUp();
  }

  /** @param {import('./types.js').Welcome} welcome */
  #welcome(welcome) {
    this.#host.clearTimeout(this.#timer);
    this.#failures = this.#patience = 0;
    this.#window = welcome.reconnect ?? this.#window;
    this.#heartbeat.start(welcome.ping || 30);
    this.emit('welcome', welcome);
  }

  #catchUp() {
    if (this.isOpen) return;
    this.#become({ phase: 'open' });
    for (const [topic, resume] of this.#topics) this.#subscribe(topic, resume);
    this.#flush();
    for (const [key, frame] of [...this.#latest]) this.latest(key, frame);
  }

  /**
   * @param {string} topic
   * @param {() => import('./types.js').Resume} resume
   */
  #subscribe(topic, resume) {
    this.#write({ type: 'subscribe', ref: `t:${topic}`, topics: [{ topic, ...resume() }] });
  }

  /** @param {ServerFrame} frame */
  #settle(frame) {
    if (frame.type === 'error' && frame.retry_after) this.#patience = Math.max(this.#patience, this.#host.now() + frame.retry_after * 1000);
    if (this.#requests.settle(frame)) return;
    if (frame.type === 'error') return this.#refused(frame);
    const durable = this.#outbox.settle(frame.type === 'ack' ? frame.client_id : 'ref' in frame ? frame.ref : undefined);
    if (!durable) return;
    this.emit('settled', { frame: durable, answer: frame });
    this.#flush();
  }

  /** @param {import('./types.js').ErrorFrame} error */
  #refused(error) {
    const wait = (error.retry_after ?? 0) * 1000;
    if (error.ref?.startsWith('t:')) return this.#refusedTopic(error.ref.slice(2), error, wait);
    const entry = this.#outbox.inFlight;
    const unreadable = !error.ref && !error.client_id && (error.code === 'bad_frame' || error.code === 'too_large');
    const id = error.client_id ?? error.ref ?? (unreadable ? entry?.frame.client_id : undefined);
    if (!entry || entry.frame.client_id !== id) return;
    if (AGAIN.has(error.code) || (error.code === 'internal' && entry.tries < TRIES)) return this.#later(wait || 1000 * entry.tries);
    this.#fail(entry.frame, error.code, error.detail);
  }

  /**
   * @param {string} topic
   * @param {import('./types.js').ErrorFrame} error
   * @param {number} wait milliseconds
   */
  #refusedTopic(topic, error, wait) {
    const resume = this.#topics.get(topic);
    if (!resume) return;
    if (AGAIN.has(error.code) || error.code === 'internal') {
      this.#host.setTimeout(() => this.isOpen && this.#topics.get(topic) === resume && this.#subscribe(topic, resume), wait || 1000);
      return;
    }
    this.#topics.delete(topic);
    this.emit('unsubscribed', { topic, code: error.code, detail: error.detail });
  }

  #flush() {
    if (!this.isOpen) return;
    const frame = this.#outbox.next(this.#host.now());
    if (!frame) return;
    this.#host.clearTimeout(this.#outboxTimer);
    this.#outboxTimer = this.#host.setTimeout(() => this.#unanswered(frame), ANSWER_MS);
    this.#write(frame);
  }

  /** @param {Durable} frame no answer came for it, on a connection that may be half dead */
  #unanswered(frame) {
    const entry = this.#outbox.inFlight;
    if (entry?.frame !== frame) return;
    if (entry.tries >= TRIES) this.#fail(frame, 'timeout', 'no answer');
    else this.#lost(1006);
  }

  /** @param {number} wait milliseconds until what was in flight goes again */
  #later(wait) {
    this.#host.clearTimeout(this.#outboxTimer);
    this.#outboxTimer = this.#host.setTimeout(() => {
      this.#outbox.rewind();
      this.#flush();
    }, wait);
  }

  /**
   * @param {Durable} frame
   * @param {string} code
   * @param {string} detail
   */
  #fail(frame, code, detail) {
    this.#outbox.settle(frame.client_id);
    this.emit('failed', { frame, code, detail });
    this.#flush();
  }

  /** @param {'online' | 'offline' | 'visible'} signal */
  #signal(signal) {
    const phase = this.#state.phase;
    if (signal === 'offline') {
      if (phase === 'open' || phase === 'connecting' || phase === 'waiting') this.#lost(1006, true);
    } else if (phase === 'open') this.#heartbeat.probe(PROBE_MS);
    else this.retry();
  }

  /**
   * @param {number} code
   * @param {boolean} [offline] the machine has no network
   */
  #lost(code, offline = false) {
    this.#leave(4000);
    const then = verdict(code);
    if (then !== 'retry') return this.#become({ phase: 'closed', code, verdict: then });
    const patience = Math.max(0, this.#patience - this.#host.now()) / 1000;
    const ms = delay(this.#window, this.#failures++, patience, this.#host.random) * 1000;
    this.#timer = this.#host.setTimeout(() => this.#connect(), ms);
    this.#become({ phase: offline ? 'offline' : 'waiting', code, verdict: then, retryAt: this.#host.now() + ms });
  }

  /** @param {number} code */
  #leave(code) {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#host.clearTimeout(this.#timer);
    this.#host.clearTimeout(this.#outboxTimer);
    this.#heartbeat.stop();
    this.#outbox.rewind();
    this.#requests.lost();
    try {
      socket?.close(code);
    } catch {
      // Already gone: nothing to close.
    }
  }

  /**
   * @param {ClientFrame} frame
   * @returns {boolean} whether it was handed to a socket
   */
  #write(frame) {
    try {
      if (!this.#socket) return false;
      this.#socket.send(JSON.stringify(frame));
      this.#heartbeat.said();
      return true;
    } catch {
      return false;
    }
  }

  /** @param {State} state */
  #become(state) {
    this.#state = state;
    this.emit('state', state);
  }
}

/**
 * @param {any} data
 * @returns {ServerFrame | undefined}
 */
function parse(data) {
  try {
    const frame = JSON.parse(data);
    return frame && typeof frame.type === 'string' ? frame : undefined;
  } catch {
    return undefined;
  }
}
