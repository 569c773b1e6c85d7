import { newest } from './filters.js';

/**
 * One view of the inbox: the conversations that fit, in order, as far as pages have been loaded. A change is placed by
 * its key; what sorts after the last loaded page waits for its page.
 *
 * @typedef {import('../shared/types.js').Conversation} Summary
 * @typedef {import('./filters.js').Filter} Filter
 */
export class Listing {
  /** @type {Summary[]} in order */
  #rows = [];
  /** @type {Map<string, Summary>} what stands in #rows */
  #held = new Map();
  /** @type {Summary | undefined} the last of the loaded pages */
  #last;
  /** @type {string | undefined} the key of the next page */
  next;
  loaded = false;
  complete = false;

  /**
   * @param {Filter} filter
   * @param {string} me
   * @param {string} [q] a search, over everything: changes then only touch what it has found
   */
  constructor(filter, me, q = '') {
    this.filter = q ? { ...filter, fits: () => true, compare: newest } : filter;
    this.me = me;
    this.q = q;
  }

  /** @returns {readonly Summary[]} */
  get rows() {
    return this.#rows;
  }

  /** @param {string} id */
  has(id) {
    return this.#held.has(id);
  }

  /** @param {string} id @returns {number} its place, -1 when it is not here */
  indexOf(id) {
    const held = this.#held.get(id);
    return held ? this.#place(held) : -1;
  }

  /**
   * @param {Summary[]} items as the store knows them by now
   * @param {string | null | undefined} next
   */
  page(items, next) {
    const tail = items.at(-1);
    if (tail && (!this.#last || this.filter.compare(tail, this.#last) > 0)) this.#last = tail;
    this.next = next ?? undefined;
    this.complete = !next;
    this.loaded = true;
    for (const summary of items) this.#put(summary);
  }

  /**
   * @param {Summary} summary
   * @returns {boolean} whether the view changed
   */
  change(summary) {
    if (this.q) return this.#held.has(summary.id) && this.#put(summary, true);
    return this.#put(summary);
  }

  /** @param {string} id @returns {boolean} */
  remove(id) {
    const held = this.#held.get(id);
    if (!held) return false;
    this.#rows.splice(this.#place(held), 1);
    return this.#held.delete(id);
  }

  /**
   * @param {Summary} summary
   * @param {boolean} [anyway] what a search has found stays, whatever becomes of it
   */
  #put(summary, anyway = false) {
    const removed = this.remove(summary.id);
    if (!anyway && !this.filter.fits(summary, this.me)) return removed;
    if (!anyway && !this.#inRange(summary)) return removed;
    this.#rows.splice(this.#place(summary), 0, summary);
    this.#held.set(summary.id, summary);
    return true;
  }

  /** @param {Summary} summary */
  #inRange(summary) {
    return this.complete || Boolean(this.#last && this.filter.compare(summary, this.#last) <= 0);
  }

  /** @param {Summary} summary @returns {number} where it is or belongs */
  #place(summary) {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.filter.compare(/** @type {Summary} */ (this.#rows[middle]), summary) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
