import { parse, render } from '../static/shared/markdown.js';
import { h } from './dom.js';

/**
 * Reads new messages out, each once and whole: the thread itself is silent, since streaming text would be read in crumbs.
 */
export class Announcer {
  element = h('div', { class: 'unseen', 'aria-live': 'polite', role: 'status' });

  /** @param {string} who @param {string} text its Markdown is left away */
  say(who, text) {
    const words = [...render(parse(text)).querySelectorAll('p, li, pre')].map((part) => part.textContent).join(' ');
    this.element.append(h('p', { text: `${who}: ${words}` }));
    while (this.element.childElementCount > 5) this.element.firstElementChild?.remove();
  }
}
