import { h, Rows } from './dom.js';
import { icon } from './icons.js';

const NEAR = 90;

/** The scrolled part: greeting, older messages on demand, rows. It stays at the end unless the visitor scrolled away. */
export class Thread {
  #list = h('div', { class: 'rows' });
  #rows = new Rows(this.#list);
  #older;
  #jump;
  #hello;
  #greeting;
  #intro;
  #follow = true;
  #loading = false;
  #lastKey = '';
  #size = '';

  /**
   * @param {import('./words.js').Words} words
   * @param {() => Promise<void>} older
   */
  constructor(words, older) {
    this.#greeting = h('p', { class: 'greeting', text: words.greeting, dir: 'auto' });
    this.#intro = h('ul', { class: 'intro' }, h('li', {}, icon('spark'), words.intro), h('li', {}, icon('person'), words.introHuman));
    this.#hello = h('div', { class: 'hello' }, h('p', { class: 'big', text: words.hello }), this.#greeting);
    this.#older = h('button', { type: 'button', class: 'older', hidden: true, text: words.older, on: { click: () => this.#load(older) } });
    this.#jump = h('button', { type: 'button', class: 'jump', hidden: true, on: { click: () => this.#toEnd(true) } }, icon('down'), words.newer);
    this.scroller = h('div', { class: 'scroller', role: 'log', 'aria-live': 'off', 'aria-label': words.log, tabindex: '0' }, this.#hello, this.#intro, this.#older, this.#list);
    this.element = h('main', {}, this.scroller, this.#jump);
    this.scroller.addEventListener('scroll', () => this.#scrolled(older), { passive: true });
    const grown = new ResizeObserver(() => {
      this.#size = size(this.scroller);
      if (this.#follow) this.#toEnd();
    });
    grown.observe(this.scroller);
    grown.observe(this.#list);
  }

  /** @param {string} text of the workspace */
  greet(text) {
    if (text && this.#greeting.textContent !== text) this.#greeting.textContent = text;
  }

  /**
   * @param {import('./dom.js').Row[]} rows
   * @param {boolean} hasOlder
   * @param {string} mine key of what the visitor sent last: it is always brought into sight
   */
  show(rows, hasOlder, mine) {
    const { scroller } = this;
    const height = scroller.scrollHeight - scroller.scrollTop;
    const before = this.#lastKey;
    const wrote = mine !== '' && mine !== this.scroller.dataset.mine;
    this.scroller.dataset.mine = mine;
    this.#rows.show(rows);
    this.#older.hidden = !hasOlder;
    this.#hello.hidden = hasOlder;
    this.#intro.hidden = rows.length > 0;
    this.#lastKey = rows.at(-1)?.key ?? '';
    if (this.#follow || wrote) this.#toEnd();
    else if (this.#loading) scroller.scrollTop = scroller.scrollHeight - height;
    else if (before !== this.#lastKey) this.#jump.hidden = false;
  }

  /** @param {() => Promise<void>} older */
  #scrolled(older) {
    if (size(this.scroller) !== this.#size) return; // a keyboard opened or the phone turned: that is no wish to look elsewhere
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.#follow = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#follow) this.#jump.hidden = true;
    if (scrollTop < 60 && !this.#older.hidden) this.#load(older);
  }

  /** @param {() => Promise<void>} older */
  async #load(older) {
    if (this.#loading) return;
    this.#loading = true;
    this.#older.classList.add('busy');
    await older();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    this.#loading = false;
    this.#older.classList.remove('busy');
  }

  /** @param {boolean} [smooth] */
  #toEnd(smooth = false) {
    this.#follow = true;
    this.#jump.hidden = true;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth ? 'smooth' : 'instant' });
  }
}

/** @param {HTMLElement} box */
const size = ({ clientWidth, clientHeight }) => `${clientWidth} ${clientHeight}`;
