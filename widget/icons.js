const SVG = 'http://www.w3.org/2000/svg';

/** Drawn on 24 x 24 with a stroke of the text's colour. */
const PATHS = {
  close: ['M6 9.5l6 6 6-6'],
  send: ['M12 19V5', 'M5.5 11.5L12 5l6.5 6.5'],
  person: ['M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z', 'M4.5 20.5a7.5 7.5 0 0 1 15 0'],
  spark: ['M12 3.5l1.9 5.1a2.5 2.5 0 0 0 1.5 1.5l5.1 1.9-5.1 1.9a2.5 2.5 0 0 0-1.5 1.5L12 20.5l-1.9-5.1a2.5 2.5 0 0 0-1.5-1.5L3.5 12l5.1-1.9a2.5 2.5 0 0 0 1.5-1.5z'],
  clock: ['M12 7.5V12l3 2', 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z'],
  check: ['M4.5 12.5l5 5 10-11'],
  checks: ['M2 12.5l5 5 9.5-11', 'M12.5 16l1.5 1.5 8-11'],
  retry: ['M20 5v5h-5', 'M19.5 10A8 8 0 1 0 20 14'],
  down: ['M12 5v14', 'M6 13l6 6 6-6'],
  book: ['M5 4.5h9.5A3.5 3.5 0 0 1 18 8v12H8a3 3 0 0 1-3-3z', 'M9 8.5h5'],
};

/**
 * @param {keyof typeof PATHS} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  return drawing(PATHS[name]);
}

/** Mouths from sad to glad; eyes are the same for all. */
const MOUTHS = ['M8 16.5q4-4 8 0', 'M8.5 16q3.5-2 7 0', 'M8.5 15.2h7', 'M8.5 14.5q3.5 2.5 7 0', 'M7.5 13.5q4.5 6 9 0z'];

/**
 * @param {number} score 1..5
 * @returns {SVGSVGElement}
 */
export function face(score) {
  return drawing(['M12 21.5a9.5 9.5 0 1 0 0-19 9.5 9.5 0 0 0 0 19z', 'M9 9.2v.6', 'M15 9.2v.6', MOUTHS[score - 1] ?? '']);
}

/** @param {string[]} paths */
function drawing(paths) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  for (const d of paths) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}
