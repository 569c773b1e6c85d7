/**
 * @typedef {{ class?: string, text?: string, on?: Record<string, (event: any) => void>, [attribute: string]: any }} Given
 */

/**
 * Makes an element. Text only ever becomes text; `false`, null and undefined leave an attribute away.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Given} [given] attributes, `text`, and listeners in `on`
 * @param {Array<Node | string | null | undefined | false>} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function h(name, given = {}, ...children) {
  const element = document.createElement(name);
  const { text, on = {}, ...attributes } = given;
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, String(value));
  }
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  if (text !== undefined) element.textContent = text;
  for (const child of children) if (child) element.append(child);
  return element;
}

/**
 * @typedef {{ key: string, mark: string, make: () => HTMLElement }} Row `mark` changes when the element has to be made anew
 */

/** A list that keeps each element for as long as its row keeps `key` and `mark`. */
export class Rows {
  /** @type {Map<string, { mark: string, element: HTMLElement }>} */
  #held = new Map();
  #parent;
  #settled = false;

  /** @param {HTMLElement} parent its children are this list's alone */
  constructor(parent) {
    this.#parent = parent;
  }

  /** @param {Row[]} rows */
  show(rows) {
    const keys = new Set(rows.map((row) => row.key));
    for (const [key, { element }] of this.#held) {
      if (keys.has(key)) continue;
      element.remove();
      this.#held.delete(key);
    }
    /** @type {Element | null} */
    let place = this.#parent.firstElementChild;
    for (const row of rows) {
      const before = this.#held.get(row.key)?.element;
      const element = this.#element(row);
      if (before && before === place) place = element;
      if (element === place) place = place.nextElementSibling;
      else this.#parent.insertBefore(element, place);
    }
    this.#settled = true;
  }

  /** @param {Row} row */
  #element({ key, mark, make }) {
    const held = this.#held.get(key);
    if (held?.mark === mark) return held.element;
    const element = make();
    if (held) held.element.replaceWith(element);
    else if (this.#settled) element.classList.add('enter');
    this.#held.set(key, { mark, element });
    return element;
  }
}
