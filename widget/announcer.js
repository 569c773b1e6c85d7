import { h } from './dom.js';

/**
 * Reads new messages out, each once and whole: the thread itself is silent, since streaming text would be read in crumbs.
 */
export class Announcer {
  element = h('div', { class: 'unseen', 'aria-live': 'polite', role: 'status' });

  /** @param {string} who @param {string} text */
  say(who, text) {
    this.element.append(h('p', { text: `${who}: ${text}` }));
    while (this.element.childElementCount > 5) this.element.firstElementChild?.remove();
  }
}
