/**
 * The AI's words on their way, one entry a turn. What is held here is never more than a preview: the durable form is
 * the message whose id is the turn's.
 *
 * @typedef {object} Live
 * @property {string} turn
 * @property {number} attempt
 * @property {number} epoch
 * @property {import('./types.js').TurnState} state
 * @property {string} text
 * @property {number} length of `text` in code points
 * @property {boolean} holed a piece is missing: the text stands still until `offset` 0 brings all of it
 * @property {{ name: string, state: string }} [tool]
 * @property {number} until when it lapses unless something comes, in milliseconds
 */

/** A turn says something at least this often, or is taken over by another server; then its next attempt speaks. */
const SILENT_MS = 60_000;
/** After a reconnect a turn that still runs shows itself at once. */
const STALE_MS = 3_000;
const REMEMBERED = 100;

export class Turns {
  /** @type {Map<string, Live>} */
  #live = new Map();
  /** @type {Map<string, number>} the attempt that ended each turn; Infinity: its message has come */
  #ended = new Map();
  #epoch = 0;

  /** @returns {Live[]} */
  get list() {
    return [...this.#live.values()];
  }

  /**
   * @param {import('./types.js').Turn} frame
   * @param {number} now
   * @returns {boolean} whether anything changed
   */
  turn(frame, now) {
    const live = this.#reach(frame, now);
    if (!live) return false;
    if (frame.state === 'cancelled' || frame.state === 'failed') {
      this.#live.delete(frame.turn);
      this.#end(frame.turn, frame.attempt);
      return true;
    }
    live.state = frame.state;
    live.tool = frame.tool ?? live.tool;
    return true;
  }

  /**
   * @param {import('./types.js').Delta} frame
   * @param {number} now
   * @returns {boolean}
   */
  delta(frame, now) {
    const live = this.#reach(frame, now);
    if (!live) return false;
    if (frame.offset === 0) {
      live.text = frame.text;
      live.length = count(frame.text);
      live.holed = false;
    } else if (frame.offset > live.length) {
      live.holed = true;
    } else if (!live.holed) {
      const fresh = Array.from(frame.text).slice(live.length - frame.offset);
      live.text += fresh.join('');
      live.length += fresh.length;
    }
    if (live.state === 'thinking') live.state = 'streaming';
    return true;
  }

  /**
   * The turn's message has come: whatever still arrives of it is late.
   *
   * @param {string} id
   */
  finish(id) {
    this.#live.delete(id);
    this.#end(id, Infinity);
  }

  /**
   * The owner changed: nothing older may show any more.
   *
   * @param {number} epoch
   */
  raise(epoch) {
    if (epoch <= this.#epoch) return;
    this.#epoch = epoch;
    for (const live of this.list) if (live.epoch < epoch) this.#live.delete(live.turn);
  }

  /** The connection is new: what ended meanwhile will never be told. @param {number} now */
  doubt(now) {
    for (const live of this.list) live.until = now + STALE_MS;
  }

  /**
   * @param {number} now
   * @returns {boolean}
   */
  sweep(now) {
    const late = this.list.filter((live) => live.until <= now);
    for (const live of late) this.#live.delete(live.turn);
    return late.length > 0;
  }

  /** @returns {number} when `sweep` has something to do, Infinity if never */
  get nextSweep() {
    return Math.min(Infinity, ...this.list.map((live) => live.until));
  }

  /**
   * @param {import('./types.js').Turn | import('./types.js').Delta} frame
   * @param {number} now
   * @returns {Live | undefined} the text to work on; undefined when the frame is too late
   */
  #reach({ turn, attempt, epoch }, now) {
    if (epoch < this.#epoch || attempt <= (this.#ended.get(turn) ?? -1)) return undefined;
    this.raise(epoch);
    let live = this.#live.get(turn);
    if (live && attempt < live.attempt) return undefined;
    if (!live || attempt > live.attempt) {
      live = { turn, attempt, epoch, state: 'thinking', text: '', length: 0, holed: false, until: 0 };
      this.#live.set(turn, live);
    }
    live.epoch = epoch;
    live.until = now + SILENT_MS;
    return live;
  }

  /**
   * @param {string} turn
   * @param {number} attempt
   */
  #end(turn, attempt) {
    const ended = Math.max(attempt, this.#ended.get(turn) ?? -1);
    this.#ended.delete(turn);
    this.#ended.set(turn, ended);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > REMEMBERED && oldest !== undefined) this.#ended.delete(oldest);
  }
}

/** @param {string} text */
function count(text) {
  let points = 0;
  for (const _ of text) points += 1;
  return points;
}
