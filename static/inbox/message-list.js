import { day, dayKey } from '../shared/time.js';
import { arrange, attribute, h, text, View } from './dom.js';
import { icon } from './icons.js';
import { messageItem } from './message-item.js';
import { nameOf } from './words.js';

/** @typedef {import('../shared/transcript.js').Item} Item */

const NEAR_END = 80;
const NEAR_TOP = 400;
const TOGETHER_MS = 5 * 60_000;

/**
 * The messages of the open conversation: keyed, so that an element lives as long as what it shows; at the end unless
 * the reader has scrolled up; older ones load as the top comes near.
 *
 * @extends {View<import('./desk.js').Desk>}
 */
export class MessageList extends View {
  #items = h('ol', { role: 'list', class: 'messages' });
  #typing = h('div', { class: 'typing', hidden: true });
  #scroller = h('div', { class: 'thread-scroll', role: 'log', 'aria-live': 'off', 'aria-label': 'Messages', tabindex: '0' }, this.#items, this.#typing);
  #newer = h('button', { type: 'button', class: 'button newer', hidden: true, onclick: () => this.toEnd() }, icon('down', 14), h('span', {}, 'New messages'));
  /** @type {Map<string, ReturnType<typeof messageItem>>} */
  #shown = new Map();
  /** @type {Map<string, HTMLElement>} */
  #lines = new Map();
  #atEnd = true;
  #loading = false;
  /** @type {string | undefined} */
  #room;
  /** @type {string | undefined} the first item's key */
  #oldest;
  /** @type {(clientId: string) => void} */
  onedit = () => {};

  build() {
    this.append(this.#scroller, this.#newer);
    this.#scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#atEnd && this.toEnd()).observe(this.#scroller);
  }

  render() {
    const { room } = this.model;
    const other = room?.id !== this.#room;
    if (other) this.#begin(room?.id);
    if (!room) return;
    const nodes = this.#nodes(room);
    const oldest = room.transcript.items[0]?.key;
    const older = oldest !== this.#oldest;
    this.#oldest = oldest;
    const { scrollHeight, scrollTop } = this.#scroller;
    arrange(this.#items, nodes);
    this.#showTyping(room);
    if (this.#atEnd) this.toEnd();
    else if (older) this.#scroller.scrollTop = scrollTop + this.#scroller.scrollHeight - scrollHeight;
  }

  toEnd() {
    this.#atEnd = true;
    this.#newer.hidden = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /** Somebody wrote: shown if the end is in sight, else announced. */
  arrived() {
    this.#newer.hidden = this.#atEnd;
  }

  /** @param {string | undefined} id */
  #begin(id) {
    this.#room = id;
    this.#shown.clear();
    this.#lines.clear();
    this.#items.replaceChildren();
    this.#atEnd = true;
    this.#newer.hidden = true;
  }

  /** @param {import('./room.js').Room} room @returns {Node[]} */
  #nodes(room) {
    const { items, conversation } = room.transcript;
    const seen = items.findLast((item) => 'message' in item && item.message.seq <= (conversation?.peer_read_seq ?? 0) && ['ai', 'agent'].includes(item.message.author.kind) && item.message.kind === 'text');
    /** @type {Node[]} */
    const nodes = [];
    /** @type {Item | undefined} */
    let before;
    if (room.transcript.hasOlder) nodes.push(this.#line('older', 'Loading older messages…', 'quiet'));
    for (const item of items) {
      const at = timeOf(item);
      if (!before || dayKey(at) !== dayKey(timeOf(before))) nodes.push(this.#line(`day ${dayKey(at)}`, day(at, navigator.language), 'day'));
      if (isNew(item, before, room.readUpTo)) nodes.push(this.#line('new', 'New', 'new'));
      nodes.push(this.#item(room, item, before, item === seen));
      before = item;
    }
    const keys = new Set(items.map(({ key }) => key));
    for (const key of this.#shown.keys()) if (!keys.has(key)) this.#shown.delete(key);
    return nodes;
  }

  /** @param {import('./room.js').Room} room @param {Item} item @param {Item | undefined} before @param {boolean} seen */
  #item(room, item, before, seen) {
    const shown = this.#shown.get(item.key) ?? messageItem();
    this.#shown.set(item.key, shown);
    const turn = 'turn' in item ? item.turn.turn : 'message' in item ? item.message.id : '';
    shown.show(item, {
      me: this.model.me.id,
      contact: this.model.current?.contact,
      assistant: this.model.assistant,
      continued: Boolean(before) && sameVoice(/** @type {Item} */ (before), item),
      seen,
      tools: room.tools.get(turn),
      failed: (id, what) => this.#failed(room, id, what),
    });
    return shown.element;
  }

  /** @param {import('./room.js').Room} room @param {string} id @param {'retry' | 'edit' | 'discard'} what */
  #failed(room, id, what) {
    const frame = room.refused.get(id);
    if (what === 'retry' && frame) room.say(frame);
    else if (what === 'edit') this.onedit(id);
    else room.discard(id);
  }

  /** @param {string} key @param {string} words @param {string} kind */
  #line(key, words, kind) {
    const line = this.#lines.get(key) ?? h('li', { class: `line ${kind}` }, h('span', {}));
    this.#lines.set(key, line);
    text(/** @type {Element} */ (line.firstChild), words);
    return line;
  }

  /** @param {import('./room.js').Room} room */
  #showTyping(room) {
    const writers = room.transcript.typing.filter(({ id }) => id !== this.model.me.id);
    this.#typing.hidden = writers.length === 0;
    const names = writers.map((who) => (who.kind === 'contact' ? nameOf(this.model.store.get(room.id)?.contact ?? who) : nameOf(who)));
    if (writers.length) arrange(this.#typing, [h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i')), `${names.join(' and ')} ${names.length > 1 ? 'are' : 'is'} typing`]);
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (this.#atEnd) this.#newer.hidden = true;
    if (scrollTop < NEAR_TOP) void this.#older();
  }

  async #older() {
    const { room } = this.model;
    if (!room || this.#loading || !room.transcript.hasOlder) return;
    this.#loading = true;
    attribute(this.#scroller, 'aria-busy', 'true');
    await room.older();
    attribute(this.#scroller, 'aria-busy', null);
    this.#loading = false;
  }
}
customElements.define('parley-messages', MessageList);

/** @param {Item} item @returns {string} */
function timeOf(item) {
  return 'message' in item ? item.message.at : 'echo' in item ? item.echo.at : new Date().toISOString();
}

/** @param {Item} item @returns {string} who speaks, and to whom */
function voice(item) {
  if ('turn' in item) return 'ai text';
  if ('echo' in item) return `me ${item.echo.note ? 'note' : 'text'}`;
  return `${item.message.author.kind} ${item.message.author.id ?? ''} ${item.message.kind}`;
}

/** @param {Item} before @param {Item} item */
const sameVoice = (before, item) => voice(before) === voice(item) && Date.parse(timeOf(item)) - Date.parse(timeOf(before)) < TOGETHER_MS;

/** @param {Item} item @param {Item | undefined} before @param {number | undefined} readUpTo */
function isNew(item, before, readUpTo) {
  if (readUpTo === undefined || !('message' in item) || item.message.seq <= readUpTo) return false;
  return before !== undefined && 'message' in before && before.message.seq <= readUpTo;
}
