const YEAR_S = 365 * 86_400;
const COOKIES = ['token', 'rated'];

/**
 * What stays in this browser for one workspace, and only once the visitor has opened the chat. A browser that forbids a
 * frame of another site its storage (Chrome does in private windows) still has cookies apart for each site around the frame:
 * they hold the little that makes a visitor known on the next page. Where there is nothing at all, the page itself remembers.
 */
export class Memory {
  #key;
  /** @type {Map<string, string>} */
  #page = new Map();
  #lasting = false;

  /** @param {string} key the workspace's public key */
  constructor(key) {
    this.#key = key;
  }

  /** From now on it is kept; what was said so far too. */
  keep() {
    this.#lasting = true;
    for (const [name, value] of this.#page) this.set(name, value);
  }

  /** @param {string} name @returns {string | undefined} */
  get(name) {
    if (this.#page.has(name) || !this.#lasting) return this.#page.get(name);
    try {
      return localStorage.getItem(`parley:${this.#key}:${name}`) ?? undefined;
    } catch {
      return this.#cookie(name);
    }
  }

  /** @param {string} name @param {string | undefined} value undefined: forget it */
  set(name, value) {
    if (value === undefined) this.#page.delete(name);
    else this.#page.set(name, value);
    if (!this.#lasting) return;
    try {
      if (value === undefined) localStorage.removeItem(`parley:${this.#key}:${name}`);
      else localStorage.setItem(`parley:${this.#key}:${name}`, value);
    } catch {
      this.#bake(name, value);
    }
  }

  /** @param {string} name @returns {string | undefined} */
  #cookie(name) {
    const start = `parley_${this.#key}_${name}=`;
    const found = document.cookie.split('; ').find((cookie) => cookie.startsWith(start));
    return found && decodeURIComponent(found.slice(start.length));
  }

  /** Seen by the frame's own page alone. @param {string} name @param {string | undefined} value */
  #bake(name, value) {
    if (!COOKIES.includes(name)) return;
    const scope = 'Path=/widget/frame; Secure; SameSite=None; Partitioned';
    document.cookie = `parley_${this.#key}_${name}=${encodeURIComponent(value ?? '')}; Max-Age=${value === undefined ? 0 : YEAR_S}; ${scope}`;
  }
}
