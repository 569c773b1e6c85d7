import { attribute, h } from './dom.js';
import { duration, moment, since, spoken } from './words.js';

/**
 * @typedef {{ stage: string, score?: number | null, label?: string, reasons?: { points?: number, reason: string }[], facts?: Record<string, unknown> }} Lead
 * @typedef {{ id: string, kind: string, attempt: number, state: string, detail?: string | null, started_at: string, ended_at?: string | null }} Job
 */

/** @param {Lead | null | undefined} lead @returns {HTMLElement} its score with the reasons for it */
export function leadCard(lead) {
  if (!lead) return h('section', { class: 'card' }, h('h3', {}, 'Lead'), h('p', { class: 'soft' }, 'Not a lead yet. The conversation is scored each time it goes quiet.'));
  const { score, label = 'unscored', reasons = [], stage } = lead;
  const meter = h('div', { class: 'meter', 'data-label': label, 'aria-hidden': 'true' }, h('i'));
  /** @type {HTMLElement} */ (meter.firstElementChild).style.width = `${score ?? 0}%`;
  const line = h('p', { class: 'score' }, h('strong', {}, score ?? '–'), h('span', { class: 'soft' }, ' of 100'), h('span', { class: 'chip', 'data-kind': label }, spoken(label)), h('span', { class: 'chip' }, spoken(stage)));
  const why = reasons.map(({ points, reason }) => h('li', {}, h('span', {}, reason), points === undefined ? null : h('b', {}, points > 0 ? `+${points}` : String(points))));
  return h('section', { class: 'card' }, h('h3', {}, 'Lead'), line, meter, why.length ? h('ul', { role: 'list', class: 'reasons' }, ...why) : null);
}

/** @param {Record<string, unknown>} facts @returns {HTMLElement | undefined} */
export function factList(facts) {
  const known = Object.entries(facts).filter(([, value]) => value !== null && value !== '' && value !== undefined);
  if (!known.length) return undefined;
  const lines = known.flatMap(([name, value]) => [h('dt', {}, spoken(name)), h('dd', {}, typeof value === 'object' ? JSON.stringify(value) : String(value))]);
  return h('section', { class: 'card' }, h('h3', {}, 'Facts'), h('dl', { class: 'facts' }, ...lines));
}

/** @param {Job[] | undefined} jobs @returns {HTMLElement | undefined} what the worker did about this conversation */
export function jobList(jobs = []) {
  if (!jobs.length) return undefined;
  const lines = jobs.map(({ kind, attempt, state, detail, started_at: began, ended_at: ended }) => {
    const took = ended ? ` · took ${duration((Date.parse(ended) - Date.parse(began)) / 1000)}` : '';
    const meta = h('span', { class: 'soft', title: moment(began) }, `${attempt > 1 ? `try ${attempt}, ` : ''}${since(began) === 'now' ? 'just now' : `${since(began)} ago`}${took}`);
    const line = h('li', {}, h('div', {}, h('b', {}, spoken(kind)), h('span', { class: 'chip', 'data-kind': state }, spoken(state))), meta, detail && h('p', { class: state === 'failed' ? 'bad' : 'soft' }, detail));
    attribute(line, 'data-state', state);
    return line;
  });
  return h('section', { class: 'card' }, h('h3', {}, 'Jobs'), h('ul', { role: 'list', class: 'jobs' }, ...lines));
}
