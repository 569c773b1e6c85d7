/**
 * The little Markdown that an assistant may use: bold, italic, code, links, lists, headings (shown as bold), fenced code.
 * Text is untrusted: the result is made of nodes, never of markup, and a link leads to http(s) or mailto or nowhere.
 *
 * @typedef {{ type: 'text', text: string } | { type: 'code', text: string } | { type: 'strong', inside: Inline[] }
 *   | { type: 'em', inside: Inline[] } | { type: 'link', href: string, inside: Inline[] } | { type: 'br' }} Inline
 * @typedef {{ type: 'p', inside: Inline[] } | { type: 'h', inside: Inline[] } | { type: 'pre', text: string }
 *   | { type: 'ul', start: number, items: Inline[][] } | { type: 'ol', start: number, items: Inline[][] }} Block
 */

const DEEPEST = 6;
const INLINE = new RegExp(
  [
    '`([^`\\n]+)`',
    '\\*\\*(?=\\S)([^\\n]*?\\S)\\*\\*(?!\\*)',
    '(?<![\\w*])\\*(?=[^\\s*])([^*\\n]*?[^\\s*])\\*(?![\\w*])',
    '(?<![\\w_])_(?=[^\\s_])([^_\\n]*?[^\\s_])_(?![\\w_])',
    '\\[([^\\]\\n]{1,500})\\]\\(([^)\\s]{1,2000})\\)',
    '((?:https?://|mailto:)[^\\s<>"\'`]{1,2000})',
  ].join('|'),
  'gu',
);

/**
 * @param {string} text
 * @returns {Block[]}
 */
export function parse(text) {
  /** @type {Block[]} */
  const blocks = [];
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const item = listItem(line);
    if (!line.trim()) at += 1;
    else if (line.startsWith('```')) at = fence(lines, at, blocks);
    else if (item) at = list(lines, at, item, blocks);
    else if (/^#{1,6}\s+\S/.test(line)) {
      blocks.push({ type: 'h', inside: inline(line.replace(/^#+\s+/, '')) });
      at += 1;
    } else at = paragraph(lines, at, blocks);
  }
  return blocks;
}

/**
 * Text as a person typed it: line breaks and addresses, nothing else has a meaning.
 *
 * @param {string} text
 * @returns {Block[]}
 */
export function plain(text) {
  return [{ type: 'p', inside: text.split('\n').flatMap((line, at) => [...(at ? [/** @type {Inline} */ ({ type: 'br' })] : []), ...addresses(line)]) }];
}

/**
 * @param {string} href
 * @returns {string | undefined} the address if it is safe to follow
 */
export function safe(href) {
  try {
    const url = new URL(href);
    return ['https:', 'http:', 'mailto:'].includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {Block[]} blocks
 * @param {Document} [document]
 * @returns {DocumentFragment}
 */
export function render(blocks, document = globalThis.document) {
  const fragment = document.createDocumentFragment();
  for (const block of blocks) {
    if (block.type === 'pre') {
      const pre = document.createElement('pre');
      pre.append(element(document, 'code', [document.createTextNode(block.text)]));
      fragment.append(pre);
    } else if (block.type === 'ul' || block.type === 'ol') {
      const list = element(document, block.type, block.items.map((item) => element(document, 'li', nodes(document, item))));
      if (block.type === 'ol' && block.start !== 1) list.setAttribute('start', String(block.start));
      fragment.append(list);
    } else if (block.type === 'h') {
      fragment.append(element(document, 'p', [element(document, 'strong', nodes(document, block.inside))]));
    } else fragment.append(element(document, 'p', nodes(document, block.inside)));
  }
  return fragment;
}

/** @param {string} line */
function listItem(line) {
  const match = /^\s{0,6}(?:[-*•]|(\d{1,4})[.)])\s+(\S.*)$/.exec(line);
  return match && { type: /** @type {'ul' | 'ol'} */ (match[1] ? 'ol' : 'ul'), start: Number(match[1] ?? 1), text: match[2] ?? '' };
}

/**
 * @param {string[]} lines
 * @param {number} at
 * @param {{ type: 'ul' | 'ol', start: number, text: string }} first
 * @param {Block[]} blocks
 */
function list(lines, at, first, blocks) {
  /** @type {Inline[][]} */
  const items = [];
  for (; at < lines.length; at += 1) {
    const item = listItem(lines[at] ?? '');
    const blankBetween = !item && !lines[at]?.trim() && listItem(lines[at + 1] ?? '')?.type === first.type;
    if (blankBetween) continue;
    if (item?.type !== first.type) break;
    items.push(inline(item.text));
  }
  blocks.push({ type: first.type, start: first.start, items });
  return at;
}

/**
 * @param {string[]} lines
 * @param {number} at
 * @param {Block[]} blocks
 */
function fence(lines, at, blocks) {
  let end = at + 1;
  while (end < lines.length && !lines[end]?.startsWith('```')) end += 1;
  blocks.push({ type: 'pre', text: lines.slice(at + 1, end).join('\n') });
  return end + 1;
}

/**
 * @param {string[]} lines
 * @param {number} at
 * @param {Block[]} blocks
 */
function paragraph(lines, at, blocks) {
  /** @type {Inline[]} */
  const inside = [];
  const first = at;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (!line.trim() || line.startsWith('```') || (at > first && listItem(line))) break;
    if (at > first) inside.push({ type: 'br' });
    inside.push(...inline(line));
  }
  blocks.push({ type: 'p', inside });
  return at;
}

/**
 * @param {string} text one line
 * @param {number} [depth]
 * @returns {Inline[]}
 */
function inline(text, depth = 0) {
  /** @type {Inline[]} */
  const out = [];
  if (depth > DEEPEST) return [{ type: 'text', text }];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, strong, star, under, label, href, bare] = match;
    const part = piece({ code, strong, em: star ?? under, label, href, bare }, depth);
    if (match.index > last) out.push({ type: 'text', text: text.slice(last, match.index) });
    out.push(...(part ?? [/** @type {Inline} */ ({ type: 'text', text: whole })]));
    last = match.index + whole.length;
  }
  if (last < text.length) out.push({ type: 'text', text: text.slice(last) });
  return out;
}

/**
 * @param {{ code?: string, strong?: string, em?: string, label?: string, href?: string, bare?: string }} found
 * @param {number} depth
 * @returns {Inline[] | undefined}
 */
function piece({ code, strong, em, label, href, bare }, depth) {
  if (code !== undefined) return [{ type: 'code', text: code }];
  if (strong !== undefined) return [{ type: 'strong', inside: inline(strong, depth + 1) }];
  if (em !== undefined) return [{ type: 'em', inside: inline(em, depth + 1) }];
  if (bare !== undefined) return address(bare);
  const to = safe(href ?? '');
  return to && label !== undefined ? [{ type: 'link', href: to, inside: inline(label.replace(/https?:\/\//g, ''), depth + 1) }] : undefined;
}

/** @param {string} line @returns {Inline[]} */
function addresses(line) {
  return line.split(/((?:https?:\/\/|mailto:)[^\s<>"'`]{1,2000})/).flatMap((part, at) => (at % 2 ? address(part) : part ? [/** @type {Inline} */ ({ type: 'text', text: part })] : []));
}

/** An address in a sentence: its full stop or bracket is the sentence's. @param {string} bare @returns {Inline[]} */
function address(bare) {
  const href = bare.replace(/[.,;:!?)\]*_]+$/, '');
  const to = safe(href);
  if (!to) return [{ type: 'text', text: bare }];
  /** @type {Inline} */
  const link = { type: 'link', href: to, inside: [{ type: 'text', text: href.replace(/^mailto:/, '') }] };
  return href.length < bare.length ? [link, { type: 'text', text: bare.slice(href.length) }] : [link];
}

/**
 * @param {Document} document
 * @param {Inline[]} inside
 * @returns {Node[]}
 */
function nodes(document, inside) {
  return inside.map((part) => {
    if (part.type === 'text') return document.createTextNode(part.text);
    if (part.type === 'br') return document.createElement('br');
    if (part.type === 'code') return element(document, 'code', [document.createTextNode(part.text)]);
    if (part.type !== 'link') return element(document, part.type, nodes(document, part.inside));
    const link = element(document, 'a', nodes(document, part.inside));
    link.setAttribute('href', part.href);
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener nofollow');
    return link;
  });
}

/**
 * @param {Document} document
 * @param {string} name
 * @param {Node[]} children
 */
function element(document, name, children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}
