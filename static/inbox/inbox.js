import { ContactPane } from './contact-pane.js';
import { ConversationList } from './conversation-list.js';
import { attribute, h, text, View } from './dom.js';
import { icon } from './icons.js';
import { listen, sheet } from './keys.js';
import { Notices } from './notices.js';
import { go, here } from './place.js';
import { Rail } from './rail.js';
import { Thread } from './thread.js';
import { callAttention } from './title.js';

const SEARCH_MS = 250;

/**
 * The whole screen: rail, list, thread, contact. The address says what is open.
 *
 * @extends {View<import('./desk.js').Desk>}
 */
export class Inbox extends View {
  #rail = new Rail();
  #list = new ConversationList();
  #thread = new Thread();
  #contact = new ContactPane();
  #heading = h('h2', { class: 'list-title' });
  #search = h('input', { type: 'search', class: 'field', placeholder: 'Search', 'aria-label': 'Search conversations', autocomplete: 'off', maxlength: 200 });
  #status = h('div', { class: 'visually-hidden', role: 'status' });
  /** @type {any} */
  #searchTimer;
  #about = false;

  build() {
    const { model } = this;
    const shortcuts = this.#shortcuts();
    const help = sheet(shortcuts);
    const list = h('section', { class: 'list-pane', 'aria-label': 'Conversations' }, h('header', { class: 'list-head' }, this.#heading, h('div', { class: 'search' }, icon('search', 15), this.#search)), this.#list.attach(model));
    const thread = h('section', { class: 'thread-pane', id: 'thread', 'aria-label': 'Conversation' }, this.#thread.attach(model));
    const contact = h('section', { class: 'contact-pane', 'aria-label': 'Contact' }, this.#contact.attach(model));
    const main = h('main', { class: 'panes' }, h('h1', { class: 'visually-hidden' }, 'Inbox'), list, thread, contact);
    this.append(h('a', { class: 'skip-link', href: '#thread', onclick: (/** @type {Event} */ event) => this.#skip(event) }, 'Skip to the conversation'), new Notices().attach(model), this.#rail.attach(model), main, help, this.#status);
    this.#rail.onhelp = () => help.showModal();
    this.#thread.head.onabout = () => this.#toggleAbout();
    this.#contact.onclose = () => this.#toggleAbout(false);
    this.#search.addEventListener('input', () => this.#searches());
    listen(shortcuts);
    callAttention(model, this.#status);
    addEventListener('hashchange', () => this.#follow());
    model.on('room', () => this.refresh());
    model.on('moved', (into) => go(model.listing.filter.id, into));
    model.on('list', () => this.refresh());
    this.#follow();
  }

  render() {
    const { listing, room } = this.model;
    text(this.#heading, listing.q ? 'Search results' : listing.filter.name);
    attribute(this, 'data-pane', room ? (this.#about ? 'contact' : 'thread') : 'list');
    attribute(this, 'data-about', this.#about);
  }

  /** The address has changed: shows what it names. */
  #follow() {
    const { filter, conversation } = here();
    const { model } = this;
    if (filter !== model.listing.filter.id) {
      this.#search.value = '';
      void model.shelf.show(filter);
    }
    if (conversation !== model.room?.id) this.#about = false;
    const before = model.room?.id;
    model.open(conversation);
    if (conversation) requestAnimationFrame(() => this.#list.reveal(conversation));
    else if (before) requestAnimationFrame(() => this.#list.focusRow(before));
    this.render();
  }

  #searches() {
    clearTimeout(this.#searchTimer);
    this.#searchTimer = setTimeout(() => void this.model.shelf.show(this.model.listing.filter.id, this.#search.value.trim()), SEARCH_MS);
  }

  /** @param {Event} event */
  #skip(event) {
    event.preventDefault();
    /** @type {HTMLElement | null} */ (this.querySelector('.thread-scroll'))?.focus();
  }

  /** @param {boolean} [on] */
  #toggleAbout(on = !this.#about) {
    this.#about = on;
    this.render();
    /** @type {HTMLElement | null} */ (this.querySelector(on ? '.close-about' : '.about-button'))?.focus();
  }

  /** @param {number} by */
  #step(by) {
    const { listing, room } = this.model;
    const at = room ? listing.indexOf(room.id) : -1;
    const next = listing.rows[at < 0 ? 0 : at + by];
    if (next) go(listing.filter.id, next.id);
  }

  #escape() {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    if (focused === this.#search && this.#search.value) {
      this.#search.value = '';
      this.#searches();
    } else if (this.#about) this.#toggleAbout(false);
    else if (focused && focused !== document.body && focused.matches('input, textarea')) {
      focused.blur();
      /** @type {HTMLElement | null} */ (this.querySelector('.thread-scroll'))?.focus();
    } else go(this.model.listing.filter.id);
  }

  /** @returns {import('./keys.js').Shortcut[]} */
  #shortcuts() {
    const { composer, head } = this.#thread;
    const working = [
      { key: 't', what: 'Take over', run: () => void head.takeOver() },
      { key: 'r', what: 'Reply', run: () => composer.write('reply') },
      { key: 'n', what: 'Write a note', run: () => composer.write('note') },
      { key: 'w', what: 'Whisper to the AI', run: () => composer.write('whisper') },
      { key: 'e', what: 'Resolve or reopen', run: () => void head.resolve() },
    ];
    return [
      { key: 'j', what: 'Next conversation', run: () => this.#step(1) },
      { key: 'k', what: 'Previous conversation', run: () => this.#step(-1) },
      { key: '/', what: 'Search', run: () => this.#search.focus() },
      ...(this.model.mayWork ? working : []),
      { key: '?', what: 'These shortcuts', run: () => this.#rail.onhelp() },
      { key: 'Escape', shown: 'Esc', what: 'Stop writing, then close the conversation', run: () => this.#escape() },
    ];
  }
}
customElements.define('parley-inbox', Inbox);
