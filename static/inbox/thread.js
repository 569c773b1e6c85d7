import { Composer } from './composer.js';
import { h, View } from './dom.js';
import { icon } from './icons.js';
import { MessageList } from './message-list.js';
import { ThreadHead } from './thread-head.js';
import { nameOf, said } from './words.js';

const LOOKING_MS = 4_000;

/**
 * The middle pane. It tells the others that this agent looks here, and marks as read what has been in sight.
 *
 * @extends {View<import('./desk.js').Desk>}
 */
export class Thread extends View {
  head = new ThreadHead();
  list = new MessageList();
  composer = new Composer();
  #empty = h('div', { class: 'empty' }, icon('inbox', 40), h('p', {}, 'Choose a conversation.'), h('p', { class: 'soft' }, h('kbd', {}, 'j'), ' ', h('kbd', {}, 'k'), ' move through the list, ', h('kbd', {}, '?'), ' shows all shortcuts.'));
  #reader = h('p', { class: 'readonly', hidden: true }, icon('lock', 14), 'You may read here, not write.');
  #status = h('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' });
  /** @type {number | undefined} of the conversation as it is drawn */
  #rev;
  /** @type {(() => void)[]} */
  #deaf = [];

  build() {
    const { model } = this;
    this.append(this.head.attach(model), this.head.looking, this.list.attach(model), this.#empty, this.composer.attach(model), this.#reader, this.#status);
    this.list.onedit = (id) => this.composer.takeBack(id);
    this.head.addEventListener('mine', () => this.composer.write('reply'));
    this.composer.addEventListener('sent', () => this.list.toEnd());
    model.on('room', () => this.#enter());
    model.on('list', () => this.model.current?.rev !== this.#rev && this.refresh());
    document.addEventListener('visibilitychange', () => this.#look());
    addEventListener('focus', () => this.refresh());
    setInterval(() => this.#look(), LOOKING_MS);
  }

  render() {
    const { room, mayWork } = this.model;
    this.#rev = this.model.current?.rev;
    this.#empty.hidden = Boolean(room);
    if (!room) this.head.looking.hidden = true;
    this.list.hidden = !room;
    this.#reader.hidden = !room || mayWork;
    this.list.render();
    this.head.render();
    if (room && document.visibilityState === 'visible' && document.hasFocus()) this.model.read();
  }

  #enter() {
    for (const deaf of this.#deaf) deaf();
    const { room } = this.model;
    this.#deaf = room ? [room.on('change', () => this.refresh()), room.on('message', (message) => this.#arrived(message))] : [];
    this.#status.textContent = '';
    this.refresh();
    this.#look();
  }

  /** Colleagues see it for 6 s, so it is said again while it is true. */
  #look() {
    const { room, connection, mayWork } = this.model;
    if (room && mayWork && document.visibilityState === 'visible') connection.cast({ type: 'viewing', conversation: room.id, on: true });
  }

  /** @param {import('../shared/types.js').Message} message */
  #arrived(message) {
    if (message.author.id === this.model.me.id) return;
    this.list.arrived();
    const name = message.author.kind === 'ai' ? this.model.assistant : nameOf({ id: message.author.id ?? '', name: message.author.name ?? this.model.current?.contact?.name });
    this.#status.textContent = message.kind === 'event' ? message.text : `${name}: ${said(message)}`;
  }
}
customElements.define('parley-thread', Thread);
