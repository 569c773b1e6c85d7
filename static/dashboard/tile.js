import { arrange, attribute, h, text } from '../inbox/dom.js';

/**
 * One figure with its name and what to make of it.
 *
 * @param {string} name
 * @param {string} [span] the time it looks at
 */
export function tile(name, span = '') {
  const value = h('p', { class: 'tile-value' }, '–');
  const note = h('p', { class: 'tile-note' });
  const element = h('li', { class: 'tile' }, h('h2', {}, name, span && h('small', {}, ` · ${span}`)), value, note);
  let drawn = '';

  /** @param {string | number | HTMLElement} what @param {string} words @param {'good' | 'warn' | 'bad' | ''} [mood] */
  const show = (what, words, mood = '') => {
    const now = typeof what === 'object' ? (what.textContent ?? '') : String(what);
    if (now !== drawn) arrange(value, [typeof what === 'object' ? what : now]);
    drawn = now;
    text(note, words);
    attribute(element, 'data-mood', mood || null);
  };
  return { element, show };
}
