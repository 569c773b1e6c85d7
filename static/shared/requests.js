/** What became of a request that got no answer of its own. */
export class RequestError extends Error {
  /**
   * @param {string} code one of the protocol's error codes, or `offline`, `timeout`
   * @param {string} detail
   * @param {number} [retryAfter] seconds
   */
  constructor(code, detail, retryAfter) {
    super(detail || code);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** Questions on their way, by `ref`: each is answered, refused, or given up when its time or its connection ends. */
export class Requests {
  /** @type {Map<string, { resolve: (frame: any) => void, reject: (error: RequestError) => void, timer: any }>} */
  #waiting = new Map();
  #host;
  #patience;
  #count = 0;

  /**
   * @param {import('./host.js').Host} host
   * @param {number} patience milliseconds
   */
  constructor(host, patience) {
    this.#host = host;
    this.#patience = patience;
  }

  /**
   * @param {(ref: string) => boolean} send hands it to the connection; false: there is none
   * @returns {Promise<any>} the frame that answers; rejects with RequestError
   */
  ask(send) {
    const ref = `r${++this.#count}`;
    return new Promise((resolve, reject) => {
      if (!send(ref)) return reject(new RequestError('offline', 'not connected'));
      const timer = this.#host.setTimeout(() => this.#take(ref)?.reject(new RequestError('timeout', 'no answer')), this.#patience);
      this.#waiting.set(ref, { resolve, reject, timer });
    });
  }

  /**
   * @param {import('./types.js').ServerFrame} frame
   * @returns {boolean} whether it answered one of these
   */
  settle(frame) {
    const waiting = this.#take('ref' in frame ? frame.ref : undefined);
    if (!waiting) return false;
    if (frame.type === 'error') waiting.reject(new RequestError(frame.code, frame.detail, frame.retry_after));
    else waiting.resolve(frame);
    return true;
  }

  /** The connection is gone, and with it every answer. */
  lost() {
    for (const ref of [...this.#waiting.keys()]) this.#take(ref)?.reject(new RequestError('offline', 'connection lost'));
  }

  /** @param {string | undefined} ref */
  #take(ref) {
    const waiting = this.#waiting.get(ref ?? '');
    if (!waiting) return undefined;
    this.#waiting.delete(ref ?? '');
    this.#host.clearTimeout(waiting.timer);
    return waiting;
  }
}
