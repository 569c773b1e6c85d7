/**
 * Who is here: the agents of the workspace, and the visitors on its site.
 *
 * @typedef {import('../shared/types.js').Presence} Presence
 * @typedef {{ id: string, name: string, email: string, role: string, status?: 'online' | 'away' | 'offline' }} Agent
 */
export class Team {
  /** @type {Map<string, Agent>} */
  agents = new Map();
  /** @type {Map<string, Presence>} by contact */
  visitors = new Map();

  /** @type {'online' | 'away' | 'offline'} this agent's own availability */
  mine = 'online';

  /** @param {string} me */
  constructor(me) {
    this.me = me;
  }

  /** @param {Agent[]} agents */
  list(agents) {
    for (const agent of agents) this.agents.set(agent.id, agent.id === this.me ? { ...agent, status: this.mine } : agent);
  }

  /**
   * All who are here of a kind, and nobody else.
   *
   * @param {'agent' | 'contact'} kind
   * @param {Presence[]} present
   */
  here(kind, present) {
    const ids = new Set(present.map(({ who }) => who.id));
    if (kind === 'contact') this.visitors.clear();
    else for (const { id } of this.agents.values()) if (!ids.has(id)) this.#seen(id, 'offline');
    for (const presence of present) this.meet(presence);
  }

  /** @param {Presence} presence */
  meet(presence) {
    const { who, status } = presence;
    if (who.kind === 'agent') this.#seen(who.id, status);
    else if (status === 'offline') this.visitors.delete(who.id);
    else this.visitors.set(who.id, { ...presence, page: presence.page ?? this.visitors.get(who.id)?.page });
  }

  /**
   * Another of this agent's windows that closes makes nobody leave.
   *
   * @param {string} id
   * @param {'online' | 'away' | 'offline'} status
   */
  #seen(id, status) {
    if (id !== this.me || status !== 'offline') this.set(id, status);
  }

  /** @param {string} id @param {'online' | 'away' | 'offline'} status */
  set(id, status) {
    const agent = this.agents.get(id);
    if (id === this.me) this.mine = status;
    if (agent) this.agents.set(id, { ...agent, status });
  }

  /** @returns {Agent[]} those who can work, the present first, this agent before all */
  get workers() {
    const rank = (/** @type {Agent} */ { id, status }) => (id === this.me ? 0 : status === 'online' ? 1 : status === 'away' ? 2 : 3);
    return [...this.agents.values()].filter(({ role }) => role !== 'viewer').sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  }
}
