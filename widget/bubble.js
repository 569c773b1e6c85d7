import { parse, plain, render, safe } from '../static/shared/markdown.js';
import { clock, full } from '../static/shared/time.js';
import { avatar } from './avatar.js';
import { h } from './dom.js';
import { icon } from './icons.js';

/**
 * @typedef {import('../static/shared/types.js').Message} Message
 * @typedef {import('./words.js').Tongue} Tongue
 * @typedef {{ first: boolean, last: boolean }} Place in the run of one author
 * @typedef {'waiting' | 'sending' | 'sent' | 'read' | 'failed'} Delivery
 */

/**
 * What the other side wrote.
 *
 * @param {Message} message
 * @param {Place} place
 * @param {Tongue} tongue
 */
export function theirs(message, place, tongue) {
  const { words, locale } = tongue;
  const body = text(message.text, message.author.kind === 'ai');
  const name = message.author.name ?? (message.author.kind === 'ai' ? words.assistant : '');
  return h(
    'div',
    { class: `line theirs ${message.author.kind}${place.first ? ' first' : ''}${place.last ? ' last' : ''}` },
    place.last ? avatar(message.author) : h('span', { class: 'avatar none' }),
    h(
      'div',
      { class: 'said' },
      h('p', { class: place.first ? 'by' : 'unseen', text: name }),
      h('div', { class: 'bubble', dir: 'auto', title: full(message.at, locale) }, body, sources(message, tongue)),
      message.cut && h('p', { class: 'meta', text: words.cut }),
      place.last && h('p', { class: 'meta' }, h('time', { datetime: message.at, text: clock(message.at, locale) })),
    ),
  );
}

/**
 * What the AI has said so far of what it is saying.
 *
 * @param {import('../static/shared/turns.js').Live} turn
 * @param {boolean} first
 * @param {string} name
 * @param {Tongue} tongue
 */
export function streaming(turn, first, name, tongue) {
  const body = turn.text ? text(turn.text, true) : dots(tongue.words.thinking);
  const classes = turn.text ? 'bubble streaming' : 'bubble waiting';
  return h(
    'div',
    { class: `line theirs ai last${first ? ' first' : ''}` },
    avatar({ kind: 'ai' }),
    h('div', { class: 'said' }, first && h('p', { class: 'by', text: name }), h('div', { class: classes, dir: 'auto' }, body)),
  );
}

/**
 * Somebody writes.
 *
 * @param {{ kind: string, name?: string }} who
 * @param {string} label
 */
export function typing(who, label) {
  return h('div', { class: 'line theirs last first' }, avatar(who), h('div', { class: 'said' }, h('div', { class: 'bubble waiting' }, dots(label))));
}

/**
 * What the visitor wrote.
 *
 * @param {{ text: string, at: string }} message
 * @param {Place} place
 * @param {Delivery} delivery
 * @param {Tongue} tongue
 * @param {() => void} [retry] given for what failed
 */
export function mine(message, place, delivery, { words, locale }, retry) {
  const bubble = h('div', { class: 'bubble', dir: 'auto', title: full(message.at, locale) }, text(message.text, false));
  const icons = /** @type {const} */ ({ waiting: 'clock', sending: 'clock', sent: 'check', read: 'checks' });
  const state =
    delivery === 'failed'
      ? h('button', { type: 'button', class: 'retry', on: { click: () => retry?.() } }, icon('retry'), words.failed)
      : h('p', { class: `meta ${delivery}` }, h('time', { datetime: message.at, text: clock(message.at, locale) }), icon(icons[delivery]), h('span', { class: 'unseen', text: words[delivery] }));
  const shown = place.last || delivery !== 'read';
  return h('div', { class: `line mine ${delivery}${place.first ? ' first' : ''}${place.last ? ' last' : ''}` }, h('div', { class: 'said' }, h('p', { class: 'unseen', text: words.you }), bubble, shown && state));
}

/** @param {string} said @param {boolean} marked whether Markdown means something in it */
function text(said, marked) {
  return render(marked ? parse(said) : plain(said));
}

/** @param {string} label */
function dots(label) {
  return h('span', { class: 'dots' }, h('i'), h('i'), h('i'), h('span', { class: 'unseen', text: label }));
}

/** @param {Message} message @param {Tongue} tongue */
function sources({ sources: found = [] }, { words }) {
  if (!found.length) return null;
  const links = found.map(({ title, url }) => {
    const to = url && safe(url);
    const inside = [icon('book'), h('span', { text: title })];
    return h('li', {}, to ? h('a', { href: to, target: '_blank', rel: 'noopener nofollow' }, ...inside) : h('span', {}, ...inside));
  });
  return h('ul', { class: 'sources', 'aria-label': words.sources }, ...links);
}
