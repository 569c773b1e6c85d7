/**
 * The workspace's colour, kept readable at 4.5 : 1: text on it and on its deeper shade (which always leads away from the
 * text's colour), and itself as text on light and on dark ground.
 */
const INK = '#14161a';
const PAPER = '#ffffff';
const LIGHT = '#f2f3f5'; // The bubble's ground: the harder of the two to read on.
const DARK = '#2a2d33';
const ENOUGH = 4.5;

/** @typedef {[number, number, number]} Rgb 0..255 each */

/**
 * @param {string | undefined} colour such as #0f766e; anything else gives the house's own
 * @returns {Record<string, string>} CSS variables by name
 */
export function palette(colour) {
  const brand = parse(colour ?? '') ?? parse('#3730a3') ?? [0, 0, 0];
  const onBrand = contrast(brand, parse(PAPER)) >= contrast(brand, parse(INK)) ? PAPER : INK;
  return {
    '--brand': hex(brand),
    '--brand-deep': hex(mix(brand, onBrand === PAPER ? [0, 0, 0] : [255, 255, 255], 0.24)),
    '--on-brand': onBrand,
    '--accent-light': hex(until(brand, [0, 0, 0], LIGHT)),
    '--accent-dark': hex(until(brand, [255, 255, 255], DARK)),
  };
}

/**
 * @param {Rgb} a
 * @param {Rgb | undefined} b
 * @returns {number} WCAG contrast, 1 to 21
 */
export function contrast(a, b = [0, 0, 0]) {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** @param {string} text @returns {Rgb | undefined} */
export function parse(text) {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text);
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(short ? `#${short[1]}${short[1]}${short[2]}${short[2]}${short[3]}${short[3]}` : text);
  return long ? [parseInt(long[1] ?? '', 16), parseInt(long[2] ?? '', 16), parseInt(long[3] ?? '', 16)] : undefined;
}

/** Mixes towards `goal` until it can be read on `ground`. @param {Rgb} colour @param {Rgb} goal @param {string} ground @returns {Rgb} */
function until(colour, goal, ground) {
  for (let part = 0; part <= 1; part += 0.04) {
    const mixed = mix(colour, goal, part);
    if (contrast(mixed, parse(ground)) >= ENOUGH) return mixed;
  }
  return goal;
}

/** @param {Rgb} colour @param {Rgb} goal @param {number} part 0..1 @returns {Rgb} */
function mix(colour, goal, part) {
  return /** @type {Rgb} */ (colour.map((value, at) => Math.round(value + ((goal[at] ?? 0) - value) * part)));
}

/** @param {Rgb} rgb */
function luminance(rgb) {
  const [r = 0, g = 0, b = 0] = rgb.map((value) => (value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {Rgb} rgb */
const hex = (rgb) => `#${rgb.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
