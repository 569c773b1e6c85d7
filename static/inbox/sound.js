/** A short, soft two-tone sign that somebody needs a person. Browsers allow it after the first click on the page. */
const KEY = 'parley.sound';

/** @type {AudioContext | undefined} */
let context;

export const soundOn = () => localStorage.getItem(KEY) !== 'off';

/** @param {boolean} on */
export function setSound(on) {
  localStorage.setItem(KEY, on ? 'on' : 'off');
  if (on) chime();
}

export function chime() {
  if (!soundOn() || !navigator.userActivation?.hasBeenActive) return;
  context ??= new AudioContext();
  void context.resume();
  [659, 880].forEach((pitch, at) => tone(/** @type {AudioContext} */ (context), pitch, at * 0.11));
}

/**
 * @param {AudioContext} audio
 * @param {number} pitch
 * @param {number} after seconds
 */
function tone(audio, pitch, after) {
  const begin = audio.currentTime + after;
  const source = new OscillatorNode(audio, { frequency: pitch, type: 'sine' });
  const volume = new GainNode(audio, { gain: 0 });
  volume.gain.linearRampToValueAtTime(0.12, begin + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.28);
  source.connect(volume).connect(audio.destination);
  source.start(begin);
  source.stop(begin + 0.3);
}
