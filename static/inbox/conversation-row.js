import { avatar } from './avatar.js';
import { attribute, h, text } from './dom.js';
import { gist, nameOf, owner, since, spoken } from './words.js';

/**
 * @typedef {import('../shared/types.js').Conversation} Summary
 *
 * @typedef {object} Seen what a row shows beside its conversation
 * @property {string} href
 * @property {boolean} current
 * @property {boolean} present the contact is on the site now
 * @property {string | undefined} draft
 * @property {string} me
 */

/** One line of the list: made once for a conversation, then only told what changed. */
export function conversationRow() {
  const face = avatar('medium');
  const name = h('span', { class: 'row-name' });
  const time = h('time', { class: 'row-time' });
  const preview = h('span', { class: 'row-preview' });
  const unread = h('span', { class: 'badge', hidden: true });
  const state = h('span', { class: 'chip' });
  const label = h('span', { class: 'chip', hidden: true });
  const channel = h('span', { class: 'row-channel' });
  const link = h('a', { class: 'row' }, face.element, h('span', { class: 'row-body' },
    h('span', { class: 'row-line' }, name, time), h('span', { class: 'row-line' }, preview, unread), h('span', { class: 'row-line row-meta' }, state, label, channel)));
  const element = h('li', {}, link);

  /** @param {Summary} summary @param {Seen} seen */
  const show = (summary, { href, current, present, draft, me }) => {
    const contact = summary.contact ?? { id: summary.id };
    const who = owner(summary, me);
    face.show(contact, present ? 'online' : undefined);
    text(name, nameOf(contact));
    text(time, since(summary.last_at));
    attribute(time, 'datetime', summary.last_at);
    text(preview, draft ? `Draft: ${draft}` : gist(summary.preview ?? '') || (summary.last_seq ? 'Filled in a form' : 'No messages yet'));
    attribute(preview, 'data-draft', Boolean(draft));
    unread.hidden = summary.unread === 0;
    text(unread, summary.unread > 99 ? '99+' : String(summary.unread));
    attribute(unread, 'aria-label', `${summary.unread} unread`);
    attribute(unread, 'role', 'img');
    text(state, who.text);
    attribute(state, 'data-kind', who.kind);
    label.hidden = !summary.label || summary.label === 'unscored';
    text(label, spoken(summary.label ?? ''));
    attribute(label, 'data-kind', summary.label);
    text(channel, !summary.channel || summary.channel === 'widget' || summary.channel === 'web' ? '' : spoken(summary.channel));
    attribute(link, 'href', href);
    attribute(link, 'aria-current', current ? 'true' : null);
    attribute(link, 'data-unread', summary.unread > 0 && who.kind !== 'ai');
  };
  return { element, link, show };
}
