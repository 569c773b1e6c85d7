/**
 * What has a `client_id` and no answer yet, in the order it was said. One frame is in flight at a time: the order in
 * the conversation is then the order of writing, whatever is refused, delayed or sent again in between.
 *
 * @typedef {import('./types.js').ClientFrame & { client_id: string }} Durable
 * @typedef {{ frame: Durable, tries: number, sentAt: number }} Entry
 */
export class Outbox {
  /** @type {Entry[]} */
  #entries = [];
  #limit;

  /** @param {number} limit entries */
  constructor(limit) {
    this.#limit = limit;
  }

  get size() {
    return this.#entries.length;
  }

  /** @returns {Durable[]} what is still unanswered, oldest first */
  get frames() {
    return this.#entries.map((entry) => entry.frame);
  }

  /**
   * @param {Durable} frame
   * @returns {boolean} false: no room (nothing was kept). A `client_id` that waits already is not queued twice.
   */
  add(frame) {
    if (this.#entries.some((entry) => entry.frame.client_id === frame.client_id)) return true;
    if (this.#entries.length >= this.#limit) return false;
    this.#entries.push({ frame, tries: 0, sentAt: 0 });
    return true;
  }

  /** @returns {Entry | undefined} the frame that waits for its answer */
  get inFlight() {
    const head = this.#entries[0];
    return head && head.sentAt > 0 ? head : undefined;
  }

  /**
   * @param {number} now milliseconds
   * @returns {Durable | undefined} the frame to put on the wire now
   */
  next(now) {
    const head = this.#entries[0];
    if (!head || head.sentAt > 0) return undefined;
    head.sentAt = now;
    head.tries += 1;
    return head.frame;
  }

  /** The connection is new, or the server asked for patience: what was in flight goes again. */
  rewind() {
    for (const entry of this.#entries) entry.sentAt = 0;
  }

  /**
   * @param {string | undefined} id the `client_id`, or the `ref` that equals it
   * @returns {Durable | undefined} the frame, no longer kept
   */
  settle(id) {
    const at = this.#entries.findIndex((entry) => entry.frame.client_id === id);
    return at < 0 ? undefined : this.#entries.splice(at, 1)[0]?.frame;
  }
}
