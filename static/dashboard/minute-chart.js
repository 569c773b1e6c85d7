import { arrange, attribute, h, text } from '../inbox/dom.js';

const NS = 'http://www.w3.org/2000/svg';
const HEIGHT = 220;
const LEFT = 34;
const BOTTOM = 24;
const TOP = 10;

/**
 * One bar a minute, the present on the right. The same numbers stand in a table for who can't see it; a finger, a mouse
 * or the arrow keys point at a minute.
 */
export class MinuteChart extends HTMLElement {
  #svg = svg('svg', { class: 'chart', role: 'img', tabindex: 0 });
  #tip = h('div', { class: 'chart-tip', hidden: true });
  #rows = h('tbody', {});
  /** @type {number[]} */
  #counts = [];
  #end = 0;
  #at = -1;

  connectedCallback() {
    if (this.firstChild) return;
    const head = h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Minute'), h('th', { scope: 'col' }, 'Messages')));
    const table = h('details', { class: 'chart-table' }, h('summary', {}, 'Show as a table'), h('div', { class: 'chart-scroll', tabindex: '0', role: 'region', 'aria-label': 'Messages a minute' }, h('table', {}, head, this.#rows)));
    this.append(h('div', { class: 'chart-box' }, this.#svg, this.#tip), table);
    new ResizeObserver(() => this.#draw()).observe(this);
    this.#svg.addEventListener('pointermove', (event) => this.#point(this.#minuteAt(event.offsetX)));
    this.#svg.addEventListener('pointerleave', () => this.#point(-1));
    this.#svg.addEventListener('blur', () => this.#point(-1));
    this.#svg.addEventListener('keydown', (event) => this.#key(event));
  }

  /** @param {number[]} counts oldest first, one a minute @param {string} at the last minute's time */
  show(counts, at) {
    const end = Math.floor(Date.parse(at) / 60_000) * 60_000;
    if (end === this.#end && counts.length === this.#counts.length && counts.every((count, index) => count === this.#counts[index])) return;
    this.#counts = counts;
    this.#end = end;
    this.#draw();
    this.#tell();
  }

  get #width() {
    return Math.max(240, this.clientWidth);
  }

  /** @param {number} index */
  #time(index) {
    return new Date(this.#end - (this.#counts.length - 1 - index) * 60_000).toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' });
  }

  #draw() {
    const counts = this.#counts;
    if (!counts.length) return;
    const width = this.#width;
    const step = (width - LEFT) / counts.length;
    const top = ceiling(Math.max(...counts, 1));
    const y = (/** @type {number} */ value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
    const lines = [0, top / 2, top].flatMap((value) => [svg('line', { class: 'grid', x1: LEFT, x2: width, y1: y(value), y2: y(value) }), label(String(value), LEFT - 8, y(value) + 4, 'end')]);
    const bars = counts.map((count, index) => svg('rect', { class: index === this.#at ? 'bar pointed' : 'bar', x: LEFT + index * step + step * 0.14, width: step * 0.72, y: y(count), height: Math.max(y(0) - y(count), count ? 2 : 0), rx: Math.min(3, step * 0.3) }));
    const every = Math.ceil(counts.length / Math.max(2, Math.floor(width / 110)));
    const times = counts.flatMap((_, index) => ((counts.length - 1 - index) % every ? [] : [label(this.#time(index), Math.min(LEFT + (index + 0.5) * step, width - 2), HEIGHT - 6, index === counts.length - 1 ? 'end' : 'middle')]));
    attribute(this.#svg, 'viewBox', `0 0 ${width} ${HEIGHT}`);
    attribute(this.#svg, 'height', HEIGHT);
    attribute(this.#svg, 'aria-label', `Messages a minute: now ${counts.at(-1)}, at most ${Math.max(...counts)}. Arrow keys read single minutes; a table follows.`);
    arrange(this.#svg, [...lines, ...bars, ...times]);
  }

  #tell() {
    arrange(this.#rows, this.#counts.map((count, index) => h('tr', {}, h('td', {}, this.#time(index)), h('td', {}, String(count)))).reverse());
    if (this.#at >= 0) this.#point(this.#at);
  }

  /** @param {number} x */
  #minuteAt(x) {
    const index = Math.floor((x - LEFT) / ((this.#width - LEFT) / this.#counts.length));
    return index >= 0 && index < this.#counts.length ? index : -1;
  }

  /** @param {number} index */
  #point(index) {
    const count = this.#counts[index];
    this.#at = count === undefined ? -1 : index;
    this.#tip.hidden = count === undefined;
    attribute(this.#tip, 'role', document.activeElement === this.#svg ? 'status' : null);
    this.#svg.querySelectorAll('rect').forEach((bar, at) => attribute(bar, 'class', at === this.#at ? 'bar pointed' : 'bar'));
    if (count === undefined) return;
    text(this.#tip, `${this.#time(index)}: ${count} ${count === 1 ? 'message' : 'messages'}`);
    const x = LEFT + (index + 0.5) * ((this.#width - LEFT) / this.#counts.length);
    this.#tip.style.left = `${Math.min(Math.max(x, 70), this.#width - 70)}px`;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const last = this.#counts.length - 1;
    const from = this.#at < 0 ? last + 1 : this.#at;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#point(Math.max(0, Math.min(last, to)));
  }
}
customElements.define('parley-minutes', MinuteChart);

/** The next number that reads well on an axis and can be halved. @param {number} value */
function ceiling(value) {
  const size = 10 ** Math.floor(Math.log10(value));
  const nice = [1, 2, 3, 4, 5, 6, 8, 10].map((step) => step * size).find((step) => step >= value) ?? value;
  return Math.max(2, nice);
}

/** @param {string} words @param {number} x @param {number} y @param {string} anchor */
function label(words, x, y, anchor) {
  const element = svg('text', { x, y, 'text-anchor': anchor });
  element.textContent = words;
  return element;
}

/** @template {keyof SVGElementTagNameMap} Tag @param {Tag} tag @param {Record<string, string | number>} attributes */
function svg(tag, attributes) {
  const element = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
