import { get } from '../inbox/api.js';
import { h } from '../inbox/dom.js';
import { icon } from '../inbox/icons.js';
import { Figures } from './figures.js';
import { LiveScreen } from './live-screen.js';

const MANAGERS = ['owner', 'admin', 'manager'];
const signIn = () => location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);

async function begin() {
  const { user } = await get('/me');
  if (!MANAGERS.includes(user.role)) return keptOut();
  const figures = new Figures(`${location.origin.replace(/^http/, 'ws')}/ws/agent`, user.workspace.name);
  figures.on('state', ({ verdict }) => verdict === 'sign_in' && signIn());
  figures.on('forbidden', keptOut);
  document.body.replaceChildren(new LiveScreen().attach(figures));
  figures.open();
}

function keptOut() {
  document.body.replaceChildren(h('main', { class: 'boot' }, icon('lock', 36), h('h1', {}, 'Managers only'), h('p', {}, 'The live figures are for managers and owners. Ask one of them for access.'), h('a', { class: 'button primary', href: '/inbox' }, 'To the inbox')));
}

/** @param {any} error */
function failed(error) {
  if (error.status === 401 || error.status === 403) return signIn();
  const again = h('button', { type: 'button', class: 'button primary', onclick: () => location.reload() }, 'Try again');
  document.body.replaceChildren(h('main', { class: 'boot', role: 'alert' }, h('h1', {}, 'The figures could not be opened'), h('p', {}, error.message), again));
}

begin().catch(failed);
