import { h } from './dom.js';
import { face } from './icons.js';

/**
 * Asks how it was: a face, then a word if the visitor likes.
 *
 * @param {import('./words.js').Words} words
 * @param {(score: number, comment: string) => void} rate
 */
export function rating(words, rate) {
  let score = 0;
  const comment = h('textarea', { rows: '2', maxlength: 2000, placeholder: words.rateComment, 'aria-label': words.rateComment, dir: 'auto' });
  const rest = h('div', { class: 'rest', hidden: true }, comment, h('button', { class: 'primary', text: words.rateSend }));
  const faces = words.scores.map((label, at) => {
    const button = h('button', { type: 'button', role: 'radio', class: `score s${at + 1}`, 'aria-checked': 'false', 'aria-label': label, title: label, tabindex: at ? '-1' : '0' }, face(at + 1));
    button.addEventListener('click', () => choose(at + 1));
    return button;
  });

  /** @param {number} chosen */
  function choose(chosen) {
    score = chosen;
    rest.hidden = false;
    faces.forEach((button, at) => {
      button.setAttribute('aria-checked', String(at + 1 === chosen));
      button.tabIndex = at + 1 === chosen ? 0 : -1;
    });
    faces[chosen - 1]?.focus();
  }

  const group = h('div', { class: 'scores', role: 'radiogroup', 'aria-label': words.rateTitle }, ...faces);
  group.addEventListener('keydown', (event) => {
    const forward = getComputedStyle(group).direction === 'rtl' ? -1 : 1;
    const step = /** @type {Record<string, number>} */ ({ ArrowRight: forward, ArrowLeft: -forward, ArrowDown: 1, ArrowUp: -1 })[event.key];
    if (!step) return;
    event.preventDefault();
    choose(((score - 1 + step + 5) % 5) + 1);
  });
  const element = h('form', { class: 'card rating' }, h('p', { class: 'title', text: words.rateTitle }), group, rest);
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    if (score) rate(score, comment.value.trim());
  });
  return element;
}
