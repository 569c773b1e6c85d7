/**
 * Elements without markup: text is always text, whoever wrote it.
 *
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {{ [attribute: string]: string | number | boolean | null | undefined | ((event: any) => void) }} Props
 *   `on…` listens (onclick), `true` and `false` set and leave out an attribute, everything else is an attribute
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Props} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else attribute(element, name, value);
  }
  element.append(...children.filter(present).map((child) => (typeof child === 'number' ? String(child) : child)));
  return element;
}

/** @param {Child} child @returns {child is Node | string | number} */
const present = (child) => child !== null && child !== undefined && child !== false && child !== '';

/**
 * Touches the element only if something changes, so that a screen reader and the browser have less to do.
 *
 * @param {Element} element
 * @param {string} name
 * @param {string | number | boolean | null | undefined} value
 */
export function attribute(element, name, value) {
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const text = value === true ? '' : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/** @param {Element} element @param {string} value */
export function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}

/**
 * Brings a parent's children into the given order, moving as few as possible: focus, selection and scroll stay.
 *
 * @param {Element} parent
 * @param {(Node | string)[]} children
 */
export function arrange(parent, children) {
  const wanted = children.map((child) => (typeof child === 'string' ? document.createTextNode(child) : child));
  /** @type {Set<Node>} */
  const keep = new Set(wanted);
  for (const child of [...parent.childNodes]) if (!keep.has(child)) child.remove();
  let at = parent.firstChild;
  for (const node of wanted) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
}

/**
 * A custom element over one model: `attach` gives it the model once, `refresh` draws at most once a frame.
 *
 * @template Model
 */
export class View extends HTMLElement {
  #due = false;
  /** @type {Model | undefined} */
  #model;

  /** @returns {Model} */
  get model() {
    if (!this.#model) throw new Error(`${this.localName} has no model yet`);
    return this.#model;
  }

  /** @param {Model} model @returns {this} */
  attach(model) {
    this.#model = model;
    this.build();
    this.render();
    return this;
  }

  refresh() {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.render();
    });
  }

  /** Once, before the first `render`. */
  build() {}

  render() {}
}
