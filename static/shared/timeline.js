/**
 * The messages that are held of one conversation, by `seq`. `prev` tells what comes before each for this reader, so a
 * hole shows itself.
 *
 * @typedef {import('./types.js').Message} Message
 */
export class Timeline {
  /** @type {Message[]} by seq */
  #messages = [];

  get list() {
    return this.#messages;
  }

  get oldest() {
    return this.#messages[0];
  }

  get newest() {
    return this.#messages.at(-1);
  }

  clear() {
    this.#messages = [];
  }

  /**
   * @param {Message} message
   * @returns {boolean} false when this or a later form of it is held already
   */
  put(message) {
    const at = this.#place(message.seq);
    const held = this.#messages[at];
    if (held?.seq !== message.seq) this.#messages.splice(at, 0, message);
    else if (held.rev < message.rev) this.#messages[at] = message;
    else return false;
    return true;
  }

  /**
   * @param {number} seq
   * @returns {Message | undefined}
   */
  at(seq) {
    const message = this.#messages[this.#place(seq)];
    return message?.seq === seq ? message : undefined;
  }

  /** @returns {number} the last seq before the first hole; 0 when nothing is held */
  get solid() {
    let last = this.oldest;
    for (const message of this.#messages) {
      if (last && message !== last && message.prev > last.seq) break;
      last = message;
    }
    return last?.seq ?? 0;
  }

  /** @returns {boolean} */
  get holed() {
    return this.solid !== (this.newest?.seq ?? 0);
  }

  /**
   * Forgets the oldest, so that a conversation of years costs no more than a page of it.
   *
   * @param {number} keep
   */
  trim(keep) {
    if (this.#messages.length > keep) this.#messages = this.#messages.slice(-keep);
  }

  /** @param {number} seq @returns {number} where a message of this seq is or belongs */
  #place(seq) {
    let low = 0;
    let high = this.#messages.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (/** @type {Message} */ (this.#messages[middle]).seq < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
