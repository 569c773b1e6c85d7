import { Visitor } from '../static/shared/visitor.js';
import { Announcer } from './announcer.js';
import { Banner } from './banner.js';
import { palette } from './colour.js';
import { Composer } from './composer.js';
import { h } from './dom.js';
import { Header } from './header.js';
import { rows } from './rows.js';
import { Thread } from './thread.js';

/**
 * @typedef {import('../static/shared/types.js').Message} Message
 * @typedef {import('./bridge.js').Init} Init
 *
 * @typedef {object} Setting what the page was served with
 * @property {string} key
 * @property {string} name of the workspace
 * @property {string} color
 * @property {string} greeting
 * @property {string} assistant
 */

/** The chat itself: a visitor, its screen, and the host's page behind the bridge. */
export class App {
  #setting;
  #tongue;
  #memory;
  #bridge;
  #visitor;
  #header;
  #thread;
  #banner;
  #composer;
  #announcer = new Announcer();
  #open = false;
  #asked = false;
  #drawing = false;
  #unread = -1;
  #lastSent = '';
  /** @type {Set<string>} */
  #answered = new Set();

  /**
   * @param {Setting} setting
   * @param {import('./words.js').Tongue & { language: string }} tongue
   * @param {import('./memory.js').Memory} memory
   * @param {import('./bridge.js').Bridge} bridge
   * @param {Init} init
   */
  constructor(setting, tongue, memory, bridge, init) {
    const { words } = tongue;
    this.#setting = setting;
    this.#tongue = tongue;
    this.#memory = memory;
    this.#bridge = bridge;
    const url = new URL('/ws/visitor', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    this.#visitor = new Visitor({ url: url.href, key: setting.key, token: memory.get('token'), identity: init.identity, locale: tongue.locale, page: init.page });
    this.#header = new Header(words, bridge.embedded ? () => this.#close() : undefined);
    this.#banner = new Banner(words, () => this.#visitor.connection.retry());
    this.#thread = new Thread(words, () => this.#visitor.older());
    this.#composer = new Composer(words, memory.get('draft') ?? '', {
      send: (text) => this.#send(text),
      typing: (on) => this.#visitor.typing(on),
      draft: (text) => memory.set('draft', text || undefined),
      human: () => this.#human(),
    });
    this.element = h('div', { class: 'chat' }, this.#header.element, this.#banner.element, this.#thread.element, this.#composer.element, this.#announcer.element);
    this.#paint(setting.color);
    this.#listen();
    this.#draw();
  }

  connect() {
    this.#visitor.open();
  }

  /** @param {string} [draft] what the host's page suggests to write */
  open(draft) {
    this.#open = true;
    if (draft) this.#composer.suggest(String(draft));
    this.#composer.focus();
    this.#changed();
  }

  close() {
    this.#open = false;
    this.#visitor.typing(false);
  }

  #listen() {
    const visitor = this.#visitor;
    visitor.on('change', () => this.#changed());
    visitor.on('token', (token) => this.#memory.set('token', token));
    visitor.on('message', (message) => this.#heard(message));
    visitor.on('done', ({ action, code }) => {
      if (action === 'human' && code) this.#asked = false;
      if (action === 'rate' && code) this.#memory.set('rated', undefined);
      this.#changed();
    });
    visitor.on('welcome', ({ workspace }) => {
      const { color, greeting, assistant } = workspace.brand;
      Object.assign(this.#setting, { name: workspace.name, greeting: greeting ?? '', assistant: assistant ?? '' });
      this.#paint(color ?? this.#setting.color);
      this.#bridge.tell({ type: 'ready' });
    });
    this.#bridge.on('page', (page) => visitor.page(page));
    this.#bridge.on('identify', (identity) => visitor.identify(identity));
    document.addEventListener('visibilitychange', () => this.#changed());
    document.addEventListener('keydown', ({ key, isComposing }) => key === 'Escape' && !isComposing && this.#close());
  }

  #close() {
    if (this.#bridge.embedded) this.#bridge.tell({ type: 'close' });
  }

  /** @param {string} text */
  #send(text) {
    this.#lastSent = this.#visitor.send(text);
  }

  #human() {
    if (this.#asked) return;
    this.#asked = true;
    this.#visitor.human();
    this.#changed();
  }

  /** @param {Message} message */
  #heard({ id, at, author, kind, text }) {
    if (author.kind === 'contact' || kind === 'event') return;
    this.#announcer.say(author.name ?? this.#assistant, text);
    this.#bridge.tell({ type: 'message', message: { id, at, author: author.kind } });
  }

  /** @param {string} color */
  #paint(color) {
    const colours = palette(color);
    for (const [name, value] of Object.entries(colours)) document.documentElement.style.setProperty(name, value);
    this.#bridge.tell({ type: 'brand', color: colours['--brand'] });
  }

  /** However much changes at once, it is drawn once. */
  #changed() {
    if (this.#drawing) return;
    this.#drawing = true;
    const draw = () => this.#drawing && this.#draw();
    requestAnimationFrame(draw);
    setTimeout(draw, 200); // A hidden frame is given no animation frames, and its badge has to change all the same.
  }

  #draw() {
    this.#drawing = false;
    const { transcript, connection } = this.#visitor;
    const seen = this.#open && document.visibilityState === 'visible';
    if (seen && connection.isOpen) this.#visitor.read();
    if (transcript.conversation?.mode === 'queued' || transcript.conversation?.mode === 'human') this.#asked = false;
    this.#banner.show(connection.state);
    this.#header.show(this.#who());
    this.#thread.greet(this.#setting.greeting);
    this.#thread.show(this.#rows(), transcript.hasOlder, this.#lastSent);
    this.#composer.human(this.#asked ? 'asked' : (transcript.conversation?.mode ?? 'ai') === 'ai' ? 'offer' : 'none');
    this.#composer.disable(connection.state.phase === 'closed');
    this.#tellUnread(seen ? 0 : this.#visitor.unread);
  }

  /** @param {number} count */
  #tellUnread(count) {
    if (count === this.#unread) return;
    this.#unread = count;
    this.#bridge.tell({ type: 'unread', count });
  }

  get #assistant() {
    return this.#setting.assistant || this.#tongue.words.assistant;
  }

  #rows() {
    const { transcript, connection } = this.#visitor;
    return rows({
      transcript,
      tongue: this.#tongue,
      assistant: this.#assistant,
      connected: connection.isOpen,
      peerRead: this.#peerRead(),
      rated: this.#rated(),
      answered: this.#answered,
      retry: (clientId) => this.#visitor.resend(clientId),
      answer: (form, answers) => {
        this.#answered.add(form);
        this.#lastSent = this.#visitor.send('', { answers });
      },
      rate: (score, comment) => {
        this.#memory.set('rated', this.#episode());
        this.#visitor.rate(score, comment);
        this.#changed();
      },
    });
  }

  /** An answer shows that all before it was read. */
  #peerRead() {
    const { transcript } = this.#visitor;
    const answer = transcript.messages.findLast(({ author, kind }) => author.kind !== 'contact' && kind !== 'event');
    return Math.max(transcript.conversation?.peer_read_seq ?? 0, transcript.readBy(({ kind }) => kind !== 'contact'), answer?.seq ?? 0);
  }

  #rated() {
    const last = this.#visitor.transcript.messages.findLast(({ data }) => data?.event === 'rated' || data?.event === 'resolved');
    return last?.data?.event === 'rated' || this.#memory.get('rated') === this.#episode();
  }

  #episode() {
    const { conversation } = this.#visitor.transcript;
    return `${conversation?.id}:${conversation?.epoch}`;
  }

  /** @returns {import('./header.js').Shown} */
  #who() {
    const { words } = this.#tongue;
    const conversation = this.#visitor.transcript.conversation;
    const live = this.#visitor.connection.isOpen;
    const { assignee, mode = 'ai', status } = conversation ?? {};
    const { name } = this.#setting;
    if (status === 'resolved') return { kind: 'workspace', name, status: words.resolved, live: false };
    if (mode === 'human' && assignee) return { kind: 'agent', name: assignee.name ?? name, picture: assignee.avatar, status: name, live };
    if (mode === 'ai') return { kind: 'ai', name: this.#setting.assistant || name, status: words.instant, live };
    return { kind: 'workspace', name, status: words.queued, live };
  }
}
