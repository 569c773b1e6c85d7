import { h } from './dom.js';
import { icon } from './icons.js';
import { fill } from './words.js';

const LONGEST = 10_000;
const IDLE_MS = 4_000;

/**
 * Where the visitor writes. What stands in it is kept as a draft.
 *
 * @typedef {object} Wishes
 * @property {(text: string) => void} send
 * @property {(on: boolean) => void} typing
 * @property {(text: string) => void} draft
 * @property {() => void} human
 */
export class Composer {
  #field;
  #send;
  #count = h('span', { class: 'count', role: 'status' });
  #words;
  #wishes;
  #human;
  /** @type {any} */
  #idle;

  /**
   * @param {import('./words.js').Words} words
   * @param {string} draft
   * @param {Wishes} wishes
   */
  constructor(words, draft, wishes) {
    this.#words = words;
    this.#wishes = wishes;
    this.#field = h('textarea', { rows: '1', placeholder: words.placeholder, 'aria-label': words.write, enterkeyhint: 'send', dir: 'auto', autocomplete: 'off' });
    this.#send = h('button', { class: 'send', 'aria-label': words.send, title: words.send }, icon('send'));
    this.#human = h('button', { type: 'button', class: 'human', on: { click: () => wishes.human() } });
    const form = h('form', { class: 'write' }, this.#field, this.#send);
    this.element = h('footer', {}, form, h('div', { class: 'below' }, this.#human, this.#count));
    this.#field.value = draft;
    this.#field.addEventListener('input', () => this.#changed());
    this.#field.addEventListener('keydown', (event) => this.#key(event));
    form.addEventListener('submit', (event) => this.#submit(event));
    this.#measure();
    addEventListener('resize', () => this.#measure());
  }

  focus() {
    this.#field.focus({ preventScroll: true });
  }

  /** @param {string} text what the visitor has begun itself stays */
  suggest(text) {
    if (this.#field.value.trim()) return;
    this.#field.value = text.slice(0, LONGEST);
    this.#measure();
  }

  /** @param {'offer' | 'asked' | 'none'} state of "talk to a person" */
  human(state) {
    this.#human.hidden = state === 'none';
    if (this.#human.dataset.state === state) return;
    this.#human.dataset.state = state;
    this.#human.setAttribute('aria-disabled', String(state === 'asked'));
    this.#human.replaceChildren(icon('person'), state === 'asked' ? this.#words.asked : this.#words.human);
  }

  /** @param {boolean} closed the chat is refused for good */
  disable(closed) {
    this.#field.disabled = closed;
    this.#measure();
  }

  #changed() {
    this.#measure();
    const { value } = this.#field;
    this.#wishes.draft(value);
    this.#wishes.typing(value.trim() !== '');
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#wishes.typing(false), IDLE_MS);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit(event);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const text = this.#field.value.trim();
    if (!text || [...text].length > LONGEST || this.#field.disabled) return;
    clearTimeout(this.#idle);
    this.#field.value = '';
    this.#measure();
    this.#wishes.draft('');
    this.#wishes.send(text);
    this.focus();
  }

  #measure() {
    const field = this.#field;
    const length = [...field.value.trim()].length;
    field.style.height = 'auto';
    field.style.height = `${Math.min(field.scrollHeight, 140)}px`;
    this.#send.disabled = length === 0 || length > LONGEST || field.disabled;
    this.#count.textContent = length > LONGEST ? fill(this.#words.tooLong, { count: length - LONGEST }) : '';
  }
}
