import { h } from './dom.js';

/**
 * A question with fields in the thread (`kind: form`), such as the e-mail to answer to.
 *
 * @typedef {{ name: string, type?: string, label?: string, required?: boolean }} Field
 *
 * @param {import('../static/shared/types.js').Message} message its `data.fields`
 * @param {boolean} answered
 * @param {import('./words.js').Tongue} tongue
 * @param {(answers: Record<string, string>) => void} submit
 */
export function form(message, answered, { words }, submit) {
  const question = h('p', { dir: 'auto', text: message.text });
  if (answered) return h('div', { class: 'card form' }, question, h('p', { class: 'done', text: words.submitted }));
  const fields = fieldsOf(message).map((field) => input(field, message.id, words));
  const error = h('p', { class: 'error', role: 'alert', hidden: true, text: words.invalid });
  const element = h('form', { class: 'card form', novalidate: true }, question, ...fields.map(({ row }) => row), error, h('button', { class: 'primary', text: words.submit }));
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    const wrong = fields.find(({ control }) => !control.checkValidity());
    error.hidden = !wrong;
    for (const { control } of fields) control.setAttribute('aria-invalid', String(control === wrong?.control));
    if (wrong) return wrong.control.focus();
    const answers = fields.map(({ control }) => [control.name, control.value.trim()]).filter(([, value]) => value);
    if (answers.length) submit(Object.fromEntries(answers));
  });
  return element;
}

/** @param {import('../static/shared/types.js').Message} message @returns {Field[]} */
function fieldsOf({ data }) {
  const fields = Array.isArray(data?.fields) ? data.fields : [];
  return fields.map((field) => (typeof field === 'string' ? { name: field } : field)).filter((field) => typeof field?.name === 'string').slice(0, 10);
}

/**
 * @param {Field} field
 * @param {string} id
 * @param {import('./words.js').Words} words
 */
function input({ name, type = name, label, required = true }, id, words) {
  const kinds = /** @type {Record<string, string>} */ ({ email: 'email', phone: 'tel', tel: 'tel', url: 'url', number: 'number' });
  const hints = /** @type {Record<string, string>} */ ({ email: 'email', phone: 'tel', name: 'name', company: 'organization' });
  const known = /** @type {Record<string, any>} */ (words)[name];
  // Browsers take ana@example for an address; nobody can write to it.
  const pattern = kinds[type] === 'email' ? '.+@.+\\..{2,}' : null;
  const control = h('input', { id: `${id}-${name}`, name, type: kinds[type] ?? 'text', autocomplete: hints[name] ?? 'off', required, maxlength: 512, pattern, dir: 'auto' });
  const title = typeof known === 'string' ? known : (label ?? name);
  return { control, row: h('div', { class: 'field' }, h('label', { for: control.id, text: title }), control) };
}
