import { get, patch } from './api.js';
import { avatar } from './avatar.js';
import { arrange, attribute, h, text, View } from './dom.js';
import { icon } from './icons.js';
import { safe } from '../shared/markdown.js';
import { leadCard, jobList, factList } from './about.js';
import { moment, nameOf } from './words.js';

/**
 * @typedef {{ id: string, name?: string, email?: string, phone?: string, company?: string, locale?: string, facts?: Record<string, unknown>,
 *   page?: import('../shared/types.js').Page, created_at?: string, seen_at?: string }} Contact
 * @typedef {{ contact: Contact, lead?: import('./about.js').Lead, jobs?: import('./about.js').Job[], rating?: { score: number, comment?: string } }} Detail
 */

const FIELDS = /** @type {const} */ ([['name', 'Name', 'text', 'Unknown'], ['email', 'E-mail', 'email', 'Add e-mail'], ['phone', 'Phone', 'tel', 'Add phone'], ['company', 'Company', 'text', 'Add company']]);
/** A lead is scored 20 s after the contact has gone quiet: looked at once after a change, and once after that. */
const SOON_MS = 1_200;
const SCORED_MS = 24_000;

/**
 * The right pane: who the contact is, where on the site, how good a lead, what was done about it.
 *
 * @extends {View<import('./desk.js').Desk>}
 */
export class ContactPane extends View {
  #face = avatar('large');
  #name = h('h2', { class: 'contact-name' });
  #presence = h('p', { class: 'soft' });
  #page = h('p', { class: 'contact-page', hidden: true });
  #fields = FIELDS.map(([name, label, type, hint]) => this.#field(name, label, type, hint));
  #form = h('form', { class: 'contact-fields', 'aria-label': 'Contact details' }, ...this.#fields.map(({ row }) => row));
  #more = h('div', { class: 'contact-more' });
  #status = h('p', { class: 'contact-status', role: 'status' });
  #body = h('div', { class: 'contact-body' });
  /** @type {string | undefined} */
  #room;
  #rev = -1;
  /** @type {Detail | undefined} */
  #detail;
  /** @type {any[]} */
  #timers = [];
  onclose = () => {};

  build() {
    const close = h('button', { type: 'button', class: 'button icon quiet close-about', 'aria-label': 'Close contact', onclick: () => this.onclose() }, icon('close', 18));
    this.#body.append(h('header', { class: 'contact-head' }, this.#face.element, h('div', {}, this.#name, this.#presence), close), this.#page, this.#form, this.#status, this.#more);
    this.append(this.#body);
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
    });
    for (const event of /** @type {const} */ (['list', 'room', 'people'])) this.model.on(event, () => this.refresh());
  }

  render() {
    const { room, team } = this.model;
    const summary = this.model.current;
    this.#body.hidden = !room;
    if (room?.id !== this.#room) this.#begin(room?.id);
    if (room && summary && summary.rev !== this.#rev) this.#soon(summary.rev);
    if (!room) return;
    const contact = this.#detail?.contact ?? summary?.contact ?? { id: room.id };
    const visit = team.visitors.get(contact.id);
    this.#face.show(contact, visit && 'online');
    text(this.#name, nameOf(contact));
    const seen = this.#detail?.contact.seen_at;
    text(this.#presence, visit ? 'On the site now' : seen ? `Last seen ${moment(seen)}` : 'Not on the site');
    this.#showPage(visit?.page ?? this.#detail?.contact.page, Boolean(visit));
    for (const { input, name } of this.#fields) {
      input.readOnly = !this.model.mayWork || !this.#detail;
      if (document.activeElement !== input && !input.hasAttribute('aria-invalid')) input.value = this.#detail?.contact[name] ?? '';
    }
  }

  /** @param {string | undefined} id */
  #begin(id) {
    this.#room = id;
    this.#rev = -1;
    this.#detail = undefined;
    for (const { input } of this.#fields) attribute(input, 'aria-invalid', null);
    text(this.#status, '');
    this.#more.replaceChildren();
    if (id) void this.#load();
  }

  /** @param {number} rev */
  #soon(rev) {
    const first = this.#rev < 0;
    this.#rev = rev;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = (first ? [SCORED_MS] : [SOON_MS, SCORED_MS]).map((ms) => setTimeout(() => void this.#load(), ms));
  }

  async #load() {
    const id = this.#room;
    if (!id) return;
    try {
      const detail = await get(`/conversations/${id}`);
      if (this.#room !== id) return;
      this.#detail = detail;
      this.#tell();
    } catch (error) {
      if (this.#room !== id || this.#detail) return;
      arrange(this.#more, [h('p', { class: 'soft' }, 'The contact could not be loaded.'), h('button', { type: 'button', class: 'button', onclick: () => void this.#load() }, 'Try again')]);
    }
  }

  #tell() {
    const { lead, jobs, contact, rating } = /** @type {Detail} */ (this.#detail);
    const stars = rating && section('Rating', h('p', { class: 'rating' }, h('span', { role: 'img', 'aria-label': `${rating.score} of 5` }, '★'.repeat(rating.score) + '☆'.repeat(5 - rating.score)), rating.comment && h('q', {}, rating.comment)));
    const parts = [leadCard(lead), stars, factList({ ...contact.facts, ...lead?.facts, ...(contact.locale && { language: contact.locale }), ...(contact.created_at && { first_seen: moment(contact.created_at) }) }), jobList(jobs)];
    arrange(this.#more, parts.filter((part) => part instanceof Node));
    this.refresh();
  }

  /** @param {import('../shared/types.js').Page | undefined} page @param {boolean} now */
  #showPage(page, now) {
    const to = safe(page?.url ?? '');
    this.#page.hidden = !page?.url;
    if (!page?.url) return;
    const words = page.title || page.url;
    arrange(this.#page, [icon('globe', 14), h('span', {}, h('span', { class: 'soft' }, now ? 'Looking at ' : 'Last looked at '), to ? h('a', { href: to, target: '_blank', rel: 'noopener noreferrer nofollow', title: page.url }, words) : words)]);
  }

  /** @param {'name' | 'email' | 'phone' | 'company'} name @param {string} label @param {string} type @param {string} hint */
  #field(name, label, type, hint) {
    const input = h('input', { id: `contact-${name}`, name, type, placeholder: hint, autocomplete: 'off', maxlength: 200, 'data-1p-ignore': true });
    input.addEventListener('change', () => void this.#save(input, name));
    return { name, input, row: h('div', { class: 'contact-field' }, h('label', { for: input.id }, label), input) };
  }

  /** @param {HTMLInputElement} input @param {'name' | 'email' | 'phone' | 'company'} name */
  async #save(input, name) {
    const { contact } = this.#detail ?? {};
    const value = input.value.trim();
    if (!contact || value === (contact[name] ?? '') || !this.model.mayWork) return;
    text(this.#status, 'Saving…');
    try {
      const saved = await patch(`/contacts/${contact.id}`, { [name]: value || null });
      Object.assign(contact, { [name]: value || undefined }, saved?.contact ?? saved);
      attribute(input, 'aria-invalid', null);
      text(this.#status, 'Saved');
      setTimeout(() => this.#status.textContent === 'Saved' && text(this.#status, ''), 2_000);
      this.refresh();
    } catch (error) {
      attribute(input, 'aria-invalid', 'true');
      text(this.#status, `Not saved: ${/** @type {Error} */ (error).message}`);
    }
  }
}
customElements.define('parley-contact', ContactPane);

/** @param {string} title @param {...Node} children */
function section(title, ...children) {
  return h('section', { class: 'card' }, h('h3', {}, title), ...children);
}
