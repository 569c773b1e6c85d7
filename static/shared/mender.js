const HOLE_MS = 2_000;

/**
 * Asks for what a transcript misses: at once where the server said that there is more, and for a hole when the server has
 * not filled it by itself. The same is asked once a connection: what a server can't give is not begged for.
 */
export class Mender {
  #transcript;
  #ask;
  #host;
  /** @type {any} */
  #timer;
  #asked = -1;
  #asking = false;
  #again = false;

  /**
   * @param {import('./transcript.js').Transcript} transcript which takes the answer as a frame, like all others
   * @param {(wanted: import('./transcript.js').Wanted) => Promise<any>} ask rejects where there is no connection
   * @param {Pick<import('./host.js').Host, 'setTimeout' | 'clearTimeout'>} host
   */
  constructor(transcript, ask, host) {
    this.#transcript = transcript;
    this.#ask = ask;
    this.#host = host;
  }

  /** To be called after every change, of the transcript and of the connection. */
  look() {
    this.#again = this.#asking;
    if (this.#asking) return;
    if (this.#transcript.incomplete) void this.#mend();
    else if (this.#transcript.holed) this.#timer ??= this.#host.setTimeout(() => this.#mend(), HOLE_MS);
    else this.stop();
  }

  /** The connection is new: everything may be asked again. */
  renew() {
    this.#asked = -1;
  }

  stop() {
    this.#host.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** @returns {Promise<void>} once an older page is there, or none could be had */
  async older() {
    const before = this.#transcript.messages[0]?.seq;
    if (!before || !this.#transcript.hasOlder || this.#asking) return;
    await this.#answered({ before, limit: 50 });
    if (this.#again) this.look();
  }

  async #mend() {
    this.stop();
    const wanted = this.#transcript.wanted;
    if (!wanted || wanted.after === this.#asked) return;
    this.#asked = wanted.after ?? -1;
    if (!(await this.#answered(wanted))) this.#asked = -1;
    if (this.#again) this.look();
  }

  /** @param {import('./transcript.js').Wanted} wanted @returns {Promise<boolean>} */
  async #answered(wanted) {
    this.#asking = true;
    const answered = await this.#ask(wanted).then(() => true, () => false);
    this.#asking = false;
    return answered;
  }
}
