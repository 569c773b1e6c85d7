/**
 * What stays in this browser for one workspace: only once the visitor has opened the chat, and never where the browser
 * refuses (then it lasts as long as the page).
 */
export class Memory {
  #prefix;
  /** @type {Map<string, string>} */
  #page = new Map();
  #lasting = false;

  /** @param {string} key the workspace's public key */
  constructor(key) {
    this.#prefix = `parley:${key}:`;
  }

  /** From now on it is kept; what was said so far too. */
  keep() {
    this.#lasting = true;
    for (const [name, value] of this.#page) this.set(name, value);
  }

  /** @param {string} name @returns {string | undefined} */
  get(name) {
    try {
      return this.#page.get(name) ?? (this.#lasting ? localStorage.getItem(this.#prefix + name) : null) ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** @param {string} name @param {string | undefined} value undefined: forget it */
  set(name, value) {
    if (value === undefined) this.#page.delete(name);
    else this.#page.set(name, value);
    if (!this.#lasting) return;
    try {
      if (value === undefined) localStorage.removeItem(this.#prefix + name);
      else localStorage.setItem(this.#prefix + name, value);
    } catch {
      // Storage is full or forbidden: the page's own copy has to do.
    }
  }
}
