import { uuid } from '../shared/uuid.js';
import { attribute, h, text, View } from './dom.js';
import { draft, keep } from './drafts.js';
import { icon } from './icons.js';

/** @typedef {import('./drafts.js').Kind} Kind */

const TYPING_MS = 3_000;
const LONGEST = 10_000;

/** @type {readonly { kind: Kind, name: string, icon: import('./icons.js').IconName }[]} */
const KINDS = [
  { kind: 'reply', name: 'Reply', icon: 'send' },
  { kind: 'note', name: 'Note', icon: 'note' },
  { kind: 'whisper', name: 'Whisper', icon: 'whisper' },
];

/**
 * Where an agent writes: to the contact, for colleagues, or to the AI. What is written is kept until it is sent.
 *
 * @extends {View<import('./desk.js').Desk>}
 */
export class Composer extends View {
  /** @type {Kind} */
  #kind = 'reply';
  #tabs = KINDS.map(({ kind, name, icon: drawing }) => h('button', { type: 'button', role: 'radio', class: 'tab', 'data-kind': kind, onclick: () => this.write(kind) }, icon(drawing, 14), name));
  #hint = h('p', { class: 'composer-hint', id: 'composer-hint' });
  #field = h('textarea', { rows: 1, maxlength: LONGEST, 'aria-describedby': 'composer-hint', enterkeyhint: 'send' });
  #send = h('button', { type: 'submit', class: 'button primary' }, icon('send', 14), h('span', {}, 'Send'));
  #form = h('form', { class: 'composer' }, h('div', { class: 'composer-top' }, h('div', { role: 'radiogroup', class: 'tabs', 'aria-label': 'Write a' }, ...this.#tabs), this.#hint), h('div', { class: 'composer-box' }, this.#field, this.#send));
  /** @type {string | undefined} */
  #room;
  #typedAt = 0;

  build() {
    this.append(this.#form);
    this.#form.addEventListener('submit', (event) => this.#submit(event));
    this.#field.addEventListener('input', () => this.#input());
    this.#field.addEventListener('keydown', (event) => this.#key(event));
    this.#field.addEventListener('blur', () => this.#typing(false));
    for (const tab of this.#tabs) tab.addEventListener('keydown', (event) => this.#arrow(event));
    this.model.on('room', () => this.refresh());
    this.model.on('list', () => this.refresh());
  }

  render() {
    const { room, mayWork } = this.model;
    this.hidden = !room || !mayWork;
    if (room?.id !== this.#room) this.#begin(room?.id);
    const may = this.#may();
    if (!may[this.#kind]) this.#turnTo(may.reply ? 'reply' : 'note');
    for (const tab of this.#tabs) {
      const kind = /** @type {Kind} */ (tab.dataset.kind);
      tab.disabled = !may[kind];
      attribute(tab, 'aria-checked', String(kind === this.#kind));
      attribute(tab, 'tabindex', kind === this.#kind ? 0 : -1);
    }
    attribute(this.#form, 'data-kind', this.#kind);
    attribute(this.#field, 'placeholder', this.#placeholder());
    attribute(this.#field, 'aria-label', this.#placeholder());
    text(this.#hint, this.#advice());
    text(/** @type {Element} */ (this.#send.lastElementChild), { reply: 'Send', note: 'Add note', whisper: 'Whisper' }[this.#kind]);
  }

  /** Turns to a kind and puts the keyboard there. @param {Kind} kind */
  write(kind) {
    if (!this.model.room || !this.#may()[kind]) return;
    this.#turnTo(kind);
    this.render();
    this.#field.focus();
  }

  /** Puts what could not be sent back, to be changed. @param {string} clientId */
  takeBack(clientId) {
    const { room } = this.model;
    const echo = room?.transcript.echoes.find((each) => each.client_id === clientId);
    const frame = room?.refused.get(clientId);
    if (!room || !echo) return;
    const kind = frame?.type === 'whisper' ? 'whisper' : echo.note ? 'note' : 'reply';
    const held = draft(room.id, kind);
    keep(room.id, kind, held ? `${echo.text}\n${held}` : echo.text);
    room.discard(clientId);
    this.#room = undefined;
    this.#kind = kind;
    this.render();
    this.#field.focus();
  }

  /** @param {string | undefined} id */
  #begin(id) {
    if (this.#room) this.#typing(false, this.#room);
    this.#room = id;
    this.#typedAt = 0;
    const summary = this.#summary();
    if (this.#kind === 'whisper' && summary?.mode !== 'ai') this.#kind = 'reply';
    this.#fill(id ? draft(id, this.#kind) : '');
  }

  /** @param {Kind} kind */
  #turnTo(kind) {
    this.#kind = kind;
    this.#fill(this.#room ? draft(this.#room, kind) : '');
  }

  #summary() {
    const { room, store } = this.model;
    return room && (store.get(room.id) ?? room.transcript.conversation);
  }

  /** @returns {Record<Kind, boolean>} */
  #may() {
    const summary = this.#summary();
    const { me, manages } = this.model;
    const theirs = summary?.status === 'open' && summary.mode === 'human' && summary.assignee && summary.assignee.id !== me.id;
    return { reply: !theirs || manages, note: true, whisper: summary?.mode === 'ai' && summary.status !== 'resolved' };
  }

  #placeholder() {
    const name = this.#summary()?.contact?.name ?? 'the visitor';
    return { reply: `Reply to ${name}`, note: 'Note for your team', whisper: 'Tell the AI what to say or do next' }[this.#kind];
  }

  #advice() {
    const summary = this.#summary();
    if (this.#kind === 'note') return this.#may().reply ? 'Only your team sees it.' : `${summary?.assignee?.name ?? 'Another agent'} has this conversation. Notes are for your team only.`;
    if (this.#kind === 'whisper') return 'Steers the AI. The visitor never sees it.';
    if (summary?.status === 'resolved') return 'Sending opens it again.';
    if (summary?.mode === 'ai') return 'Sending takes over from the AI.';
    if (summary?.mode === 'queued') return 'Sending makes it yours.';
    return summary?.assignee && summary.assignee.id !== this.model.me.id ? `Take it over from ${summary.assignee.name ?? 'its agent'} first.` : '';
  }

  #input() {
    if (this.#room) keep(this.#room, this.#kind, this.#field.value);
    this.#grow();
    this.#typing(this.#kind === 'reply' && this.#field.value !== '');
  }

  /** @param {string} words */
  #fill(words) {
    this.#field.value = words;
    this.#grow();
  }

  #grow() {
    this.#field.style.height = 'auto';
    this.#field.style.height = `${Math.min(this.#field.scrollHeight, innerHeight * 0.35)}px`;
  }

  /** Told at most every 3 s, and once when it ends. @param {boolean} on @param {string} [conversation] */
  #typing(on, conversation = this.#room) {
    const now = Date.now();
    if (!conversation || (on ? now - this.#typedAt < TYPING_MS : this.#typedAt === 0)) return;
    this.#typedAt = on ? now : 0;
    this.model.connection.cast({ type: 'typing', conversation, on });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  /** @param {KeyboardEvent} event */
  #arrow(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const open = this.#tabs.filter((tab) => !tab.disabled);
    const next = open.at((open.findIndex((tab) => tab.dataset.kind === this.#kind) + step) % open.length);
    this.#turnTo(/** @type {Kind} */ (next?.dataset.kind ?? 'reply'));
    this.render();
    next?.focus();
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const { room } = this.model;
    const words = this.#field.value.trim();
    if (!room || !words) return;
    const common = { conversation: room.id, client_id: uuid(), text: words };
    room.say(this.#kind === 'whisper' ? { type: 'whisper', ...common } : { type: 'send', ...common, ...(this.#kind === 'note' && { note: true }) });
    this.#typedAt = 0;
    this.#fill('');
    keep(room.id, this.#kind, '');
    this.render();
    this.dispatchEvent(new CustomEvent('sent'));
  }
}
customElements.define('parley-composer', Composer);
