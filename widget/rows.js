import { day, dayKey } from '../static/shared/time.js';
import { mine, streaming, theirs, typing } from './bubble.js';
import { h } from './dom.js';
import { form } from './form.js';
import { rating } from './rating.js';
import { eventText, fill } from './words.js';

/**
 * @typedef {import('./dom.js').Row} Row
 * @typedef {import('../static/shared/transcript.js').Item} Item
 * @typedef {import('../static/shared/types.js').Message} Message
 *
 * @typedef {object} Shown what the rows are made of
 * @property {import('../static/shared/transcript.js').Transcript} transcript
 * @property {import('./words.js').Tongue} tongue
 * @property {string} assistant the AI's name
 * @property {boolean} connected
 * @property {number} peerRead the last seq that the other side has read
 * @property {boolean} rated of this episode
 * @property {Set<string>} answered forms that were answered just now
 * @property {(clientId: string) => void} retry
 * @property {(form: string, answers: Record<string, string>) => void} answer
 * @property {(score: number, comment: string) => void} rate
 */

const RUN_MS = 5 * 60_000;

/**
 * The thread as rows: days, bubbles, events, forms, who writes, the rating.
 *
 * @param {Shown} shown
 * @returns {Row[]}
 */
export function rows(shown) {
  const { transcript } = shown;
  const items = transcript.items;
  /** @type {Row[]} */
  const out = [];
  let lastDay = '';
  items.forEach((item, at) => {
    const time = timeOf(item);
    if (time && dayKey(time) !== lastDay) {
      lastDay = dayKey(time);
      out.push(daySeparator(time, shown));
    }
    out.push(row(item, items[at - 1], items[at + 1], shown));
  });
  for (const who of transcript.typing) {
    if (who.kind === 'contact' || (who.kind === 'ai' && transcript.turns.length)) continue;
    const label = fill(shown.tongue.words.typing, { name: who.name ?? shown.assistant });
    out.push({ key: `typing:${who.kind}:${who.id}`, mark: label, make: () => typing(who, label) });
  }
  if (transcript.conversation?.status === 'resolved') {
    const { words } = shown.tongue;
    const key = `rating:${transcript.conversation.epoch}`;
    if (!shown.rated) out.push({ key, mark: 'ask', make: () => rating(words, shown.rate) });
    else out.push({ key, mark: 'done', make: () => h('div', { class: 'card rating done' }, h('p', { class: 'title', text: words.rateThanks })) });
  }
  return out;
}

/**
 * @param {Item} item
 * @param {Item | undefined} before
 * @param {Item | undefined} after
 * @param {Shown} shown
 * @returns {Row}
 */
function row(item, before, after, shown) {
  const place = { first: !joins(before, item), last: !joins(item, after) };
  if ('turn' in item) return turnRow(item.turn, place.first, shown);
  if ('echo' in item) return echoRow(item.echo, place, shown);
  const { message } = item;
  const { tongue } = shown;
  if (message.kind === 'event') {
    return { key: item.key, mark: `${message.rev}`, make: () => h('p', { class: 'event', dir: 'auto', text: eventText(message, tongue.words) }) };
  }
  if (message.kind === 'form') {
    const answered = shown.answered.has(message.id) || shown.transcript.messages.some((each) => each.seq > message.seq && each.data?.answers);
    return { key: item.key, mark: `${message.rev} ${answered}`, make: () => form(message, answered, tongue, (answers) => shown.answer(message.id, answers)) };
  }
  const mark = `${message.rev} ${place.first} ${place.last}`;
  if (message.author.kind !== 'contact') return { key: item.key, mark, make: () => theirs(message, place, tongue) };
  const delivery = message.seq <= shown.peerRead ? 'read' : 'sent';
  const said = { text: message.text || answersText(message.data?.answers), at: message.at };
  return { key: item.key, mark: `${mark} ${delivery}`, make: () => mine(said, place, delivery, tongue) };
}

/**
 * @param {import('../static/shared/turns.js').Live} turn
 * @param {boolean} first
 * @param {Shown} shown
 * @returns {Row}
 */
function turnRow(turn, first, { assistant, tongue }) {
  return { key: turn.turn, mark: `live ${turn.attempt} ${turn.length} ${first}`, make: () => streaming(turn, first, assistant, tongue) };
}

/**
 * @param {import('../static/shared/transcript.js').Echo} echo
 * @param {import('./bubble.js').Place} place
 * @param {Shown} shown
 * @returns {Row}
 */
function echoRow(echo, place, { tongue, connected, retry }) {
  const delivery = echo.status === 'sending' && !connected ? 'waiting' : echo.status;
  const said = { text: echo.text || answersText(echo.answers), at: echo.at };
  return { key: echo.client_id, mark: `${delivery} ${place.first} ${place.last}`, make: () => mine(said, place, delivery, tongue, () => retry(echo.client_id)) };
}

/** @param {string} time @param {Shown} shown @returns {Row} */
function daySeparator(time, { tongue }) {
  const text = day(time, tongue.locale);
  return { key: `day:${dayKey(time)}`, mark: text, make: () => h('p', { class: 'day' }, h('span', { text })) };
}

/** Whether the second stands in one run with the first. @param {Item | undefined} a @param {Item | undefined} b */
function joins(a, b) {
  if (!a || !b) return false;
  const [one, other] = [speaker(a), speaker(b)];
  if (one === '' || one !== other) return false;
  const [before, after] = [timeOf(a), timeOf(b)];
  if (!before || !after) return true;
  return dayKey(before) === dayKey(after) && Math.abs(Date.parse(after) - Date.parse(before)) < RUN_MS;
}

/** @param {Item} item @returns {string} empty for what stands alone */
function speaker(item) {
  if ('echo' in item) return 'contact';
  if ('turn' in item) return 'ai';
  const { kind, author } = item.message;
  if (kind === 'event' || kind === 'form') return '';
  return author.kind === 'agent' ? `agent:${author.id}` : author.kind;
}

/** @param {Item} item @returns {string | undefined} */
function timeOf(item) {
  if ('message' in item) return item.message.at;
  return 'echo' in item ? item.echo.at : undefined;
}

/** @param {Record<string, string> | undefined} answers */
const answersText = (answers) => Object.values(answers ?? {}).join('\n');
