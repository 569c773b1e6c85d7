/**
 * What a client does after each close code. A code that is not here means a lost connection: come back with jitter.
 *
 * @typedef {'retry' | 'sign_in' | 'refused' | 'update'} Verdict
 */

/** @type {Readonly<Record<number, Verdict>>} */
const VERDICTS = { 1001: 'retry', 1013: 'retry', 4400: 'refused', 4401: 'sign_in', 4403: 'refused', 4406: 'update', 4410: 'retry', 4429: 'retry' };

/**
 * @param {number} code
 * @returns {Verdict}
 */
export const verdict = (code) => VERDICTS[code] ?? 'retry';

const SLOWEST = 30;

/**
 * Seconds to wait before connection attempt `failures` + 1: anywhere in the server's window at first, a window that
 * doubles afterwards, and never less than the server asked for.
 *
 * @param {{ min: number, max: number }} window
 * @param {number} failures attempts in a row that brought no welcome
 * @param {number} retryAfter seconds, 0 when the server said nothing
 * @param {() => number} random in [0, 1)
 */
export function delay(window, failures, retryAfter, random) {
  const max = Math.min(Math.max(window.max, 0.1) * 2 ** Math.min(failures, 8), Math.max(SLOWEST, window.max));
  const min = Math.min(window.min, max);
  return retryAfter + min + random() * (max - min);
}
