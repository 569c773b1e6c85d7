import { h } from './dom.js';

/**
 * A button with a list of things to do below it. Arrow keys move, Escape closes, focus comes back to the button.
 *
 * @typedef {{ label: string, run: () => void, current?: boolean, hint?: string }} Choice
 *
 * @param {HTMLButtonElement} button
 * @param {() => Choice[]} choices asked each time it opens
 * @returns {HTMLElement} to stand beside the button
 */
export function menu(button, choices) {
  const list = h('div', { role: 'menu', class: 'menu', popover: 'auto' });
  button.setAttribute('aria-haspopup', 'menu');
  button.setAttribute('aria-expanded', 'false');
  button.popoverTargetElement = list;
  list.addEventListener('beforetoggle', (event) => {
    const opens = /** @type {ToggleEvent} */ (event).newState === 'open';
    button.setAttribute('aria-expanded', String(opens));
    if (!opens) return;
    list.replaceChildren(...choices().map((choice) => entry(list, choice)));
    list.firstElementChild?.setAttribute('autofocus', '');
    requestAnimationFrame(() => place(list, button));
  });
  list.addEventListener('keydown', (event) => move(list, event));
  return list;
}

/** @param {HTMLElement} list @param {Choice} choice */
function entry(list, { label, run, current, hint }) {
  const button = h('button', { type: 'button', role: current === undefined ? 'menuitem' : 'menuitemradio', 'aria-checked': current === undefined ? null : String(current), tabindex: '-1' }, h('span', {}, label), hint && h('small', {}, hint));
  button.addEventListener('click', () => {
    list.hidePopover();
    run();
  });
  return button;
}

/** @param {HTMLElement} list @param {HTMLElement} button */
function place(list, button) {
  const at = button.getBoundingClientRect();
  const below = at.bottom + list.offsetHeight + 12 < innerHeight;
  list.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - list.offsetHeight - 4)}px`;
  list.style.left = `${Math.max(8, Math.min(at.left, innerWidth - list.offsetWidth - 8))}px`;
}

/** @param {HTMLElement} list @param {KeyboardEvent} event */
function move(list, event) {
  const entries = /** @type {HTMLElement[]} */ ([...list.children]);
  const at = entries.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
  event.stopPropagation();
  if (event.key === 'Tab') list.hidePopover();
  if (to === undefined) return;
  event.preventDefault();
  entries.at(to % entries.length)?.focus();
}
