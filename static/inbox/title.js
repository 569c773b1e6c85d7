import { nameOf } from './words.js';
import { chime } from './sound.js';

const PACE_MS = 150;

/**
 * What calls an agent who looks elsewhere: the number in the title and on the installed app's icon, and a sound.
 *
 * @param {import('./desk.js').Desk} desk
 * @param {HTMLElement} status where it is said to those who listen
 */
export function callAttention(desk, status) {
  /** @type {any} */
  let timer;
  desk.on('list', () => (timer ??= setTimeout(() => {
    timer = undefined;
    count(desk);
  }, PACE_MS)));
  desk.on('calls', (summary) => {
    const watched = desk.room?.id === summary.id && document.visibilityState === 'visible' && document.hasFocus();
    if (watched || !desk.mayWork) return;
    if (desk.team.mine !== 'offline') chime();
    status.textContent = summary.mode === 'queued' ? `${nameOf(summary.contact)} waits for a person.` : `New message from ${nameOf(summary.contact)}.`;
  });
}

/** @param {import('./desk.js').Desk} desk */
function count(desk) {
  const { length } = desk.calling;
  const title = `${length ? `(${length}) ` : ''}Inbox · ${desk.me.workspace.name}`;
  if (document.title !== title) document.title = title;
  void (length ? navigator.setAppBadge?.(length) : navigator.clearAppBadge?.())?.catch(() => {});
}
