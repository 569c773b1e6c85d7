import { conversationRow } from './conversation-row.js';
import { arrange, attribute, h, text, View } from './dom.js';
import { drafted } from './drafts.js';
import { hrefTo } from './place.js';

/** @typedef {ReturnType<typeof conversationRow> & { used: number }} Row */

/** Pixels; the style sheet's --row says the same. */
const ROW = 76;
const SPARE = 6;
const AHEAD = 30;

/**
 * The list of the view: only the rows in sight are in the document. A row keeps its element while it moves, so focus
 * stays where it is.
 *
 * @extends {View<import('./desk.js').Desk>}
 */
export class ConversationList extends View {
  #rows = h('ul', { role: 'list', class: 'rows', 'aria-label': 'Conversations' });
  #note = h('div', { class: 'list-note', hidden: true });
  #scroller = h('div', { class: 'list-scroll' }, this.#rows, this.#note);
  /** @type {Map<string, Row>} */
  #shown = new Map();
  #turn = 0;
  /** @type {import('./listing.js').Listing | undefined} */
  #listing;

  build() {
    this.append(this.#scroller);
    this.#scroller.addEventListener('scroll', () => this.refresh(), { passive: true });
    this.#rows.addEventListener('keydown', (event) => this.#arrow(event));
    new ResizeObserver(() => this.refresh()).observe(this.#scroller);
    for (const event of /** @type {const} */ (['list', 'room', 'people'])) this.model.on(event, () => this.refresh());
    setInterval(() => this.refresh(), 30_000);
  }

  render() {
    const { listing, room } = this.model;
    if (this.#listing !== listing) this.#scroller.scrollTop = 0;
    this.#listing = listing;
    const { rows } = listing;
    const height = this.#scroller.clientHeight || 600;
    const first = Math.max(0, Math.floor(this.#scroller.scrollTop / ROW) - SPARE);
    const last = Math.min(rows.length, Math.ceil((this.#scroller.scrollTop + height) / ROW) + SPARE);
    const drafts = drafted();
    this.#turn += 1;
    this.#rows.style.height = `${rows.length * ROW}px`;
    for (let at = first; at < last; at += 1) this.#show(/** @type {import('./listing.js').Summary} */ (rows[at]), at, drafts, room?.id);
    this.#sweep();
    this.#order(rows.slice(first, last));
    this.#say();
    if (last > rows.length - AHEAD && !this.model.shelf.loading.error) void this.model.shelf.more();
  }

  /** Brings a conversation into sight. @param {string} id */
  reveal(id) {
    const at = this.model.listing.indexOf(id);
    if (at < 0) return;
    const { scrollTop, clientHeight } = this.#scroller;
    if (at * ROW < scrollTop) this.#scroller.scrollTop = at * ROW;
    else if ((at + 1) * ROW > scrollTop + clientHeight) this.#scroller.scrollTop = (at + 1) * ROW - clientHeight;
  }

  /** Puts the keyboard on a conversation's row. @param {string | undefined} id */
  focusRow(id) {
    const row = this.#shown.get(id ?? '') ?? this.#shown.values().next().value;
    row?.link.focus();
  }

  /**
   * @param {import('./listing.js').Summary} summary
   * @param {number} at
   * @param {Map<string, string>} drafts
   * @param {string | undefined} open
   */
  #show(summary, at, drafts, open) {
    const { model } = this;
    const fresh = !this.#shown.has(summary.id);
    const row = this.#shown.get(summary.id) ?? { ...conversationRow(), used: 0 };
    row.used = this.#turn;
    row.show(summary, {
      href: hrefTo(model.listing.filter.id, summary.id),
      current: summary.id === open,
      present: model.team.visitors.has(summary.contact?.id ?? ''),
      draft: summary.id === open ? undefined : drafts.get(summary.id),
      me: model.me.id,
    });
    row.element.style.transform = `translateY(${at * ROW}px)`;
    attribute(row.element, 'aria-setsize', model.listing.complete ? model.listing.rows.length : -1);
    attribute(row.element, 'aria-posinset', at + 1);
    attribute(row.element, 'data-fresh', fresh);
    this.#shown.set(summary.id, row);
  }

  /** Lets go of what is out of sight, except what the keyboard is on. */
  #sweep() {
    for (const [id, row] of this.#shown) {
      if (row.used === this.#turn || (row.element.contains(document.activeElement) && this.model.listing.has(id))) continue;
      this.#shown.delete(id);
      row.element.remove();
    }
  }

  /** The document says what the eye sees; a row that the keyboard is on keeps it. @param {readonly import('./listing.js').Summary[]} rows */
  #order(rows) {
    const focused = document.activeElement;
    const inSight = rows.map(({ id }) => /** @type {Row} */ (this.#shown.get(id)).element);
    const kept = [...this.#shown.values()].filter((row) => row.used !== this.#turn).map((row) => row.element);
    arrange(this.#rows, [...inSight, ...kept]);
    if (focused instanceof HTMLElement && focused !== document.activeElement && this.contains(focused)) focused.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  #arrow(event) {
    const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
    const row = /** @type {HTMLElement} */ (event.target).closest('li');
    const next = step && row?.[/** @type {'nextElementSibling'} */ (step)]?.querySelector('a');
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  #say() {
    const { listing, loading } = this.model.shelf;
    const nothing = listing.complete && listing.rows.length === 0;
    const first = loading.busy && listing.rows.length === 0;
    const kind = loading.error ? 'error' : first ? 'skeleton' : nothing ? 'empty' : loading.busy ? 'more' : '';
    this.#note.hidden = !kind;
    if (this.#note.dataset.kind === kind && kind !== 'empty') return;
    this.#note.dataset.kind = kind;
    attribute(this.#note, 'aria-hidden', kind === 'skeleton' ? 'true' : null);
    if (kind === 'skeleton') arrange(this.#note, Array.from({ length: 8 }, () => h('div', { class: 'skeleton-row' })));
    else if (kind === 'more') text(this.#note, 'Loading more…');
    else if (kind === 'empty') arrange(this.#note, [h('p', {}, listing.q ? `Nothing found for “${listing.q}”.` : listing.filter.empty)]);
    else if (kind === 'error') {
      const again = h('button', { type: 'button', class: 'button', onclick: () => void this.model.shelf.more() }, 'Try again');
      arrange(this.#note, [h('p', {}, 'The list could not be loaded.'), again]);
    } else text(this.#note, '');
  }
}
customElements.define('parley-conversations', ConversationList);
