import { post } from './api.js';
import { avatar } from './avatar.js';
import { arrange, attribute, h, text, View } from './dom.js';
import { FILTERS } from './filters.js';
import { icon } from './icons.js';
import { menu } from './menu.js';
import { hrefTo } from './place.js';
import { setSound, soundOn } from './sound.js';
import { spoken } from './words.js';

const COUNTED = ['mine', 'waiting'];
const STATES = /** @type {const} */ (['online', 'away', 'offline']);

/**
 * The left edge: the views with their counts, who is here, and the agent's own settings.
 *
 * @extends {View<import('./desk.js').Desk>}
 */
export class Rail extends View {
  #filters = FILTERS.map((filter) => {
    const count = h('span', { class: 'count' });
    return { filter, count, link: h('a', { href: hrefTo(filter.id), class: 'filter' }, icon(filter.icon), h('span', {}, filter.name), count) };
  });
  #team = h('ul', { role: 'list', class: 'team' });
  #teamBox = h('section', { class: 'team-box' }, h('h2', {}, 'Team'), this.#team);
  #face = avatar('small');
  #mine = h('span', { class: 'me-status' });
  #status = h('button', { type: 'button', class: 'me' }, this.#face.element, h('span', { class: 'me-name' }), this.#mine, h('span', { class: 'visually-hidden' }, ': change your status'), icon('down', 12));
  #sound = h('button', { type: 'button', class: 'button icon quiet', onclick: () => this.#toggleSound() });
  onhelp = () => {};

  build() {
    const { me, manages } = this.model;
    this.setAttribute('role', 'banner');
    text(/** @type {Element} */ (this.#status.children[1]), me.name);
    const brand = h('a', { class: 'mark', href: '/', title: me.workspace.name }, icon('logo', 22), h('span', {}, me.workspace.name));
    const help = h('button', { type: 'button', class: 'button icon quiet', 'aria-label': 'Keyboard shortcuts', title: 'Keyboard shortcuts (?)', onclick: () => this.onhelp() }, icon('keyboard', 18));
    const figures = manages && h('a', { class: 'button icon quiet', href: '/live', 'aria-label': 'Live figures', title: 'Live figures' }, icon('chart', 18));
    this.append(brand, h('nav', { class: 'filters', 'aria-label': 'Views' }, ...this.#filters.map(({ link }) => link)), this.#teamBox,
      h('div', { class: 'rail-foot' }, h('div', { class: 'tools-row' }, this.#sound, help, figures), this.#status, menu(this.#status, () => this.#choices())));
    for (const event of /** @type {const} */ (['list', 'people'])) this.model.on(event, () => this.refresh());
  }

  render() {
    const { model } = this;
    for (const { filter, link, count } of this.#filters) {
      const number = COUNTED.includes(filter.id) ? [...model.store.values()].filter((summary) => filter.fits(summary, model.me.id)).length : 0;
      attribute(link, 'aria-current', filter.id === model.listing.filter.id ? 'page' : null);
      text(count, number > 99 ? '99+' : number ? String(number) : '');
      attribute(link, 'data-urgent', filter.id === 'waiting' && number > 0);
    }
    const { mine } = model.team;
    this.#face.show(model.me, mine);
    text(this.#mine, spoken(mine));
    arrange(this.#sound, [icon(soundOn() ? 'sound' : 'mute', 18)]);
    attribute(this.#sound, 'aria-label', soundOn() ? 'Sound is on' : 'Sound is off');
    attribute(this.#sound, 'title', soundOn() ? 'Sound is on' : 'Sound is off');
    attribute(this.#sound, 'aria-pressed', String(soundOn()));
    const others = model.team.workers.filter(({ id, status }) => id !== model.me.id && (status ?? 'offline') !== 'offline');
    this.#teamBox.hidden = others.length === 0;
    arrange(this.#team, others.slice(0, 12).map(({ id, name, status = 'offline' }) => h('li', { 'data-agent': id }, h('i', { class: 'dot', 'data-status': status }), h('span', {}, name), h('span', { class: 'visually-hidden' }, status))));
  }

  #toggleSound() {
    setSound(!soundOn());
    this.render();
  }

  /** @returns {import('./menu.js').Choice[]} */
  #choices() {
    const { model } = this;
    const hints = { online: 'takes conversations', away: 'back soon', offline: 'not at work' };
    const leave = { label: 'Sign out', run: () => void post('/auth/logout').catch(() => {}).then(() => location.assign('/sign-in')) };
    return [...(model.mayWork ? STATES : []).map((status) => ({ label: spoken(status), hint: hints[status], current: model.team.mine === status, run: () => model.setStatus(status) })), leave];
  }
}
customElements.define('parley-rail', Rail);
