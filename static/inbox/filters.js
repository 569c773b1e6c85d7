/**
 * The views of the inbox: which conversations each shows, and in which order. They say what the server's own filters
 * say, so that a change can be placed without asking.
 *
 * @typedef {import('../shared/types.js').Conversation} Summary
 *
 * @typedef {object} Filter
 * @property {string} id as REST names it
 * @property {string} name
 * @property {import('./icons.js').IconName} icon
 * @property {string} empty what to say when there is nothing
 * @property {(summary: Summary, me: string) => boolean} fits
 * @property {(a: Summary, b: Summary) => number} compare
 */

/** @param {string} a @param {string} b */
const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** @param {Summary} a @param {Summary} b */
export const newest = (a, b) => order(b.last_at ?? '', a.last_at ?? '') || order(b.id, a.id);

/** @param {Summary} a @param {Summary} b */
const longest = (a, b) => order(a.waiting_since ?? '', b.waiting_since ?? '') || order(a.id, b.id);

/** @param {Summary} summary */
const live = (summary) => summary.status === 'open';

/** @type {readonly Filter[]} */
export const FILTERS = [
  { id: 'all', name: 'All open', icon: 'inbox', empty: 'No open conversations. Quiet is good.', fits: live, compare: newest },
  { id: 'mine', name: 'Mine', icon: 'person', empty: 'Nothing is assigned to you.', fits: (s, me) => live(s) && s.assignee?.id === me, compare: newest },
  { id: 'waiting', name: 'Waiting', icon: 'clock', empty: 'Nobody waits for an answer.', fits: (s) => live(s) && Boolean(s.waiting_since), compare: longest },
  { id: 'unassigned', name: 'Unassigned', icon: 'nobody', empty: 'Everything has somebody.', fits: (s) => live(s) && s.mode === 'queued', compare: newest },
  { id: 'ai', name: 'AI', icon: 'spark', empty: 'The AI has nothing to answer.', fits: (s) => live(s) && s.mode === 'ai', compare: newest },
  { id: 'snoozed', name: 'Snoozed', icon: 'moon', empty: 'Nothing has been put off.', fits: (s) => s.status === 'snoozed', compare: newest },
  { id: 'resolved', name: 'Resolved', icon: 'check', empty: 'Nothing has been resolved yet.', fits: (s) => s.status === 'resolved', compare: newest },
];

/** @param {string | undefined} id @returns {Filter} */
export const filterOf = (id) => FILTERS.find((filter) => filter.id === id) ?? /** @type {Filter} */ (FILTERS[0]);

/**
 * Whether a person has to look: the AI's own conversations do not count.
 *
 * @param {Summary} summary
 * @param {string} me
 */
export const needsMe = (summary, me) => live(summary) && summary.mode !== 'ai' && summary.unread > 0 && (!summary.assignee || summary.assignee.id === me);
