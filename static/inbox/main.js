import { get } from './api.js';
import { Desk } from './desk.js';
import { h } from './dom.js';
import { Inbox } from './inbox.js';

const signIn = () => location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);

async function begin() {
  const { user, status } = await get('/me');
  const desk = new Desk({ ...user, status }, { url: `${location.origin.replace(/^http/, 'ws')}/ws/agent` });
  desk.on('state', ({ verdict }) => verdict === 'sign_in' && signIn());
  document.body.replaceChildren(new Inbox().attach(desk));
  await desk.start();
}

/** @param {any} error */
function failed(error) {
  if (error.status === 401 || error.status === 403) return signIn();
  const again = h('button', { type: 'button', class: 'button primary', onclick: () => location.reload() }, 'Try again');
  document.body.replaceChildren(h('main', { class: 'boot', role: 'alert' }, h('h1', {}, 'The inbox could not be opened'), h('p', {}, error.message), again));
}

begin().catch(failed);
