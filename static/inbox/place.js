/**
 * Where the agent is, as the address says it: `#waiting/<conversation>`. So every conversation has a link, and "back"
 * does what a phone's user expects.
 */
import { filterOf } from './filters.js';

/** @param {string} filter @param {string} [conversation] */
export const hrefTo = (filter, conversation) => `#${filter}${conversation ? `/${conversation}` : ''}`;

/** @returns {{ filter: string, conversation: string | undefined }} */
export function here() {
  const [filter, conversation] = location.hash.slice(1).split('/');
  return { filter: filterOf(filter).id, conversation: /^[0-9a-f-]{36}$/i.test(conversation ?? '') ? conversation : undefined };
}

/** @param {string} filter @param {string} [conversation] */
export function go(filter, conversation) {
  const href = hrefTo(filter, conversation);
  if (location.hash !== href) location.hash = href;
}
