/** Line drawings on a 24 x 24 grid. */
const PATHS = /** @type {const} */ ({
  logo: 'M5 3h14a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3h-6.2L7.6 21.2A1 1 0 0 1 6 20.4V17H5a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3z',
  inbox: 'M4 13v5a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-5M4 13l2.6-7.3A2 2 0 0 1 8.5 4.4h7a2 2 0 0 1 1.9 1.3L20 13M4 13h4.5a1 1 0 0 1 .9.6l.4.8a2 2 0 0 0 1.8 1.1h.8a2 2 0 0 0 1.8-1.1l.4-.8a1 1 0 0 1 .9-.6H20',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0',
  nobody: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 9-7M17 15v6M14 18h6',
  spark: 'M12 3l1.9 5.6a2.4 2.4 0 0 0 1.5 1.5L21 12l-5.6 1.9a2.4 2.4 0 0 0-1.5 1.5L12 21l-1.9-5.6a2.4 2.4 0 0 0-1.5-1.5L3 12l5.6-1.9a2.4 2.4 0 0 0 1.5-1.5z',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.2 2',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z',
  check: 'M4.5 12.5l5 5 10-11',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16.2 16.2 21 21',
  back: 'M15 5l-7 7 7 7',
  close: 'M6 6l12 12M18 6 6 18',
  down: 'M6 9l6 6 6-6',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.6v.1',
  send: 'M4 12l16-8-6 16-2.6-6.4z',
  note: 'M5 4h14v10l-6 6H5zM13 20v-6h6',
  whisper: 'M4 10.5v3h3.5L12 18V6L7.5 10.5zM15.5 9.5a4 4 0 0 1 0 5M18 7a7.5 7.5 0 0 1 0 10',
  hand: 'M4 12h11M11 7.5 15.5 12 11 16.5M19.5 5v14',
  undo: 'M9 7 4.5 11.5 9 16M5 11.5h9a5 5 0 0 1 0 10h-2',
  retry: 'M19 12a7 7 0 1 1-2.1-5M19 4v4h-4',
  sound: 'M5 10v4h3l4 4V6L8 10zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11',
  mute: 'M5 10v4h3l4 4V6L8 10zM16 10l5 5M21 10l-5 5',
  chart: 'M4 20h16M7 16v-5M12 16V5M17 16V9',
  keyboard: 'M3 7h18v11H3zM7 11h.1M10.5 11h.1M14 11h.1M17 11h.1M8 14.5h8',
  leave: 'M14 4h5v16h-5M4 12h10M10 8l4 4-4 4',
  globe: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c5 5 5 13 0 18-5-5-5-13 0-18z',
  tool: 'M14.5 6.5a4 4 0 0 1 5-1l-2.7 2.7 2 2 2.7-2.7a4 4 0 0 1-5.4 4.8L9.5 19a2 2 0 0 1-3-3l6.6-6.6a4 4 0 0 1 1.4-2.9z',
  book: 'M5 5a2 2 0 0 1 2-2h12v15H7a2 2 0 0 0-2 2zM5 20a1 1 0 0 0 1 1h13v-3',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  pen: 'M4 20l1-4L16.5 4.5l3 3L8 19z',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  star: 'M12 3.5l2.6 5.5 6 .8-4.4 4.2 1.1 6L12 17.1 6.7 20l1.1-6-4.4-4.2 6-.8z',
});

/**
 * @param {keyof typeof PATHS} name
 * @param {number} [size] pixels
 * @returns {SVGSVGElement} hidden from screen readers: what it means stands beside it
 */
export function icon(name, size = 16) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  const attributes = { viewBox: '0 0 24 24', width: size, height: size, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.8, 'stroke-linecap': 'round', 'stroke-linejoin': 'round', 'aria-hidden': 'true' };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, String(value));
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/** @typedef {keyof typeof PATHS} IconName */
