import { h } from './dom.js';

/** Longer than the server asks a client to wait before it comes back. */
const PATIENCE_MS = 2_500;

/**
 * Says that the connection is away, once it is away for longer than a blink.
 *
 * @typedef {import('../static/shared/connection.js').State} State
 */
export class Banner {
  #text = h('span');
  #words;
  #retry;
  #away = false;
  #welcomed = false;
  /** @type {any} */
  #timer;

  /**
   * @param {import('./words.js').Words} words
   * @param {() => void} retry
   */
  constructor(words, retry) {
    this.#words = words;
    this.#retry = h('button', { type: 'button', text: words.again, on: { click: retry } });
    this.element = h('div', { class: 'banner', role: 'status', hidden: true }, h('i', { class: 'pulse' }), this.#text, this.#retry);
  }

  /** @param {State} state */
  show(state) {
    const { phase } = state;
    if (phase === 'open') this.#welcomed = true;
    if (phase === 'open' || phase === 'idle') return this.#hide();
    if (phase === 'offline' || phase === 'closed' || this.#away) return this.#say(state);
    this.#timer ??= setTimeout(() => this.#say(state), PATIENCE_MS);
  }

  #hide() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#away = false;
    this.element.hidden = true;
  }

  /** @param {State} state */
  #say({ phase, verdict }) {
    const words = this.#words;
    this.#away = true;
    const lost = this.#welcomed ? words.reconnecting : words.connecting;
    const final = verdict === 'update' ? words.outdated : words.refused;
    const text = phase === 'offline' ? words.offline : phase === 'closed' ? final : lost;
    if (this.#text.textContent !== text) this.#text.textContent = text;
    this.#retry.hidden = phase === 'closed';
    this.element.classList.toggle('final', phase === 'closed');
    this.element.hidden = false;
  }
}
