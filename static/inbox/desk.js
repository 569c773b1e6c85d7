import { Connection } from '../shared/connection.js';
import { Emitter } from '../shared/emitter.js';
import { get, post } from './api.js';
import { needsMe } from './filters.js';
import { Room } from './room.js';
import { Shelf } from './shelf.js';
import { Team } from './team.js';
import { whyRefused } from './words.js';

/**
 * @typedef {import('../shared/types.js').Conversation} Summary
 * @typedef {import('../shared/types.js').ServerFrame} ServerFrame
 * @typedef {import('./team.js').Agent} Agent
 *
 * @typedef {object} Events
 * @property {undefined} list the view, or a conversation in it, changed
 * @property {undefined} room another conversation is open, or none
 * @property {undefined} people who is here changed
 * @property {import('../shared/connection.js').State} state
 * @property {Summary} calls a contact wrote to, or waits for, a person
 * @property {string | undefined} moved the open conversation is in another one now, or gone
 * @property {{ text: string, bad?: boolean }} say something that the agent should know
 */

const ROOMS = 8;
/** Messages that a conversation keeps while it is not open. */
const KEPT = 200;

/**
 * The inbox without its screen: everything that is known, kept live, and everything that an agent can do.
 *
 * @extends {Emitter<Events>}
 */
export class Desk extends Emitter {
  connection;
  team;
  shelf;
  /** @type {Map<string, Room>} the open one last */
  #rooms = new Map();
  /** @type {Room | undefined} */
  room;
  /** @type {string | undefined} */
  #cursor;
  #assistant = 'AI';

  /**
   * @param {Agent & { workspace: { id: string, name: string } }} me
   * @param {{ url: string, host?: import('../shared/host.js').Host }} live
   */
  constructor(me, live) {
    super();
    this.me = me;
    this.team = new Team(me.id);
    this.team.set(me.id, me.status ?? 'online');
    this.shelf = new Shelf(me.id);
    this.shelf.on('change', () => this.emit('list', undefined));
    this.shelf.on('cursor', (cursor) => this.#follow(cursor));
    this.connection = new Connection({ ...live, hello: () => ({}) });
    this.connection.on('frame', (frame) => this.#take(frame));
    this.connection.on('welcome', ({ workspace }) => (this.#assistant = workspace.brand?.assistant || 'AI'));
    this.connection.on('state', (state) => this.#state(state));
    this.connection.on('unsubscribed', ({ topic }) => topic === `conversation:${this.room?.id}` && this.#lost());
    this.connection.on('failed', ({ frame, code }) => this.#rooms.get(frame.conversation)?.refuse(frame, code));
    this.connection.on('settled', ({ frame, answer }) => answer.type === 'ok' && this.#rooms.get(frame.conversation)?.discard(frame.client_id));
  }

  get store() {
    return this.shelf.store;
  }

  get listing() {
    return this.shelf.listing;
  }

  /** @returns {boolean} whether this agent may do more than read */
  get mayWork() {
    return this.me.role !== 'viewer';
  }

  /** @returns {boolean} whether this agent sees figures and may take from others */
  get manages() {
    return ['owner', 'admin', 'manager'].includes(this.me.role);
  }

  /** @returns {Summary | undefined} the open conversation, as far as is known */
  get current() {
    return this.room && (this.store.get(this.room.id) ?? this.room.transcript.conversation);
  }

  /** @returns {string} how the workspace calls its AI */
  get assistant() {
    return this.#assistant;
  }

  /** @returns {Summary[]} what needs this agent and has not been read */
  get calling() {
    return [...this.store.values()].filter((summary) => needsMe(summary, this.me.id));
  }

  async start() {
    this.connection.open();
    this.connection.subscribe('visitors');
    this.#agents();
    await this.shelf.more();
    for (const filter of ['mine', 'waiting']) void this.shelf.learnOf(filter);
  }

  /** @param {string | undefined} id the conversation to open; none: close */
  open(id) {
    if (this.room?.id === id) return;
    this.#leave();
    if (id) {
      const room = this.#rooms.get(id) ?? new Room(id, this.connection);
      this.#rooms.delete(id);
      this.#rooms.set(id, room);
      for (const [old, { precious }] of this.#rooms) if (this.#rooms.size > ROOMS && !precious) this.#rooms.delete(old);
      if (room.loaded) room.readUpTo = this.store.get(id)?.unread ? this.store.get(id)?.read_seq : undefined;
      this.room = room;
      this.connection.subscribe(`conversation:${id}`, () => room.resume);
    }
    this.emit('room', undefined);
  }

  /** Everything in the open conversation has been seen. */
  read() {
    const { room } = this;
    const seq = room?.transcript.messages.at(-1)?.seq ?? 0;
    const summary = room && (this.store.get(room.id) ?? room.transcript.conversation);
    if (!room || !summary || !this.mayWork || seq <= summary.read_seq) return;
    this.connection.latest(`read:${room.id}`, { type: 'read', conversation: room.id, seq });
    this.#learn({ ...summary, read_seq: seq, unread: 0 });
  }

  /**
   * A change that REST makes; its effect comes as a frame too, whichever is first.
   *
   * @param {string} id
   * @param {'resolve' | 'reopen' | 'snooze' | 'assign' | 'takeover' | 'release'} verb
   * @param {Record<string, unknown>} [body]
   * @returns {Promise<boolean>} whether it was done; why not has been said
   */
  async act(id, verb, body = {}) {
    try {
      const answer = await post(`/conversations/${id}/${verb}`, body);
      if (answer?.conversation) this.#learn(answer.conversation);
      return true;
    } catch (error) {
      this.#refused(id, error);
      return false;
    }
  }

  /**
   * Over the open connection, because it is the fastest way to silence the AI.
   *
   * @param {string} id
   * @param {'takeover' | 'release'} verb
   */
  async own(id, verb) {
    const epoch = this.store.get(id)?.epoch;
    if (!this.connection.isOpen) return this.act(id, verb, verb === 'takeover' && epoch !== undefined ? { epoch } : {});
    try {
      await this.connection.request({ type: verb, conversation: id, ...(verb === 'takeover' && epoch !== undefined && { epoch }) });
      return true;
    } catch (error) {
      this.#refused(id, error);
      return false;
    }
  }

  /** @param {'online' | 'away' | 'offline'} status */
  setStatus(status) {
    this.connection.latest('status', { type: 'status', status });
    this.team.set(this.me.id, status);
    this.emit('people', undefined);
  }

  #leave() {
    if (!this.room) return;
    this.connection.unsubscribe(`conversation:${this.room.id}`);
    this.room.transcript.trim(KEPT);
    if (this.mayWork) this.connection.cast({ type: 'viewing', conversation: this.room.id, on: false });
    this.room = undefined;
  }

  /** @param {import('../shared/connection.js').State} state */
  #state(state) {
    if (state.phase === 'open' && this.shelf.loading.error) void this.shelf.more();
    this.emit('state', state);
  }

  /** @param {string} id @param {unknown} error */
  #refused(id, error) {
    const owner = this.store.get(id)?.assignee;
    const text = whyRefused(/** @type {{ code?: string, message: string }} */ (error), owner?.id === this.me.id ? undefined : owner);
    this.emit('say', { text, bad: true });
  }

  async #agents() {
    const answer = await get('/agents').catch(() => undefined);
    if (answer) this.team.list(answer.items);
    this.emit('people', undefined);
  }

  /** From the first page on, changes come live. @param {string} cursor */
  #follow(cursor) {
    if (this.#cursor !== undefined) return;
    this.#cursor = cursor;
    this.connection.subscribe('inbox', () => ({ cursor: this.#cursor }));
  }

  /** @param {Summary} summary */
  #learn(summary) {
    if (this.shelf.learn(summary) && this.room?.id === summary.id) this.room.apply({ type: 'conversation', conversation: summary });
  }

  /** @param {Summary} summary as it is from now on */
  #changes(summary) {
    const held = this.store.get(summary.id);
    this.#learn(summary);
    if (summary.rev > (held?.rev ?? -1) && this.#calls(held, summary)) this.emit('calls', summary);
  }

  /** @param {Summary | undefined} before @param {Summary} after */
  #calls(before, after) {
    const queued = after.mode === 'queued' && after.status === 'open' && before?.mode !== 'queued';
    return queued || (needsMe(after, this.me.id) && after.unread > (before?.unread ?? 0));
  }

  /** @param {ServerFrame} frame */
  #take(frame) {
    if (frame.type === 'presence') this.#present(frame);
    else if (frame.type === 'subscribed') this.#subscribed(frame);
    else if (frame.type === 'conversation') this.#changes(frame.conversation);
    else if (frame.type === 'mark' && frame.topic === 'inbox') this.#cursor = frame.cursor;
    else if (frame.type === 'gone') this.#gone(frame);
    else if (frame.type === 'error' && !frame.ref && !frame.client_id) this.emit('say', { text: frame.detail, bad: true });
    else if ('conversation' in frame && typeof frame.conversation === 'string') this.#rooms.get(frame.conversation)?.apply(frame);
  }

  /** @param {import('../shared/types.js').Subscribed} frame */
  #subscribed(frame) {
    if (frame.presence) {
      this.team.here(frame.topic === 'visitors' ? 'contact' : 'agent', frame.presence);
      this.emit('people', undefined);
    }
    if (frame.conversation) this.#learn(frame.conversation);
    if (frame.topic.startsWith('conversation:')) return this.#rooms.get(frame.topic.slice(13))?.apply(frame);
    if (frame.topic !== 'inbox') return;
    if (frame.cursor !== undefined) this.#cursor = frame.cursor;
    if (frame.snapshot) this.shelf.again(this.current);
    for (const summary of frame.conversations ?? []) this.#learn(summary);
    if (frame.more && !frame.snapshot) this.connection.subscribe('inbox', () => ({ cursor: this.#cursor }));
  }

  /** @param {import('../shared/types.js').PresenceFrame} frame */
  #present(frame) {
    this.team.meet(frame);
    this.emit('people', undefined);
  }

  /** @param {import('../shared/types.js').Gone} frame */
  #gone(frame) {
    this.shelf.forget(frame.conversation);
    this.#rooms.delete(frame.conversation);
    if (this.room?.id === frame.conversation) this.#lost(frame.into);
  }

  /** @param {string} [into] */
  #lost(into) {
    this.emit('say', { text: into ? 'This conversation was joined with another one.' : 'This conversation does not exist, or not any more.', bad: !into });
    this.emit('moved', into);
  }
}
