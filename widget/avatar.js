import { h } from './dom.js';
import { icon } from './icons.js';

/**
 * A round picture of who speaks: an agent's own one if it lives on this server, else initials; a spark for the AI.
 *
 * @param {{ kind: string, name?: string, avatar?: string }} author
 */
export function avatar({ kind, name = '', avatar: picture }) {
  if (kind === 'ai') return h('span', { class: 'avatar ai', 'aria-hidden': 'true' }, icon('spark'));
  if (picture?.startsWith('/') && !picture.startsWith('//')) return h('img', { class: 'avatar', src: picture, alt: '' });
  return h('span', { class: 'avatar', 'aria-hidden': 'true', text: initials(name) || '•' });
}

/** @param {string} name */
function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '');
  return letters.join('').toUpperCase();
}
