import { attribute, h, text, View } from './dom.js';

/** Longer than the server asks a client to wait before it comes back. */
const PATIENCE_MS = 2_500;
const SHOWN_MS = 7_000;

/**
 * How the connection is, when it is not well; and what went wrong just now.
 *
 * @extends {View<{ connection: import('../shared/connection.js').Connection, on: (event: any, listener: (value: any) => void) => void }>}
 */
export class Notices extends View {
  #words = h('span', {});
  #again = h('button', { type: 'button', class: 'link', onclick: () => this.#act() }, 'Try now');
  #banner = h('div', { class: 'banner', hidden: true }, this.#words, this.#again);
  #toasts = h('div', { class: 'toasts' });
  /** @type {any} */
  #timer;
  /** Whether there is anything that one could be writing. */
  writes = true;

  build() {
    this.append(h('div', { role: 'status' }, this.#banner), this.#toasts);
    this.#toasts.setAttribute('role', 'alert');
    this.model.on('state', () => this.#soon());
    this.model.on('say', (say) => this.#say(say));
  }

  render() {
    const { phase, verdict } = this.model.connection.state;
    const words = banner(phase, verdict, this.writes);
    this.#banner.hidden = !words;
    text(this.#words, words);
    attribute(this.#banner, 'data-phase', phase);
    text(this.#again, phase === 'closed' ? 'Reload' : 'Try now');
  }

  /** A blink of the network, or a server that goes for another one to come, is not worth a word. */
  #soon() {
    const { phase } = this.model.connection.state;
    const now = phase === 'open' || phase === 'offline' || phase === 'closed';
    if (!now && this.#banner.hidden) return void (this.#timer ??= setTimeout(() => this.#told(), PATIENCE_MS));
    if (phase !== 'connecting') this.#told();
  }

  #told() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.render();
  }

  #act() {
    if (this.model.connection.state.phase === 'closed') location.reload();
    else this.model.connection.retry();
  }

  /** @param {{ text: string, bad?: boolean }} say */
  #say({ text: words, bad }) {
    const toast = h('div', { class: `toast ${bad ? 'bad' : ''}` }, h('span', {}, words), h('button', { type: 'button', class: 'link', onclick: () => toast.remove() }, 'Close'));
    this.#toasts.append(toast);
    if (this.#toasts.children.length > 3) this.#toasts.firstElementChild?.remove();
    setTimeout(() => toast.remove(), SHOWN_MS);
  }
}
customElements.define('parley-notices', Notices);

/** @param {string} phase @param {string | undefined} verdict @param {boolean} writes */
function banner(phase, verdict, writes) {
  const kept = writes ? ' What you write is kept, and sent then.' : '';
  if (phase === 'offline') return `You are offline.${kept}`;
  if (phase === 'waiting' || phase === 'connecting') return `Reconnecting…${kept}`;
  if (phase !== 'closed') return '';
  return verdict === 'update' ? 'Parley was updated.' : verdict === 'refused' ? 'The server refused this connection.' : '';
}
