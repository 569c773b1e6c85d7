/**
 * Times as people of a language write them. All take RFC 3339 strings.
 */

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/**
 * @param {string} locale
 * @param {Intl.DateTimeFormatOptions} options
 */
function format(locale, options) {
  const key = locale + JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, known);
  return known;
}

/** @param {string} at @param {string} locale @returns {string} such as 14:05 */
export const clock = (at, locale) => format(locale, { hour: 'numeric', minute: '2-digit' }).format(new Date(at));

/** @param {string} at @param {string} locale @returns {string} date and time in full, for titles */
export const full = (at, locale) => format(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at));

/** @param {string} at @returns {string} the local day, to compare */
export const dayKey = (at) => new Date(at).toDateString();

/**
 * @param {string} at
 * @param {string} locale
 * @param {number} [now] milliseconds
 * @returns {string} today, yesterday, a weekday within a week, or a date
 */
export function day(at, locale, now = Date.now()) {
  const ago = daysBetween(new Date(at), new Date(now));
  if (ago === 0 || ago === 1) return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-ago, 'day');
  const date = new Date(at);
  if (ago > 1 && ago < 7) return format(locale, { weekday: 'long' }).format(date);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return format(locale, { day: 'numeric', month: 'long', ...(sameYear ? {} : { year: 'numeric' }) }).format(date);
}

/**
 * @param {string} at
 * @param {string} locale
 * @param {number} [now] milliseconds
 * @returns {string} short and relative, for lists: 3 min., 2 hr., 14 Nov
 */
export function ago(at, locale, now = Date.now()) {
  const seconds = Math.max(0, (now - new Date(at).getTime()) / 1000);
  const short = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'narrow' });
  if (seconds < 60) return short.format(0, 'second');
  if (seconds < 3600) return short.format(-Math.floor(seconds / 60), 'minute');
  if (seconds < 86_400) return short.format(-Math.floor(seconds / 3600), 'hour');
  return seconds < 7 * 86_400 ? short.format(-Math.floor(seconds / 86_400), 'day') : format(locale, { day: 'numeric', month: 'short' }).format(new Date(at));
}

/** @param {Date} from @param {Date} to */
function daysBetween(from, to) {
  const noon = (/** @type {Date} */ date) => new Date(date.getFullYear(), date.getMonth(), date.getDate(), 12).getTime();
  return Math.round((noon(to) - noon(from)) / 86_400_000);
}
