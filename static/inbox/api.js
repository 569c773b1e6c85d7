/** What the server refused, or that it could not be reached (`offline`). */
export class ApiError extends Error {
  /**
   * @param {string} code one of the protocol's error codes, or `offline`
   * @param {string} detail
   * @param {number} [status] of HTTP
   * @param {string} [field] the one that is wrong
   */
  constructor(code, detail, status = 0, field) {
    super(detail || code);
    this.code = code;
    this.status = status;
    this.field = field;
  }
}

/**
 * One call of the REST interface with the browser's session.
 *
 * @param {string} method
 * @param {string} path after /api/v1
 * @param {{ query?: Record<string, string | number | undefined>, body?: unknown, signal?: AbortSignal }} [options]
 * @returns {Promise<any>} the decoded body, undefined when there is none; rejects with ApiError, or AbortError
 */
export async function call(method, path, { query = {}, body, signal } = {}) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(name, String(value));
  const url = `/api/v1${path}${search.size ? `?${search}` : ''}`;
  const headers = { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) };
  const response = await fetch(url, { method, headers, signal, body: body === undefined ? null : JSON.stringify(body) }).catch((error) => {
    if (error.name === 'AbortError') throw error;
    throw new ApiError('offline', 'The server cannot be reached.');
  });
  const answer = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  throw new ApiError(answer?.code ?? 'internal', answer?.detail ?? '', response.status, answer?.field);
}

/** @param {string} path @param {Record<string, string | number | undefined>} [query] @param {AbortSignal} [signal] */
export const get = (path, query, signal) => call('GET', path, { query, signal });

/** @param {string} path @param {unknown} [body] */
export const post = (path, body = {}) => call('POST', path, { body });

/** @param {string} path @param {unknown} body */
export const patch = (path, body) => call('PATCH', path, { body });
