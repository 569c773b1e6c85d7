import { Connection } from '../shared/connection.js';
import { Emitter } from '../shared/emitter.js';

/**
 * @typedef {import('../shared/types.js').Stats} Stats
 *
 * @typedef {object} Events
 * @property {Stats} stats
 * @property {import('../shared/connection.js').State} state
 * @property {undefined} forbidden this user may not see figures any more
 * @property {{ text: string, bad?: boolean }} say
 */

/**
 * The workspace's figures, sent by the server every second.
 *
 * @extends {Emitter<Events>}
 */
export class Figures extends Emitter {
  connection;
  /** @type {Stats | undefined} the last ones */
  stats;

  /**
   * @param {string} url
   * @param {string} workspace its name
   */
  constructor(url, workspace) {
    super();
    this.workspace = workspace;
    this.connection = new Connection({ url, hello: () => ({}) });
    this.connection.on('state', (state) => this.emit('state', state));
    this.connection.on('unsubscribed', () => this.#forbidden());
    this.connection.on('frame', (frame) => frame.type === 'stats' && this.#take(frame));
  }

  open() {
    this.connection.subscribe('stats');
    this.connection.open();
  }

  #forbidden() {
    this.connection.close();
    this.emit('forbidden', undefined);
  }

  /** @param {Stats} stats */
  #take(stats) {
    this.stats = stats;
    this.emit('stats', stats);
  }
}
