import { Emitter } from '../static/shared/emitter.js';

/**
 * The line to the loader on the host's page. Both ends name the origin that they mean and check the one that speaks.
 *
 * @typedef {import('../static/shared/types.js').Page} Page
 * @typedef {import('../static/shared/types.js').Identity} Identity
 * @typedef {{ open: boolean, keep: boolean, page?: Page, identity?: Identity, draft?: string }} Init `keep`: this visitor has opened the
 *   chat before, so it may connect and remember
 *
 * @extends {Emitter<{ init: Init, open: string, close: undefined, page: Page, identify: Identity }>}
 */
export class Bridge extends Emitter {
  #origin;

  /** @param {string} origin of the host's page; empty when the chat is a page of its own */
  constructor(origin) {
    super();
    this.#origin = origin;
  }

  get embedded() {
    return window.parent !== window && this.#origin !== '';
  }

  /** Says hello; what the host wants comes as `init`. */
  start() {
    if (!this.embedded) return this.emit('init', { open: true, keep: true });
    window.addEventListener('message', ({ source, origin, data }) => {
      if (source !== window.parent || origin !== this.#origin || data?.parley !== 1) return;
      if (data.type === 'init') this.emit('init', data);
      else if (data.type === 'open') this.emit('open', data.draft);
      else if (data.type === 'close') this.emit('close', undefined);
      else if (data.type === 'page' && data.page) this.emit('page', data.page);
      else if (data.type === 'identify' && data.identity) this.emit('identify', data.identity);
    });
    this.tell({ type: 'hello' });
  }

  /** @param {{ type: string, [field: string]: any }} message never a word of the conversation: the host can't read it */
  tell(message) {
    if (this.embedded) window.parent.postMessage({ parley: 1, ...message }, this.#origin);
  }
}
