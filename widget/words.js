/**
 * @typedef {import('./i18n.js').Words} Words
 * @typedef {{ words: Words, locale: string }} Tongue
 */

/**
 * @param {string} text with `{name}` where values go
 * @param {Record<string, any>} values
 */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

/**
 * What an event says, in the visitor's language where its kind is known and in the server's words otherwise.
 *
 * @param {import('../static/shared/types.js').Message} message
 * @param {Words} words
 */
export function eventText(message, words) {
  if (message.data?.event === 'human_requested' && message.author.kind !== 'contact') return words.queued;
  const known = /** @type {Record<string, string>} */ (words.events)[message.data?.event ?? ''];
  return known ? fill(known, { name: message.author.name ?? '', ...message.data }) : message.text;
}
