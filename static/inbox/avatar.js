import { attribute, h, text } from './dom.js';
import { initials, nameOf, tone } from './words.js';

/**
 * A person as a circle with initials; whom the AI answers gets no face of its own.
 *
 * @param {'small' | 'medium' | 'large'} size
 */
export function avatar(size) {
  const letters = h('span', { class: 'avatar-letters' });
  const dot = h('span', { class: 'avatar-dot', hidden: true });
  const element = h('span', { class: `avatar ${size}`, 'aria-hidden': 'true' }, letters, dot);

  /** @param {{ id: string, name?: string | undefined }} person @param {string} [status] */
  const show = (person, status) => {
    text(letters, person.name ? initials(person.name) : '?');
    attribute(element, 'data-tone', tone(person.id));
    attribute(element, 'data-status', status);
    attribute(element, 'title', nameOf(person));
    dot.hidden = !status || status === 'offline';
  };
  return { element, show };
}
