/**
 * The one script that a host's page loads. It shows the launcher and, once the visitor asks for the chat, the frame in
 * which all of it lives. Before that it requests, stores and connects nothing (unless the tag says `data-presence`).
 *
 *   <script async src="https://HOST/widget.js" data-key="wk_…"></script>
 *
 * Optional on the tag: data-color="#0b6e4f", data-position="left", data-locale="es", data-presence. See docs/widget.md.
 */
(() => {
  const tag = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  const given = /** @type {any} */ (window);
  if (!tag?.dataset.key || given.parley?.open) return;
  const { key, color, position, presence, locale: wish } = tag.dataset;
  const home = new URL(tag.src).origin;
  const memory = `parley:${key}`;
  const locale = wish || navigator.language || 'en';
  const WORDS = /** @type {Record<string, string[]>} */ ({
    en: ['Open chat', 'Close chat', 'unread'],
    es: ['Abrir el chat', 'Cerrar el chat', 'sin leer'],
    fr: ['Ouvrir le chat', 'Fermer le chat', 'non lus'],
    de: ['Chat öffnen', 'Chat schließen', 'ungelesen'],
    pt: ['Abrir o chat', 'Fechar o chat', 'não lidas'],
    ar: ['فتح الدردشة', 'إغلاق الدردشة', 'غير مقروءة'],
  });
  const [openWord = '', closeWord = '', unreadWord = ''] = WORDS[locale.slice(0, 2).toLowerCase()] ?? WORDS.en ?? [];
  const side = position === 'left' ? 'left' : 'right';
  const css = `
    :host{all:initial;--brand:#18181b;--ink:#fff}
    *{box-sizing:border-box}
    button{all:unset;box-sizing:border-box;position:fixed;${side}:20px;bottom:20px;width:60px;height:60px;border-radius:50%;cursor:pointer;z-index:2147483000;
      background:var(--brand);color:var(--ink);display:grid;place-items:center;box-shadow:0 1px 3px #0003,0 10px 28px #0000003d;transition:.18s}
    button:hover{transform:translateY(-2px)}
    button:focus-visible{outline:3px solid var(--brand);outline-offset:3px;box-shadow:0 0 0 3px #fff}
    svg{grid-area:1/1;width:28px;height:28px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round;transition:.2s}
    .x,.on .c{opacity:0;transform:scale(.5)}
    .on .x{opacity:1;transform:none}
    b{position:absolute;top:-3px;inset-inline-end:-3px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:#d92d20;color:#fff;
      font:600 12px/22px system-ui,sans-serif;text-align:center;box-shadow:0 0 0 2px #fff}
    b:empty{display:none}
    iframe{position:fixed;${side}:20px;bottom:96px;width:400px;height:min(700px,100vh - 116px);border:0;border-radius:20px;background:transparent;color-scheme:normal;z-index:2147483001;
      box-shadow:0 0 0 1px #0000000f,0 12px 48px #0000003b;transform-origin:bottom ${side};transition:transform .22s cubic-bezier(.2,.9,.3,1.1),opacity .16s,visibility .22s;
      visibility:hidden;opacity:0;transform:translateY(14px) scale(.95)}
    .on iframe{visibility:visible;opacity:1;transform:none}
    @media(max-width:480px),(max-height:430px){iframe{inset:0;width:100%;height:100vh;height:100dvh;border-radius:0}.on button{display:none}}
    @media(prefers-reduced-motion:reduce){*{transition:none!important}}
    @media print{:host{display:none}}`;

  const host = document.createElement('parley-chat');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const box = document.createElement('div');
  const button = document.createElement('button');
  const badge = document.createElement('b');
  button.type = 'button';
  button.append(icon('c', 'M21 11.5a8.4 8.4 0 0 1-12.1 7.5L3.5 20.5l1.6-5A8.4 8.4 0 1 1 21 11.5z'), icon('x', 'M6 9.5l6 6 6-6'), badge);
  box.append(button);
  root.append(box);

  /** @type {HTMLIFrameElement | undefined} */
  let frame;
  /** @type {any} */
  let identity;
  let draft = '';
  let isOpen = false;
  let heard = false;
  let ready = false;
  /** @type {Record<string, Set<(value?: any) => void>>} */
  const listeners = {};

  /** A listener that throws is reported like any error of its page, and stops no other. */
  const emit = (/** @type {string} */ name, /** @type {any} */ value = undefined) => {
    for (const listener of listeners[name] ?? []) queueMicrotask(() => listener(value));
  };
  /** Addresses may hold secrets: no query, no fragment. */
  const page = () => ({ url: location.origin + location.pathname, title: document.title, referrer: document.referrer.split(/[?#]/)[0] });
  const tell = (/** @type {object} */ message) => heard && frame?.contentWindow?.postMessage({ parley: 1, ...message }, home);

  function icon(/** @type {string} */ name, /** @type {string} */ d) {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('class', name);
    path.setAttribute('d', d);
    svg.append(path);
    return svg;
  }

  function paint(/** @type {string | undefined} */ brand) {
    if (!brand || !/^#[0-9a-f]{6}$/i.test(brand)) return;
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => (parseInt(brand.slice(at, at + 2), 16) / 255) ** 2.2);
    host.style.setProperty('--brand', brand);
    host.style.setProperty('--ink', 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.19 ? '#111' : '#fff');
  }

  function label(unread = 0) {
    const words = isOpen ? closeWord : openWord;
    button.setAttribute('aria-label', unread ? `${words} (${unread} ${unreadWord})` : words);
    button.setAttribute('aria-expanded', String(isOpen));
    badge.textContent = unread ? (unread > 99 ? '99+' : String(unread)) : '';
  }

  function load() {
    if (frame) return;
    frame = document.createElement('iframe');
    frame.title = 'Chat';
    const query = new URLSearchParams({ key: key ?? '', origin: location.origin, locale });
    frame.src = `${home}/widget/frame?${query}`;
    box.append(frame);
  }

  function open(/** @type {any} */ text = '') {
    // It is an event where `open` is somebody's listener.
    draft = text.trim ? text : '';
    if (isOpen) return tell({ type: 'open', draft });
    isOpen = true;
    load();
    remember();
    requestAnimationFrame(() => box.classList.toggle('on', isOpen));
    label();
    tell({ type: 'open', draft });
    frame?.focus();
    emit('open');
  }

  function close() {
    if (!isOpen) return;
    isOpen = false;
    box.classList.remove('on');
    label();
    tell({ type: 'close' });
    button.focus();
    emit('close');
  }

  /** The visitor has opened the chat: on the next page it may come back by itself, in the right colour. */
  function remember(/** @type {string} */ brand = '') {
    try {
      localStorage.setItem(memory, brand || localStorage.getItem(memory) || color || '1');
    } catch {
      // A browser that stores nothing: the visitor opens it again.
    }
  }

  function known() {
    try {
      return localStorage.getItem(memory);
    } catch {
      return null;
    }
  }

  addEventListener('message', ({ source, origin, data }) => {
    if (!frame || source !== frame.contentWindow || origin !== home || data?.parley !== 1) return;
    if (data.type === 'hello') {
      heard = true;
      tell({ type: 'init', open: isOpen, keep: Boolean(known()), page: page(), identity, draft });
    } else if (data.type === 'close') close();
    else if (data.type === 'brand') {
      paint(data.color);
      if (known()) remember(data.color);
    } else if (data.type === 'unread') {
      label(isOpen ? 0 : data.count);
      emit('unread', data.count);
    } else if (data.type === 'ready') {
      ready = true;
      emit('ready');
    } else if (data.type === 'message') emit('message', data.message);
  });

  const moved = () => tell({ type: 'page', page: page() });
  addEventListener('popstate', moved);
  /** @type {any} */ (window).navigation?.addEventListener?.('navigatesuccess', moved);
  button.addEventListener('click', () => (isOpen ? close() : open()));

  given.parley = {
    /** @param {string} [text] stands in the composer then, to be sent or not */
    open,
    close,
    /** @param {string | { id: string, hash: string }} who signed by the host's own server */
    identify(who) {
      identity = who;
      tell({ type: 'identify', identity });
    },
    /**
     * @param {'open' | 'close' | 'message' | 'unread' | 'ready'} name
     * @param {(value?: any) => void} listener
     * @returns {() => void}
     */
    on(name, listener) {
      (listeners[name] ??= new Set()).add(listener);
      if (name === 'ready' && ready) listener();
      return () => void listeners[name]?.delete(listener);
    },
  };

  const start = () => {
    const last = known();
    paint(color ?? last ?? undefined);
    label();
    document.body.append(host);
    if (presence !== undefined || last) load();
    dispatchEvent(new CustomEvent('parley:load'));
  };
  if (document.body) start();
  else addEventListener('DOMContentLoaded', start);
})();
