import { avatar } from './avatar.js';
import { arrange, attribute, h, text, View } from './dom.js';
import { icon } from './icons.js';
import { menu } from './menu.js';
import { go } from './place.js';
import { moment, nameOf, owner, soon } from './words.js';

/**
 * Above the messages: whose conversation it is, who else looks at it, and what can be done with it.
 *
 * @extends {View<import('./desk.js').Desk>}
 */
export class ThreadHead extends View {
  #face = avatar('medium');
  #name = h('h2', { class: 'thread-name', tabindex: '-1' });
  #state = h('span', { class: 'chip' });
  looking = h('p', { class: 'looking', hidden: true });
  #takeover = button('Take over', 'hand', () => this.#own('takeover'), 'primary');
  #release = button('Back to AI', 'spark', () => this.#own('release'));
  #assign = button('Assign', 'person', () => {});
  #snooze = button('Snooze', 'clock', () => {});
  #resolve = button('Resolve', 'check', () => void this.resolve());
  #about = h('button', { type: 'button', class: 'button icon quiet about-button', 'aria-label': 'About this contact', onclick: () => this.onabout() }, icon('info', 18));
  onabout = () => {};

  build() {
    const back = h('button', { type: 'button', class: 'button icon quiet back-button', 'aria-label': 'Back to the list', onclick: () => go(this.model.listing.filter.id) }, icon('back', 18));
    const title = h('div', { class: 'thread-title' }, this.#name, h('div', { class: 'thread-state' }, this.#state));
    const actions = h('div', { class: 'actions', role: 'group', 'aria-label': 'Conversation' }, this.#takeover, this.#release, this.#assign, menu(this.#assign, () => this.#assignees()), this.#snooze, menu(this.#snooze, () => this.#moments()), this.#resolve);
    this.append(back, this.#face.element, title, actions, this.#about);
    for (const event of /** @type {const} */ (['list', 'room', 'people'])) this.model.on(event, () => this.refresh());
  }

  render() {
    const { me, team, mayWork, room } = this.model;
    const summary = this.model.current;
    this.hidden = !room;
    if (!room) return;
    const contact = summary?.contact ?? { id: room.id };
    this.#face.show(contact, team.visitors.has(contact.id) ? 'online' : undefined);
    text(this.#name, summary ? nameOf(contact) : 'Conversation');
    this.#showState();
    const looking = room.looking.filter(({ id }) => id !== me.id);
    this.looking.hidden = looking.length === 0;
    arrange(this.looking, [icon('eye', 13), `${looking.map(nameOf).join(', ')} ${looking.length > 1 ? 'are' : 'is'} looking here too`]);
    const open = summary?.status !== 'resolved';
    const mine = summary?.mode === 'human' && summary.assignee?.id === me.id;
    const theirs = summary?.mode === 'human' && summary.assignee && !mine;
    const busy = theirs && summary?.status === 'open';
    this.#takeover.hidden = !mayWork || !open || mine || Boolean(busy && !this.model.manages);
    this.#release.hidden = !mayWork || !open || summary?.mode === 'ai' || Boolean(theirs && !this.model.manages);
    this.#assign.hidden = this.#snooze.hidden = !mayWork || !open;
    this.#resolve.hidden = !mayWork || !summary;
    label(this.#resolve, summary?.status === 'resolved' ? 'Reopen' : 'Resolve');
  }

  /** Resolves what is open, opens what is resolved. */
  async resolve() {
    const summary = this.model.current;
    if (!summary || !this.model.mayWork) return;
    await this.model.act(summary.id, summary.status === 'resolved' ? 'reopen' : 'resolve');
  }

  async takeOver() {
    if (!this.#takeover.hidden) await this.#own('takeover');
  }

  #showState() {
    const summary = this.model.current;
    if (!summary) return text(this.#state, 'Loading…');
    const who = owner(summary, this.model.me.id);
    const words = { ai: 'AI is answering', mine: 'Yours', theirs: `With ${who.text}`, snoozed: `Until ${summary.snoozed_until ? soon(summary.snoozed_until) : 'later'}` }[/** @type {string} */ (who.kind)];
    text(this.#state, words ?? who.text);
    attribute(this.#state, 'data-kind', who.kind);
  }

  /** @param {'takeover' | 'release'} verb */
  async #own(verb) {
    const { room } = this.model;
    if (!room || this.#takeover.getAttribute('aria-busy')) return;
    for (const each of [this.#takeover, this.#release]) attribute(each, 'aria-busy', 'true');
    // At once: what is typed while the answer is on its way would else be shortcuts.
    if (verb === 'takeover') this.dispatchEvent(new CustomEvent('mine'));
    await this.model.own(room.id, verb);
    for (const each of [this.#takeover, this.#release]) attribute(each, 'aria-busy', null);
  }

  /** @returns {import('./menu.js').Choice[]} */
  #assignees() {
    const { team, me, room } = this.model;
    const now = this.model.current?.assignee?.id;
    const give = (/** @type {string | null} */ agent) => () => void (room && this.model.act(room.id, 'assign', { agent }));
    const people = team.workers.map(({ id, name, status }) => ({ label: id === me.id ? `${name} (you)` : name, hint: status ?? 'offline', current: id === now, run: give(id) }));
    return [...people, { label: 'Nobody: back to the queue', current: false, run: give(null) }];
  }

  /** @returns {import('./menu.js').Choice[]} */
  #moments() {
    const { room } = this.model;
    const hours = (/** @type {number} */ n) => new Date(Date.now() + n * 3_600_000);
    const morning = (/** @type {number} */ days) => new Date(new Date().getFullYear(), new Date().getMonth(), new Date().getDate() + days, 9);
    const monday = (8 - new Date().getDay()) % 7 || 7;
    /** @type {[string, Date][]} */
    const times = [['In an hour', hours(1)], ['In four hours', hours(4)], ['Tomorrow morning', morning(1)], ['Next Monday', morning(monday)]];
    return times.map(([words, at]) => ({ label: words, hint: moment(at.toISOString()), run: () => void (room && this.model.act(room.id, 'snooze', { until: at.toISOString() })) }));
  }
}
customElements.define('parley-thread-head', ThreadHead);

/** @param {string} words @param {import('./icons.js').IconName} drawing @param {() => void} run @param {string} [look] */
function button(words, drawing, run, look = '') {
  return h('button', { type: 'button', class: `button ${look}`, title: words, onclick: run }, icon(drawing, 14), h('span', {}, words));
}

/** @param {HTMLElement} element @param {string} words */
function label(element, words) {
  text(/** @type {Element} */ (element.lastElementChild), words);
  attribute(element, 'title', words);
}
