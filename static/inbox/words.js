/** How the inbox says things: names, times, states, events. */

/**
 * @typedef {import('../shared/types.js').Conversation} Summary
 * @typedef {import('../shared/types.js').Message} Message
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** @type {Record<string, string>} */
const STAGES = { ready_to_close: 'Ready to close' };

/** @param {{ id: string, name?: string | undefined } | undefined} person @returns {string} a name for whoever has none, always the same */
export const nameOf = (person) => person?.name || `Visitor ${(person?.id ?? '').replace(/-/g, '').slice(-4).toUpperCase()}`;

/** @param {string} preview as it is stored @returns {string} without the marks of Markdown */
export const gist = (preview) => preview.replace(/\[([^\]]+)\]\([^)\s]*\)/g, '$1').replace(/\*\*|__|`|^\s*(?:#{1,6}|[-*])\s+/gm, '');

/** @param {Message} message @returns {string} its words; of a form that was filled in what stands in it, line by line */
export function said({ text, data }) {
  const answers = Object.entries(/** @type {Record<string, string>} */ (data?.answers ?? {}));
  return text || answers.map(([field, value]) => `${spoken(field)}: ${value}`).join('\n');
}

/** @param {string} name @returns {string} one or two letters */
export function initials(name) {
  const parts = name.trim().split(/\s+/);
  const letters = parts.length > 1 ? [parts[0], parts.at(-1)] : [parts[0]];
  return letters.map((part) => Array.from(part ?? '')[0] ?? '').join('').toUpperCase() || '?';
}

/** @param {string} id @returns {number} 0..7, always the same for an id */
export const tone = (id) => [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7) % 8;

/** @param {string | undefined} at @param {number} [now] @returns {string} very short, for lists: now, 3m, 2h, Tue, 14 Nov */
export function since(at, now = Date.now()) {
  if (!at) return '';
  const ago = now - Date.parse(at);
  if (ago < MINUTE) return 'now';
  if (ago < HOUR) return `${Math.floor(ago / MINUTE)}m`;
  if (ago < DAY) return `${Math.floor(ago / HOUR)}h`;
  const style = /** @type {Intl.DateTimeFormatOptions} */ (ago < 6 * DAY ? { weekday: 'short' } : { day: 'numeric', month: 'short' });
  return new Intl.DateTimeFormat(undefined, style).format(new Date(at));
}

/** @param {number} seconds @returns {string} 42 s, 3 min 5 s, 2 h 10 min */
export function duration(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return s < 600 && s % 60 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${Math.floor(s / 60)} min`;
  return s < 86_400 ? `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min` : `${Math.floor(s / 86_400)} d`;
}

/** @param {string} at @returns {string} as short as it is clear: the time alone for today */
export function soon(at) {
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(undefined, { ...(!today && { weekday: 'short', day: 'numeric', month: 'short' }), hour: 'numeric', minute: '2-digit' }).format(date);
}

/** @param {string} at @returns {string} date and time in full */
export const moment = (at) => new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' }).format(new Date(at));

/**
 * Who has a conversation, in a word or two.
 *
 * @param {Summary} summary
 * @param {string} me
 * @returns {{ kind: 'ai' | 'waiting' | 'mine' | 'theirs' | 'resolved' | 'snoozed' | 'nobody', text: string }}
 */
export function owner(summary, me) {
  const { status, mode, assignee, waiting_since: waits } = summary;
  if (status === 'resolved') return { kind: 'resolved', text: 'Resolved' };
  if (status === 'snoozed') return { kind: 'snoozed', text: 'Snoozed' };
  if (mode === 'ai') return { kind: 'ai', text: 'AI' };
  if (mode === 'queued') return { kind: 'waiting', text: waits ? `Waiting ${since(waits)}` : 'Waiting' };
  if (!assignee) return { kind: 'nobody', text: 'Unassigned' };
  return assignee.id === me ? { kind: 'mine', text: 'You' } : { kind: 'theirs', text: assignee.name ?? 'Agent' };
}

/** @param {Message} message an event @returns {string} */
export function happened(message) {
  const data = message.data ?? {};
  const who = message.author.name ?? data.name;
  if (data.event === 'snoozed' && data.until) return `${who ?? 'Somebody'} snoozed this until ${soon(data.until)}`;
  if (data.event === 'released' && who) return `${who} gave this back to the AI`;
  if (data.event === 'assigned') return data.assignee_name ? `Assigned to ${data.assignee_name}` : 'Put back into the queue';
  return message.text;
}

/** @param {string} name snake_case @returns {string} */
export const spoken = (name) => STAGES[name] ?? (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll('_', ' ');

/** @type {Record<string, [running: string, done: string]>} */
const TOOLS = {
  search_knowledge: ['Searching articles', 'Searched articles'],
  hand_off: ['Handing over to a person', 'Handed over to a person'],
  save_contact: ['Saving contact details', 'Saved contact details'],
  note_interest: ['Noting what they want', 'Noted what they want'],
};

/** @param {string} name @param {string} state @returns {string} */
export function toolWords(name, state) {
  const [running, done] = TOOLS[name] ?? [`Using ${spoken(name)}`, `Used ${spoken(name)}`];
  return state === 'running' ? `${running}…` : state === 'failed' ? `${running}: failed` : done;
}

/** @type {Record<string, string>} */
const REFUSED = {
  conflict: 'Not sent: somebody else has this conversation now.',
  forbidden: 'Not sent: you may not write here.',
  too_large: 'Not sent: too long.',
  too_many: 'Not sent: too much is waiting already.',
  not_found: 'Not sent: this conversation is gone.',
};

/** @param {string | undefined} code @returns {string} why something that was written did not arrive */
export const whyNot = (code) => REFUSED[code ?? ''] ?? 'Not sent.';

/**
 * Why something that an agent wanted to do was not done.
 *
 * @param {{ code?: string, message: string }} error
 * @param {{ name?: string | undefined } | undefined} owner of the conversation, if it is another agent
 */
export function whyRefused({ code, message }, owner) {
  if (code === 'offline') return 'Not connected. Try again in a moment.';
  if (code !== 'conflict') return message;
  return owner ? `${owner.name ?? 'Another agent'} was faster: the conversation is theirs now.` : `Somebody changed it first: ${message}.`;
}
