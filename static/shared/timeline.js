/**
 * The messages that are held of one conversation, by `seq`. `prev` tells what comes before each for this reader, so a
 * hole shows itself.
 *
 * @typedef {import('./types.js').Message} Message
 */
export class Timeline {
  /** @type {Message[]} by seq */
  #messages = [];

  /** Up to this seq nothing is held, knowingly: it is older than what was asked for. */
  base = 0;

  get list() {
    return this.#messages;
  }

  get newest() {
    return this.#messages.at(-1);
  }

  /** @param {Message[]} messages the newest there are, without a hole, instead of all that was held */
  restart(messages) {
    this.#messages = [];
    this.base = messages[0]?.prev ?? 0;
    for (const message of messages) this.put(message);
  }

  /** @param {Message[]} messages a list without a hole; one that touches the oldest held reaches further back */
  extend(messages) {
    const [first, last] = [messages[0], messages.at(-1)];
    if (first && last && last.seq >= this.base) this.base = Math.min(this.base, first.prev);
    for (const message of messages) this.put(message);
  }

  /**
   * @param {Message} message
   * @returns {boolean} false when this or a later form of it is held already, or when it is older than all that is held
   */
  put(message) {
    if (message.seq <= this.base) return false;
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

  /** @returns {number} the last seq before the first hole; `base` when nothing is held */
  get solid() {
    let last = this.base;
    for (const message of this.#messages) {
      if (message.prev > last) break;
      last = message.seq;
    }
    return last;
  }

  /** @returns {boolean} */
  get holed() {
    return this.solid !== (this.newest?.seq ?? this.base);
  }

  /**
   * Forgets the oldest, so that a conversation of years costs no more than a page of it.
   *
   * @param {number} keep
   */
  trim(keep) {
    if (this.#messages.length <= keep) return;
    this.#messages = this.#messages.slice(-keep);
    this.base = this.#messages[0]?.prev ?? 0;
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
