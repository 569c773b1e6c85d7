import { parse, plain, render, safe } from '../shared/markdown.js';
import { clock, full } from '../shared/time.js';
import { arrange, attribute, h, text } from './dom.js';
import { icon } from './icons.js';
import { happened, nameOf, said, toolWords, whyNot } from './words.js';

/**
 * @typedef {import('../shared/transcript.js').Item} Item
 * @typedef {import('../shared/types.js').Message} Message
 *
 * @typedef {object} Around what a message shows beside itself
 * @property {string} me
 * @property {import('../shared/types.js').Person | undefined} contact by the name that is known now, whatever it was then
 * @property {string} assistant the AI's name
 * @property {boolean} continued the one before is of the same author, a moment ago
 * @property {boolean} seen the contact has read it, and nothing later
 * @property {Map<string, string> | undefined} tools what the AI used on the way: name -> state
 * @property {(clientId: string, what: 'retry' | 'edit' | 'discard') => void} failed
 */

/** The same element serves an echo or a turn and the message that it becomes. */
export function messageItem() {
  const author = h('span', { class: 'message-author' });
  const time = h('time', { class: 'message-time', hidden: true });
  const tools = h('ul', { role: 'list', class: 'tools', hidden: true });
  const body = h('div', { class: 'message-text' });
  const sources = h('ul', { role: 'list', class: 'sources', 'aria-label': 'Sources', hidden: true });
  const foot = h('div', { class: 'message-foot', hidden: true });
  const head = h('div', { class: 'message-head' }, author, time);
  const element = h('li', { class: 'message' }, head, h('div', { class: 'bubble' }, tools, body, sources), foot);
  let drawn = '';

  /** @param {Item} item @param {Around} around */
  const show = (item, around) => {
    const state = stateOf(item, around);
    const now = JSON.stringify([state.drawn, around.continued, around.seen, around.tools && [...around.tools]]);
    if (now === drawn) return;
    drawn = now;
    attribute(element, 'data-kind', state.kind);
    attribute(element, 'data-continued', around.continued);
    attribute(element, 'data-status', state.status);
    text(author, state.author);
    time.hidden = !state.at;
    text(time, state.at ? clock(state.at, navigator.language) : '');
    attribute(time, 'datetime', state.at);
    attribute(time, 'title', state.at && full(state.at, navigator.language));
    drawText(body, state);
    drawTools(tools, around.tools);
    drawSources(sources, state.message);
    drawFoot(foot, item, state, around);
  };
  return { element, show };
}

/** @typedef {ReturnType<typeof stateOf>} State */

/** @param {Item} item @param {Around} around */
function stateOf(item, { me, assistant, contact }) {
  if ('turn' in item) {
    const { text: words, state } = item.turn;
    return { kind: 'ai', author: assistant, at: '', words, status: state, message: undefined, drawn: [words.length, state] };
  }
  if ('echo' in item) {
    const { text: words, status, note, at, code } = item.echo;
    return { kind: note ? 'note' : 'agent', author: 'You', at, words, status, message: undefined, drawn: [words, status, code] };
  }
  const { message } = item;
  const { author } = message;
  const whispered = message.kind === 'note' && (message.data?.whisper || message.data?.kind === 'whisper');
  const kind = message.kind === 'event' ? 'event' : whispered ? 'whisper' : message.kind === 'note' ? 'note' : author.kind;
  const name = author.kind === 'ai' ? author.name || assistant : author.id === me ? 'You' : author.kind === 'system' ? 'Parley' : author.kind === 'contact' && contact ? nameOf(contact) : nameOf({ id: author.id ?? '', name: author.name });
  const label = whispered ? `${name} to the AI` : kind === 'note' ? `${name} · note` : name;
  return { kind, author: label, at: message.at, words: said(message), status: undefined, message, drawn: [message.rev, message.id, name] };
}

/** @param {Element} body @param {State} state */
function drawText(body, { kind, words, status, message }) {
  if (message?.kind === 'event') return text(body, happened(message));
  if (!words && status && kind === 'ai') return arrange(body, [h('span', { class: 'dots', role: 'img', 'aria-label': 'The AI is thinking' }, h('i'), h('i'), h('i'))]);
  arrange(body, [...render(kind === 'ai' ? parse(words) : plain(words)).childNodes]);
  for (const { name, url } of message?.attachments ?? []) body.append(link(name, url));
}

/** @param {string} name @param {string | undefined} url */
function link(name, url) {
  const to = url?.startsWith('/') && !url.startsWith('//') ? url : safe(url ?? '');
  return to ? h('a', { href: to, target: '_blank', rel: 'noopener nofollow' }, name) : h('span', {}, name);
}

/** @param {HTMLElement} list @param {Map<string, string> | undefined} tools */
function drawTools(list, tools) {
  list.hidden = !tools?.size;
  arrange(list, [...(tools ?? [])].map(([name, state]) => h('li', { 'data-state': state }, icon('tool', 12), toolWords(name, state))));
}

/** @param {HTMLElement} list @param {Message | undefined} message */
function drawSources(list, message) {
  const sources = message?.sources ?? [];
  list.hidden = sources.length === 0;
  arrange(list, sources.map(({ title, url }) => h('li', {}, icon('book', 12), link(title, url))));
}

/** @param {HTMLElement} foot @param {Item} item @param {State} state @param {Around} around */
function drawFoot(foot, item, { status, message }, { seen, failed }) {
  /** @type {(Node | string)[]} */
  const parts = [];
  if (message?.cut) parts.push('Cut off when a person took over');
  if (seen) parts.push('Seen');
  if (status === 'sending') parts.push('Sending…');
  if ('echo' in item && status === 'failed') {
    const { client_id: id, code } = item.echo;
    const choice = (/** @type {'retry' | 'edit' | 'discard'} */ what, /** @type {string} */ label) => h('button', { type: 'button', class: 'link', onclick: () => failed(id, what) }, label);
    parts.push(h('span', { class: 'bad', role: 'alert' }, whyNot(code)), choice('retry', 'Try again'), choice('edit', 'Edit'), choice('discard', 'Discard'));
  }
  foot.hidden = parts.length === 0;
  arrange(foot, parts.map((part) => (typeof part === 'string' ? h('span', {}, part) : part)));
}
