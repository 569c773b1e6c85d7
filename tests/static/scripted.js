/** A world for a Connection that obeys the test: its clock, its network, its dice. */
export class World {
  time = 1_000_000;
  sockets = [];
  dice = 0.5;
  broken = false;
  #timers = new Map();
  #next = 1;
  #listeners = new Set();

  connect = () => {
    if (this.broken) throw new Error('no network');
    const socket = new Wire();
    this.sockets.push(socket);
    return socket;
  };
  now = () => this.time;
  random = () => this.dice;
  setTimeout = (fn, ms) => {
    this.#timers.set(this.#next, { fn, at: this.time + ms });
    return this.#next++;
  };
  clearTimeout = (id) => this.#timers.delete(id);
  signals = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  signal(name) {
    for (const listener of this.#listeners) listener(name);
  }

  /** Lets time pass, timer by timer. */
  pass(ms) {
    const end = this.time + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.time = Math.max(this.time, due[1].at);
      due[1].fn();
    }
    this.time = end;
  }

  get wire() {
    return this.sockets.at(-1);
  }
}

class Wire {
  sent = [];
  bufferedAmount = 0;
  closedWith = null;
  onopen = null;
  onmessage = null;
  onclose = null;
  onerror = null;
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close(code) {
    this.closedWith = code;
  }

  /** The server's side. */
  accept() {
    this.onopen?.({});
  }
  say(...frames) {
    for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) });
  }
  drop(code = 1006) {
    this.onclose?.({ code, reason: '' });
  }
  of(type) {
    return this.sent.filter((frame) => frame.type === type);
  }
}

export const welcome = (extra = {}) => ({
  type: 'welcome',
  session: '00000000-0000-4000-8000-000000000001',
  me: { id: 'me', kind: 'contact' },
  workspace: { id: 'w', name: 'Shop', locale: 'en', brand: {} },
  messages: [],
  snapshot: true,
  more: false,
  ping: 20,
  reconnect: { min: 1, max: 3 },
  ...extra,
});

export const message = (seq, extra = {}) => ({
  id: `m${seq}`,
  seq,
  prev: seq - 1,
  rev: seq,
  author: { kind: 'ai', id: 'a' },
  kind: 'text',
  text: `text ${seq}`,
  attachments: [],
  at: '2026-11-20T10:00:00.000Z',
  ...extra,
});

export const conversation = (extra = {}) => ({ id: 'c', rev: 1, epoch: 1, mode: 'ai', status: 'open', last_seq: 0, read_seq: 0, unread: 0, ...extra });
