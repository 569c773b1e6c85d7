/**
 * What an agent has begun to write, by conversation and kind, kept in this browser until it is sent.
 *
 * @typedef {'reply' | 'note' | 'whisper'} Kind
 * @typedef {{ at: number } & { [kind in Kind]?: string }} Draft
 */

const KEY = 'parley.drafts';
const KEPT = 200;

/** @type {Record<string, Draft> | undefined} what is stored, until another window changes it */
let known;
addEventListener('storage', ({ key }) => key === KEY && (known = undefined));

/** @returns {Record<string, Draft>} */
function all() {
  try {
    known ??= JSON.parse(localStorage.getItem(KEY) ?? '{}');
  } catch {
    // What can't be read is no draft.
  }
  return (known ??= {});
}

/** @param {Record<string, Draft>} drafts */
function store(drafts) {
  known = Object.fromEntries(Object.entries(drafts).sort(([, a], [, b]) => b.at - a.at).slice(0, KEPT));
  try {
    localStorage.setItem(KEY, JSON.stringify(known));
  } catch {
    // Full or forbidden: a draft then lives as long as its page.
  }
}

/** @param {string} conversation @param {Kind} kind @returns {string} */
export const draft = (conversation, kind) => all()[conversation]?.[kind] ?? '';

/** @returns {Map<string, string>} the beginning of what is being written, by conversation */
export const drafted = () => new Map(Object.entries(all()).map(([id, { reply, note, whisper }]) => [id, reply || note || whisper || '']));

/** @param {string} conversation @param {Kind} kind @param {string} text */
export function keep(conversation, kind, text) {
  const drafts = all();
  /** @type {Draft} */
  const next = { ...drafts[conversation], at: Date.now(), [kind]: text || undefined };
  drafts[conversation] = next;
  if (!next.reply && !next.note && !next.whisper) delete drafts[conversation];
  store(drafts);
}
