/**
 * What a connection needs of the world, so that tests, workers and other runtimes can give their own.
 *
 * @typedef {object} Socket the part of WebSocket that is used
 * @property {(text: string) => void} send
 * @property {(code?: number, reason?: string) => void} close
 * @property {number} [bufferedAmount]
 * @property {((event: any) => void) | null} onopen
 * @property {((event: { data: any }) => void) | null} onmessage
 * @property {((event: { code: number, reason: string }) => void) | null} onclose
 * @property {((event: any) => void) | null} onerror
 *
 * @typedef {object} Host
 * @property {(url: string) => Socket} connect
 * @property {() => number} now milliseconds
 * @property {() => number} random in [0, 1)
 * @property {(fn: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {(listener: (signal: 'online' | 'offline' | 'visible') => void) => () => void} signals calls the listener
 *   when the machine's network comes or goes and when the page comes to the front; returns what undoes it
 */

/** @type {Host} */
export const browserHost = {
  connect: (url) => /** @type {any} */ (new WebSocket(url, 'parley.v1')),
  now: () => Date.now(),
  random: () => Math.random(),
  setTimeout: (fn, ms) => globalThis.setTimeout(fn, ms),
  clearTimeout: (timer) => globalThis.clearTimeout(timer),
  signals: (listener) => {
    const scope = globalThis;
    if (typeof scope.addEventListener !== 'function') return () => {};
    const online = () => listener('online');
    const offline = () => listener('offline');
    const visible = () => scope.document?.visibilityState === 'visible' && listener('visible');
    scope.addEventListener('online', online);
    scope.addEventListener('offline', offline);
    scope.document?.addEventListener('visibilitychange', visible);
    return () => {
      scope.removeEventListener('online', online);
      scope.removeEventListener('offline', offline);
      scope.document?.removeEventListener('visibilitychange', visible);
    };
  },
};
