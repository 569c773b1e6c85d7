import { Emitter } from '../shared/emitter.js';
import { get } from './api.js';
import { filterOf } from './filters.js';
import { Listing } from './listing.js';

/**
 * @typedef {import('../shared/types.js').Conversation} Summary
 *
 * @typedef {object} Events
 * @property {undefined} change the view, a conversation in it, or how its loading goes
 * @property {string} cursor of the first page ever loaded: from there on changes come live
 */

const PAGE = 100;

/**
 * All conversations that this page knows of, in their newest form, and the view of them that is shown.
 *
 * @extends {Emitter<Events>}
 */
export class Shelf extends Emitter {
  /** @type {Map<string, Summary>} */
  store = new Map();
  /** @type {Listing} */
  listing;
  /** @type {{ busy: boolean, error?: Error }} */
  loading = { busy: false };
  /** @type {AbortController | undefined} */
  #abort;

  /** @param {string} me */
  constructor(me) {
    super();
    this.me = me;
    this.listing = new Listing(filterOf('all'), me);
  }

  /**
   * Shows another view.
   *
   * @param {string} filter
   * @param {string} [q]
   */
  async show(filter, q = '') {
    this.#abort?.abort();
    this.listing = new Listing(filterOf(filter), this.me, q);
    await this.more();
  }

  /** Loads the next page of the view; nothing happens while one is on its way. */
  async more() {
    const { listing } = this;
    if (listing.complete || (this.loading.busy && !this.#abort?.signal.aborted)) return;
    const abort = (this.#abort = new AbortController());
    this.loading = { busy: true };
    this.emit('change', undefined);
    try {
      const query = { filter: listing.filter.id, q: listing.q, limit: PAGE, after: listing.next };
      const page = await get('/conversations', query, abort.signal);
      if (this.listing !== listing) return;
      this.#page(listing, page);
      this.loading = { busy: false };
    } catch (error) {
      if (this.#abort !== abort) return;
      this.loading = { busy: false, error: /** @type {Error} */ (error) };
    }
    this.emit('change', undefined);
  }

  /** Gets to know the first page of a view that is not shown, so that counts are true. @param {string} filter */
  async learnOf(filter) {
    const page = await get('/conversations', { filter, limit: PAGE }).catch(() => undefined);
    for (const summary of page?.items ?? []) this.learn(summary);
  }

  /**
   * @param {Summary} summary
   * @returns {boolean} false when a later form is known already
   */
  learn(summary) {
    if ((this.store.get(summary.id)?.rev ?? -1) > summary.rev) return false;
    this.store.set(summary.id, summary);
    this.listing.change(summary);
    this.emit('change', undefined);
    return true;
  }

  /** @param {string} id */
  forget(id) {
    this.store.delete(id);
    this.listing.remove(id);
    this.emit('change', undefined);
  }

  /** What was missed can't be told any more: everything is loaded anew, but for what is open. @param {Summary | undefined} open */
  again(open) {
    this.store.clear();
    if (open) this.store.set(open.id, open);
    void this.show(this.listing.filter.id, this.listing.q);
  }

  /**
   * @param {Listing} listing
   * @param {{ items: Summary[], next?: string | null, cursor?: string }} page
   */
  #page(listing, { items, next, cursor }) {
    const first = !listing.loaded;
    listing.page(items.map((summary) => this.#newest(summary)), next);
    if (first && !listing.q) for (const summary of this.store.values()) listing.change(summary);
    if (cursor !== undefined) this.emit('cursor', cursor);
  }

  /** @param {Summary} summary @returns {Summary} the newest form that is known, which is kept */
  #newest(summary) {
    const held = this.store.get(summary.id);
    if (held && held.rev >= summary.rev) return held;
    this.store.set(summary.id, summary);
    return summary;
  }
}
