import { avatar } from './avatar.js';
import { h } from './dom.js';
import { icon } from './icons.js';

/**
 * Who is on the other side just now.
 *
 * @typedef {{ kind: string, name: string, picture?: string, status: string, live: boolean }} Shown
 */
export class Header {
  #face = h('div', { class: 'face' });
  #name = h('h1');
  #status = h('p', { class: 'status' });
  #mark = '';

  /**
   * @param {import('./words.js').Words} words
   * @param {(() => void) | undefined} close left away where the chat is a page of its own
   */
  constructor(words, close) {
    const button = close && h('button', { type: 'button', class: 'round', 'aria-label': words.close, title: words.close, on: { click: close } }, icon('close'));
    this.element = h('header', {}, this.#face, h('div', { class: 'who' }, this.#name, this.#status), button);
  }

  /** @param {Shown} shown */
  show(shown) {
    const mark = JSON.stringify(shown);
    if (mark === this.#mark) return;
    this.#mark = mark;
    this.#face.replaceChildren(avatar({ kind: shown.kind, name: shown.name, avatar: shown.picture }));
    this.#face.classList.toggle('live', shown.live);
    this.#name.textContent = shown.name;
    this.#status.textContent = shown.status;
  }
}
