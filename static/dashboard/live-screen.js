import { attribute, h, text, View } from '../inbox/dom.js';
import { icon } from '../inbox/icons.js';
import { Notices } from '../inbox/notices.js';
import { duration } from '../inbox/words.js';
import { MinuteChart } from './minute-chart.js';
import { tile } from './tile.js';

const LATE_SECONDS = 300;

/**
 * What a manager keeps on a second screen: who waits, who works, how fast answers come.
 *
 * @extends {View<import('./figures.js').Figures>}
 */
export class LiveScreen extends View {
  #waiting = tile('Waiting for a person');
  #open = tile('Open conversations');
  #share = tile('Handled now');
  #agents = tile('Agents online');
  #visitors = tile('Visitors on the site');
  #response = tile('Median first response');
  #bar = h('div', { class: 'share', 'aria-hidden': 'true' }, h('i', { class: 'ai' }), h('i', { class: 'human' }));
  #chart = new MinuteChart();
  #total = h('span', { class: 'soft' });
  #as = h('span', { class: 'as-of' }, h('i', {}), h('span', {}, 'Connecting…'));

  build() {
    this.#share.element.append(this.#bar);
    const head = h('header', { class: 'live-head' }, h('a', { class: 'mark', href: '/' }, icon('logo', 22), h('span', {}, this.model.workspace)), h('h1', {}, 'Live figures'), this.#as, h('a', { class: 'button', href: '/inbox' }, icon('inbox', 15), 'Inbox'));
    const tiles = h('ul', { role: 'list', class: 'tiles', 'aria-label': 'Figures' }, ...[this.#waiting, this.#open, this.#share, this.#agents, this.#visitors, this.#response].map(({ element }) => element));
    const chart = h('section', { class: 'panel', 'aria-labelledby': 'chart-title' }, h('header', {}, h('h2', { id: 'chart-title' }, 'Messages a minute'), this.#total), this.#chart);
    const notices = new Notices();
    notices.writes = false;
    this.append(notices.attach(this.model), h('div', { class: 'live-page-body' }, head, h('main', {}, tiles, chart)));
    this.model.on('stats', () => this.refresh());
    this.model.on('state', () => this.refresh());
  }

  render() {
    const { stats, connection } = this.model;
    attribute(this, 'data-live', connection.isOpen && Boolean(stats));
    if (!stats) return;
    const time = new Date(stats.at).toLocaleTimeString();
    text(/** @type {Element} */ (this.#as.lastElementChild), connection.isOpen ? `Live, ${time}` : `As of ${time}`);
    this.#waiting.show(stats.waiting, stats.waiting ? `Longest: ${duration(stats.longest_wait)}` : 'Nobody waits', !stats.waiting ? 'good' : stats.longest_wait > LATE_SECONDS ? 'bad' : 'warn');
    this.#open.show(stats.open, 'not resolved');
    this.#showShare(stats.ai, stats.human);
    this.#agents.show(stats.agents_online, stats.agents_online ? 'ready to take over' : 'nobody to take over', stats.agents_online ? '' : 'warn');
    this.#visitors.show(stats.visitors, 'just now');
    const { median_first_response: median } = stats;
    this.#response.show(typeof median === 'number' ? duration(median) : '–', typeof median === 'number' ? 'half were faster' : 'no answers yet');
    this.#chart.show(stats.messages, stats.at);
    const total = stats.messages.reduce((sum, count) => sum + count, 0);
    text(this.#total, `${total} in the last ${stats.messages.length} minutes`);
  }

  /** @param {number} ai @param {number} human */
  #showShare(ai, human) {
    const whole = ai + human;
    this.#share.show(h('span', { class: 'pair' }, h('span', { class: 'ai' }, ai, h('small', {}, ' AI')), h('span', { class: 'human' }, human, h('small', {}, human === 1 ? ' person' : ' people'))), whole ? `${Math.round((ai / whole) * 100)} % by the AI` : 'nothing to handle');
    for (const [at, part] of [ai, human].entries()) /** @type {HTMLElement} */ (this.#bar.children[at]).style.flexGrow = String(whole ? part : 0);
  }
}
customElements.define('parley-live', LiveScreen);
