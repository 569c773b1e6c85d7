/**
 * Tells whether the other side is still there. The server drops whoever is silent for 2 x `ping` seconds, and so does
 * this side: it asks by a ping when it has been quiet, and gives up when no frame at all follows. Counting from the
 * question and not from the last frame keeps a throttled background tab from dropping a healthy connection.
 */
export class Heartbeat {
  #host;
  #ask;
  #lost;
  /** @type {any} */
  #timer;
  #period = 0;
  #heard = 0;
  #said = 0;
  #deadline = 0;

  /**
   * @param {import('./host.js').Host} host
   * @param {() => void} ask sends a ping
   * @param {() => void} lost
   */
  constructor(host, ask, lost) {
    this.#host = host;
    this.#ask = ask;
    this.#lost = lost;
  }

  /** @param {number} seconds `ping` of the welcome */
  start(seconds) {
    this.stop();
    this.#period = Math.max(seconds, 1) * 1000;
    this.#heard = this.#said = this.#host.now();
    this.#tick();
  }

  stop() {
    this.#host.clearTimeout(this.#timer);
    this.#period = this.#deadline = 0;
  }

  heard() {
    this.#heard = this.#host.now();
    this.#deadline = 0;
  }

  said() {
    this.#said = this.#host.now();
  }

  /**
   * Asks now, for instance when the page wakes up.
   *
   * @param {number} patience milliseconds
   */
  probe(patience) {
    if (!this.#period) return;
    const deadline = this.#host.now() + patience;
    this.#deadline = this.#deadline ? Math.min(this.#deadline, deadline) : deadline;
    this.#ask();
    this.#tick();
  }

  #tick() {
    this.#host.clearTimeout(this.#timer);
    const now = this.#host.now();
    if (this.#deadline && now >= this.#deadline) return this.#lost();
    const quiet = now - Math.min(this.#heard, this.#said) >= this.#period;
    if (quiet && !this.#deadline) {
      if (now - this.#heard >= this.#period) this.#deadline = now + this.#period;
      this.#ask();
    }
    const wait = this.#deadline ? this.#deadline - now : this.#period / 4;
    this.#timer = this.#host.setTimeout(() => this.#tick(), Math.max(Math.min(wait, this.#period / 4), 10));
  }
}
