import { h } from './dom.js';
import { icon } from './icons.js';

/**
 * @typedef {{ key: string, shown?: string, what: string, run: () => void }} Shortcut
 */

/**
 * Single keys, as long as nobody is writing; Escape always.
 *
 * @param {Shortcut[]} shortcuts
 */
export function listen(shortcuts) {
  const byKey = new Map(shortcuts.map((shortcut) => [shortcut.key, shortcut]));
  document.addEventListener('keydown', (event) => {
    const shortcut = byKey.get(event.key);
    if (!shortcut || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector('dialog[open]')) return;
    if (event.key !== 'Escape' && writing(event.target)) return;
    event.preventDefault();
    shortcut.run();
  });
}

/** @param {EventTarget | null} target */
function writing(target) {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type));
}

/**
 * The sheet that tells them.
 *
 * @param {Shortcut[]} shortcuts
 * @returns {HTMLDialogElement} `showModal()` opens it
 */
export function sheet(shortcuts) {
  const lines = shortcuts.flatMap(({ key, shown, what }) => [h('dt', {}, h('kbd', {}, shown ?? key)), h('dd', {}, what)]);
  const dialog = h('dialog', { class: 'sheet', 'aria-labelledby': 'sheet-title' },
    h('header', {}, h('h2', { id: 'sheet-title' }, 'Keyboard shortcuts'), h('button', { type: 'button', class: 'button icon quiet', 'aria-label': 'Close', onclick: () => dialog.close() }, icon('close', 18))),
    h('dl', {}, ...lines, h('dt', {}, h('kbd', {}, 'Enter')), h('dd', {}, 'Send'), h('dt', {}, h('kbd', {}, 'Shift'), ' ', h('kbd', {}, 'Enter')), h('dd', {}, 'New line')));
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  return dialog;
}
